"""Calls asked anew, and the nightly look at the figures: nothing without being told, nothing lost."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from models.database import organization
from models.services import ServiceChange, change_service, list_services
from tasks.ledger import perform
from tasks.reanalysis import Change, Figures, calls_since, reanalyse
from tasks.repair import recount_calls
from tests.tasks.talks import BOOKED, NOON, Clinic


@pytest.fixture
def clinic(alice_org: UUID) -> Clinic:
    return Clinic(alice_org)


def ask(clinic: Clinic, is_dry: bool) -> tuple[list[Change], Figures]:
    figures = Figures()
    changes = list(reanalyse(clinic.org_id, calls_since(clinic.org_id, NOON), is_dry, figures))
    return [change for change in changes if change.columns or change.kinds], figures


def make_botox_dearer(clinic: Clinic) -> None:
    with organization(clinic.org_id) as tx:
        botox = next(one for one in list_services(tx, clinic.org_id) if one["name"] == "Botox")
        change_service(tx, clinic.org_id, botox["id"], ServiceChange(price=Decimal(450)), "kim")


def test_a_dry_run_tells_the_change_in_pipeline_value_and_touches_nothing(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED).call_id
    clinic.analyse(call_id)
    make_botox_dearer(clinic)
    everything = "SELECT (SELECT jsonb_agg(to_jsonb(c)) FROM calls c) AS c, (SELECT count(*) FROM analyses) AS a"
    before = clinic.rows(everything)
    changes, figures = ask(clinic, is_dry=True)
    assert figures.pipeline_value == [Decimal(400), Decimal(450)]
    assert changes[0].columns["financial_value"] == (Decimal(400), Decimal(450))
    assert clinic.rows(everything) == before


def test_without_the_flag_new_versions_are_added_and_the_old_ones_stay(clinic: Clinic) -> None:
    clinic.analyse(clinic.tell("1", talk=BOOKED).call_id)
    make_botox_dearer(clinic)
    ask(clinic, is_dry=False)
    amounts = clinic.rows("SELECT version, value ->> 'amount' AS amount FROM analyses WHERE kind = 'value' ORDER BY 1")
    assert [(row["version"], Decimal(row["amount"])) for row in amounts] == [(1, Decimal(400)), (2, Decimal(450))]
    assert clinic.figures()[0]["value"] == Decimal(450)
    assert ask(clinic, is_dry=False)[0] == []


def repair(clinic: Clinic) -> dict[str, object]:
    with organization(clinic.org_id) as tx:
        recount_calls(tx, clinic.org_id)
    job = clinic.rows("SELECT id FROM jobs WHERE actor = 'compare_figures' ORDER BY created_at DESC LIMIT 1")[0]
    perform(clinic.org_id, job["id"])
    report: dict[str, object] = clinic.rows(
        "SELECT details FROM audit_log WHERE action = 'figures.compared' ORDER BY at DESC LIMIT 1"
    )[0]["details"]
    return report


def test_figures_that_are_right_stay_as_they_are(clinic: Clinic) -> None:
    clinic.analyse(clinic.tell("1", talk=BOOKED).call_id)
    before = clinic.figures()
    assert repair(clinic) == {"calls_counted_wrongly": 0, "figures_off": 0, "differences": []}
    assert clinic.figures() == before


@pytest.mark.parametrize("harm", ["UPDATE call_stats_daily SET calls = 7, value = 1", "DELETE FROM call_stats_daily",
                                  "UPDATE calls SET counted = NULL",
                                  """UPDATE calls SET counted = counted || '{"agent": "Bob"}'"""])  # fmt: skip
def test_whatever_harmed_the_figures_is_mended_and_told(clinic: Clinic, harm: str) -> None:
    clinic.analyse(clinic.tell("1", talk=BOOKED).call_id)
    before = clinic.figures()
    clinic.rows(harm.replace("%", "%%") + " RETURNING 1")
    report = repair(clinic)
    assert report["calls_counted_wrongly"] or report["figures_off"]
    assert clinic.figures() == before


def test_a_long_list_of_calls_is_recounted_in_stretches(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.repair.CALLS_AT_ONCE", 2)
    for ref in "12345":
        clinic.tell(ref, talk=BOOKED)
    clinic.rows("UPDATE calls SET counted = NULL RETURNING id")
    clinic.rows("DELETE FROM call_stats_daily RETURNING day")
    with organization(clinic.org_id) as tx:
        recount_calls(tx, clinic.org_id)
    while jobs := clinic.rows(
        "SELECT id FROM jobs WHERE actor IN ('recount_calls', 'compare_figures') AND state = 'ready'"
    ):
        perform(clinic.org_id, jobs[0]["id"])
    assert clinic.figures()[0]["calls"] == 5
    assert clinic.rows("SELECT id FROM calls WHERE counted IS NULL") == []
