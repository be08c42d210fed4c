"""Connecting Twilio against the stand-in: each step fails once and is retried alone, and nothing that works breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import requests

from models import connections, credentials, lines
from models.credentials import Missing
from models.database import organization, system
from models.organizations import add_assistant, add_number
from settings import settings
from tasks.connection_calls import NO_ASSISTANT
from tasks.connections import connect_twilio, resume_link, retry, save
from tasks.ledger import perform, registry
from tests.edge.said import trail
from tests.standin.side import Side, playing

SID, OTHER_SID = "AC" + "0a" * 16, "AC" + "0b" * 16
NUMBER, OTHER_NUMBER = "+15550100001", "+15550100002"
CONFIG = {"account_sid": SID, "auth_token": "token-of-alice-1111", "phone_number": NUMBER}
NEWER = CONFIG | {"auth_token": "token-of-alice-2222"}
ACCOUNT, NUMBERS = f"/2010-04-01/Accounts/{SID}.json", f"/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"
ASSISTANT = "22222222-3333-4444-5555-666666666666"
BOBS_ASSISTANT = "99999999-3333-4444-5555-666666666666"
REGISTERED = "The number is registered already; each belongs to one organization"
DONE = dict.fromkeys(("check", "store", "sync", "import", "link"), "done")


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    monkeypatch.setenv("VAPI_PRIVATE_KEY", "key-of-vapi")
    with playing({"VAPI_PRIVATE_KEY": "key-of-vapi"}, monkeypatch) as directed:
        yield directed


def connect(org_id: UUID, config: dict[str, str] = CONFIG) -> None:
    with organization(org_id) as tx:
        save(tx, org_id, "twilio", config, "user:test")
    work(org_id)


def work(org_id: UUID, steps: int = 10) -> None:
    """Runs the steps that are due, and those that they owe."""
    for _ in range(steps):
        with organization(org_id) as tx:
            job_id = tx.value("SELECT id FROM jobs WHERE state = 'ready' AND run_at <= now() ORDER BY id LIMIT 1")
        if job_id is None:
            return
        perform(org_id, job_id)


def retry_step(org_id: UUID, step: str | None = None) -> str:
    with organization(org_id) as tx:
        name = retry(tx, org_id, "twilio", step, "user:test")
    work(org_id)
    return name


def states(org_id: UUID) -> dict[str, str]:
    return {step.name: step.state for step in steps(org_id).values()}


def steps(org_id: UUID) -> dict[str, connections.Step]:
    with organization(org_id) as tx:
        return {step.name: step for step in connections.steps_of(tx, org_id, "twilio")}


def config_of(org_id: UUID) -> dict[str, str]:
    with organization(org_id) as tx:
        return dict(credentials.get(tx, org_id, "twilio", by="test").config)


def sender(org_id: UUID) -> tuple[str | None, str | None]:
    with organization(org_id) as tx:
        row = tx.row("SELECT sms_number, sms_account FROM organizations WHERE org_id = %s", (org_id,))
    assert row is not None
    return row["sms_number"], row["sms_account"]


def at_vapi(side: Side) -> Any:
    return requests.get(f"{side.url}/__standin/vapi-connections", timeout=5).json()


def told(side: Side, method: str, path: str) -> list[Any]:
    return [one for one in side.requests() if (one["method"], one["path"]) == (method, path)]


def test_all_steps_lead_to_a_number_that_texts_and_is_answered(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    assert states(alice_org) == DONE
    assert config_of(alice_org) == CONFIG
    assert sender(alice_org) == (NUMBER, SID)
    vapi = at_vapi(side)
    assert [(one["accountSid"], one["authToken"]) for one in vapi["credentials"]] == [(SID, "1111")]
    assert [(one["number"], one["smsEnabled"], one["assistantId"]) for one in vapi["numbers"]] == [
        (NUMBER, False, ASSISTANT)
    ]
    with organization(alice_org) as tx:
        line = tx.row("SELECT vapi_phone_number_id, assistant_id FROM phone_numbers WHERE number = %s", (NUMBER,))
        route = tx.value("SELECT value FROM routes WHERE kind = 'vapi_number'")
    assert line is not None
    assert line["vapi_phone_number_id"] == route == vapi["numbers"][0]["id"]
    assert line["assistant_id"] is not None
    assert [credential.org_id for credential in credentials.of_account("twilio", SID)] == [alice_org]


def test_every_use_and_the_storing_are_in_the_audit_trail(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    with organization(alice_org) as tx:
        rows = tx.rows("SELECT actor, action, subject FROM audit_log ORDER BY at, id")
        line = str(tx.value("SELECT id FROM phone_numbers"))
    assert sorted(row["subject"] for row in rows) == sorted([*["twilio"] * 7, line, line])
    assert sorted((row["actor"], row["action"]) for row in rows) == [
        ("connect_twilio", "credentials.store"),
        *[("connect_twilio", "credentials.use")] * 5,
        ("connect_twilio", "numbers.change"),
        ("connect_twilio", "numbers.create"),
        ("user:test", "credentials.set"),
    ]


@pytest.mark.parametrize(
    ("step", "match", "status", "words"),
    [
        ("check", ACCOUNT, 401, "Twilio refuses these credentials"),
        ("check", NUMBERS, 403, "Twilio refuses these credentials"),
        ("sync", "/credential", 400, "Vapi will not take these credentials (400)"),
        ("sync", "/credential", 401, "Vapi is not connected: set VAPI_PRIVATE_KEY"),
        ("import", "/phone-number", 401, "Vapi is not connected: set VAPI_PRIVATE_KEY"),
        ("link", "/phone-number/", 400, "Vapi will not link the number to the assistant (400)"),
    ],
)
def test_a_step_that_is_refused_says_so_and_is_retried_alone(
    side: Side, alice_org: UUID, step: str, match: str, status: int, words: str
) -> None:
    add_assistant(alice_org, ASSISTANT)
    side.fault(match, "status", status=status)
    connect(alice_org)
    found = steps(alice_org)[step]
    assert (found.state, found.error) == ("failed", words)
    asked_before = len(told(side, "GET", ACCOUNT))
    assert retry_step(alice_org) == step
    assert states(alice_org) == DONE
    assert len(told(side, "GET", ACCOUNT)) == asked_before + (step == "check")


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"numbers": [OTHER_NUMBER]}, "This number does not belong to the Twilio account"),
        ({"numbers": [NUMBER + "9"]}, "This number does not belong to the Twilio account"),
        ({"sms": False}, "This number cannot send text messages"),
        ({"status": "suspended"}, "This Twilio account is suspended"),
    ],
)
def test_nobody_claims_a_number_that_the_account_does_not_own(
    side: Side, alice_org: UUID, about: dict[str, Any], words: str
) -> None:
    side.tell("twilio-account", {"account": SID} | about)
    connect(alice_org)
    assert steps(alice_org)["check"].error == words
    assert sender(alice_org) == (None, None)
    assert credentials.of_account("twilio", SID) == []
    with organization(alice_org) as tx:
        assert credentials.last_error(tx, alice_org, "twilio") == words
        assert credentials.exists(tx, alice_org, "twilio") is False


@pytest.mark.parametrize(
    ("step", "match"),
    [("check", ACCOUNT), ("sync", "/credential"), ("import", "/phone-number"), ("link", "/phone-number/")],
)
@pytest.mark.parametrize("fault", ["status", "reset"])
def test_trouble_is_shown_and_passes_by_itself(side: Side, alice_org: UUID, step: str, match: str, fault: str) -> None:
    add_assistant(alice_org, ASSISTANT)
    side.fault(match, fault)
    connect(alice_org)
    found = steps(alice_org)[step]
    assert found.state == "waiting"
    assert found.error is not None
    with system() as tx:
        tx.run("UPDATE jobs SET run_at = now() WHERE state = 'ready'")
    work(alice_org)
    assert states(alice_org) == DONE
    assert len(at_vapi(side)["numbers"]) == 1


def test_an_import_whose_answer_got_lost_is_found_and_not_repeated(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    side.tell(
        "script", {"match": "/phone-number", "answers": [{"fault": "none"}, {"fault": "timeout_after", "seconds": 0}]}
    )
    connect(alice_org)
    assert states(alice_org)["import"] == "waiting"
    assert len(at_vapi(side)["numbers"]) == 1
    assert retry_step(alice_org) == "import"
    assert states(alice_org) == DONE
    assert len(told(side, "POST", "/phone-number")) == 1


def test_a_step_that_never_works_ends_as_failed(side: Side, alice_org: UUID) -> None:
    side.fault(ACCOUNT, "status", times=20)
    connect(alice_org)
    for _ in range(registry["connect_twilio"].attempts):
        with system() as tx:
            tx.run("UPDATE jobs SET run_at = now() WHERE state = 'ready'")
        work(alice_org, 1)
    found = steps(alice_org)["check"]
    assert (found.state, found.error) == ("failed", "Twilio answered 503")
    with organization(alice_org) as tx:
        assert tx.value("SELECT attempts FROM connection_steps WHERE step = 'check'") == 6


def test_a_worker_that_died_in_the_middle_leaves_a_step_that_goes_on(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    with organization(alice_org) as tx:
        save(tx, alice_org, "twilio", CONFIG, "user:test")
    work(alice_org, 2)
    with organization(alice_org) as tx:
        tx.run(
            "UPDATE jobs SET attempts = 1, fence = fence + 1, lease_until = now() + interval '1 minute'"
            " WHERE state = 'ready'"
        )
        connections.take(tx, alice_org, "twilio", "sync", 1)
    work(alice_org)
    assert states(alice_org)["sync"] == "waiting"
    with system() as tx:
        tx.run("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE state = 'ready'")
    work(alice_org)
    assert states(alice_org) == DONE


def test_a_number_waits_for_its_assistant_and_goes_on_when_there_is_one(side: Side, alice_org: UUID) -> None:
    connect(alice_org)
    found = steps(alice_org)["link"]
    assert (found.state, found.error) == ("waiting", NO_ASSISTANT)
    add_assistant(alice_org, ASSISTANT)
    with organization(alice_org) as tx:
        resume_link(tx, alice_org, "user:test")
    work(alice_org)
    assert states(alice_org) == DONE


def test_without_a_key_for_vapi_texts_go_out_all_the_same(
    side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAPI_PRIVATE_KEY")
    settings.cache_clear()
    connect(alice_org)
    assert steps(alice_org)["sync"].error == "Vapi is not connected: set VAPI_PRIVATE_KEY"
    assert sender(alice_org) == (NUMBER, SID)
    monkeypatch.setenv("VAPI_PRIVATE_KEY", "key-of-vapi")
    settings.cache_clear()
    assert retry_step(alice_org) == "sync"
    assert states(alice_org) == DONE | {"link": "waiting"}


def test_a_mistyped_token_breaks_nothing(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    side.fault(ACCOUNT, "status", status=401)
    connect(alice_org, NEWER)
    assert states(alice_org)["check"] == "failed"
    assert config_of(alice_org) == CONFIG
    assert sender(alice_org) == (NUMBER, SID)
    with organization(alice_org) as tx:
        assert credentials.last_error(tx, alice_org, "twilio") is None


def test_a_good_check_takes_back_what_a_message_was_told(side: Side, alice_org: UUID) -> None:
    connect(alice_org)
    with organization(alice_org) as tx:
        credentials.mark_verified(tx, alice_org, "twilio", "Twilio refuses our credentials (401)")
    assert retry_step(alice_org, "check") == "check"
    with organization(alice_org) as tx:
        assert credentials.last_error(tx, alice_org, "twilio") is None


def test_a_token_that_was_changed_at_twilio_reaches_vapi_too(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    connect(alice_org, NEWER)
    assert states(alice_org) == DONE
    assert config_of(alice_org) == NEWER
    vapi = at_vapi(side)
    assert [one["authToken"] for one in vapi["credentials"]] == ["1111", "2222"]
    assert [one["twilioAuthToken"] for one in vapi["numbers"]] == ["2222"]
    assert steps(alice_org)["sync"].details["older"] == [vapi["credentials"][0]["id"]]


def test_a_synced_credential_is_not_given_to_vapi_again(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    assert retry_step(alice_org, "sync") == "sync"
    assert states(alice_org) == DONE
    assert len(told(side, "POST", "/credential")) == 1


def test_a_retry_of_any_step_gives_vapi_no_second_credential(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    for step in ("store", "sync") * 3:
        retry_step(alice_org, step)
    connect(alice_org)
    assert states(alice_org) == DONE
    assert len(at_vapi(side)["credentials"]) == 1


def test_a_credential_that_was_deleted_at_vapi_comes_back_with_a_retry(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    path = f"{side.url}/credential/{at_vapi(side)['credentials'][0]['id']}"
    assert requests.delete(path, headers={"Authorization": "Bearer key-of-vapi"}, timeout=5).ok
    assert retry_step(alice_org, "sync") == "sync"
    (made,) = at_vapi(side)["credentials"]
    assert (states(alice_org), steps(alice_org)["sync"].details["vapi_credential_id"]) == (DONE, made["id"])


def test_no_secret_stands_in_the_details_of_a_step(side: Side, alice_org: UUID) -> None:
    connect(alice_org)
    with organization(alice_org) as tx:
        kept = str(tx.value("SELECT jsonb_agg(details)::text FROM connection_steps"))
    assert "vapi_credential_id" in kept
    assert not [value for value in CONFIG.values() if value in kept]


def test_what_an_older_run_brings_home_does_not_count(side: Side, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        save(tx, alice_org, "twilio", CONFIG, "user:test")
    with organization(alice_org) as tx:
        old = connections.steps_of(tx, alice_org, "twilio")[0]
        save(tx, alice_org, "twilio", NEWER, "user:test")
        assert connections.settle(tx, alice_org, "twilio", old, "done") is False
        assert connections.take(tx, alice_org, "twilio", "check", old.revision) is False
    work(alice_org)
    assert config_of(alice_org) == NEWER
    assert len(told(side, "GET", ACCOUNT)) == 1


def test_a_line_of_another_organization_is_not_taken_over(side: Side, alice_org: UUID, bob_org: UUID) -> None:
    add_number(bob_org, NUMBER)
    connect(alice_org)
    found = steps(alice_org)["import"]
    assert (found.state, found.error) == ("failed", REGISTERED)
    assert told(side, "POST", "/phone-number") == []


def take_off(org_id: UUID) -> None:
    with organization(org_id) as tx:
        assert lines.remove_number(tx, org_id, lines.numbers(tx, org_id)[0]["id"])


def answering(side: Side) -> list[str]:
    return [number["assistantId"] for number in at_vapi(side)["numbers"]]


def test_a_number_that_was_taken_off_and_is_anothers_now_is_not_linked_again(
    side: Side, alice_org: UUID, bob_org: UUID
) -> None:
    add_assistant(bob_org, BOBS_ASSISTANT)
    connect(bob_org)
    take_off(bob_org)
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    assert (states(alice_org), answering(side)) == (DONE, [ASSISTANT])
    with pytest.raises(LookupError, match="The step import comes first"):
        retry_step(bob_org, "link")
    assert retry_step(bob_org) == "import"
    assert (steps(bob_org)["import"].error, states(bob_org)["link"]) == (REGISTERED, "waiting")
    assert answering(side) == [ASSISTANT]


def test_a_link_that_waited_while_the_number_became_anothers_is_not_made(
    side: Side, alice_org: UUID, bob_org: UUID
) -> None:
    connect(bob_org)
    take_off(bob_org)
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    add_assistant(bob_org, BOBS_ASSISTANT, then=lambda tx, _: resume_link(tx, bob_org, "user:bob"))
    work(bob_org)
    assert answering(side) == [ASSISTANT]


def test_a_link_asks_whether_the_line_is_still_ours(side: Side, alice_org: UUID, bob_org: UUID) -> None:
    add_assistant(bob_org, BOBS_ASSISTANT)
    connect(bob_org)
    with system() as tx:
        tx.run("DELETE FROM phone_numbers")
        tx.run("DELETE FROM routes WHERE kind IN ('line', 'vapi_number')")
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    assert retry_step(bob_org, "link") == "link"
    assert (steps(bob_org)["link"].state, steps(bob_org)["link"].error) == ("failed", REGISTERED)
    assert answering(side) == [ASSISTANT]


def test_a_line_that_was_taken_off_comes_back_once_it_is_proven_again(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    take_off(alice_org)
    assert states(alice_org) == DONE | {"import": "waiting", "link": "waiting"}
    assert steps(alice_org)["import"].error == "The line was taken off; retry this step to have it back"
    side.tell("twilio-account", {"account": SID, "numbers": [OTHER_NUMBER]})
    retry_step(alice_org)
    assert steps(alice_org)["import"].error == "This number does not belong to the Twilio account"
    side.tell("twilio-account", {"account": SID, "numbers": [NUMBER]})
    retry_step(alice_org)
    assert states(alice_org) == DONE
    with organization(alice_org) as tx:
        assert [line["is_verified"] for line in lines.numbers(tx, alice_org)] == [True]


def test_another_line_that_is_taken_off_leaves_the_connection_alone(side: Side, alice_org: UUID) -> None:
    add_number(alice_org, OTHER_NUMBER, vapi_phone_number_id="another")
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    take_off(alice_org)
    assert states(alice_org) == DONE


def test_an_import_verifies_and_goes_before_what_another_only_stated(
    side: Side, alice_org: UUID, bob_org: UUID
) -> None:
    content = {"provider": "twilio", "number": NUMBER, "twilioAccountSid": SID, "twilioAuthToken": "x"}
    bearer = {"Authorization": "Bearer key-of-vapi"}
    vapi_id = requests.post(f"{side.url}/phone-number", json=content, headers=bearer, timeout=5).json()["id"]
    add_number(bob_org, NUMBER, vapi_phone_number_id=vapi_id, is_outbound=True, is_verified=False)
    add_number(alice_org, NUMBER, is_verified=False)
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    assert states(alice_org) == DONE
    found = []
    for org_id in (alice_org, bob_org):
        with organization(org_id) as tx:
            (line,) = lines.numbers(tx, org_id)
        found.append((line["is_verified"], line["vapi_phone_number_id"], line["is_outbound"]))
    assert found == [(True, vapi_id, False), (False, None, False)]
    assert len(trail(alice_org, "numbers.verify")) == len(trail(bob_org, "numbers.change")) == 1


def test_a_number_that_another_organization_has_at_vapi_is_not_changed(
    side: Side, alice_org: UUID, bob_org: UUID
) -> None:
    connect(bob_org)
    with system() as tx:
        tx.run("DELETE FROM routes WHERE kind = 'line'")
    connect(alice_org, NEWER)
    assert steps(alice_org)["import"].state == "failed"
    assert [one["twilioAuthToken"] for one in at_vapi(side)["numbers"]] == ["1111"]


def test_disconnecting_forgets_and_a_new_connection_begins_anew(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    with organization(alice_org) as tx:
        assert connections.disconnect(tx, alice_org, "twilio") is True
        assert connections.disconnect(tx, alice_org, "twilio") is False
    assert sender(alice_org) == (None, None)
    with pytest.raises(Missing):
        config_of(alice_org)
    with pytest.raises(LookupError):
        retry_step(alice_org)
    connect(alice_org, NEWER)
    assert states(alice_org) == DONE
    assert len(at_vapi(side)["numbers"]) == 1


def test_the_deployments_number_is_not_taken_away_with_a_connection(side: Side, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        connections.send_from(tx, alice_org, OTHER_NUMBER, OTHER_SID)
        credentials.put(tx, alice_org, "twilio", CONFIG)
        connections.disconnect(tx, alice_org, "twilio")
    assert sender(alice_org) == (OTHER_NUMBER, OTHER_SID)


def test_a_step_is_retried_in_its_turn(side: Side, alice_org: UUID) -> None:
    side.fault(ACCOUNT, "status", status=401)
    connect(alice_org)
    for step, words in (("import", "The step check comes first"), ("dance", "There is no such step to retry")):
        with pytest.raises(LookupError, match=words):
            retry_step(alice_org, step)


def test_running_a_step_again_changes_nothing(side: Side, alice_org: UUID) -> None:
    add_assistant(alice_org, ASSISTANT)
    connect(alice_org)
    before, asked = at_vapi(side), len(side.requests())
    with organization(alice_org) as tx:
        for job in tx.rows("UPDATE jobs SET state = 'ready', finished_at = NULL RETURNING id"):
            assert job["id"]
    work(alice_org)
    assert (at_vapi(side), len(side.requests())) == (before, asked)
    assert connect_twilio.__name__ in registry
