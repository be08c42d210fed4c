"""Whatever order statements come in, and however often, they make the same row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.merge import Row, conclude, has_ended, join, state
from vocabulary import Authority, CallStatus, Provider

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

statements = st.tuples(
    st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from([status.value for status in CallStatus]),
            "caller_name": st.sampled_from([None, "", "Ann", "Bea"]),
            "duration_seconds": st.sampled_from([None, Decimal("1"), Decimal("1.0004"), Decimal("1e30")]),
            "ended_at": st.sampled_from([None, NOON, NOON + timedelta(seconds=9)]),
            "metadata": st.sampled_from([{}, {"a": 1}, {"b": [1]}]),
        },
    ),
    st.sampled_from(list(Authority)),
    st.sampled_from([NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)]),
)


def tell(*said: tuple[dict[str, object], Authority, datetime]) -> Row:
    row = Row()
    for facts, authority, at in said:
        row = state(row, facts, authority, at)
    return row


@given(st.lists(statements, max_size=6), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(said: list, random: object) -> None:
    shuffled = said + said[:3]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert tell(*shuffled) == tell(*said)


@given(st.lists(statements, max_size=4), st.lists(statements, max_size=4))
def test_two_rows_that_are_joined_are_one_that_heard_everything(one: list, other: list) -> None:
    assert join(tell(*one), tell(*other)) == tell(*one, *other)


def test_a_missing_value_never_erases_a_known_one() -> None:
    row = tell(({"caller_name": "Ann"}, Authority.SNAPSHOT, NOON))
    assert state(row, {"caller_name": None}, Authority.REPORT, NOON).columns == {"caller_name": "Ann"}
    assert state(row, {"caller_name": ""}, Authority.REPORT, NOON).columns == {"caller_name": "Ann"}


def test_an_old_report_outweighs_a_newer_snapshot() -> None:
    report = ({"agent_name": "right"}, Authority.REPORT, NOON)
    snapshot = ({"agent_name": "stale"}, Authority.SNAPSHOT, NOON + timedelta(hours=1))
    assert tell(report, snapshot).columns["agent_name"] == "right"


def test_a_status_never_steps_back() -> None:
    ended = ({"status": "completed"}, Authority.PROGRESS, NOON)
    ringing = ({"status": "ringing"}, Authority.REPORT, NOON + timedelta(hours=1))
    assert tell(ended, ringing).columns["status"] == "completed"


def test_a_leads_status_is_a_word_of_its_own() -> None:
    row = state(Row(), {"status": "completed"}, Authority.REPORT, NOON, is_call=False)
    later = state(row, {"status": "Callback"}, Authority.REPORT, NOON + timedelta(seconds=1), is_call=False)
    assert later.columns["status"] == "Callback"


def test_of_two_ends_the_later_one_counts() -> None:
    busy = ({"status": "busy"}, Authority.PROGRESS, NOON + timedelta(seconds=1))
    completed = ({"status": "completed"}, Authority.PROGRESS, NOON)
    assert tell(busy, completed).columns["status"] == "busy"


def test_an_absurd_amount_says_nothing() -> None:
    assert tell(({"total_cost": Decimal("1e30")}, Authority.REPORT, NOON)).columns == {}
    assert tell(({"total_cost": Decimal("NaN")}, Authority.REPORT, NOON)).columns == {}


def test_vapi_names_a_call_that_twilio_knows_too() -> None:
    concluded = conclude({"status": "completed"}, {"twilio": "CA1", "vapi": "v1"})
    assert concluded == {
        "provider": "vapi",
        "provider_call_id": "v1",
        "call_sid": "CA1",
        "recording_status": "pending",
    }


def test_a_call_without_twilio_gets_a_sid_of_its_own() -> None:
    assert conclude({}, {Provider.VAPI: "v1"})["call_sid"] == "vapi-v1"
    assert conclude({}, {Provider.CONVOSO: "7"})["call_sid"] is None


def test_a_call_that_nobody_answered_has_no_recording_to_fetch() -> None:
    assert conclude({"status": "no_answer"}, {"vapi": "v"})["recording_status"] == "none"
    assert conclude({"recording_url": "https://x"}, {"vapi": "v"})["recording_status"] == "pending"


def test_only_final_statuses_end_a_call() -> None:
    assert [status for status in CallStatus if has_ended({"status": status})] == [
        CallStatus.COMPLETED,
        CallStatus.FAILED,
        CallStatus.NO_ANSWER,
        CallStatus.BUSY,
        CallStatus.CANCELED,
    ]
