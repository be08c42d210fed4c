"""Statements about calls become one row each, in the database: joined, linked, and never set back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.database import organization
from models.organizations import add_assistant, add_number
from tasks.calls import Recorded, record_call
from tasks.contacts import record_lead
from vocabulary import Authority, CallFacts, CallRef, LeadFacts, Provider

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINE, CALLER = "+12025550143", "+12025550178"
VAPI, TWILIO = CallRef(Provider.VAPI, "v1"), CallRef(Provider.TWILIO, "CA1")


def tell(org_id: UUID, *refs: CallRef, at: datetime = NOON, **facts: Any) -> Recorded:
    said = CallFacts(refs, refs[0].provider, at, Authority.PROGRESS, facts)
    with organization(org_id) as tx:
        return record_call(tx, org_id, said, at)


def rows(org_id: UUID, query: str) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows(query)


def ring(org_id: UUID, number: str, name: str) -> None:
    said = {"from_number": number, "phone_number": number, "caller_name": name}
    ref = CallRef(Provider.TWILIO, f"CA{number}")
    with organization(org_id) as tx:
        record_call(tx, org_id, CallFacts((ref,), Provider.TWILIO, NOON, Authority.PROGRESS, {}, said), NOON)


def test_the_name_of_a_line_is_not_its_callers(alice_org: UUID) -> None:
    add_number(alice_org, LINE)
    ring(alice_org, LINE, "ALICES CLINIC")
    ring(alice_org, CALLER, "ANN LEE")
    assert rows(alice_org, "SELECT from_number, caller_name FROM calls ORDER BY from_number") == [
        {"from_number": LINE, "caller_name": "Unknown Caller"},
        {"from_number": CALLER, "caller_name": "ANN LEE"},
    ]


def test_a_call_from_a_registered_line_knows_its_line_and_assistant(alice_org: UUID) -> None:
    add_assistant(alice_org, "asst-1")
    add_number(alice_org, LINE, vapi_phone_number_id="vapi-line-1", vapi_assistant_id="asst-1")
    tell(alice_org, TWILIO, from_number=LINE, to_number="+12025550100", status="ringing")
    assert rows(alice_org, "SELECT assistant_id, phone_number_id FROM calls") == [
        {"assistant_id": "asst-1", "phone_number_id": "vapi-line-1"}
    ]


def test_two_calls_that_an_event_joins_become_the_older_one(alice_org: UUID) -> None:
    older = tell(alice_org, TWILIO, phone_number=CALLER, status="ringing")
    tell(alice_org, VAPI, at=NOON + timedelta(seconds=1), status="completed", caller_name="Ann")
    joined = tell(alice_org, VAPI, TWILIO, at=NOON + timedelta(seconds=2), agent_name="Kim")
    assert joined.call_id == older.call_id
    assert rows(alice_org, "SELECT provider, call_sid, status, caller_name, agent_name, phone_number FROM calls") == [
        {
            "provider": "vapi",
            "call_sid": "CA1",
            "status": "completed",
            "caller_name": "Ann",
            "agent_name": "Kim",
            "phone_number": CALLER,
        }
    ]
    assert len(rows(alice_org, "SELECT ref FROM call_refs")) == 2


def test_the_same_event_twice_changes_nothing(alice_org: UUID) -> None:
    tell(alice_org, VAPI, status="completed", phone_number=CALLER)
    before = rows(alice_org, "SELECT * FROM calls")
    assert tell(alice_org, VAPI, status="completed", phone_number=CALLER).changed is False
    assert rows(alice_org, "SELECT * FROM calls") == before


def test_a_recording_is_owed_once_a_call_that_was_talked_on(alice_org: UUID) -> None:
    tell(alice_org, VAPI, status="completed")
    tell(alice_org, VAPI, recording_url="https://recordings.example/1")
    assert rows(alice_org, "SELECT state FROM recordings") == [{"state": "pending"}]
    assert len(rows(alice_org, "SELECT id FROM jobs WHERE actor = 'poll_recording'")) == 1


def test_a_call_that_nobody_answered_after_all_has_no_recording(alice_org: UUID) -> None:
    tell(alice_org, VAPI, status="completed")
    said = CallFacts((VAPI,), VAPI.provider, NOON, Authority.REPORT, {"status": "no_answer"})
    with organization(alice_org) as tx:
        record_call(tx, alice_org, said, NOON)
    assert rows(alice_org, "SELECT state FROM recordings") == []


def test_a_lead_adopts_the_contact_that_only_its_phone_had(alice_org: UUID) -> None:
    tell(alice_org, VAPI, phone_number=CALLER, status="completed", ended_at=NOON)
    lead = LeadFacts(NOON, "4711", CALLER, {"name": "Ann Lee", "status": "NEW"})
    with organization(alice_org) as tx:
        contact_id = record_lead(tx, alice_org, lead, NOON)
    assert rows(alice_org, "SELECT id, lead_id, phone, name, last_contacted_at FROM contacts") == [
        {"id": contact_id, "lead_id": "4711", "phone": CALLER, "name": "Ann Lee", "last_contacted_at": NOON}
    ]
    assert rows(alice_org, "SELECT contact_id FROM calls") == [{"contact_id": contact_id}]


def test_an_own_line_is_never_a_contact(alice_org: UUID) -> None:
    add_number(alice_org, LINE)
    tell(alice_org, TWILIO, from_number=LINE, phone_number=LINE, status="completed")
    assert rows(alice_org, "SELECT id FROM contacts") == []


def test_a_call_is_made_in_its_own_organization_only(alice_org: UUID, bob_org: UUID) -> None:
    ours = tell(alice_org, VAPI, status="completed").call_id
    theirs = tell(bob_org, VAPI, status="ringing").call_id
    assert ours != theirs
    assert rows(alice_org, "SELECT id, status FROM calls") == [{"id": ours, "status": "completed"}]


def test_a_caller_whom_nobody_named_does_not_rename_the_contact(alice_org: UUID) -> None:
    tell(alice_org, VAPI, phone_number=CALLER, caller_name="Ann")
    for status in ("in_progress", "completed"):
        tell(alice_org, CallRef(Provider.VAPI, "v2"), at=NOON + timedelta(hours=1), phone_number=CALLER, status=status)
    assert rows(alice_org, "SELECT name FROM contacts") == [{"name": "Ann"}]


def test_events_that_name_one_call_differently_do_not_overwrite_each_other(alice_org: UUID) -> None:
    tell(alice_org, VAPI, TWILIO, status="ringing")
    with organization(alice_org) as tx:
        said = CallFacts((TWILIO,), Provider.TWILIO, NOON, Authority.PROGRESS, {"status": "in_progress"})
        other = ThreadPoolExecutor(1).submit(tell, alice_org, VAPI, at=NOON + timedelta(hours=1), status="completed")
        record_call(tx, alice_org, said, NOON)
    other.result()
    assert rows(alice_org, "SELECT status FROM calls") == [{"status": "completed"}]


def test_a_recording_that_turns_out_not_to_be_is_owed_no_more(alice_org: UUID) -> None:
    tell(alice_org, TWILIO, status="completed")
    with organization(alice_org) as tx:
        record_call(
            tx, alice_org, CallFacts((TWILIO,), Provider.VAPI, NOON, Authority.REPORT, {"status": "no_answer"}), NOON
        )
    assert rows(alice_org, "SELECT id FROM recordings") == []


def test_a_score_with_too_many_digits_changes_the_row_once(alice_org: UUID) -> None:
    tell(alice_org, VAPI, sentiment_score=0.12344)
    assert tell(alice_org, VAPI, sentiment_score=0.12344).changed is False
