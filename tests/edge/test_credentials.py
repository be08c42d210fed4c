"""Credentials over the API: secrets go in and never come out, admins only, and nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from models import connections, credentials
from models.database import organization
from tests.edge.people import bearer_of
from tests.edge.said import trail
from vocabulary import Role

PATH = "/api/credentials"
SID = "AC" + "0a" * 14 + "beef"
SECRET = "hush-hush-hush"
TWILIO = {"account_sid": SID, "auth_token": SECRET, "phone_number": "+15550109876"}


def admin_of(org_id: UUID) -> dict[str, str]:
    return bearer_of((org_id, Role.ADMIN), selected=org_id)


def owner_of(org_id: UUID) -> dict[str, str]:
    return bearer_of((org_id, Role.OWNER), selected=org_id)


def put(client: FlaskClient, org_id: UUID, provider: str = "twilio", body: Any = TWILIO) -> Any:
    return client.put(f"{PATH}/{provider}", json=body, headers=admin_of(org_id))


def state(client: FlaskClient, org_id: UUID, provider: str = "twilio") -> Any:
    return client.get(f"{PATH}/{provider}", headers=admin_of(org_id)).get_json()["data"]


def connect(org_id: UUID) -> None:
    """As the steps leave it behind."""
    with organization(org_id) as tx:
        credentials.promote(tx, org_id, "twilio", SID)
        connections.send_from(tx, org_id, TWILIO["phone_number"], SID)
        for step in connections.steps_of(tx, org_id, "twilio"):
            connections.settle(tx, org_id, "twilio", step, "done", None, {"id": "at-vapi"})


def test_every_provider_is_listed_connected_or_not(client: FlaskClient, alice_org: UUID) -> None:
    put(client, alice_org, "resend", {"api_key": "re_1", "from": "Clinic <clinic@example.com>"})
    listed = client.get(PATH, headers=admin_of(alice_org)).get_json()["data"]
    assert {row["provider"]: (row["state"], row["is_connected"]) for row in listed} == {
        "convoso": ("not_connected", False),
        "twilio": ("not_connected", False),
        "resend": ("connected", True),
        "openai": ("not_connected", False),
        "elevenlabs": ("not_connected", False),
    }
    assert {row["org_id"] for row in listed} == {str(alice_org)}


def test_twilio_is_connected_step_by_step_and_the_state_tells(client: FlaskClient, alice_org: UUID) -> None:
    answer = put(client, alice_org)
    found = answer.get_json()["data"]
    assert (answer.status_code, found["state"], found["is_connected"]) == (202, "waiting", False)
    assert [(step["step"], step["state"]) for step in found["steps"]] == [
        ("check", "waiting"), ("store", "waiting"), ("sync", "waiting"), ("import", "waiting"), ("link", "waiting"),
    ]  # fmt: skip
    connect(alice_org)
    found = state(client, alice_org)
    assert (found["state"], found["account_ends"], found["number_ends"]) == ("connected", "beef", "9876")
    assert found["last_verified_at"] is not None


def test_one_job_is_owed_for_the_first_step_and_it_holds_no_secret(client: FlaskClient, alice_org: UUID) -> None:
    put(client, alice_org)
    with organization(alice_org) as tx:
        jobs = tx.rows("SELECT actor, key, args FROM jobs")
    assert jobs == [{"actor": "connect_twilio", "key": "check:1", "args": {"step": "check", "revision": 1}}]


def test_no_answer_holds_a_secret_or_a_whole_number(client: FlaskClient, alice_org: UUID) -> None:
    headers = admin_of(alice_org)
    answers = [put(client, alice_org), put(client, alice_org, body=TWILIO | {"phone_number": SECRET})]
    connect(alice_org)
    answers += [client.get(PATH, headers=headers), client.get(f"{PATH}/twilio", headers=headers)]
    answers += [client.post(f"{PATH}/twilio/retry", json={"step": SECRET}, headers=headers)]
    answers += [client.put(f"{PATH}/{SECRET}", json=TWILIO, headers=headers)]
    answers += [client.delete(f"{PATH}/twilio", headers=owner_of(alice_org))]
    assert [answer.status_code for answer in answers] == [202, 400, 200, 200, 409, 404, 200]
    for answer in answers:
        for secret in (SECRET, SID, TWILIO["phone_number"]):
            assert secret not in answer.text


@pytest.mark.parametrize(
    ("provider", "body", "words"),
    [
        ("twilio", {"auth_token": SECRET}, "Twilio needs account_sid, auth_token and phone_number"),
        ("twilio", TWILIO | {"account_sid": 7}, "Twilio needs account_sid, auth_token and phone_number"),
        ("twilio", TWILIO | {"account_sid": "AC1"}, "account_sid must be AC and 32 hexadecimal digits"),
        ("twilio", TWILIO | {"phone_number": "911"}, "phone_number must be written like +15550100123"),
        ("openai", {"api_key": "a b"}, "api_key must be printable, without spaces"),
        ("openai", {"api_key": ""}, "OpenAI needs api_key"),
    ],
)
def test_what_is_misshapen_is_named_and_nothing_is_kept(
    client: FlaskClient, alice_org: UUID, provider: str, body: Any, words: str
) -> None:
    answer = put(client, alice_org, provider, body)
    assert (answer.status_code, answer.get_json()["error"]) == (400, words)
    assert state(client, alice_org, provider)["state"] == "not_connected"


def test_a_failed_step_is_seen_and_tried_again(client: FlaskClient, alice_org: UUID) -> None:
    put(client, alice_org)
    with organization(alice_org) as tx:
        step = connections.steps_of(tx, alice_org, "twilio")[0]
        connections.settle(tx, alice_org, "twilio", step, "failed", "Twilio refuses these credentials")
    assert (state(client, alice_org)["state"], state(client, alice_org)["error"]) == (
        "failed",
        "Twilio refuses these credentials",
    )
    answer = client.post(f"{PATH}/twilio/retry", json={}, headers=admin_of(alice_org))
    assert (answer.status_code, answer.get_json()["data"]["state"]) == (202, "waiting")
    assert trail(alice_org, "credentials.retry")[0]["details"] == {"step": "check"}


def test_what_failed_while_an_older_connection_works_does_not_hide_it(client: FlaskClient, alice_org: UUID) -> None:
    put(client, alice_org)
    connect(alice_org)
    put(client, alice_org)
    found = state(client, alice_org)
    assert (found["state"], found["is_connected"], found["number_ends"]) == ("waiting", True, "9876")


def test_removing_says_what_stays_at_vapi(client: FlaskClient, alice_org: UUID) -> None:
    put(client, alice_org)
    connect(alice_org)
    answer = client.delete(f"{PATH}/twilio", headers=owner_of(alice_org))
    assert "Vapi still has the account" in answer.get_json()["note"]
    assert state(client, alice_org)["state"] == "not_connected"
    assert client.delete(f"{PATH}/twilio", headers=owner_of(alice_org)).status_code == 404
    with organization(alice_org) as tx:
        assert tx.value("SELECT sms_number FROM organizations WHERE org_id = %s", (alice_org,)) is None


def test_every_change_leaves_a_trace_with_who_made_it(client: FlaskClient, alice_org: UUID) -> None:
    put(client, alice_org)
    client.delete(f"{PATH}/twilio", headers=owner_of(alice_org))
    for action in ("credentials.set", "credentials.remove"):
        found = trail(alice_org, action)
        assert [(row["actor"][:5], row["subject"]) for row in found] == [("user:", "twilio")]


def test_admins_connect_and_owners_remove(client: FlaskClient, alice_org: UUID) -> None:
    put(client, alice_org)
    assert client.delete(f"{PATH}/twilio", headers=admin_of(alice_org)).status_code == 403
    assert state(client, alice_org)["state"] == "waiting"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_neither_see_nor_change(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    headers = bearer_of((alice_org, role), selected=alice_org)
    answers = [
        client.get(PATH, headers=headers),
        client.get(f"{PATH}/twilio", headers=headers),
        client.put(f"{PATH}/twilio", json=TWILIO, headers=headers),
        client.post(f"{PATH}/twilio/retry", json={}, headers=headers),
        client.delete(f"{PATH}/twilio", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_a_stranger_finds_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    put(client, alice_org)
    charlie = bearer_of((bob_org, Role.OWNER), selected=bob_org)
    of_alice = f"?org_id={alice_org}"
    answers = [
        client.get(PATH + of_alice, headers=charlie),
        client.get(f"{PATH}/twilio{of_alice}", headers=charlie),
        client.put(f"{PATH}/twilio{of_alice}", json=TWILIO, headers=charlie),
        client.put(f"{PATH}/twilio", json=TWILIO | {"org_id": str(alice_org)}, headers=charlie),
        client.post(f"{PATH}/twilio/retry{of_alice}", json={}, headers=charlie),
        client.delete(f"{PATH}/twilio{of_alice}", headers=charlie),
        client.delete(f"{PATH}/twilio", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    assert {row["state"] for row in client.get(PATH, headers=charlie).get_json()["data"]} == {"not_connected"}
    assert client.post(f"{PATH}/twilio/retry", json={}, headers=charlie).status_code == 409
    assert state(client, alice_org)["state"] == "waiting"
