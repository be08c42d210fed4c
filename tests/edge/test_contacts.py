"""Contacts over the API: who called, how warm they are, and a person's word on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from flask.testing import FlaskClient

from models.database import organization
from tests.conftest import TestDatabase
from tests.edge.people import bearer_of
from tests.edge.said import make_contact, trail
from vocabulary import Role

PATH = "/api/contacts"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def listed(client: FlaskClient, org_id: UUID, **query: Any) -> Any:
    answer = client.get(PATH, query_string=query, headers=bearer_of((org_id, Role.VIEWER)))
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def ids(answer: Any) -> list[str]:
    return [contact["id"] for contact in answer["data"]]


def test_a_contact_has_its_fields_under_new_and_old_names(client: FlaskClient, alice_org: UUID) -> None:
    facts = {"services_interested": "Botox", "lead_status": "contacted", "lead_score": 71, "temperature": "hot"}
    make_contact(alice_org, name="Ann Lee", phone="+13125550123", last_contacted_at=NOON, **facts)
    contact = listed(client, alice_org)["data"][0]
    assert {name: contact[name] for name in facts} == facts
    assert (contact["contact_name"], contact["name"]) == ("Ann Lee", "Ann Lee")
    assert (contact["phone_number"], contact["phone"]) == ("+13125550123", "+13125550123")
    assert contact["last_contacted_at"] == "2026-03-02T12:00:00Z"
    assert not contact.keys() & {"heard_at", "stamps"}


def test_contacts_come_page_after_page_those_last_heard_of_first(client: FlaskClient, alice_org: UUID) -> None:
    hours = (1, 3, 2, 2)
    made = [str(make_contact(alice_org, last_contacted_at=NOON + timedelta(hours=hour))) for hour in hours]
    silent = str(make_contact(alice_org, created_at=NOON))
    first = listed(client, alice_org, limit=3)
    second = listed(client, alice_org, limit=3, next=first["next"])
    alike = sorted((made[2], made[3]), reverse=True)
    assert ids(first) + ids(second) == [made[1], *alike, made[0], silent]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query",
    [{"q": "ann l"}, {"q": "(312) 555"}, {"q": "LEE@"}, {"lead_status": "booked"}, {"temperature": "Hot"}],
)
def test_a_filter_finds_the_contact_that_fits(client: FlaskClient, alice_org: UUID, query: dict[str, str]) -> None:
    facts = {"name": "Ann Lee", "phone": "+13125550123", "email": "ann.lee@example.com"}
    fits = make_contact(alice_org, lead_status="booked", temperature="hot", **facts)
    make_contact(alice_org, name="Bea", phone="+12125550100")
    assert ids(listed(client, alice_org, **query)) == [str(fits)]


@pytest.mark.parametrize("query", ["lead_status=won", "temperature=tepid", "limit=0", "next=x"])
def test_a_question_that_makes_no_sense_is_refused_by_name(client: FlaskClient, alice_org: UUID, query: str) -> None:
    answer = client.get(f"{PATH}?{query}", headers=bearer_of((alice_org, Role.VIEWER)))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert answer.get_json()["error"].startswith(query.split("=")[0])


def test_the_counts_are_those_of_the_callers_organizations(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    for temperature in ("hot", "hot", "warm", None):
        make_contact(alice_org, temperature=temperature)
    make_contact(bob_org, temperature="cold")
    hers = client.get(f"{PATH}/stats", headers=bearer_of((alice_org, Role.VIEWER))).get_json()
    assert hers == {
        "ok": True, "total": 4, "hot": 2, "warm": 1, "cold": 0,
        "total_leads": 4, "hot_leads": 2, "warm_leads": 1, "cold_leads": 0,
    }  # fmt: skip
    both = bearer_of((alice_org, Role.VIEWER), (bob_org, Role.VIEWER))
    assert client.get(f"{PATH}/stats", headers=both).get_json()["total_leads"] == 5


def test_a_persons_word_holds_until_it_is_given_back(client: FlaskClient, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, temperature="cold")
    headers, address = bearer_of((alice_org, Role.OPERATOR), selected=alice_org), f"{PATH}/{contact_id}"
    held = client.patch(address, json={"temperature": "hot", "lead_status": "booked"}, headers=headers).get_json()
    assert (held["data"]["temperature"], held["data"]["temperature_held"]) == ("hot", True)
    back = client.patch(address, json={"temperature": None}, headers=headers).get_json()["data"]
    assert (back["temperature"], back["temperature_held"], back["lead_status_held"]) == ("hot", False, True)
    details = [row["details"] for row in trail(alice_org, "contacts.decide")]
    assert details == [{"lead_status": "booked", "temperature": "hot"}, {"temperature": None}]


def test_a_decision_needs_an_organization_a_role_and_sense(client: FlaskClient, alice_org: UUID) -> None:
    address, change = f"{PATH}/{make_contact(alice_org)}", {"temperature": "hot"}
    analyst, operator = (bearer_of((alice_org, role)) for role in (Role.ANALYST, Role.OPERATOR))
    assert client.patch(f"{address}?org_id={alice_org}", json=change, headers=analyst).status_code == 403
    assert client.patch(address, json=change, headers=operator).get_json()["code"] == "org_required"
    for body in ({}, {"temperature": "tepid"}, {"lead_status": 7}, {"lead_status": ["new"]}):
        assert client.patch(f"{address}?org_id={alice_org}", json=body, headers=operator).status_code == 400, body


def test_a_stranger_sees_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    contact_id = make_contact(alice_org, temperature="cold")
    charlie = bearer_of((bob_org, Role.OWNER), selected=bob_org)
    assert client.get(PATH, headers=charlie).get_json()["data"] == []
    answers = [
        client.patch(f"{PATH}/{contact_id}", json={"temperature": "hot"}, headers=charlie),
        client.patch(f"{PATH}/{uuid4()}", json={"temperature": "hot"}, headers=charlie),
        client.get(f"{PATH}?org_id={alice_org}", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    with organization(alice_org) as tx:
        assert tx.value("SELECT temperature FROM contacts") == "cold"


@pytest.mark.parametrize(
    ("path", "advice"), [(PATH, "narrow it by lead_status or temperature"), (f"{PATH}/stats", "try again in a moment")]
)
def test_what_takes_too_long_is_given_up_with_advice_that_helps(
    client: FlaskClient,
    database: TestDatabase,
    alice_org: UUID,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    advice: str,
) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    monkeypatch.setattr("edge.reading.READ_MILLISECONDS", 50)
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK contacts")
        answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.get_json()["error"]) == (503, f"This search took too long; {advice}")
