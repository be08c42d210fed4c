"""Across organizations: everything for super admins, with a trace in each; their own for admins; deletion by phrase."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from models import clearing, everywhere, storage
from models.database import organization
from models.ids import new_id
from models.organizations import create_organization
from tasks.ledger import perform
from tests.edge.people import bearer_of, keep_recording, make_call
from tests.edge.said import make_contact, make_day, make_transcript, trail
from tests.edge.test_api_keys import make_key, with_key
from vocabulary import Role

CALLS, STATS, CLEAR = "/api/admin/calls", "/api/admin/stats", "/api/admin/clear-all-calls"
DAY = date(2026, 3, 2)


def at(minute: int) -> datetime:
    return datetime(2026, 3, 2, 9, minute, tzinfo=UTC)


def ids(answer: Any) -> list[str]:
    return [call["id"] for call in answer.get_json()["data"]]


@pytest.fixture
def three(alice_org: UUID, bob_org: UUID) -> list[str]:
    """Calls of both, newest first."""
    made = [make_call(org, started_at=at(n)) for n, org in enumerate((alice_org, bob_org, alice_org))]
    return [str(call_id) for call_id in reversed(made)]


def test_a_super_admin_sees_the_calls_of_all_with_their_names(
    client: FlaskClient, three: list[str], alice_org: UUID
) -> None:
    answer = client.get(CALLS, headers=bearer_of(super_admin=True))
    assert ids(answer) == three
    body = answer.get_json()
    assert [call["agency_name"] for call in body["data"]] == ["Alice's clinic", "Bob's clinic", "Alice's clinic"]
    assert (body["is_super_admin"], body["filtered_by_agencies"]) == (True, None)
    assert body["data"][0]["agency_id"] == str(alice_org)
    assert "counted" not in body["data"][0]


@pytest.mark.parametrize("path", [CALLS, STATS])
def test_looking_at_all_is_noted_in_each(client: FlaskClient, alice_org: UUID, bob_org: UUID, path: str) -> None:
    for org_id in (alice_org, bob_org):
        make_call(org_id)
        make_day(org_id, DAY, calls=1)
    client.get(f"{path}?from={DAY}&to={DAY}", headers=bearer_of(super_admin=True))
    for org_id in (alice_org, bob_org):
        (visit,) = trail(org_id, "super_admin.visit")
        assert visit["actor"].startswith("user:")
        assert visit["subject"] == path


def test_where_nothing_was_shown_nothing_is_noted(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    make_call(alice_org)
    client.get(CALLS, headers=bearer_of(super_admin=True))
    assert trail(bob_org, "super_admin.visit") == []


def test_a_super_admin_may_look_at_one(client: FlaskClient, three: list[str], bob_org: UUID) -> None:
    answer = client.get(f"{CALLS}?org_id={bob_org}", headers=bearer_of(super_admin=True))
    assert ids(answer) == [three[1]]
    assert answer.get_json()["filtered_by_agencies"] == [str(bob_org)]


def test_the_newest_of_all_are_found_however_they_are_spread(
    client: FlaskClient, alice_org: UUID, bob_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "NEWEST", everywhere.NEWEST.replace("500", "4"))
    create_organization("Without calls")
    for minute in range(5):
        make_call(alice_org, started_at=at(minute))
    newest = [make_call(bob_org, started_at=at(minute)) for minute in (10, 11, 12)]
    newest.insert(0, make_call(alice_org, started_at=at(9)))
    found = ids(client.get(CALLS, headers=bearer_of(super_admin=True)))
    assert found == [str(call_id) for call_id in reversed(newest)]


def test_an_admin_sees_their_own_organizations_only(client: FlaskClient, three: list[str], alice_org: UUID) -> None:
    answer = client.get(CALLS, headers=bearer_of((alice_org, Role.ADMIN)))
    assert ids(answer) == [three[0], three[2]]
    body = answer.get_json()
    assert (body["is_super_admin"], body["filtered_by_agencies"]) == (False, [str(alice_org)])
    assert {call["agency_name"] for call in body["data"]} == {"Alice's clinic"}


@pytest.mark.parametrize("path", [CALLS, STATS])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_see_neither(client: FlaskClient, alice_org: UUID, path: str, role: Role) -> None:
    assert client.get(path, headers=bearer_of((alice_org, role))).status_code == 403


@pytest.mark.parametrize("path", [CALLS, STATS])
def test_a_stranger_sees_neither(client: FlaskClient, three: list[str], alice_org: UUID, path: str) -> None:
    charlie = bearer_of((create_organization("Charlie's clinic"), Role.OWNER))
    assert client.get(f"{path}?org_id={alice_org}", headers=charlie).status_code == 404
    assert client.get(CALLS, headers=charlie).get_json()["data"] == []


def test_figures_of_all_and_of_each(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    make_day(alice_org, DAY, calls=3, inbound=2, inbound_bookings=1, value=Decimal(400))
    make_day(bob_org, DAY, calls=1, inbound=2, inbound_bookings=0)
    data = client.get(f"{STATS}?from={DAY}&to={DAY}", headers=bearer_of(super_admin=True)).get_json()["data"]
    assert {name: data["total"][name] for name in ("agencies", "calls", "pipeline_value", "success_rate")} == {
        "agencies": 2, "calls": 4, "pipeline_value": 400, "success_rate": 25,
    }  # fmt: skip
    assert [(one["agency_name"], one["calls"]) for one in data["agencies"]] == [
        ("Alice's clinic", 3), ("Bob's clinic", 1),
    ]  # fmt: skip


def test_figures_of_an_admin_are_their_own(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    make_day(alice_org, DAY, calls=3)
    make_day(bob_org, DAY, calls=1)
    body = client.get(f"{STATS}?from={DAY}&to={DAY}", headers=bearer_of((bob_org, Role.OWNER))).get_json()
    assert [(one["agency_name"], one["calls"]) for one in body["data"]["agencies"]] == [("Bob's clinic", 1)]
    assert body["filtered_by_agencies"] == [str(bob_org)]


def clear(client: FlaskClient, org_id: UUID, headers: dict[str, str], confirm: object) -> tuple[int, str]:
    answer = client.post(CLEAR, json={"org_id": str(org_id), "confirm": confirm}, headers=headers)
    return answer.status_code, answer.get_json().get("code", "")


def work_off(org_id: UUID) -> int:
    """Does the clearing that is owed, job after job; returns how many there were."""
    for number in range(20):
        with organization(org_id) as tx:
            job = tx.value("SELECT id FROM jobs WHERE actor = 'clear_calls' AND state = 'ready' ORDER BY run_at")
        if job is None:
            return number
        perform(org_id, job)
    raise AssertionError("it does not come to an end")


def left(org_id: UUID, table: str) -> int:
    with organization(org_id) as tx:
        return int(tx.value(f"SELECT count(*) FROM {table} WHERE org_id = %s", (org_id,)))


PHRASE = "delete all calls of Alice's clinic"


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
def test_only_a_super_admin_deletes_all_calls(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    make_call(alice_org)
    assert clear(client, alice_org, bearer_of((alice_org, role)), PHRASE) == (403, "forbidden")
    headers = with_key(make_key(client, alice_org, Role.ADMIN))
    assert clear(client, alice_org, headers, PHRASE) == (403, "person_required")
    assert (work_off(alice_org), left(alice_org, "calls")) == (0, 1)


@pytest.mark.parametrize("confirm", [None, "", True, "delete all calls", "delete all calls of Bob's clinic"])
def test_without_the_phrase_nothing_is_deleted(client: FlaskClient, alice_org: UUID, confirm: object) -> None:
    make_call(alice_org)
    answer = clear(client, alice_org, bearer_of(super_admin=True), confirm)
    assert answer == (400, "confirmation_required")
    assert (work_off(alice_org), left(alice_org, "calls")) == (0, 1)


def test_one_organization_is_named(client: FlaskClient, alice_org: UUID) -> None:
    headers = bearer_of(super_admin=True)
    answer = client.post(CLEAR, json={"confirm": PHRASE}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "org_required")
    assert clear(client, new_id(), headers, PHRASE) == (404, "not_found")


def test_calls_go_with_all_that_hangs_on_them(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    call_id, theirs = make_call(alice_org), make_call(bob_org)
    contact_id = make_contact(alice_org)
    make_transcript(alice_org, call_id)
    keep_recording(alice_org, call_id)
    with organization(alice_org) as tx:
        tx.run("UPDATE recordings SET storage_key = %s", (f"{alice_org}/2026/03/x.wav",))
        tx.run(
            "INSERT INTO messages (org_id, id, direction, method, status, recipient, content, call_id, intent_key,"
            " requested_by) VALUES (%s, %s, 'outbound', 'sms', 'sent', '+12125550101', 'Hi', %s, 'x', 'rule:x')",
            (alice_org, new_id(), call_id),
        )
        tx.run(
            "INSERT INTO appointments (org_id, id, contact_id, call_id, starts_at, ends_at)"
            " VALUES (%s, %s, %s, %s, now(), now() + interval '1 hour')",
            (alice_org, new_id(), contact_id, call_id),
        )
    file = storage.path_of(alice_org, f"{alice_org}/2026/03/x.wav")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"sound")
    assert clear(client, alice_org, bearer_of(super_admin=True), PHRASE) == (202, "")
    assert left(alice_org, "calls") == 1
    work_off(alice_org)
    for table in ("calls", "transcripts", "recordings"):
        assert left(alice_org, table) == 0, table
    assert not file.exists()
    with organization(alice_org) as tx:
        for table in ("messages", "appointments"):
            assert [row["call_id"] for row in tx.rows(f"SELECT call_id FROM {table}")] == [None]
    assert left(alice_org, "contacts") == 1
    with organization(bob_org) as tx:
        assert [row["id"] for row in tx.rows("SELECT id FROM calls")] == [theirs]
    (asked,), (done,) = trail(alice_org, "calls.clear"), trail(alice_org, "calls.cleared")
    assert (asked["details"], done["details"], asked["subject"] == done["subject"]) == (
        {"calls": 1}, {"deleted": 1}, True,
    )  # fmt: skip


def test_the_bodies_of_its_events_are_forgotten_but_not_what_waits(client: FlaskClient, alice_org: UUID) -> None:
    call_id = make_call(alice_org)
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO call_refs (org_id, provider, ref, call_id) VALUES (%s, 'vapi', 'v1', %s)", (alice_org, call_id)
        )
        for state, ref in (("processed", "vapi:v1"), ("accepted", "vapi:v1"), ("processed", "vapi:v2")):
            tx.run(
                "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, call_ref, raw, state)"
                " VALUES (%s, %s, 'vapi', 'vapi', 'x', %s, %s, 'body', %s)",
                (alice_org, new_id(), f"{state}{ref}", ref, state),
            )
    clear(client, alice_org, bearer_of(super_admin=True), PHRASE)
    work_off(alice_org)
    with organization(alice_org) as tx:
        kept = tx.rows("SELECT state, call_ref FROM webhook_events WHERE raw IS NOT NULL ORDER BY state")
    assert [(row["state"], row["call_ref"]) for row in kept] == [("accepted", "vapi:v1"), ("processed", "vapi:v2")]


def test_the_figures_fall_with_the_calls_batch_after_batch(
    client: FlaskClient, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    for _ in range(5):
        make_call(alice_org, counted='{"day": "2026-03-02", "campaign": "", "agent": "", "calls": 1, "value": "10"}')
    make_day(alice_org, DAY, calls=5, value=50)
    clear(client, alice_org, bearer_of(super_admin=True), PHRASE)
    assert work_off(alice_org) == 3
    assert (left(alice_org, "calls"), left(alice_org, "call_stats_daily")) == (0, 0)
    assert trail(alice_org, "calls.cleared")[0]["details"] == {"deleted": 5}


def test_what_came_later_and_what_is_being_dialled_stays(client: FlaskClient, alice_org: UUID) -> None:
    dialling, contact_id = make_call(alice_org), make_contact(alice_org)
    make_call(alice_org)
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO placed_calls (org_id, id, call_id, contact_id, phone, assistant_id, phone_number_id,"
            " intent_key, requested_by, status) VALUES (%s, %s, %s, %s, '+12125550101', 'a', 'n', 'x', 'user:1',"
            " 'dialling')",
            (alice_org, new_id(), dialling, contact_id),
        )
    clear(client, alice_org, bearer_of(super_admin=True), PHRASE)
    later = make_call(alice_org)
    work_off(alice_org)
    with organization(alice_org) as tx:
        assert {row["id"] for row in tx.rows("SELECT id FROM calls")} == {dialling, later}
