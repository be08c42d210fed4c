"""The operator's commands: each does what it says, prints JSON on request, and fails in a sentence."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import jwt
import psycopg2
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from cli import cli
from models.database import organization
from models.isolation import prove_isolation
from models.organizations import add_number
from settings import settings
from tests.conftest import TestDatabase
from tests.edge.desk import Desk, call_body, report
from vocabulary import NOBODY

REPORT = report("v-1", "a-1", customer={"name": "Ann Lee", "number": "+13125550123"}, analysis={"summary": "Asked."})


def run(*words: object) -> Result:
    """The edge of these tests shares the process: its log lines are kept out of what the command prints."""
    with capture_logs():
        return CliRunner().invoke(cli, [str(word) for word in words])


def told(*words: object) -> Any:
    """What the command prints with --json."""
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.fixture
def desk(database: TestDatabase) -> Desk:
    from edge import create_app

    client: FlaskClient = create_app().test_client()
    return Desk(client, database.admin_url)


def test_an_organization_is_made_and_listed(database: TestDatabase) -> None:
    made = told("orgs", "create", "Cedar Clinic", "--timezone", "America/Chicago")
    assert [(org["org_id"], org["name"]) for org in told("orgs", "list")] == [(made["org_id"], "Cedar Clinic")]
    assert "Cedar Clinic" in run("orgs", "list").output


def test_an_unknown_zone_is_a_sentence(database: TestDatabase) -> None:
    result = run("orgs", "create", "Cedar", "--timezone", "Chicago")
    assert (result.exit_code, result.output) == (
        1, "Error: 'Chicago' is not an IANA time zone; write it like America/New_York\n"
    )  # fmt: skip


def test_openai_is_switched_on_with_its_budget(alice_org: UUID) -> None:
    changed = told("orgs", "set", "Alice's clinic", "--openai", "on", "--openai-budget", "2.50")
    assert (changed["openai_enabled"], changed["openai_budget_per_day"]) == (True, 2.5)
    assert told("orgs", "set", "Alice's clinic", "--openai", "off")["openai_enabled"] is False


@pytest.mark.parametrize("amount", ["-1", "NaN", "much"])
def test_a_budget_is_an_amount_of_dollars(alice_org: UUID, amount: str) -> None:
    result = run("orgs", "set", alice_org, "--openai-budget", amount)
    assert (result.exit_code, "is not an amount of dollars such as 2.50" in result.output) == (2, True)


def test_a_user_is_made_with_a_role_and_a_password_shown_once(database: TestDatabase, alice_org: UUID) -> None:
    made = told("users", "create", "Rosa@example.com", "--org", "Alice's clinic", "--role", "admin")
    assert (made["email"], made["org_id"], made["role"]) == ("rosa@example.com", str(alice_org), "admin")
    assert len(made["password"]) >= 20
    listed = told("users", "list")[0]
    assert (listed["email"], listed["roles"]) == ("rosa@example.com", {str(alice_org): "admin"})
    assert made["password"] not in run("users", "list").output


def test_a_role_is_a_role_somewhere(database: TestDatabase) -> None:
    refused = run("users", "create", "rosa@example.com", "--role", "admin")
    assert refused.exit_code == 2
    assert "A role is held in an organization: add --org NAME" in refused.output
    assert told("users", "list") == []


def test_the_people_of_the_proof_are_nobodys_users(alice_org: UUID) -> None:
    prove_isolation()
    assert told("users", "list") == []


def test_a_user_joins_another_organization_and_gets_a_new_password(database: TestDatabase, bob_org: UUID) -> None:
    told("users", "create", "rosa@example.com", "--password", "four good words here")
    told("users", "join", "rosa@example.com", bob_org, "--role", "owner")
    assert told("users", "list")[0]["roles"] == {str(bob_org): "owner"}
    assert told("users", "password", "rosa@example.com")["password"]
    assert run("users", "password", "rosa@example.com", "--password", "short").exit_code == 1


def test_a_token_for_the_api_is_the_only_thing_printed(database: TestDatabase, alice_org: UUID) -> None:
    user_id = told("users", "create", "rosa@example.com", "--org", alice_org)["user_id"]
    token = run("users", "token", "rosa@example.com", "--org", alice_org, "--hours", 1).output.strip()
    claims = jwt.decode(token, settings().jwt_secret, algorithms=["HS256"])
    assert (claims["sub"], claims["app_metadata"]) == (user_id, {"org_id": str(alice_org)})
    assert claims["exp"] - claims["iat"] == 3600


def test_nobody_has_no_token(database: TestDatabase) -> None:
    result = run("users", "token", "eve@example.com")
    assert result.exit_code == 1
    assert "`./aftercall users create` makes a user" in result.output


def test_a_webhook_token_is_made_hidden_revealed_and_revoked(
    database: TestDatabase, desk: Desk, alice_org: UUID
) -> None:
    made = told("tokens", "create", alice_org, "convoso_calls")
    assert made["webhook_url"] == f"http://localhost:8000/api/webhooks/convoso-calls?token={made['token']}"
    assert made["token"] not in run("tokens", "list", alice_org).output
    assert told("tokens", "list", alice_org, "--reveal")[0]["token"] == made["token"]
    assert desk.convoso(call_body(), made["token"]).status_code == 200
    assert told("tokens", "revoke", alice_org, made["id"]) == {"id": made["id"], "is_active": False}
    assert desk.convoso(call_body(call_id="c-2"), made["token"]).status_code == 401
    with organization(alice_org) as tx:
        trail = tx.rows("SELECT actor, action FROM audit_log ORDER BY at")
    assert {row["actor"] for row in trail} == {"command line"}
    assert [row["action"].split(".")[1] for row in trail] == ["create", "list", "deactivate"]


def test_anothers_token_cannot_be_revoked(database: TestDatabase, alice_org: UUID, bob_org: UUID) -> None:
    made = told("tokens", "create", alice_org)
    assert run("tokens", "revoke", bob_org, made["id"]).exit_code == 1
    assert told("tokens", "list", alice_org)[0]["is_active"] is True


def test_a_line_is_kept_in_one_form_and_belongs_to_one(database: TestDatabase, alice_org: UUID, bob_org: UUID) -> None:
    assert told("numbers", "add", alice_org, "(312) 555-0100", "--label", "Front")["number"] == "+13125550100"
    assert [line["number"] for line in told("numbers", "list", alice_org)] == ["+13125550100"]
    assert told("numbers", "list", bob_org) == []
    again = run("numbers", "add", bob_org, "+13125550100")
    assert again.exit_code == 1
    assert "Alice" not in again.output
    assert run("numbers", "add", bob_org, "12").exit_code == 2


def test_an_operator_verifies_a_line_that_was_only_stated(
    database: TestDatabase, alice_org: UUID, bob_org: UUID
) -> None:
    for org_id in (alice_org, bob_org):
        add_number(org_id, "+13125550100", is_verified=False)
    assert told("numbers", "list", alice_org)[0]["is_verified"] is False
    for _ in range(2):
        assert told("numbers", "verify", alice_org, "(312) 555-0100")["is_verified"] is True
    assert told("numbers", "list", alice_org)[0]["is_verified"] is True
    refused = run("numbers", "verify", bob_org, "+13125550100")
    assert (refused.exit_code, "registered already" in refused.output) == (1, True)
    unknown = run("numbers", "verify", bob_org, "+13125550199")
    assert (unknown.exit_code, "No such line is registered" in unknown.output) == (1, True)


def test_an_organization_is_found_by_id_or_by_its_only_name(database: TestDatabase, alice_org: UUID) -> None:
    assert told("assistants", "list", "Alice's clinic") == told("assistants", "list", alice_org) == []
    told("orgs", "create", "Alice's clinic")
    assert "2 organizations are named" in run("assistants", "list", "Alice's clinic").output
    assert "There is no organization" in run("assistants", "list", uuid4()).output


def test_a_quarantined_event_is_shown_and_let_in_by_its_assistant(
    database: TestDatabase, desk: Desk, alice_org: UUID
) -> None:
    assert desk.vapi(REPORT).status_code == 200
    waiting = told("events", "list", "--state", "quarantined")
    assert [(event["org_id"], event["kind"]) for event in waiting] == [(str(NOBODY), "end-of-call-report")]
    asked = told("events", "replay", waiting[0]["id"])
    assert asked == {"matched": 1, "replayed": 0, "released_from_quarantine": 0, "left_alone": 1}
    told("assistants", "add", alice_org, "a-1", "--name", "Front desk")
    assert desk.work() == 1
    assert [call["caller_name"] for call in desk.calls(alice_org)] == ["Ann Lee"]
    assert told("events", "list", "--state", "quarantined") == []


@pytest.fixture
def processed(desk: Desk, alice_org: UUID) -> Any:
    """A call's event of Alice's, processed."""
    told("assistants", "add", alice_org, "a-1")
    desk.vapi(REPORT)
    desk.work()
    return told("events", "list", "--org", alice_org)[0]


def test_an_event_is_shown_scrubbed(processed: Any) -> None:
    shown = told("events", "show", processed["id"])
    assert (shown["state"], shown["has_body"]) == ("processed", True)
    assert shown["body"]["message"]["customer"] == {"name": "[hidden]", "number": "•••••••••23"}
    assert shown["body"]["message"]["analysis"] == {"summary": "[6 characters]"}
    for text in (json.dumps(shown), run("events", "show", processed["id"]).output):
        assert "Ann Lee" not in text
        assert "3125550123" not in text


def test_an_expired_body_is_said_to_be_expired(processed: Any, database: TestDatabase) -> None:
    execute(database, "update webhook_events set raw = null")
    shown = told("events", "show", processed["id"])
    assert (shown["body"], shown["body_note"]) == (None, "expired: its retention has passed")


def test_replaying_an_event_gives_the_same_row(processed: Any, desk: Desk, alice_org: UUID) -> None:
    before = desk.calls(alice_org)
    counts = {"matched": 1, "replayed": 1, "released_from_quarantine": 0, "left_alone": 0}
    for choice in ([processed["id"]], ["--state", "processed"], ["--org", alice_org], ["--all"]):
        assert told("events", "replay", *choice) == counts
        assert desk.work() == 1
    assert desk.calls(alice_org) == before


def test_a_replay_says_which_events_it_means(database: TestDatabase, processed: Any) -> None:
    assert run("events", "replay").exit_code == 2
    assert run("events", "replay", processed["id"], "--all").exit_code == 2
    unknown = run("events", "replay", processed["id"], uuid4())
    assert unknown.exit_code == 1
    assert "nothing was replayed" in unknown.output


def test_a_dead_job_is_listed_with_its_error_and_redriven(processed: Any, desk: Desk, database: TestDatabase) -> None:
    execute(
        database,
        "update jobs set state = 'dead', last_error = 'Refused: no', attempts = 6 where actor = 'process_event'",
    )
    dead = told("jobs", "list", "--state", "dead")
    assert [(job["actor"], job["last_error"], job["attempts"]) for job in dead] == [("process_event", "Refused: no", 6)]
    assert "Refused: no" in run("jobs", "list", "--state", "dead").output
    assert told("jobs", "redrive", dead[0]["id"]) == {"redriven": 1, "not_dead": 0}
    assert desk.work() == 1
    assert told("jobs", "redrive", dead[0]["id"]) == {"redriven": 0, "not_dead": 1}
    assert told("jobs", "list", "--state", "dead") == []


def test_a_job_that_nobody_has_is_a_sentence_and_redrives_nothing(processed: Any, database: TestDatabase) -> None:
    execute(database, "update jobs set state = 'dead' where actor = 'process_event'")
    dead, unknown = told("jobs", "list", "--state", "dead")[0]["id"], uuid4()
    refused = run("jobs", "redrive", dead, unknown)
    assert (refused.exit_code, refused.output) == (1, f"Error: There is no job {unknown}; nothing was redriven\n")
    assert len(told("jobs", "list", "--state", "dead")) == 1


def test_redriving_is_kept_to_what_is_meant(processed: Any, database: TestDatabase, bob_org: UUID) -> None:
    execute(database, "update jobs set state = 'dead' where actor = 'process_event'")
    assert run("jobs", "redrive").exit_code == 2
    assert told("jobs", "redrive", "--org", bob_org)["redriven"] == 0
    assert told("jobs", "redrive", "--actor", "other")["redriven"] == 0
    assert told("jobs", "redrive", "--all")["redriven"] == 1


def test_replay_call_confirms_the_row(processed: Any, desk: Desk, alice_org: UUID) -> None:
    call_id = desk.calls(alice_org)[0]["id"]
    same = told("replay-call", call_id)
    assert same == {"call_id": str(call_id), "read": 1, "expired": 0, "is_same": True, "differences": []}
    assert "The row is what its events say." in run("replay-call", call_id).output


def test_replay_call_tells_what_differs_scrubbed(
    processed: Any, desk: Desk, alice_org: UUID, database: TestDatabase
) -> None:
    execute(database, "update calls set caller_name = 'Eve', status = 'busy'")
    result = run("replay-call", desk.calls(alice_org)[0]["id"], "--json")
    assert result.exit_code == 1
    differences = {row["column"]: (row["row"], row["events"]) for row in json.loads(result.output)["differences"]}
    assert differences == {"caller_name": ("[hidden]", "[hidden]"), "status": ("busy", "completed")}


def test_replay_call_says_where_a_body_has_expired(
    processed: Any, desk: Desk, alice_org: UUID, database: TestDatabase
) -> None:
    execute(database, "update webhook_events set raw = null")
    result = run("replay-call", desk.calls(alice_org)[0]["id"])
    assert result.exit_code == 0, result.output
    assert "the bodies of 1 have expired" in result.output


def test_an_unknown_call_is_a_sentence(database: TestDatabase) -> None:
    result = run("replay-call", uuid4())
    assert result.exit_code == 1
    assert "There is no call" in result.output


def execute(database: TestDatabase, statement: str) -> None:
    connection = psycopg2.connect(database.admin_url)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()
