"""What a click is: one wish, one call, whoever clicks how often; and whom nobody may call."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from models import opt_outs
from models.database import organization
from models.intents import IntentTaken
from models.organizations import add_assistant, add_number
from settings import settings
from tasks.callbacks import CannotCall, ask_back
from tests.edge.said import trail
from tests.standin.side import Side
from tests.tasks import calling
from tests.tasks.calling import ANN, ASSISTANT, LINE, LINE_ID, PHONE, a_contact, ask, call_of, dials, do, jobs, placed

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""In New York, on a Monday."""
NIGHT = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    with calling.vapi(monkeypatch) as side:
        yield side


@pytest.fixture
def ann(side: Side, alice_org: UUID) -> UUID:
    """Somebody whom Alice's clinic can call at any hour."""
    calling.equip(alice_org)
    return a_contact(alice_org)


def test_the_call_stands_before_anybody_dials(side: Side, alice_org: UUID, ann: UUID) -> None:
    asked = ask(alice_org, ann)
    call = call_of(alice_org, asked.call_id)
    assert (call["status"], call["direction"], call["provider"]) == ("queued", "outbound", "aftercall")
    assert (call["phone_number"], call["to_number"], call["from_number"]) == (PHONE, PHONE, LINE)
    assert (call["contact_id"], call["caller_name"], call["assistant_id"]) == (ann, "Ann Lee", ASSISTANT)
    assert (placed(alice_org)["status"], placed(alice_org)["call_id"], dials(side)) == ("planned", asked.call_id, [])
    assert [(one["actor"], one["details"]) for one in trail(alice_org, "callback.ask")] == [
        (ANN, {"call": str(asked.call_id)})
    ]


def test_jobs_know_ids_only(side: Side, alice_org: UUID, ann: UUID) -> None:
    ask(alice_org, ann)
    (job,) = jobs(alice_org, "place_call")
    assert job["args"] == {"placed_id": str(placed(alice_org)["id"])}
    assert PHONE not in str(job)


def test_a_double_click_is_one_click(side: Side, alice_org: UUID, ann: UUID) -> None:
    first, second = ask(alice_org, ann), ask(alice_org, ann)
    do(alice_org, "place_call")
    third = ask(alice_org, ann)
    do(alice_org, "place_call")
    assert [one.is_new for one in (first, second, third)] == [True, False, False]
    assert {one.call_id for one in (first, second, third)} == {first.call_id}
    assert third.vapi_call_id == dials(side)[0]["id"]
    assert len(dials(side)) == 1


def test_clicks_of_the_same_moment_are_one_click(side: Side, alice_org: UUID, ann: UUID) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(lambda _: ask(alice_org, ann), range(8)))
    do(alice_org, "place_call")
    assert ([one.is_new for one in asked].count(True), len({one.call_id for one in asked})) == (1, 1)
    assert len(dials(side)) == 1


def test_a_minute_later_a_click_means_another_call(side: Side, alice_org: UUID, ann: UUID) -> None:
    first = ask(alice_org, ann)
    later = datetime.now(UTC) + timedelta(seconds=61)
    assert ask(alice_org, ann, now=later).call_id == first.call_id, "it is not dialled yet"
    do(alice_org, "place_call")
    second = ask(alice_org, ann, now=later)
    do(alice_org, "place_call")
    assert (second.is_new, len(dials(side))) == (True, 2)


def test_a_key_names_the_wish_for_ever(side: Side, alice_org: UUID, ann: UUID) -> None:
    first = ask(alice_org, ann, "key-1")
    do(alice_org, "place_call")
    again = ask(alice_org, ann, "key-1", datetime.now(UTC) + timedelta(days=3))
    other = ask(alice_org, ann, "key-2")
    assert (again.call_id, again.is_new, other.is_new) == (first.call_id, False, True)
    with pytest.raises(IntentTaken):
        ask(alice_org, a_contact(alice_org, "+12025550199"), "key-1")
    assert len(calling.rows(alice_org, "SELECT id FROM calls")) == 2


def test_the_same_key_for_two_people_at_once_is_one_call(side: Side, alice_org: UUID, ann: UUID) -> None:
    others = [a_contact(alice_org, f"+1202555018{n}") for n in range(4)]

    def attempt(contact_id: UUID) -> bool:
        try:
            return ask(alice_org, contact_id, "key-1").is_new
        except IntentTaken:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(attempt, others)).count(True) == 1
    assert len(calling.rows(alice_org, "SELECT id FROM calls")) == 1


@pytest.mark.parametrize(
    ("phone", "code"),
    [(None, "no_phone"), ("anonymous", "no_phone"), (LINE, "no_phone"), ("+12025550177", "opted_out")],
)
def test_who_cannot_be_called_is_refused(side: Side, alice_org: UUID, ann: UUID, phone: str, code: str) -> None:
    with organization(alice_org) as tx:
        opt_outs.record(tx, alice_org, "+12025550177", True, "word")
    with pytest.raises(CannotCall) as refused:
        ask(alice_org, a_contact(alice_org, phone, lead_id="4711"))
    assert refused.value.code == code
    assert calling.rows(alice_org, "SELECT id FROM calls") == []


def test_at_night_the_time_is_told_at_which_calls_go_out_again(side: Side, alice_org: UUID, ann: UUID) -> None:
    calling.open_hours(alice_org, "08:00", "21:00")
    with pytest.raises(CannotCall) as refused:
        ask(alice_org, ann, now=NIGHT)
    assert str(refused.value).endswith("calls go out again on Tuesday, 3 March at 08:00 (America/New_York)")
    assert ask(alice_org, ann, now=NOON).is_new


def test_the_zone_of_a_contact_is_theirs(side: Side, alice_org: UUID) -> None:
    calling.equip(alice_org)
    calling.open_hours(alice_org, "08:00", "21:00")
    in_tokyo = a_contact(alice_org, timezone="Asia/Tokyo")
    with pytest.raises(CannotCall):
        ask(alice_org, in_tokyo, now=NOON)
    assert ask(alice_org, in_tokyo, now=NIGHT).is_new


def test_without_a_key_an_assistant_or_a_line_the_cure_is_named(
    side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = a_contact(alice_org)
    calling.open_hours(alice_org, *calling.DAY_AND_NIGHT)

    def code() -> str:
        with pytest.raises(CannotCall) as refused:
            ask(alice_org, ann)
        return refused.value.code

    assert code() == "no_assistant"
    add_assistant(alice_org, ASSISTANT)
    add_number(alice_org, "+12125550111")
    assert code() == "no_line"
    add_number(alice_org, LINE, vapi_phone_number_id=LINE_ID)
    monkeypatch.delenv("VAPI_PRIVATE_KEY")
    settings.cache_clear()
    assert code() == "not_connected"


def test_of_several_the_marked_ones_call(side: Side, alice_org: UUID, ann: UUID) -> None:
    add_assistant(alice_org, "second")
    add_number(alice_org, "+12125550122", vapi_phone_number_id="line-2")
    with pytest.raises(CannotCall, match="assistant"):
        ask(alice_org, ann)
    with organization(alice_org) as tx:
        tx.run("UPDATE assistants SET is_outbound = true WHERE vapi_assistant_id = 'second'")
    with pytest.raises(CannotCall, match="number"):
        ask(alice_org, ann)
    with organization(alice_org) as tx:
        tx.run("UPDATE phone_numbers SET is_outbound = true WHERE vapi_phone_number_id = 'line-2'")
    ask(alice_org, ann)
    assert (placed(alice_org)["assistant_id"], placed(alice_org)["phone_number_id"]) == ("second", "line-2")


def test_a_stranger_is_nobody(side: Side, alice_org: UUID, bob_org: UUID, ann: UUID) -> None:
    with organization(bob_org) as tx:
        assert ask_back(tx, bob_org, ann, ANN, None, NOON) is None
        assert ask_back(tx, bob_org, uuid4(), ANN, None, NOON) is None


def test_of_two_leads_with_one_telephone_the_one_that_was_meant_has_the_call(side: Side, alice_org: UUID) -> None:
    calling.equip(alice_org)
    leads = [a_contact(alice_org, lead_id=lead_id) for lead_id in ("1", "2")]
    called = [call_of(alice_org, ask(alice_org, lead).call_id)["contact_id"] for lead in leads]
    assert called == leads
