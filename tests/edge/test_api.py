"""The API of calls: the fields that front ends know, in their order, and only the caller's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models.organizations import add_assistant
from tests.edge.desk import Desk, report
from tests.edge.people import bearer_of, keep_recording, make_call
from vocabulary import Role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

PROMISED = {
    "id", "source", "campaign", "disposition", "direction", "started_at", "ended_at", "duration_sec", "recording_url",
    "agent_id", "agent_name", "phone_number", "lead_id", "source_ref", "recording_status", "has_recording",
    "has_transcript", "created_at", "updated_at",
}  # fmt: skip


def listed(client: FlaskClient, headers: dict[str, str], **query: Any) -> Any:
    answer = client.get("/api/calls", query_string=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json


def ids(answer: Any) -> list[str]:
    return [call["id"] for call in answer["data"]]


def test_a_call_has_every_promised_field_under_its_own_name(client: FlaskClient, alice_org: UUID) -> None:
    call_id = make_call(
        alice_org,
        provider="convoso",
        provider_call_id="c-1",
        started_at=NOON,
        duration_seconds=Decimal("61.5"),
        financial_value=Decimal("250"),
        recording_url="https://recordings.example/1.mp3",
        recording_status="completed",
    )
    keep_recording(alice_org, call_id)
    call = listed(client, bearer_of((alice_org, Role.ANALYST)))["data"][0]
    assert call.keys() >= PROMISED
    assert (call["source"], call["source_ref"], call["started_at"]) == ("convoso", "c-1", "2026-03-02T12:00:00Z")
    assert (call["duration_sec"], call["financial_value"]) == (61.5, 250)
    assert (call["has_recording"], call["has_transcript"]) == (True, False)
    assert call["recording_url"].startswith(f"http://localhost:8000/recordings/{alice_org}/")
    assert not call.keys() & {"provider", "stamps", "happened_at", "seen_as", "metadata"}


def test_a_viewer_sees_that_there_is_a_recording_but_not_where(client: FlaskClient, alice_org: UUID) -> None:
    call_id = make_call(alice_org, recording_url="https://recordings.example/1.mp3", recording_status="completed")
    keep_recording(alice_org, call_id)
    headers = bearer_of((alice_org, Role.VIEWER))
    call = listed(client, headers)["data"][0]
    assert (call["has_recording"], call["recording_url"]) == (True, None)
    assert "recordings.example" not in client.get(f"/api/calls/{call_id}", headers=headers).text


@pytest.mark.parametrize("status", ["pending", "completed", "failed", "none"])
def test_nobody_gets_the_providers_own_address_of_a_recording(
    client: FlaskClient, alice_org: UUID, status: str
) -> None:
    call_id = make_call(alice_org, recording_url="https://recordings.example/1.mp3", recording_status=status)
    headers = bearer_of((alice_org, Role.OWNER))
    for address in ("/api/calls", f"/api/calls/{call_id}"):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, "recordings.example" in answer.text) == (200, False)


def test_calls_come_newest_first_and_page_after_page(client: FlaskClient, alice_org: UUID) -> None:
    made = [str(make_call(alice_org, started_at=NOON + timedelta(minutes=minute))) for minute in (3, 1, 2, 2, 2)]
    headers = bearer_of((alice_org, Role.VIEWER))
    everything = ids(listed(client, headers))
    assert everything[0] == made[0]
    assert everything[-1] == made[1]
    pages, place = [], None
    for _ in range(3):
        page = listed(client, headers, limit=2, **({"next": place} if place else {}))
        pages.append(ids(page))
        place = page["next"]
    assert pages == [everything[:2], everything[2:4], everything[4:]]
    assert place is None


def test_the_calls_of_all_the_callers_organizations_come_in_one_order(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    made = [
        str(make_call(org, started_at=NOON - timedelta(minutes=number)))
        for number, org in enumerate((alice_org, bob_org, bob_org, alice_org, bob_org))
    ]
    headers = bearer_of((alice_org, Role.VIEWER), (bob_org, Role.OWNER))
    first = listed(client, headers, limit=3)
    assert ids(first) + ids(listed(client, headers, limit=3, next=first["next"])) == made
    assert len(ids(listed(client, headers, org_id=bob_org))) == 3


def test_a_token_for_one_organization_lists_that_one_only(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    mine, _ = make_call(alice_org), make_call(bob_org)
    headers = bearer_of((alice_org, Role.VIEWER), (bob_org, Role.VIEWER), selected=alice_org)
    assert ids(listed(client, headers)) == [str(mine)]


def test_a_stranger_sees_neither_the_list_nor_the_call(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    call_id = make_call(alice_org)
    charlie = bearer_of((bob_org, Role.OWNER))
    assert ids(listed(client, charlie)) == []
    assert client.get(f"/api/calls?org_id={alice_org}", headers=charlie).status_code == 404
    assert client.get(f"/api/calls/{call_id}", headers=charlie).status_code == 404
    assert client.get(f"/api/calls/{call_id}", headers=bearer_of((alice_org, Role.VIEWER))).status_code == 200


FACTS: dict[str, Any] = {
    "campaign": "Spring", "direction": "inbound", "status": "completed", "outcome": "human", "sentiment_label": "calm",
    "agent_name": "Ana", "agent_id": "7", "booking_confirmed": True, "financial_value": Decimal("99.50"),
    "caller_name": "Maria López", "phone_number": "+13125550123", "started_at": NOON,
}  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        {"campaign": "Spring"}, {"direction": "inbound"}, {"status": "completed"}, {"outcome": "human"},
        {"sentiment": "calm"}, {"agent": "Ana"}, {"agent": "7"}, {"booked": "true"}, {"min_value": "99.5"},
        {"q": "maria l"}, {"q": "LÓPEZ"}, {"q": "(312) 555"}, {"date": "2026-03-02"},
        {"from": "2026-03-02", "to": "2026-03-02"}, {"from": "2026-03-02T12:00:00Z"},
        {"to": "2026-03-02T12:00:01Z", "from": "2026-03-02T07:00:00"}, {"q": "Maria", "campaign": "Spring"},
    ],
)  # fmt: skip
def test_a_filter_finds_the_call_that_fits_and_not_the_one_that_does_not(
    client: FlaskClient, alice_org: UUID, query: dict[str, str]
) -> None:
    fits = make_call(alice_org, **FACTS)
    make_call(alice_org, started_at=NOON - timedelta(days=3))
    assert ids(listed(client, bearer_of((alice_org, Role.VIEWER)), **query)) == [str(fits)]


def test_a_filter_that_fits_nothing_finds_nothing(client: FlaskClient, alice_org: UUID) -> None:
    make_call(alice_org, **FACTS)
    headers = bearer_of((alice_org, Role.VIEWER))
    for query in ({"campaign": "spring"}, {"booked": "false"}, {"min_value": "100"}, {"q": "%"}, {"to": "2026-03-01"}):
        assert ids(listed(client, headers, **query)) == [], query


def test_a_day_is_a_day_of_the_organization(client: FlaskClient, alice_org: UUID) -> None:
    late = make_call(alice_org, started_at=datetime(2026, 3, 3, 4, 59, tzinfo=UTC))
    make_call(alice_org, started_at=datetime(2026, 3, 3, 5, 0, tzinfo=UTC))
    assert ids(listed(client, bearer_of((alice_org, Role.VIEWER)), date="2026-03-02")) == [str(late)]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=ten", "limit=²", "next=x", "next=MjAyNg", "from=yesterday", "to=2026-13-01",
     "date=0000-00-00", "to=9999-12-31", "booked=maybe", "min_value=lots", "min_value=NaN", "min_value=1e999"],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_by_name(client: FlaskClient, alice_org: UUID, query: str) -> None:
    answer = client.get(f"/api/calls?{query}", headers=bearer_of((alice_org, Role.VIEWER)))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert answer.get_json()["error"].startswith(query.split("=")[0])


def test_more_than_200_are_never_given(client: FlaskClient, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    for _ in range(3):
        make_call(alice_org)
    assert len(ids(listed(client, headers, limit=100_000))) == 3
    from edge.asked import limit

    assert (limit({"limit": "100000"}), limit({"limit": "200"}), limit({})) == (200, 200, 100)


def test_a_call_comes_with_its_names_recordings_and_events(client: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    summary = {"summary": "Wants a cleaning on Thursday."}
    assert desk.vapi(report("v-1", "a-1", cost=0.25, analysis=summary)).status_code == 200
    assert desk.work() >= 1
    headers = bearer_of((alice_org, Role.VIEWER))
    call_id = listed(client, headers)["data"][0]["id"]
    answer = client.get(f"/api/calls/{call_id}", headers=headers)
    call = answer.get_json()["data"]
    assert call.keys() >= PROMISED
    assert (call["outcome_summary"], call["total_cost"]) == ("Wants a cleaning on Thursday.", 0.25)
    assert call["refs"] == [{"provider": "vapi", "ref": "v-1"}]
    assert [(one["state"], one["error"]) for one in call["recordings"]] == [
        ("failed", "Vapi is not connected: set VAPI_PRIVATE_KEY")
    ]
    assert call["messages"] == []
    event = call["events"][0]
    assert (event["kind"], event["state"], event["answer"]) == ("end-of-call-report", "processed", 200)
    assert [(job["actor"], job["state"], job["attempts"]) for job in event["jobs"]] == [("process_event", "done", 1)]
    assert {"status", "ended_at", "duration_seconds", "outcome_summary"} <= set(event["changed"])
    assert not event.keys() & {"headers", "raw", "dedupe_key"}


def test_an_unknown_call_is_not_found(client: FlaskClient, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    assert client.get(f"/api/calls/{uuid4()}", headers=headers).get_json()["code"] == "not_found"
    assert client.get("/api/calls/not-an-id", headers=headers).status_code == 404


def test_nobodys_member_has_no_calls(client: FlaskClient) -> None:
    assert listed(client, bearer_of()) == {"ok": True, "data": [], "next": None}


def test_validate_tells_a_member_about_the_organization(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.get(f"/api/orgs/validate/{alice_org}", headers=bearer_of((alice_org, Role.VIEWER)))
    org = {"id": str(alice_org), "name": "Alice's clinic", "timezone": "America/New_York", "role": "viewer"}
    assert answer.json == {"ok": True, "org": org}
