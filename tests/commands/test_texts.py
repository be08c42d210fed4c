"""`orgs set` and `templates`: from where, when and in which words an organization writes, from the command line."""

from __future__ import annotations

from uuid import UUID

import pytest

from models.database import organization, reset
from settings import settings
from tests.commands.test_operating import run, told


def test_an_organization_texts_from_a_number_of_the_deployments_account(alice_org: UUID) -> None:
    set_up = told(
        "orgs", "set", alice_org, "--sms-number", "(212) 555-0100", "--alert-number", "+12125550188",
        "--send-from", "09:00", "--send-until", "20:30",
    )  # fmt: skip
    assert {name: set_up[name] for name in ("sms_number", "alert_number", "send_from", "send_until")} == {
        "sms_number": "+12125550100", "alert_number": "+12125550188", "send_from": "09:00", "send_until": "20:30",
    }  # fmt: skip
    with organization(alice_org) as tx:
        assert tx.value("SELECT sms_account FROM organizations") == settings().twilio_account_sid
        trail = tx.rows("SELECT actor, action, details FROM audit_log ORDER BY at")
    assert [(row["actor"], row["action"]) for row in trail] == [
        ("command line", "settings.sender"), ("command line", "settings.change"),
    ]  # fmt: skip
    assert "5550188" not in str(trail)


def test_without_an_account_there_is_no_number_to_text_from(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_ACCOUNT_SID", raising=False)
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    reset()
    result = run("orgs", "set", alice_org, "--sms-number", "+12125550100")
    assert (result.exit_code, "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN first" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--sms-number", "soon", "sms_number must be a phone number"),
        ("--alert-number", "soon", "alert_number must be a phone number"),
        ("--send-from", "8", "send_from must be a time like 08:00"),
        ("--send-until", "07:00", "send_from must be before send_until"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(alice_org: UUID, option: str, value: str, sentence: str) -> None:
    result = run("orgs", "set", alice_org, option, value, "--retention-days", "1")
    assert (result.exit_code, sentence in result.output) == (1, True), result.output
    assert told("orgs", "set", alice_org)["body_retention_days"] == 30


def test_alerts_are_switched_off(alice_org: UUID) -> None:
    assert told("orgs", "set", alice_org, "--alert-number", "+12125550188")["alert_number"] == "+12125550188"
    assert told("orgs", "set", alice_org, "--alert-number", "")["alert_number"] is None


def test_a_template_is_written_changed_and_removed(alice_org: UUID) -> None:
    new = ("Thanks", "--purpose", "followup", "--body", "Hi {{ first_name }}", "--after", "booked")
    assert told("templates", "set", *new, "--org", alice_org)["after_results"] == ["booked"]
    assert told("templates", "set", "thanks", "--after-none", "--org", alice_org)["body"] == "Hi {{ first_name }}"
    listed = told("templates", "list", "--org", alice_org)
    assert [(row["name"], row["purpose"], row["after_results"]) for row in listed] == [("Thanks", "followup", [])]
    assert told("templates", "remove", "Thanks", "--org", alice_org)["is_removed"] is True
    assert told("templates", "list", "--org", alice_org) == []


def test_a_template_that_cannot_be_sent_is_a_sentence(alice_org: UUID, bob_org: UUID) -> None:
    told("templates", "set", "Thanks", "--purpose", "followup", "--body", "Hi", "--org", alice_org)
    for words, sentence in (
        (("set", "New", "--body", "Hi"), "purpose must be one of followup, reminder, hot_lead"),
        (("set", "New", "--purpose", "followup", "--body", "{{ age }}"), "There is no variable age here"),
        (("remove", "Thanks"), "There is no template 'Thanks'"),
    ):
        result = run("templates", *words, "--org", bob_org)
        assert (result.exit_code, sentence in result.output) == (1, True), result.output
