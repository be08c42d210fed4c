"""Credentials and recordings from the command line: secrets are read, never given, and never shown."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from cli import cli
from models import credentials, recordings
from models.database import organization
from models.ids import new_id
from tests.edge.people import make_call


def run(*words: object, given: str = "") -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], input=given)


def told(*words: object, given: str = "") -> Any:
    result = run(*words, "--json", given=given)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def given_up(org_id: UUID) -> UUID:
    recording_id, call_id = new_id(), make_call(org_id, recording_status="failed")
    with organization(org_id) as tx:
        tx.run(
            "INSERT INTO recordings (org_id, id, call_id, state, attempts, error)"
            " VALUES (%s, %s, %s, 'failed', 3, 'Vapi is not connected: set VAPI_PRIVATE_KEY')",
            (org_id, recording_id, call_id),
        )
    return recording_id


def test_a_credential_is_read_from_the_input_and_listed_without_its_secret(alice_org: UUID) -> None:
    result = run("credentials", "set", "--org", alice_org, "convoso", given="hush-hush\n")
    assert result.exit_code == 0, result.output
    with organization(alice_org) as tx:
        config = credentials.get(tx, alice_org, "convoso", by="test").config
    assert dict(config) == {"auth_token": "hush-hush"}
    listed = told("credentials", "list", "--org", alice_org)
    assert [(row["provider"], row["state"]) for row in listed] == [("convoso", "connected")]
    assert "hush" not in result.output + json.dumps(listed)


def test_a_secret_on_the_command_line_is_not_taken(alice_org: UUID) -> None:
    assert run("credentials", "set", "--org", alice_org, "convoso", "hush").exit_code == 2


def test_an_empty_secret_is_refused_in_a_sentence(alice_org: UUID) -> None:
    result = run("credentials", "set", "--org", alice_org, "convoso", given="\n")
    assert (result.exit_code, result.output) == (1, "Error: Convoso needs auth_token\n")


def test_a_credential_is_removed_once(alice_org: UUID) -> None:
    run("credentials", "set", "--org", alice_org, "convoso", given="token\n")
    assert told("credentials", "remove", "--org", alice_org, "convoso")["is_connected"] is False
    again = run("credentials", "remove", "--org", alice_org, "convoso")
    assert (again.exit_code, again.output) == (1, "Error: Convoso is not connected\n")


def test_both_leave_a_trace(alice_org: UUID) -> None:
    run("credentials", "set", "--org", alice_org, "convoso", given="token\n")
    run("credentials", "remove", "--org", alice_org, "convoso")
    with organization(alice_org) as tx:
        rows = tx.rows("SELECT action, subject FROM audit_log ORDER BY at")
    assert [(row["action"], row["subject"]) for row in rows] == [
        ("credentials.set", "convoso"),
        ("credentials.remove", "convoso"),
    ]


def test_twilio_is_connected_by_steps_which_are_shown_and_retried(alice_org: UUID) -> None:
    given = "AC" + "0a" * 16 + "\nhush-hush\n+15550100001\n"
    state = told("credentials", "set", "--org", alice_org, "twilio", given=given)
    assert (state["state"], [step["step"] for step in state["steps"]]) == (
        "waiting",
        ["check", "store", "sync", "import", "link"],
    )
    again = run("credentials", "retry", "--org", alice_org, "twilio", "--step", "link")
    assert (again.exit_code, again.output) == (1, "Error: The step check comes first\n")
    assert told("credentials", "retry", "--org", alice_org, "twilio")["state"] == "waiting"
    shown = run("credentials", "show", "--org", alice_org, "twilio").output
    assert "check" in shown
    assert "hush" not in shown
    with organization(alice_org) as tx:
        jobs = tx.rows("SELECT args FROM jobs ORDER BY key")
    assert [job["args"] for job in jobs] == [{"step": "check", "revision": number} for number in (1, 2)]


def test_another_organizations_connection_is_not_shown(alice_org: UUID, bob_org: UUID) -> None:
    run("credentials", "set", "--org", alice_org, "convoso", given="token\n")
    assert told("credentials", "show", "--org", bob_org, "convoso")["state"] == "not_connected"
    assert run("credentials", "retry", "--org", bob_org, "twilio").output == "Error: There is nothing to retry\n"


def test_what_may_be_left_empty_may_be_left_empty(alice_org: UUID) -> None:
    run("credentials", "set", "--org", alice_org, "resend", given="re_1\nClinic <a@b.example>\n")
    with organization(alice_org) as tx:
        config = credentials.get(tx, alice_org, "resend", by="test").config
    assert dict(config) == {"api_key": "re_1", "from": "Clinic <a@b.example>"}


def test_recordings_that_were_given_up_are_listed_and_looked_for_again(alice_org: UUID, bob_org: UUID) -> None:
    recording_id = given_up(alice_org)
    listed = told("recordings", "list", "--org", alice_org)
    assert [(row["id"], row["attempts"], row["error"]) for row in listed] == [
        (str(recording_id), 3, "Vapi is not connected: set VAPI_PRIVATE_KEY")
    ]
    assert told("recordings", "list", "--org", bob_org) == []
    assert told("recordings", "redrive", "--org", bob_org, recording_id) == {"looked_for": 0}
    assert told("recordings", "redrive", "--org", alice_org) == {"looked_for": 1}
    assert told("recordings", "list", "--org", alice_org) == []
    with organization(alice_org) as tx:
        assert tx.value("SELECT count(*) FROM jobs WHERE actor = 'poll_recording' AND state = 'ready'") == 1


@pytest.mark.parametrize(("days", "kept"), [("30", 30), ("always", None)])
def test_how_long_recordings_are_kept(alice_org: UUID, days: str, kept: int | None) -> None:
    assert told("recordings", "keep", "--org", alice_org, days)["recording_retention_days"] == kept
    with organization(alice_org) as tx:
        assert tx.value("SELECT recording_retention_days FROM organizations") == kept
        recordings.keep_for(tx, alice_org, None)


@pytest.mark.parametrize("days", ["0", "-1", "soon"])
def test_a_wrong_number_of_days_is_refused(alice_org: UUID, days: str) -> None:
    assert run("recordings", "keep", "--org", alice_org, "--", days).exit_code == 2
