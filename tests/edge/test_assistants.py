"""Assistants over the API: who may register them, whose they are, and what follows from saving one."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models import tools
from models.database import organization
from models.organizations import add_assistant, add_number
from models.tools import Link
from tests.edge.desk import Desk, report
from tests.edge.people import bearer_of
from vocabulary import NOBODY, Role

PATH = "/api/assistants"
VAPI_ID = "7d0f3c52-0000-4000-8000-000000000001"


def admin_of(org_id: UUID) -> dict[str, str]:
    return bearer_of((org_id, Role.ADMIN), selected=org_id)


def made(client: FlaskClient, org_id: UUID, vapi_id: Any = VAPI_ID, **fields: Any) -> Any:
    body = {"vapi_assistant_id": vapi_id, "name": "Front desk"} | fields
    return client.post(PATH, json=body, headers=admin_of(org_id))


def owed(org_id: UUID, actor: str = "link_tools") -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        rows = tx.rows("SELECT args FROM jobs WHERE org_id = %s AND actor = %s ORDER BY created_at", (org_id, actor))
    return [row["args"] for row in rows]


def trail(org_id: UUID) -> list[str]:
    with organization(org_id) as tx:
        return [
            row["action"] for row in tx.rows("SELECT action FROM audit_log WHERE org_id = %s ORDER BY at", (org_id,))
        ]


def test_an_assistant_is_registered_and_its_tools_are_owed(client: FlaskClient, alice_org: UUID) -> None:
    answer = made(client, alice_org)
    row = answer.get_json()["data"]
    assert answer.status_code == 201
    assert (row["vapi_assistant_id"], row["name"], row["is_outbound"], row["tools"]) == (
        VAPI_ID,
        "Front desk",
        False,
        [],
    )
    assert row["tools_note"] == "Vapi is not connected: set VAPI_PRIVATE_KEY"
    assert owed(alice_org) == [{"vapi_assistant_id": VAPI_ID, "tries": 0}]
    assert client.get(PATH, headers=admin_of(alice_org)).get_json()["data"] == [row]
    assert client.get(f"{PATH}/{row['id']}", headers=admin_of(alice_org)).get_json()["data"] == row
    assert trail(alice_org) == ["assistants.create"]


def test_every_save_owes_its_tools_anew(client: FlaskClient, alice_org: UUID) -> None:
    address = f"{PATH}/{made(client, alice_org).get_json()['data']['id']}"
    for name in ("Day", "Night"):
        answer = client.patch(address, json={"name": name}, headers=admin_of(alice_org))
        assert answer.get_json()["data"]["name"] == name
    assert len(owed(alice_org)) == 3
    assert trail(alice_org) == ["assistants.create", "assistants.change", "assistants.change"]


def test_how_its_tools_stand_is_shown(client: FlaskClient, alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAPI_PRIVATE_KEY", "k")
    made(client, alice_org)
    with organization(alice_org) as tx:
        tools.keep_links(tx, alice_org, VAPI_ID, [Link("ping", "t1", "h", "Vapi answered 503")])
    (row,) = client.get(PATH, headers=admin_of(alice_org)).get_json()["data"]
    assert [(tool["tool_name"], tool["state"], tool["error"]) for tool in row["tools"]] == [
        ("ping", "failed", "Vapi answered 503")
    ]


def test_one_assistant_calls_people_back(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    first = made(client, alice_org, is_outbound=True).get_json()["data"]
    second = made(client, alice_org, "other", is_outbound=True).get_json()["data"]
    made(client, bob_org, "of-bob", is_outbound=True)
    headers = admin_of(alice_org)
    assert outbound(client, headers) == [second["id"]]
    client.patch(f"{PATH}/{first['id']}", json={"is_outbound": True}, headers=headers)
    assert outbound(client, headers) == [first["id"]]
    client.patch(f"{PATH}/{first['id']}", json={"is_outbound": False}, headers=headers)
    assert outbound(client, headers) == []
    assert len(outbound(client, admin_of(bob_org))) == 1


def outbound(client: FlaskClient, headers: dict[str, str]) -> list[str]:
    return [row["id"] for row in client.get(PATH, headers=headers).get_json()["data"] if row["is_outbound"]]


def test_what_another_organization_has_is_a_conflict_that_names_nobody(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    add_assistant(bob_org, VAPI_ID)
    answer = made(client, alice_org)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_registered")
    assert "Bob" not in answer.text
    assert str(bob_org) not in answer.text
    assert owed(alice_org) == []
    made(client, alice_org, "mine")
    assert made(client, alice_org, "mine").status_code == 409


def test_a_removed_assistant_is_owed_a_model_without_our_tools(client: FlaskClient, alice_org: UUID) -> None:
    row = made(client, alice_org).get_json()["data"]
    with organization(alice_org) as tx:
        tools.keep_links(tx, alice_org, VAPI_ID, [Link("ping", "t1", "h")])
    for expected in (200, 404):
        assert client.delete(f"{PATH}/{row['id']}", headers=admin_of(alice_org)).status_code == expected
    assert owed(alice_org, "unlink_tools") == [{"vapi_assistant_id": VAPI_ID, "tool_ids": ["t1"]}]


def test_there_is_an_end_to_assistants(client: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO assistants (org_id, id, vapi_assistant_id)"
            " SELECT %s, gen_random_uuid(), 'a-' || n FROM generate_series(1, 199) n",
            (alice_org,),
        )
    assert made(client, alice_org).status_code == 201
    refused = made(client, alice_org, "one-more")
    sentence = "An organization can have 200 assistants; take off one that is not used"
    assert (refused.status_code, refused.get_json()["error"]) == (409, sentence)


def test_a_removed_assistants_events_are_quarantined_and_released_when_it_is_back(
    client: FlaskClient, desk: Desk, alice_org: UUID
) -> None:
    row = made(client, alice_org).get_json()["data"]
    add_number(alice_org, "+12125550101", vapi_assistant_id=VAPI_ID)
    assert client.delete(f"{PATH}/{row['id']}", headers=admin_of(alice_org)).status_code == 200
    assert client.delete(f"{PATH}/{row['id']}", headers=admin_of(alice_org)).status_code == 404
    desk.vapi(report("c1", VAPI_ID))
    assert states(NOBODY) == ["quarantined"]
    assert made(client, alice_org).status_code == 201
    assert (states(NOBODY), states(alice_org)) == ([], ["accepted"])


def states(org_id: UUID) -> list[str]:
    with organization(org_id) as tx:
        return [row["state"] for row in tx.rows("SELECT state FROM webhook_events WHERE org_id = %s", (org_id,))]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vapi_assistant_id", ""), ("vapi_assistant_id", "a/../b"), ("vapi_assistant_id", 7),
        ("vapi_assistant_id", None), ("vapi_assistant_id", "x" * 129), ("vapi_assistant_id", "a b"),
        ("name", 7), ("name", "x" * 121), ("name", None), ("is_outbound", "yes"), ("is_outbound", None),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(client: FlaskClient, alice_org: UUID, field: str, value: Any) -> None:
    answer = client.post(PATH, json={"vapi_assistant_id": "ok", field: value}, headers=admin_of(alice_org))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert field in answer.get_json()["error"] or "id of the assistant" in answer.get_json()["error"]


def test_what_is_missing_is_told(client: FlaskClient, alice_org: UUID) -> None:
    headers = admin_of(alice_org)
    assert client.post(PATH, json={"name": "x"}, headers=headers).get_json()["error"] == "vapi_assistant_id is missing"
    row = made(client, alice_org).get_json()["data"]
    assert client.patch(f"{PATH}/{row['id']}", json={}, headers=headers).status_code == 400


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_neither_read_nor_write(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    address = f"{PATH}/{made(client, alice_org).get_json()['data']['id']}"
    headers = bearer_of((alice_org, role), selected=alice_org)
    answers = [
        client.get(PATH, headers=headers),
        client.get(address, headers=headers),
        client.post(PATH, json={"vapi_assistant_id": "x"}, headers=headers),
        client.patch(address, json={"name": "x"}, headers=headers),
        client.delete(address, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_a_stranger_finds_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    address = f"{PATH}/{made(client, alice_org).get_json()['data']['id']}"
    charlie = bearer_of((bob_org, Role.OWNER), selected=bob_org)
    answers = [
        client.get(address, headers=charlie),
        client.patch(address, json={"name": "x"}, headers=charlie),
        client.delete(address, headers=charlie),
        client.delete(f"{address}?org_id={alice_org}", headers=charlie),
        client.get(f"{PATH}?org_id={alice_org}", headers=charlie),
        client.get(f"{PATH}/{uuid4()}", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert client.get(PATH, headers=charlie).get_json()["data"] == []
    assert client.get(PATH, headers=admin_of(alice_org)).get_json()["data"][0]["name"] == "Front desk"
