"""Repairs that meet each other, and the calls that come meanwhile, leave the daily figures right."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest

from models import stats
from models.database import Transaction, organization
from tasks.repair import compare_figures, recount_calls
from tests.flows.instance import await_that
from tests.tasks.talks import BOOKED, Clinic

MARCH_1 = date(2026, 3, 1)


@pytest.fixture
def clinic(alice_org: UUID) -> Clinic:
    return Clinic(alice_org)


def compare(org_id: UUID) -> None:
    with organization(org_id) as tx:
        compare_figures(tx, org_id)


def recount(org_id: UUID) -> None:
    with organization(org_id) as tx:
        recount_calls(tx, org_id)


def await_its_waiting(tx: Transaction, other: Future[None]) -> None:
    await_that(lambda: other.done() or tx.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))
    assert not other.done()


def test_two_repairs_at_once_repair_once(clinic: Clinic) -> None:
    clinic.tell("1", talk=BOOKED)
    before = clinic.figures()
    clinic.rows("UPDATE call_stats_daily SET calls = calls + 5 RETURNING 1")
    with ThreadPoolExecutor(1) as pool:
        with organization(clinic.org_id) as tx:
            compare_figures(tx, clinic.org_id)
            other = pool.submit(compare, clinic.org_id)
            await_its_waiting(tx, other)
        other.result()
    assert clinic.figures() == before


def test_a_repair_locks_figures_in_the_order_of_everybody_else(clinic: Clinic) -> None:
    first, second = sorted(clinic.tell(ref, talk=BOOKED).call_id for ref in "12")
    clinic.rows("DELETE FROM call_stats_daily RETURNING 1")
    for call_id, campaign in ((first, "b"), (second, "a")):
        clinic.rows("UPDATE calls SET counted = NULL, campaign = %s WHERE id = %s RETURNING 1", campaign, call_id)
    with ThreadPoolExecutor(1) as pool:
        with organization(clinic.org_id) as tx:
            stats.add(tx, clinic.org_id, [(MARCH_1, "a", "", {"seconds": 1})])
            tx.flush()
            other = pool.submit(recount, clinic.org_id)
            await_its_waiting(tx, other)
            stats.add(tx, clinic.org_id, [(MARCH_1, "b", "", {"seconds": 1})])
        other.result()
    assert [(row["campaign"], row["calls"], row["seconds"]) for row in clinic.figures()] == [("a", 1, 91), ("b", 1, 91)]
