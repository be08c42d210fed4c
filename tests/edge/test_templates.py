"""Templates over the API: kept when they can be sent, shown as they will read, sent once as a test, nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models.database import organization
from settings import settings
from tests.edge.people import bearer_of
from vocabulary import Role

PATH = "/api/templates"
FOLLOWUP = {"name": "Thanks", "purpose": "followup", "method": "sms", "body": "Hi {{ first_name }}, {{ clinic }} here."}
MAIL = {"name": "Mail", "purpose": "reminder", "method": "email", "subject": "On {{ date }}", "body": "{{ title }}"}
ME = "+12125550177"


def as_role(org_id: UUID, role: Role = Role.ADMIN) -> dict[str, str]:
    return bearer_of((org_id, role), selected=org_id)


def made(client: FlaskClient, org_id: UUID, **fields: Any) -> Any:
    return client.post(PATH, json=FOLLOWUP | fields, headers=as_role(org_id))


def rows(org_id: UUID, query: str) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows(query)


@pytest.fixture
def sender(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alice sends texts through the deployment's account."""
    with organization(alice_org) as tx:
        tx.run(
            "UPDATE organizations SET sms_number = '+12125550100', sms_account = %s", (settings().twilio_account_sid,)
        )


def test_a_template_is_made_changed_and_removed(client: FlaskClient, alice_org: UUID) -> None:
    answer = made(client, alice_org, after_results=["callback", "booked"])
    template = answer.get_json()["data"]
    assert (answer.status_code, template["after_results"]) == (201, ["booked", "callback"])
    address, admin = f"{PATH}/{template['id']}", as_role(alice_org)
    changed = client.patch(address, json={"body": "Hi!", "after_results": []}, headers=admin).get_json()["data"]
    assert (changed["name"], changed["body"], changed["after_results"]) == ("Thanks", "Hi!", [])
    assert [row["id"] for row in client.get(PATH, headers=admin).get_json()["data"]] == [template["id"]]
    assert client.delete(address, headers=admin).status_code == 200
    assert [client.get(address, headers=admin).status_code, client.delete(address, headers=admin).status_code] == [
        404, 404,
    ]  # fmt: skip
    trail = [row["action"] for row in rows(alice_org, "SELECT action FROM audit_log ORDER BY at")]
    assert trail == ["templates.create", "templates.change", "templates.remove"]


def test_the_list_tells_what_there_is_to_write_with(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.get(PATH, headers=as_role(alice_org)).get_json()
    assert answer["data"] == []
    assert {one["purpose"] for one in answer["defaults"]} == {"reminder", "hot_lead", "followup"}
    assert answer["variables"]["reminder"]["date"] == "the day of the appointment"
    assert "booked" in answer["results"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, "name must be"),
        ({"purpose": "share"}, "purpose must be one of followup, reminder, hot_lead"),
        ({"method": "email"}, "method must be sms for a followup"),
        ({"method": None}, "method must be"),
        ({"body": ""}, "body must be a text of"),
        ({"body": 7}, "body must be a text of"),
        ({"body": "Hi {{ nickname }}"}, "body must be put right. There is no variable nickname here; there are first_"),
        ({"body": "Hi {{ first name }}"}, "body must be put right. Write a variable as"),
        ({"body": "x" * 161}, "body must be shorter. With its values it has 161 characters; at most 160 are sent"),
        ({"subject": "Hello"}, "subject must be left out"),
        ({"after_results": ["sold"]}, "after_results must be a list of booked"),
        ({"after_results": ["do_not_call"]}, "after_results must be a list of booked"),
        ({"after_results": "booked"}, "after_results must be a list of"),
        ({"after_results": [["booked"]]}, "after_results must be a list of"),
        (MAIL | {"subject": ""}, "subject must be a text of"),
        (MAIL | {"subject": "{{ score }}"}, "subject must be put right. There is no variable score here"),
        (MAIL | {"after_results": ["booked"]}, "after_results must be empty"),
    ],
)
def test_a_fault_is_named(client: FlaskClient, alice_org: UUID, fields: dict[str, Any], error: str) -> None:
    answer = made(client, alice_org, **fields)
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(error)


def test_only_one_template_is_sent_in_each_case(client: FlaskClient, alice_org: UUID) -> None:
    assert made(client, alice_org, after_results=["booked"]).status_code == 201
    assert made(client, alice_org, name="Other", after_results=["callback"]).status_code == 201
    assert made(client, alice_org, **MAIL).status_code == 201
    refused = [
        made(client, alice_org, name="tHANKS"),
        made(client, alice_org, name="Third", after_results=["voicemail", "booked"]),
        made(client, alice_org, **(MAIL | {"name": "Second mail"})),
    ]
    assert [answer.status_code for answer in refused] == [409] * 3
    assert [answer.get_json()["code"] for answer in refused] == ["duplicate_name", "already_covered", "already_covered"]
    assert refused[1].get_json()["error"] == "Thanks is sent after booked already"


def test_what_a_template_is_for_stays(client: FlaskClient, alice_org: UUID) -> None:
    template, admin = made(client, alice_org).get_json()["data"], as_role(alice_org)
    moved = client.patch(f"{PATH}/{template['id']}", json={"purpose": "reminder"}, headers=admin)
    assert moved.get_json()["error"] == "purpose cannot be changed: make another template"
    assert client.patch(f"{PATH}/{template['id']}", json={}, headers=admin).status_code == 400


def test_a_preview_reads_as_the_message_will_and_tells_what_it_costs(client: FlaskClient, alice_org: UUID) -> None:
    body = FOLLOWUP | {"body": "Hi {{ first_name }} from {{ clinic }} – soon"}
    answer = client.post(f"{PATH}/preview", json=body, headers=as_role(alice_org, Role.OPERATOR)).get_json()
    assert answer["data"] == {
        "body": "Hi Maria from Alice's clinic – soon", "subject": None, "limit": 160, "encoding": "UCS-2",
        "length": 35, "segments": 1,
    }  # fmt: skip
    mail = client.post(f"{PATH}/preview", json=MAIL, headers=as_role(alice_org, Role.OPERATOR)).get_json()["data"]
    assert (mail["subject"], mail["body"], mail["segments"]) == ("On Tuesday, March 3", "Botox", None)
    assert client.get(PATH, headers=as_role(alice_org)).get_json()["data"] == []


@pytest.mark.usefixtures("sender")
def test_a_test_send_is_owed_once_for_each_key(client: FlaskClient, alice_org: UUID) -> None:
    template = made(client, alice_org).get_json()["data"]
    headers = as_role(alice_org) | {"Idempotency-Key": "first"}
    send = [client.post(f"{PATH}/{template['id']}/test", json={"to": "(212) 555-0177"}, headers=headers) for _ in "ab"]
    assert [answer.status_code for answer in send] == [202, 202]
    assert send[0].get_json() == send[1].get_json()
    assert {name: send[0].get_json()[name] for name in ("recipient", "method", "status")} == {
        "recipient": ME, "method": "sms", "status": "planned",
    }  # fmt: skip
    planned = rows(alice_org, "SELECT id, purpose, recipient, content FROM messages")
    assert [(row["purpose"], row["recipient"], row["content"]) for row in planned] == [
        ("system", ME, "Hi Maria, Alice's clinic here.")
    ]
    assert str(planned[0]["id"]) == send[0].get_json()["messageId"]
    assert len(rows(alice_org, "SELECT FROM jobs WHERE actor = 'send_message'")) == 1
    another = client.post(f"{PATH}/{template['id']}/test", json={"to": "+12125550178"}, headers=headers)
    assert (another.status_code, another.get_json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.usefixtures("sender")
@pytest.mark.parametrize("to", [None, "", "soon", 7, "me@example.com", ["+12125550177"]])
def test_a_test_to_nobody_is_refused(client: FlaskClient, alice_org: UUID, to: Any) -> None:
    template = made(client, alice_org).get_json()["data"]
    answer = client.post(f"{PATH}/{template['id']}/test", json={"to": to}, headers=as_role(alice_org))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "to must be a phone number like +12125550100")


def test_a_test_needs_something_to_send_with(client: FlaskClient, alice_org: UUID) -> None:
    template = made(client, alice_org).get_json()["data"]
    answer = client.post(f"{PATH}/{template['id']}/test", json={"to": ME}, headers=as_role(alice_org))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "not_connected")
    assert answer.get_json()["error"] == "Twilio is not connected. Connect it in settings."


@pytest.mark.usefixtures("sender")
def test_who_wants_no_texts_gets_no_test_either(client: FlaskClient, alice_org: UUID) -> None:
    template = made(client, alice_org).get_json()["data"]
    with organization(alice_org) as tx:
        tx.run("INSERT INTO opt_outs VALUES (%s, %s, true, 'word')", (alice_org, ME))
    answer = client.post(f"{PATH}/{template['id']}/test", json={"to": ME}, headers=as_role(alice_org))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "opted_out")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_neither_read_nor_write_templates(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    template = made(client, alice_org).get_json()["data"]
    address, headers = f"{PATH}/{template['id']}", as_role(alice_org, role)
    answers = [
        client.get(PATH, headers=headers), client.get(address, headers=headers),
        client.post(PATH, json=FOLLOWUP, headers=headers), client.patch(address, json={"body": "x"}, headers=headers),
        client.delete(address, headers=headers), client.post(f"{address}/test", json={"to": ME}, headers=headers),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403] * 6
    previewed = client.post(f"{PATH}/preview", json=FOLLOWUP, headers=headers)
    assert previewed.status_code == (200 if role is Role.OPERATOR else 403)


def test_a_stranger_finds_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    template = made(client, alice_org).get_json()["data"]
    address, charlie = f"{PATH}/{template['id']}", bearer_of((bob_org, Role.OWNER), selected=bob_org)
    answers = [
        client.get(address, headers=charlie),
        client.patch(address, json={"body": "x"}, headers=charlie),
        client.delete(address, headers=charlie),
        client.post(f"{address}/test", json={"to": ME}, headers=charlie),
        client.patch(f"{address}?org_id={alice_org}", json={"body": "x"}, headers=charlie),
        client.post(f"{PATH}/preview?org_id={alice_org}", json=FOLLOWUP, headers=charlie),
        client.get(f"{PATH}/{uuid4()}", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    assert client.get(PATH, headers=charlie).get_json()["data"] == []
    assert client.get(address, headers=as_role(alice_org)).get_json()["data"]["body"] == FOLLOWUP["body"]
