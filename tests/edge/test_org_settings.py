"""Settings over the API: an admin sees and changes them, every change is noted, and nobody else's are there."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from models.database import organization
from tests.edge.people import bearer_of
from vocabulary import Role

PATH = "/api/settings"


def as_role(org_id: UUID, role: Role = Role.ADMIN) -> dict[str, str]:
    return bearer_of((org_id, role), selected=org_id)


def changed(client: FlaskClient, org_id: UUID, **fields: Any) -> Any:
    return client.patch(PATH, json=fields, headers=as_role(org_id))


def trail(org_id: UUID) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows("SELECT actor, action, details FROM audit_log ORDER BY at")


def test_a_new_organization_has_sensible_settings(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.get(PATH, headers=as_role(alice_org)).get_json()
    assert answer["data"] == {
        "org_id": str(alice_org), "name": "Alice's clinic", "timezone": "America/New_York", "alert_number": None,
        "send_from": "08:00", "send_until": "21:00", "reminder_minutes": [1440, 120], "reminder_methods": ["sms"],
        "body_retention_days": 30, "recording_retention_days": None, "keeps_originals": False, "sms_number": None,
        "openai_enabled": False, "openai_budget_per_day": 5, "default_region": "US", "qa_weights": {
            "greeting": 10, "need_understood": 15, "answer_given": 20, "next_step": 20, "courtesy": 10,
            "talk_balance": 10, "silence": 5, "no_risk_words": 10,
        },
    }  # fmt: skip


def test_what_is_given_changes_and_all_else_stays(client: FlaskClient, alice_org: UUID) -> None:
    fields = {
        "name": " Alice  & Co ", "timezone": "America/Denver", "alert_number": "(212) 555-0188", "send_from": "09:30",
        "send_until": "20:00", "reminder_minutes": [60, 2880, 60], "reminder_methods": ["email", "sms"],
        "body_retention_days": 7, "recording_retention_days": 90, "keeps_originals": True,
    }  # fmt: skip
    kept = changed(client, alice_org, **fields).get_json()["data"]
    clean = {"name": "Alice & Co", "alert_number": "+12125550188", "reminder_minutes": [2880, 60]}
    assert {name: kept[name] for name in fields} == fields | clean | {"reminder_methods": ["sms", "email"]}
    assert client.get(PATH, headers=as_role(alice_org)).get_json()["data"] == kept
    none = changed(client, alice_org, recording_retention_days=None, alert_number=None).get_json()["data"]
    assert none == kept | {"recording_retention_days": None, "alert_number": None}


def test_a_change_is_noted_with_who_made_it_and_without_the_number(client: FlaskClient, alice_org: UUID) -> None:
    changed(client, alice_org, send_from="09:00", alert_number="+12125550188", name="Alice's clinic")
    noted = trail(alice_org)
    assert [row["action"] for row in noted] == ["settings.change"]
    assert noted[0]["actor"].startswith("user:")
    assert noted[0]["details"] == {"changed": {"alert_number": {}, "send_from": {"from": "08:00", "to": "09:00"}}}


def test_what_is_set_again_as_it_is_changes_nothing(client: FlaskClient, alice_org: UUID) -> None:
    answer = changed(client, alice_org, send_from="08:00", reminder_minutes=[120, 1440]).get_json()
    assert "note" not in answer
    assert trail(alice_org) == []


def test_a_change_of_reminders_tells_for_which_appointments(client: FlaskClient, alice_org: UUID) -> None:
    answer = changed(client, alice_org, reminder_minutes=[]).get_json()
    assert answer["note"].startswith("Appointments made or moved from now on are reminded so")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""), ("name", "x" * 121), ("name", None), ("timezone", "Mars/Olympus"), ("timezone", 7),
        ("timezone", ["UTC"]), ("alert_number", "soon"), ("alert_number", 12125550188), ("send_from", "8:00"),
        ("send_from", "24:00"), ("send_from", None), ("send_from", 8), ("send_from", "21:00"), ("send_until", "08:00"),
        ("reminder_minutes", [4]), ("reminder_minutes", [43_201]), ("reminder_minutes", "60"),
        ("reminder_minutes", [True]), ("reminder_minutes", [60.0]), ("reminder_minutes", [10, 20, 30, 40, 50, 60]),
        ("reminder_minutes", [[60]]), ("reminder_methods", []), ("reminder_methods", ["fax"]),
        ("reminder_methods", "sms"), ("reminder_methods", [["sms"]]), ("body_retention_days", -1),
        ("body_retention_days", None), ("body_retention_days", True), ("body_retention_days", 10**9),
        ("recording_retention_days", 0), ("recording_retention_days", "90"), ("keeps_originals", "yes"),
        ("sms_number", "+12125550100"),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_named(client: FlaskClient, alice_org: UUID, name: str, value: Any) -> None:
    answer = changed(client, alice_org, **{name: value})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert answer.get_json()["error"].startswith(("send_from", name))
    with organization(alice_org) as tx:
        row = tx.row("SELECT send_from, name, reminder_minutes FROM organizations")
    assert row == {"send_from": time(8), "name": "Alice's clinic", "reminder_minutes": [1440, 120]}


def test_one_bad_setting_keeps_all_of_them_from_changing(client: FlaskClient, alice_org: UUID) -> None:
    assert changed(client, alice_org, name="New", send_from="late").status_code == 400
    assert client.get(PATH, headers=as_role(alice_org)).get_json()["data"]["name"] == "Alice's clinic"


def test_alerts_do_not_go_to_the_number_that_they_come_from(client: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run("UPDATE organizations SET sms_number = '+12125550100', sms_account = 'AC1'")
    assert changed(client, alice_org, alert_number="+1 212 555 0100").get_json()["error"].startswith("alert_number")


def test_a_setting_that_there_is_not_and_nothing_at_all_are_refused(client: FlaskClient, alice_org: UUID) -> None:
    unknown = changed(client, alice_org, colour="red").get_json()["error"]
    assert unknown.startswith("There is no setting of this name; there are name, timezone")
    assert changed(client, alice_org).get_json()["error"].startswith("Give at least one of name")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_neither_read_nor_write_settings(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    headers = as_role(alice_org, role)
    answers = [client.get(PATH, headers=headers), client.patch(PATH, json={"name": "x"}, headers=headers)]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_settings_are_those_of_one_organization_that_is_named(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    headers = bearer_of((alice_org, Role.ADMIN), (bob_org, Role.ADMIN))
    assert client.get(PATH, headers=headers).get_json()["code"] == "org_required"
    bobs = client.get(f"{PATH}?org_id={bob_org}", headers=headers).get_json()["data"]
    assert (bobs["org_id"], bobs["timezone"]) == (str(bob_org), "America/Chicago")


def test_a_stranger_finds_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    charlie = bearer_of((bob_org, Role.OWNER))
    answers = [
        client.get(f"{PATH}?org_id={alice_org}", headers=charlie),
        client.patch(f"{PATH}?org_id={alice_org}", json={"name": "x"}, headers=charlie),
        client.patch(PATH, json={"name": "x", "org_id": str(alice_org)}, headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert client.get(PATH, headers=as_role(alice_org)).get_json()["data"]["name"] == "Alice's clinic"
