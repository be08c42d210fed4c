"""Lines over the API: read as numbers of the organization's country, one owner each, and one that calls back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models import contacts, placed_calls
from models.database import organization, system
from models.organizations import add_assistant, add_number, line_of
from tests.edge.desk import Desk, twilio_form
from tests.edge.people import bearer_of
from tests.edge.said import make_contact, trail
from vocabulary import Role

PATH = "/api/numbers"
LINE = "+12025550143"


def admin_of(org_id: UUID) -> dict[str, str]:
    return bearer_of((org_id, Role.ADMIN), selected=org_id)


def made(client: FlaskClient, org_id: UUID, number: Any = LINE, **fields: Any) -> Any:
    return client.post(PATH, json={"number": number, **fields}, headers=admin_of(org_id))


def listed(client: FlaskClient, org_id: UUID) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(PATH, headers=admin_of(org_id)).get_json()["data"]
    return rows


def routes(org_id: UUID) -> list[tuple[str, str]]:
    with organization(org_id) as tx:
        rows = tx.rows("SELECT kind, value FROM routes WHERE org_id = %s ORDER BY kind, value", (org_id,))
    return [(row["kind"], row["value"]) for row in rows]


def test_a_line_is_registered_with_all_that_is_known_of_it(client: FlaskClient, alice_org: UUID) -> None:
    add_assistant(alice_org, "desk")
    more = {"vapi_assistant_id": "desk", "vapi_phone_number_id": "line-1", "assistant_number": "(202) 555-0100"}
    answer = made(client, alice_org, "(202) 555-0143", label=" Reception ", **more)
    row = answer.get_json()["data"]
    assert answer.status_code == 201
    assert (row["number"], row["label"], row["assistant_number"]) == (LINE, "Reception", "+12025550100")
    assert (row["vapi_assistant_id"], row["vapi_phone_number_id"], row["is_outbound"]) == ("desk", "line-1", False)
    assert listed(client, alice_org) == [row]
    assert client.get(f"{PATH}/{row['id']}", headers=admin_of(alice_org)).get_json()["data"] == row
    assert routes(alice_org) == [("vapi_assistant", "desk"), ("vapi_number", "line-1")]


def test_what_an_organization_only_states_is_no_line_of_its_own(client: FlaskClient, alice_org: UUID) -> None:
    row = made(client, alice_org).get_json()["data"]
    assert (row["is_verified"], row["verification_note"].split(":")[0]) == (False, "Not verified")
    contact_id = make_contact(alice_org, phone=LINE)
    with organization(alice_org) as tx:
        person = placed_calls.person(tx, alice_org, contact_id)
        assert line_of(tx, alice_org, LINE) is None
        assert contacts.of_phone(tx, alice_org, LINE)[0] is False
    assert person is not None
    assert person["is_own"] is False
    answer = verified(client, alice_org, row["id"])
    assert (answer["is_verified"], answer["verification_note"]) == (True, None)
    with organization(alice_org) as tx:
        assert line_of(tx, alice_org, LINE) is not None
        assert contacts.of_phone(tx, alice_org, LINE)[0] is True


def verified(client: FlaskClient, org_id: UUID, number_id: str) -> dict[str, Any]:
    answer = client.post(f"{PATH}/{number_id}/verify?org_id={org_id}", headers=bearer_of(super_admin=True))
    assert answer.status_code == 200
    row: dict[str, Any] = answer.get_json()["data"]
    return row


def test_calls_from_a_stated_line_are_nobodys_until_it_is_verified(
    client: FlaskClient, desk: Desk, alice_org: UUID
) -> None:
    row = made(client, alice_org, "+12025550199").get_json()["data"]
    status = "/api/webhooks/twilio/status"
    desk.twilio(twilio_form(From="+12025550199", CallStatus="completed", CallDuration="61"), status)
    assert desk.states() == ["quarantined"]
    for _ in range(2):
        assert verified(client, alice_org, row["id"])["is_verified"] is True
    assert desk.states() == ["accepted"]
    assert [(one["actor"].split(":")[0], one["subject"]) for one in trail(alice_org, "numbers.verify")] == [
        ("user", row["id"])
    ]


def test_a_line_that_a_super_admin_registers_is_verified(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.post(
        PATH, json={"number": LINE, "org_id": str(alice_org)}, headers=bearer_of(super_admin=True)
    ).get_json()["data"]
    assert (answer["is_verified"], routes(alice_org)) == (True, [("line", LINE)])


def test_several_may_state_a_line_and_one_has_it(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    ids = [made(client, org_id).get_json()["data"]["id"] for org_id in (alice_org, bob_org)]
    verified(client, bob_org, ids[1])
    refused = client.post(f"{PATH}/{ids[0]}/verify?org_id={alice_org}", headers=bearer_of(super_admin=True))
    assert (refused.status_code, refused.get_json()["code"]) == (409, "already_registered")
    assert (routes(alice_org), routes(bob_org)) == ([], [("line", LINE)])
    assert [row["is_verified"] for row in listed(client, alice_org)] == [False]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR, Role.ADMIN, Role.OWNER])
def test_nobody_verifies_a_line_of_their_own(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    row = made(client, alice_org).get_json()["data"]
    headers = bearer_of((alice_org, role), selected=alice_org)
    assert client.post(f"{PATH}/{row['id']}/verify", headers=headers).status_code == 403
    assert routes(alice_org) == []


def test_there_is_an_end_to_lines(client: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO phone_numbers (org_id, id, number)"
            " SELECT %s, gen_random_uuid(), '+1312555' || n FROM generate_series(1001, 1199) n",
            (alice_org,),
        )
    assert made(client, alice_org).status_code == 201
    refused = made(client, alice_org, "+12025550144")
    sentence = "An organization can have 200 lines; take off one that is not used"
    assert (refused.status_code, refused.get_json()["error"]) == (409, sentence)
    assert len(listed(client, alice_org)) == 200


def test_a_number_without_its_country_is_of_the_organizations(client: FlaskClient, alice_org: UUID) -> None:
    with system() as tx:
        tx.run("UPDATE organizations SET default_region = 'GB' WHERE org_id = %s", (alice_org,))
    assert made(client, alice_org, "020 7946 0123").get_json()["data"]["number"] == "+442079460123"


def test_one_line_calls_people_back_and_only_through_vapi(client: FlaskClient, alice_org: UUID) -> None:
    first = made(client, alice_org, vapi_phone_number_id="v1", is_outbound=True).get_json()["data"]
    second = made(client, alice_org, "+12025550144", vapi_phone_number_id="v2", is_outbound=True).get_json()["data"]
    assert [(row["id"], row["is_outbound"]) for row in listed(client, alice_org)] == [
        (first["id"], False), (second["id"], True)
    ]  # fmt: skip
    plain = made(client, alice_org, "+12025550145").get_json()["data"]
    refused = client.patch(f"{PATH}/{plain['id']}", json={"is_outbound": True}, headers=admin_of(alice_org))
    assert (refused.status_code, "vapi_phone_number_id" in refused.get_json()["error"]) == (400, True)
    assert made(client, alice_org, "+12025550146", is_outbound=True).status_code == 400
    answer = client.patch(f"{PATH}/{first['id']}", json={"is_outbound": True}, headers=admin_of(alice_org))
    assert answer.get_json()["data"]["is_outbound"] is True
    assert [row["id"] for row in listed(client, alice_org) if row["is_outbound"]] == [first["id"]]


def test_what_another_organization_has_is_a_conflict_that_names_nobody(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    add_number(bob_org, LINE, vapi_phone_number_id="v1")
    answer = made(client, alice_org, "+12025550144", vapi_phone_number_id="v1")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_registered")
    assert "Bob" not in answer.text
    assert str(bob_org) not in answer.text
    assert made(client, alice_org).get_json()["data"]["is_verified"] is False
    assert routes(alice_org) == []


def test_a_removed_line_leaves_no_route_and_may_be_another_organizations(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    row = made(client, alice_org, vapi_phone_number_id="v1").get_json()["data"]
    assert client.delete(f"{PATH}/{row['id']}", headers=admin_of(alice_org)).status_code == 200
    assert client.delete(f"{PATH}/{row['id']}", headers=admin_of(alice_org)).status_code == 404
    assert routes(alice_org) == []
    assert made(client, bob_org, vapi_phone_number_id="v1").status_code == 201


def test_changes_are_on_the_audit_trail(client: FlaskClient, alice_org: UUID) -> None:
    address = f"{PATH}/{made(client, alice_org).get_json()['data']['id']}"
    answer = client.patch(address, json={"label": "Night"}, headers=admin_of(alice_org))
    assert answer.get_json()["data"]["label"] == "Night"
    client.delete(address, headers=admin_of(alice_org))
    with organization(alice_org) as tx:
        rows = tx.rows("SELECT action, details FROM audit_log WHERE org_id = %s ORDER BY at", (alice_org,))
    assert [(row["action"], row["details"]) for row in rows] == [
        ("numbers.create", {}), ("numbers.change", {"changed": ["label"]}), ("numbers.remove", {})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""), ("number", "front desk"), ("number", 12), ("number", None), ("assistant_number", "x"),
        ("label", 7), ("is_outbound", 1), ("vapi_assistant_id", "nobody"), ("vapi_assistant_id", 7),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(client: FlaskClient, alice_org: UUID, field: str, value: Any) -> None:
    answer = client.post(PATH, json={"number": LINE, field: value}, headers=admin_of(alice_org))
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(f"{field} must be")
    assert listed(client, alice_org) == []


def test_what_is_missing_is_told(client: FlaskClient, alice_org: UUID) -> None:
    headers = admin_of(alice_org)
    assert client.post(PATH, json={}, headers=headers).get_json()["error"] == "number is missing"
    row = made(client, alice_org).get_json()["data"]
    assert client.patch(f"{PATH}/{row['id']}", json={"number": "+12025550199"}, headers=headers).status_code == 400


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_neither_read_nor_write(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    address = f"{PATH}/{made(client, alice_org).get_json()['data']['id']}"
    headers = bearer_of((alice_org, role), selected=alice_org)
    answers = [
        client.get(PATH, headers=headers),
        client.get(address, headers=headers),
        client.post(PATH, json={"number": "+12025550199"}, headers=headers),
        client.patch(address, json={"label": "x"}, headers=headers),
        client.delete(address, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_a_stranger_finds_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    address = f"{PATH}/{made(client, alice_org).get_json()['data']['id']}"
    charlie = bearer_of((bob_org, Role.OWNER), selected=bob_org)
    answers = [
        client.get(address, headers=charlie),
        client.patch(address, json={"label": "x"}, headers=charlie),
        client.delete(address, headers=charlie),
        client.delete(f"{address}?org_id={alice_org}", headers=charlie),
        client.post(f"{address}/verify", headers=charlie),
        client.get(f"{PATH}?org_id={alice_org}", headers=charlie),
        client.get(f"{PATH}/{uuid4()}", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    assert listed(client, bob_org) == []
    assert len(listed(client, alice_org)) == 1
