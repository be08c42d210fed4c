"""Appointments over the API: booked by the front desk, moved, ended, reminded of at a click, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models.database import organization
from models.organizations import add_number
from settings import settings
from tests.edge.people import bearer_of, key_of, make_call
from tests.edge.said import make_contact, trail
from vocabulary import Role

PATH = "/api/appointments"
SOON = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
PHONE = "+13125550123"


def desk_of(org_id: UUID) -> dict[str, str]:
    return bearer_of((org_id, Role.OPERATOR), selected=org_id)


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def asked(client: FlaskClient, org_id: UUID, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    body = {"starts_at": iso(SOON), "phone": PHONE, "name": "Ann Lee"} | fields
    body = {name: value for name, value in body.items() if value is not None}
    return client.post(PATH, json=body, headers=desk_of(org_id) | (headers or {}))


def booked(client: FlaskClient, org_id: UUID, **fields: Any) -> dict[str, Any]:
    answer = asked(client, org_id, **fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()["data"]
    return made


def planned(org_id: UUID) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows("SELECT * FROM messages ORDER BY appointment_version, send_at, created_at")


@pytest.fixture
def texting(alice_org: UUID) -> None:
    """Alice sends texts from a number of the deployment's account."""
    with organization(alice_org) as tx:
        tx.run(
            "UPDATE organizations SET sms_number = '+12125550100', sms_account = %s", (settings().twilio_account_sid,)
        )


def test_an_appointment_by_phone_makes_its_contact(client: FlaskClient, alice_org: UUID) -> None:
    made = booked(client, alice_org, phone="(312) 555-0123", title="Visit", email="Ann@Example.com")
    assert (made["contact_name"], made["contact_phone"], made["phone_number"]) == ("Ann Lee", PHONE, PHONE)
    assert (made["contact_email"], made["title"], made["version"]) == ("ann@example.com", "Visit", 1)
    assert made["starts_at"] == made["scheduled_time"] == made["scheduled_at"] == iso(SOON)
    assert made["ends_at"] == iso(SOON + timedelta(minutes=30))
    assert (made["status"], made["confirmation_sent"]) == ("booked", False)
    assert [row["subject"] for row in trail(alice_org, "appointments.create")] == [made["id"]]


def test_who_is_known_by_number_is_not_made_again(client: FlaskClient, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, phone=PHONE)
    assert booked(client, alice_org)["contact_id"] == str(contact_id)
    assert booked(client, alice_org, phone=None, contact_id=str(contact_id))["contact_id"] == str(contact_id)


def test_a_time_without_a_zone_is_by_the_clinics_clock(client: FlaskClient, alice_org: UUID) -> None:
    year = datetime.now(UTC).year + 1
    made = booked(client, alice_org, starts_at=f"{year}-01-12T09:00", ends_at=f"{year}-01-12T10:15")
    assert (made["starts_at"], made["ends_at"]) == (f"{year}-01-12T14:00:00Z", f"{year}-01-12T15:15:00Z")


def test_its_reminders_are_planned_moved_and_dropped_with_it(client: FlaskClient, alice_org: UUID) -> None:
    made, desk = booked(client, alice_org), desk_of(alice_org)
    assert [(row["status"], row["send_at"]) for row in planned(alice_org)] == [
        ("planned", SOON - timedelta(hours=24)), ("planned", SOON - timedelta(hours=2))
    ]  # fmt: skip
    later = SOON + timedelta(days=1)
    moved = client.patch(f"{PATH}/{made['id']}", json={"starts_at": iso(later)}, headers=desk).get_json()["data"]
    assert (moved["version"], moved["ends_at"]) == (2, iso(later + timedelta(minutes=30)))
    assert [(row["status"], row["reason"]) for row in planned(alice_org)] == [
        ("skipped", "The appointment was moved"), ("skipped", "The appointment was moved"),
        ("planned", None), ("planned", None),
    ]  # fmt: skip
    cancelled = client.delete(f"{PATH}/{made['id']}", headers=desk).get_json()["data"]
    assert (cancelled["status"], cancelled["version"]) == ("cancelled", 2)
    assert [row["reason"] for row in planned(alice_org)][2:] == ["The appointment is cancelled"] * 2
    assert client.delete(f"{PATH}/{made['id']}", headers=desk).status_code == 200


def test_a_second_click_books_nothing(client: FlaskClient, alice_org: UUID) -> None:
    headers = desk_of(alice_org) | {"Idempotency-Key": "k-1"}
    first, second = (asked(client, alice_org, headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json()["data"]["id"] == second.get_json()["data"]["id"]
    other = asked(client, alice_org, headers, starts_at=iso(SOON + timedelta(hours=1)))
    assert (other.status_code, len(planned(alice_org))) == (201, 4)


def test_another_length_or_title_moves_nothing(client: FlaskClient, alice_org: UUID) -> None:
    made, desk = booked(client, alice_org, notes="window seat"), desk_of(alice_org)
    body = {"duration_minutes": 60, "title": "Check", "notes": ""}
    changed = client.patch(f"{PATH}/{made['id']}", json=body, headers=desk).get_json()["data"]
    assert (changed["version"], changed["title"], changed["notes"]) == (1, "Check", None)
    assert changed["ends_at"] == iso(SOON + timedelta(minutes=60))
    assert trail(alice_org, "appointments.change")[0]["details"] == {
        "changed": ["length", "title", "notes"], "status": "booked", "version": 1
    }  # fmt: skip


def test_what_has_ended_is_not_moved(client: FlaskClient, alice_org: UUID) -> None:
    made, desk = booked(client, alice_org), desk_of(alice_org)
    address = f"{PATH}/{made['id']}"
    assert client.patch(address, json={"status": "no_show"}, headers=desk).get_json()["data"]["status"] == "no_show"
    answers = [client.patch(address, json={"starts_at": iso(SOON + timedelta(hours=1))}, headers=desk)]
    client.delete(address, headers=desk)
    answers.append(client.patch(address, json={"status": "completed"}, headers=desk))
    assert [(one.status_code, one.get_json()["error"]) for one in answers] == [
        (409, "The appointment is no show"), (409, "The appointment is cancelled")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_at", "soon"), ("starts_at", 7), ("starts_at", "2020-01-01T09:00:00Z"), ("starts_at", "2026-01-31"),
        pytest.param("ends_at", iso(SOON), id="ends_as_it_starts"),
        pytest.param("ends_at", iso(SOON + timedelta(days=2)), id="ends_two_days_later"), ("ends_at", []),
        ("duration_minutes", 0), ("duration_minutes", 1441), ("duration_minutes", "30"), ("duration_minutes", True),
        ("title", ""), ("title", "x" * 121), ("notes", "x" * 2001), ("notes", 7), ("name", {}), ("email", "ann"),
        ("phone", "x" * 121), ("phone", "none"), ("phone", ""), ("contact_id", "7"), ("call_id", 7),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(client: FlaskClient, alice_org: UUID, field: str, value: Any) -> None:
    answer = asked(client, alice_org, **{field: value})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert answer.get_json()["error"].startswith((f"{field} must", f"{field} or")), answer.text


def test_who_and_when_must_be_said_once(client: FlaskClient, alice_org: UUID) -> None:
    contact = str(make_contact(alice_org))
    answers = [
        asked(client, alice_org, starts_at=None),
        asked(client, alice_org, phone=None),
        asked(client, alice_org, contact_id=contact),
        asked(client, alice_org, duration_minutes=30, ends_at=iso(SOON + timedelta(hours=1))),
    ]
    assert [(one.status_code, one.get_json()["error"].split()[0]) for one in answers] == [
        (400, "starts_at"), (400, "contact_id"), (400, "contact_id"), (400, "ends_at"),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [{}, {"status": "booked"}, {"status": "cancelled", "starts_at": iso(SOON)}])
def test_a_change_that_makes_no_sense_is_refused(client: FlaskClient, alice_org: UUID, body: Any) -> None:
    made = booked(client, alice_org)
    assert client.patch(f"{PATH}/{made['id']}", json=body, headers=desk_of(alice_org)).status_code == 400


def test_a_line_of_the_clinics_own_is_nobody_to_meet(client: FlaskClient, alice_org: UUID) -> None:
    add_number(alice_org, PHONE)
    assert asked(client, alice_org).get_json()["error"].startswith("phone must be a number")


def test_they_are_listed_earliest_first_and_filtered(client: FlaskClient, alice_org: UUID) -> None:
    made = [booked(client, alice_org, starts_at=iso(SOON + timedelta(hours=hours))) for hours in (2, 0, 1)]
    client.delete(f"{PATH}/{made[2]['id']}", headers=desk_of(alice_org))
    viewer = bearer_of((alice_org, Role.VIEWER))

    def ids(**query: Any) -> list[str]:
        return [row["id"] for row in client.get(PATH, query_string=query, headers=viewer).get_json()["data"]]

    first = client.get(PATH, query_string={"limit": 2}, headers=viewer).get_json()
    assert [row["id"] for row in first["data"]] + ids(next=first["next"]) == [
        made[1]["id"],
        made[2]["id"],
        made[0]["id"],
    ]
    assert ids(status="cancelled") == [made[2]["id"]]
    assert ids(**{"from": iso(SOON + timedelta(hours=1)), "to": iso(SOON + timedelta(hours=2))}) == [made[2]["id"]]
    assert len(ids(contact_id=made[0]["contact_id"])) == 3
    assert ids(contact_id=str(uuid4())) == []
    for query in ({"status": "x"}, {"contact_id": "x"}, {"from": "x"}, {"next": "x"}, {"limit": "0"}):
        assert client.get(PATH, query_string=query, headers=viewer).status_code == 400


def test_appointments_of_several_clinics_are_one_list(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    later = booked(client, alice_org, starts_at=iso(SOON + timedelta(hours=1)))
    sooner = booked(client, bob_org)
    both = bearer_of((alice_org, Role.VIEWER), (bob_org, Role.VIEWER))
    listed = client.get(PATH, headers=both).get_json()["data"]
    assert [row["id"] for row in listed] == [sooner["id"], later["id"]]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_lower_roles_read_and_do_not_write(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    address, headers = f"{PATH}/{booked(client, alice_org)['id']}", bearer_of((alice_org, role), selected=alice_org)
    assert client.get(address, headers=headers).status_code == 200
    writes = [
        client.post(PATH, json={"starts_at": iso(SOON), "phone": PHONE}, headers=headers),
        client.patch(address, json={"title": "x"}, headers=headers),
        client.delete(address, headers=headers),
        client.post(f"{address}/send-reminder", json={"method": "sms"}, headers=headers),
    ]
    assert [answer.status_code for answer in writes] == [403] * 4


def test_a_stranger_finds_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    made = booked(client, alice_org)
    address, charlie = f"{PATH}/{made['id']}", bearer_of((bob_org, Role.OWNER), selected=bob_org)
    body = {"starts_at": iso(SOON), "phone": PHONE}
    answers = [
        client.get(address, headers=charlie),
        client.patch(address, json={"title": "mine"}, headers=charlie),
        client.delete(address, headers=charlie),
        client.post(f"{address}/send-reminder", json={"method": "sms"}, headers=charlie),
        client.post(f"{PATH}?org_id={alice_org}", json=body, headers=charlie),
        client.post(PATH, json={"starts_at": iso(SOON), "contact_id": made["contact_id"]}, headers=charlie),
        client.post(PATH, json=body | {"call_id": str(make_call(alice_org))}, headers=charlie),
        client.get(f"{PATH}/{uuid4()}", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 8
    assert client.get(PATH, headers=charlie).get_json()["data"] == []
    with organization(alice_org) as tx:
        assert tx.value("SELECT title || status FROM appointments") == "Appointmentbooked"


def reminded(client: FlaskClient, org_id: UUID, id: str, method: Any = "sms", **headers: str) -> Any:
    return client.post(f"{PATH}/{id}/send-reminder", json={"method": method}, headers=desk_of(org_id) | headers)


@pytest.mark.usefixtures("texting")
def test_a_reminder_at_a_click_is_owed_once_for_its_key(client: FlaskClient, alice_org: UUID) -> None:
    made, key = booked(client, alice_org), {"Idempotency-Key": "k-1"}
    desk = desk_of(alice_org) | key
    first, second = (
        client.post(f"{PATH}/{made['id']}/send-reminder", json={"method": "sms"}, headers=desk) for _ in range(2)
    )
    answer = first.get_json()
    assert (first.status_code, second.get_json()) == (200, answer)
    assert {name: answer[name] for name in ("ok", "success", "recipient", "method", "status")} == {
        "ok": True, "success": True, "recipient": PHONE, "method": "sms", "status": "planned"
    }  # fmt: skip
    by_person = [row for row in planned(alice_org) if row["requested_by"].startswith("user:")]
    assert [str(row["id"]) for row in by_person] == [answer["messageId"]]
    assert by_person[0]["intent_key"].startswith(f"reminder:{made['id']}:now:sms:")
    assert len(trail(alice_org, "appointments.remind")) == 1
    assert reminded(client, alice_org, made["id"]).get_json()["messageId"] != answer["messageId"]


def test_without_a_sender_a_click_is_told_the_cure(client: FlaskClient, alice_org: UUID) -> None:
    made = booked(client, alice_org, email="ann@example.com")
    answers = [reminded(client, alice_org, made["id"], method) for method in ("sms", "email")]
    assert [(one.status_code, one.get_json()["error"]) for one in answers] == [
        (400, "Twilio is not connected. Connect it in settings."),
        (400, "Resend is not connected. Connect it in settings."),
    ]


@pytest.mark.usefixtures("texting")
def test_why_nobody_can_be_reminded_is_told(client: FlaskClient, alice_org: UUID) -> None:
    silent = booked(client, alice_org, phone=None, contact_id=str(make_contact(alice_org, email="b@example.com")))
    none = reminded(client, alice_org, silent["id"])
    assert (none.status_code, none.get_json()["error"]) == (400, "The contact has no phone number")
    made = booked(client, alice_org)
    for method in ("fax", None, ["sms"]):
        assert reminded(client, alice_org, made["id"], method).get_json()["error"] == "method must be sms or email"
    with organization(alice_org) as tx:
        tx.run("INSERT INTO opt_outs VALUES (%s, %s, true, 'word')", (alice_org, PHONE))
    out = reminded(client, alice_org, made["id"])
    assert (out.status_code, out.get_json()["code"]) == (409, "opted_out")


@pytest.mark.usefixtures("texting")
def test_nobody_is_reminded_of_what_is_over(client: FlaskClient, alice_org: UUID) -> None:
    gone = booked(client, alice_org)
    client.delete(f"{PATH}/{gone['id']}", headers=desk_of(alice_org))
    past = booked(client, alice_org, starts_at=iso(datetime.now(UTC) - timedelta(hours=1)))
    answers = [reminded(client, alice_org, one["id"]) for one in (gone, past)]
    assert [(one.status_code, one.get_json()["error"]) for one in answers] == [
        (409, "The appointment is cancelled"), (409, "The appointment has begun")
    ]  # fmt: skip
    assert [row["status"] for row in planned(alice_org)] == ["skipped", "skipped"]


@pytest.mark.usefixtures("texting")
def test_nobody_is_reminded_over_and_over(client: FlaskClient, alice_org: UUID) -> None:
    made, key = booked(client, alice_org), {"Idempotency-Key": "k-1"}
    desk = desk_of(alice_org)
    address = f"{PATH}/{made['id']}/send-reminder"
    answers = [client.post(address, json={"method": "sms"}, headers=desk | head) for head in (key, {}, {}, {}, key)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 200]
    assert answers[3].get_json()["code"] == "too_many_texts"
    assert 3590 < int(answers[3].headers["Retry-After"]) <= 3600
    assert answers[4].get_json() == answers[0].get_json()
    assert len([row for row in planned(alice_org) if row["requested_by"].startswith("user:")]) == 3


@pytest.mark.usefixtures("texting")
def test_a_program_with_a_key_reminds_nobody_over_and_over(client: FlaskClient, alice_org: UUID) -> None:
    made, program = booked(client, alice_org), key_of(alice_org, Role.OPERATOR)
    answers = [reminded(client, alice_org, made["id"], **program) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
