"""Webhook tokens over the API: for owners and admins, audited, and dead at once when they are revoked."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models.database import organization
from tests.edge.desk import Desk, call_body
from tests.edge.people import bearer_of
from vocabulary import Role


def address(org_id: UUID) -> str:
    return f"/api/agencies/{org_id}/webhooks"


def trail(org_id: UUID) -> list[str]:
    with organization(org_id) as tx:
        return [row["action"] for row in tx.rows("SELECT action FROM audit_log ORDER BY at")]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
def test_a_token_is_made_shown_and_works(client: FlaskClient, desk: Desk, alice_org: UUID, role: Role) -> None:
    headers = bearer_of((alice_org, role))
    made = client.post(address(alice_org), json={"endpoint_type": "convoso_calls"}, headers=headers)
    token = made.get_json()["token"]
    assert (made.status_code, made.get_json()["ok"]) == (200, True)
    assert token.keys() == {
        "id", "endpoint_type", "token", "webhook_url", "is_active", "created_at", "last_used_at"
    }  # fmt: skip
    assert token["webhook_url"] == f"http://localhost:8000/api/webhooks/convoso-calls?token={token['token']}"
    assert client.get(address(alice_org), headers=headers).json == {"ok": True, "tokens": [token]}
    assert desk.convoso(call_body(), token["token"]).status_code == 200


def test_without_a_type_a_token_is_for_convoso_calls(client: FlaskClient, alice_org: UUID) -> None:
    made = client.post(address(alice_org), headers=bearer_of((alice_org, Role.ADMIN)))
    assert made.get_json()["token"]["endpoint_type"] == "convoso_calls"


@pytest.mark.parametrize(
    ("endpoint_type", "path"), [("vapi", "/api/vapi/webhook"), ("convoso_leads", "/api/webhooks/convoso")]
)
def test_a_tokens_address_is_that_of_its_endpoint(
    client: FlaskClient, alice_org: UUID, endpoint_type: str, path: str
) -> None:
    headers = bearer_of((alice_org, Role.ADMIN))
    made = client.post(address(alice_org), json={"endpoint_type": endpoint_type}, headers=headers)
    assert made.get_json()["token"]["webhook_url"].startswith(f"http://localhost:8000{path}?token=")


def test_a_revoked_token_is_kept_and_refused_at_once(client: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.OWNER))
    token = client.post(address(alice_org), headers=headers).get_json()["token"]
    assert desk.convoso(call_body(), token["token"]).status_code == 200
    gone = client.delete(address(alice_org), json={"token_id": token["id"]}, headers=headers)
    assert (gone.status_code, gone.json) == (200, {"ok": True})
    assert desk.convoso(call_body(call_id="c-2"), token["token"]).status_code == 401
    assert [kept["is_active"] for kept in client.get(address(alice_org), headers=headers).get_json()["tokens"]] == [
        False
    ]


def test_who_saw_or_changed_tokens_is_on_the_trail(client: FlaskClient, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.OWNER))
    token = client.post(address(alice_org), headers=headers).get_json()["token"]
    client.get(address(alice_org), headers=headers)
    client.delete(f"{address(alice_org)}?token_id={token['id']}", headers=headers)
    assert trail(alice_org) == ["webhook_tokens.create", "webhook_tokens.list", "webhook_tokens.deactivate"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_may_not(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    headers = bearer_of((alice_org, role))
    answers = [client.open(address(alice_org), method=method, headers=headers) for method in ("GET", "POST", "DELETE")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert trail(alice_org) == []


def test_a_stranger_finds_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    token = client.post(address(alice_org), headers=bearer_of((alice_org, Role.OWNER))).get_json()["token"]
    charlie = bearer_of((bob_org, Role.OWNER))
    for method in ("GET", "POST", "DELETE"):
        assert client.open(address(alice_org), method=method, headers=charlie).status_code == 404
    taken = client.delete(address(bob_org), json={"token_id": token["id"]}, headers=charlie)
    assert taken.status_code == 404


@pytest.mark.parametrize(
    "body", [{"endpoint_type": "twilio"}, {"endpoint_type": None}, {"endpoint_type": ["vapi"]}, [], "vapi", 7]
)
def test_a_type_that_takes_no_token_is_refused(client: FlaskClient, alice_org: UUID, body: Any) -> None:
    answer = client.post(address(alice_org), json=body, headers=bearer_of((alice_org, Role.OWNER)))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


def test_only_a_tokens_id_revokes_it(client: FlaskClient, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.OWNER))
    assert client.delete(address(alice_org), json={"token_id": str(uuid4())}, headers=headers).status_code == 404
    assert client.delete(address(alice_org), json={"token_id": "all"}, headers=headers).status_code == 400
    assert client.delete(address(alice_org), headers=headers).status_code == 400
    assert client.delete(address(alice_org), data="{", headers=headers).status_code == 400
