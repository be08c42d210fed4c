"""Keys of the API: shown once, for one organization, with a role of their own, until they expire or are revoked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from edge import bearer
from models import team
from models.database import organization
from models.tokens import hash_token
from tests.edge.desk import Desk
from tests.edge.people import bearer_of, make_call, make_person
from tests.edge.test_auth import doors
from tests.flows.instance import await_that
from vocabulary import Role

PATH = "/api/keys"


def make_key(client: FlaskClient, org_id: UUID, role: Role = Role.VIEWER, **fields: Any) -> dict[str, Any]:
    body = {"name": "Reports", "role": role.value} | fields
    answer = client.post(PATH, json=body, headers=bearer_of((org_id, Role.ADMIN), selected=org_id))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()["data"]
    return made


def with_key(made: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['key']}"}


def columns(org_id: UUID) -> dict[str, Any]:
    with organization(org_id) as tx:
        row = tx.row("SELECT * FROM api_keys WHERE org_id = %s", (org_id,))
    assert row is not None
    return row


def change(org_id: UUID, what: str) -> None:
    with organization(org_id) as tx:
        tx.run(f"UPDATE api_keys SET {what} WHERE org_id = %s", (org_id,))


def test_a_key_is_shown_once_and_kept_as_a_hash(client: FlaskClient, alice_org: UUID) -> None:
    made = make_key(client, alice_org)
    assert made["key"].startswith("ack_")
    assert len(made["key"]) == 47
    assert columns(alice_org)["key_hash"] == hash_token(made["key"])
    listed = client.get(PATH, headers=bearer_of((alice_org, Role.ADMIN)))
    assert [row["id"] for row in listed.get_json()["data"]] == [made["id"]]
    assert made["key"] not in listed.text
    assert "hash" not in listed.text


def test_a_key_reads_its_organization_and_no_other(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    call_id, theirs = make_call(alice_org), make_call(bob_org)
    headers = with_key(make_key(client, alice_org))
    assert [call["id"] for call in client.get("/api/calls", headers=headers).get_json()["data"]] == [str(call_id)]
    assert client.get(f"/api/calls/{theirs}", headers=headers).status_code == 404
    assert client.get(f"/api/calls?org_id={bob_org}", headers=headers).status_code == 404
    assert client.get(f"/api/orgs/validate/{bob_org}", headers=headers).status_code == 404


def test_a_key_may_what_its_role_may(client: FlaskClient, alice_org: UUID) -> None:
    viewer, admin = (with_key(make_key(client, alice_org, role)) for role in (Role.VIEWER, Role.ADMIN))
    body = {"name": "Peel", "price": 10}
    assert client.post("/api/services", json=body, headers=viewer).status_code == 403
    made = client.post("/api/services", json=body, headers=admin)
    assert made.status_code == 201
    assert client.delete(f"/api/services/{made.get_json()['data']['id']}", headers=admin).status_code == 403


def test_what_a_key_does_is_noted_as_the_keys(client: FlaskClient, alice_org: UUID) -> None:
    made = make_key(client, alice_org, Role.ADMIN)
    client.post("/api/services", json={"name": "Peel", "price": 10}, headers=with_key(made))
    client.get(f"/api/agencies/{alice_org}/webhooks", headers=with_key(made))
    with organization(alice_org) as tx:
        trail = tx.rows("SELECT actor, action FROM audit_log ORDER BY at")
    assert [row["action"] for row in trail] == ["api_keys.create", "services.create", "webhook_tokens.list"]
    assert trail[0]["actor"].startswith("user:")
    assert [row["actor"] for row in trail[1:]] == [f"key:{made['id']}"] * 2


@pytest.mark.parametrize(
    ("what", "word"),
    [("revoked_at = now()", "The API key was revoked"), ("expires_at = now()", "The API key has expired")],
)
def test_a_key_that_is_over_says_so(client: FlaskClient, alice_org: UUID, what: str, word: str) -> None:
    headers = with_key(make_key(client, alice_org))
    change(alice_org, what)
    answer = client.get("/api/calls", headers=headers)
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["error"]) == (401, "unauthenticated", word)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert columns(alice_org)["last_used_at"] is None


@pytest.mark.parametrize("key", ["ack_", "ack_" + "x" * 43, "ack_é"])
def test_a_key_that_is_none_is_refused(client: FlaskClient, alice_org: UUID, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}".encode().decode("latin-1")}
    assert client.get("/api/calls", headers=headers).status_code == 401


def test_its_use_is_noted_once_a_minute(client: FlaskClient, alice_org: UUID) -> None:
    headers = with_key(make_key(client, alice_org))
    client.get("/api/calls", headers=headers)
    first = columns(alice_org)["last_used_at"]
    client.get("/api/calls", headers=headers)
    assert columns(alice_org)["last_used_at"] == first
    change(alice_org, "last_used_at = now() - interval '61 seconds'")
    client.get("/api/calls", headers=headers)
    assert columns(alice_org)["last_used_at"] > first


def test_a_revoked_key_is_refused_at_the_next_request(client: FlaskClient, alice_org: UUID) -> None:
    made = make_key(client, alice_org)
    admin = bearer_of((alice_org, Role.ADMIN), selected=alice_org)
    assert client.get("/api/calls", headers=with_key(made)).status_code == 200
    assert client.delete(f"{PATH}/{made['id']}", headers=admin).status_code == 200
    assert client.get("/api/calls", headers=with_key(made)).status_code == 401
    assert client.get(PATH, headers=admin).get_json()["data"][0]["revoked_at"] is not None


def test_a_key_opens_no_page(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.get(f"/o/{alice_org}/calls", headers=with_key(make_key(client, alice_org)))
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_a_key_makes_and_revokes_no_keys(client: FlaskClient, alice_org: UUID) -> None:
    made = make_key(client, alice_org, Role.ADMIN)
    tries = [
        client.post(PATH, json={"name": "Again"}, headers=with_key(made)),
        client.delete(f"{PATH}/{made['id']}", headers=with_key(made)),
    ]
    assert [(one.status_code, one.get_json()["code"]) for one in tries] == [(403, "person_required")] * 2
    assert client.get(PATH, headers=with_key(made)).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", None), ("name", "x" * 121), ("role", "owner"), ("role", "boss"), ("role", ["admin"]),
        ("expires_in_days", 0), ("expires_in_days", 366), ("expires_in_days", "90"), ("expires_in_days", True),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(client: FlaskClient, alice_org: UUID, field: str, value: Any) -> None:
    headers = bearer_of((alice_org, Role.OWNER), selected=alice_org)
    answer = client.post(PATH, json={"name": "Reports", field: value}, headers=headers)
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(f"{field} must be")


def test_a_key_lasts_ninety_days_unless_said_otherwise(client: FlaskClient, alice_org: UUID) -> None:
    make_key(client, alice_org)
    row = columns(alice_org)
    assert (row["expires_at"] - row["created_at"]).days in (89, 90)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_neither_see_nor_make_keys(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    made, headers = make_key(client, alice_org), bearer_of((alice_org, role), selected=alice_org)
    answers = [
        client.get(PATH, headers=headers),
        client.post(PATH, json={"name": "Mine"}, headers=headers),
        client.delete(f"{PATH}/{made['id']}", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3


def test_a_stranger_finds_no_keys(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    made, charlie = make_key(client, alice_org), bearer_of((bob_org, Role.OWNER), selected=bob_org)
    answers = [
        client.get(f"{PATH}?org_id={alice_org}", headers=charlie),
        client.post(PATH, json={"name": "Mine", "org_id": str(alice_org)}, headers=charlie),
        client.delete(f"{PATH}/{made['id']}", headers=charlie),
        client.delete(f"{PATH}/{made['id']}?org_id={alice_org}", headers=charlie),
        client.delete(f"{PATH}/{uuid4()}", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert client.get(PATH, headers=charlie).get_json()["data"] == []


def test_no_route_breaks_on_a_key(client: FlaskClient, alice_org: UUID) -> None:
    headers = with_key(make_key(client, alice_org, Role.ADMIN))
    for method, rule, path in doors(client.application, public=False):
        if path.startswith("/api/"):
            assert client.open(path, method=method, headers=headers, json={}).status_code < 500, rule


def test_a_bearer_of_a_person_still_works_beside_keys(client: FlaskClient, alice_org: UUID) -> None:
    make_key(client, alice_org)
    token = bearer.make(make_person((alice_org, Role.VIEWER)))
    assert client.get("/api/calls", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_who_loses_their_role_at_that_moment_makes_no_key(client: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    admin = make_person((alice_org, Role.ADMIN))
    headers = {"Authorization": f"Bearer {bearer.make(admin, alice_org)}"}
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'"
    with ThreadPoolExecutor(1) as thread:
        with organization(alice_org) as tx:
            team.hold(tx, alice_org)
            asked = thread.submit(client.post, PATH, json={"name": "Mine", "role": "admin"}, headers=headers)
            await_that(lambda: desk.rows(waiting) == [{"count": 1}])
            tx.run("DELETE FROM memberships WHERE user_id = %s", (admin,))
        assert asked.result().status_code == 403
    with organization(alice_org) as tx:
        assert tx.rows("SELECT id FROM api_keys") == []
