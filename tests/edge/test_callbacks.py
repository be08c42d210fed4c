"""Calling people back over the API, from the click to the report of the call that came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import opt_outs
from models.database import organization
from models.organizations import add_assistant
from settings import settings
from standin.server import running
from tests.edge.desk import Desk
from tests.edge.people import bearer_of
from tests.edge.said import trail
from tests.flows.instance import await_that
from tests.standin.side import Side
from tests.tasks import calling
from tests.tasks.calling import PHONE, a_contact, dials, do
from vocabulary import Role


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    with calling.vapi(monkeypatch) as side:
        yield side


@pytest.fixture
def ann(side: Side, alice_org: UUID) -> UUID:
    """Somebody whom Alice's clinic can call at any hour."""
    calling.equip(alice_org)
    return a_contact(alice_org)


def operator_of(org_id: UUID) -> dict[str, str]:
    return bearer_of((org_id, Role.OPERATOR), selected=org_id)


def click(client: FlaskClient, contact_id: UUID, headers: dict[str, str], key: str = "") -> Any:
    more = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/contacts/{contact_id}/call-back", headers=headers | more)


def shown(client: FlaskClient, org_id: UUID, call_id: str) -> Any:
    answer = client.get(f"/api/calls/{call_id}", headers=bearer_of((org_id, Role.VIEWER)))
    assert answer.status_code == 200, answer.text
    return answer.get_json()["data"]


def test_a_click_is_answered_before_anybody_dials(client: FlaskClient, side: Side, alice_org: UUID, ann: UUID) -> None:
    answer = click(client, ann, operator_of(alice_org))
    said = answer.get_json()
    assert answer.status_code == 202
    assert said | {"callId": None} == {
        "ok": True, "callId": None, "vapiCallId": None, "phone": PHONE, "status": "initiated",
    }  # fmt: skip
    call = shown(client, alice_org, said["callId"])
    assert (call["status"], call["vapiCallId"], call["placed"]["status"]) == ("queued", None, "planned")
    assert side.requests() == []
    assert [one["actor"].partition(":")[0] for one in trail(alice_org, "callback.ask")] == ["user"]


def test_the_call_appears_with_its_id_at_vapi(client: FlaskClient, side: Side, alice_org: UUID, ann: UUID) -> None:
    headers = operator_of(alice_org)
    first = click(client, ann, headers).get_json()
    do(alice_org, "place_call")
    (sent,) = dials(side)
    call = shown(client, alice_org, first["callId"])
    assert (call["vapiCallId"], call["placed"]["status"], call["placed"]["reason"]) == (sent["id"], "placed", None)
    again = click(client, ann, headers)
    assert (again.status_code, again.get_json()) == (202, first | {"vapiCallId": sent["id"]})
    assert len(dials(side)) == 1


def test_a_key_is_one_call_and_is_not_taken_for_somebody_else(
    client: FlaskClient, side: Side, alice_org: UUID, ann: UUID
) -> None:
    headers, other = operator_of(alice_org), a_contact(alice_org, "+12025550199")
    answers = [click(client, ann, headers, "k") for _ in range(3)]
    assert len({answer.get_json()["callId"] for answer in answers}) == 1
    taken = click(client, other, headers, "k")
    assert (taken.status_code, taken.get_json()["code"]) == (422, "idempotency_key_reused")
    assert click(client, other, headers, "another").status_code == 202
    assert click(client, ann, headers, "x" * 201).status_code == 400
    do(alice_org, "place_call")
    assert sorted(one["to"] for one in dials(side)) == [PHONE, "+12025550199"]


def test_what_keeps_us_from_calling_is_told(client: FlaskClient, side: Side, alice_org: UUID, ann: UUID) -> None:
    headers, silent = operator_of(alice_org), a_contact(alice_org, "+12025550177")
    with organization(alice_org) as tx:
        opt_outs.record(tx, alice_org, "+12025550177", True, "word")
    answers = [click(client, a_contact(alice_org, None, lead_id="1"), headers), click(client, silent, headers)]
    calling.open_hours(alice_org, "00:00", "00:00:00.000001")
    answers.append(click(client, ann, headers))
    assert [(one.status_code, one.get_json()["code"]) for one in answers] == [
        (400, "no_phone"), (409, "opted_out"), (409, "quiet_hours"),
    ]  # fmt: skip
    assert re.search(r"calls go out again on \w+, \d+ \w+ at 00:00", answers[2].get_json()["error"])
    assert calling.rows(alice_org, "SELECT id FROM calls") == []


def test_what_is_not_set_up_is_told_with_its_cure(
    client: FlaskClient, side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, ann = operator_of(alice_org), a_contact(alice_org)
    unequipped = click(client, ann, headers)
    add_assistant(alice_org, "a")
    lineless = click(client, ann, headers)
    monkeypatch.delenv("VAPI_PRIVATE_KEY")
    settings.cache_clear()
    unconnected = click(client, ann, headers)
    assert [one.status_code for one in (unequipped, lineless, unconnected)] == [400, 400, 400]
    assert "mark one of your assistants" in unequipped.get_json()["error"]
    assert "mark one that is connected to Vapi" in lineless.get_json()["error"]
    assert unconnected.get_json()["error"].startswith("Vapi is not connected.")


@pytest.mark.parametrize(
    ("role", "status"), [(Role.VIEWER, 403), (Role.ANALYST, 403), (Role.OPERATOR, 202), (Role.ADMIN, 202)]
)
def test_operators_call_back(
    client: FlaskClient, side: Side, alice_org: UUID, ann: UUID, role: Role, status: int
) -> None:
    assert click(client, ann, bearer_of((alice_org, role), selected=alice_org)).status_code == status


def test_a_stranger_calls_nobody(client: FlaskClient, side: Side, alice_org: UUID, bob_org: UUID, ann: UUID) -> None:
    calling.equip(bob_org, "9")
    charlie = operator_of(bob_org)
    address = f"/api/contacts/{ann}/call-back?org_id={alice_org}"
    answers = [click(client, ann, charlie), click(client, uuid4(), charlie), client.post(address, headers=charlie)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.post(f"/api/contacts/{ann}/call-back").status_code == 401
    call_id = click(client, ann, operator_of(alice_org)).get_json()["callId"]
    assert client.get(f"/api/calls/{call_id}", headers=charlie).status_code == 404


def test_a_call_that_nobody_asked_for_was_not_placed(client: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    add_assistant(alice_org, "a")
    desk.vapi({"message": {"type": "status-update", "status": "ringing", "call": {"id": "v-1", "assistantId": "a"}}})
    desk.work()
    (call,) = desk.calls(alice_org)
    seen = shown(client, alice_org, str(call["id"]))
    assert (seen["placed"], seen["vapiCallId"]) == (None, "v-1")


def test_a_vapi_that_refuses_is_seen_on_the_call(client: FlaskClient, side: Side, alice_org: UUID, ann: UUID) -> None:
    side.fault("/call", "status", status=402, body={"message": "card 4242 was declined"})
    call_id = click(client, ann, operator_of(alice_org)).get_json()["callId"]
    do(alice_org, "place_call")
    call = shown(client, alice_org, call_id)
    assert (call["status"], call["placed"]["status"]) == ("failed", "failed")
    assert call["placed"]["reason"] == "Vapi asks for payment: look after the account's balance"


@pytest.mark.parametrize(
    ("outcome", "status", "has_words"),
    [("answered", "completed", True), ("no-answer", "no_answer", False), ("busy", "busy", False)],
)
@pytest.mark.parametrize("fault", ["none", "truncated"])
def test_the_call_lands_as_the_same_row(
    app: Flask, client: FlaskClient, desk: Desk, side: Side, alice_org: UUID, ann: UUID,
    outcome: str, status: str, has_words: bool, fault: str,
) -> None:  # fmt: skip
    """From the click over Vapi's webhooks to the report, also where Vapi never answered the POST."""
    with running(app) as url:  # type: ignore[arg-type]
        secret = {"VAPI_WEBHOOK_SECRET": settings().vapi_webhook_secret}
        side.tell("webhooks", {"url": url, "pace": 0, "keys": secret})
        side.tell("dials", {"outcomes": [outcome]})
        side.fault("/call", fault)
        call_id = click(client, ann, operator_of(alice_org)).get_json()["callId"]
        do(alice_org, "place_call")
        await_that(lambda: any(event["kind"] == "end-of-call-report" for event in desk.events(alice_org)))
    desk.work()
    (call,) = desk.calls(alice_org)
    seen = shown(client, alice_org, call_id)
    assert (str(call["id"]), seen["status"], call["has_transcript"]) == (call_id, status, has_words)
    assert (seen["vapiCallId"], seen["placed"]["status"]) == (dials(side)[0]["id"], "placed")
    assert (call["direction"], call["contact_id"], len(dials(side))) == ("outbound", ann, 1)
    assert {event["state"] for event in desk.events(alice_org)} == {"processed"}
