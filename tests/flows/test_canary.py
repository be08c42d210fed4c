"""A secret and a number go every way that credentials go, right and wrong, and are heard nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.organizations import add_assistant
from tests.commands.test_connecting import run
from tests.conftest import TestDatabase
from tests.edge.live import Edge
from tests.edge.people import bearer_of
from tests.flows.canary import Flight, forbidden, overheard, working
from tests.flows.instance import await_that
from tests.standin.side import Side, playing
from vocabulary import Role

PATH = "/api/credentials"
SID = "AC" + secrets.token_hex(16)
TOKEN, KEY = f"canary{secrets.token_hex(13)}", f"sk-canary{secrets.token_hex(13)}"
NUMBER, DIGITS = "+12125550147", "2125550147"
TWILIO = {"account_sid": SID, "auth_token": TOKEN, "phone_number": NUMBER}
OTHERS = {
    "convoso": {"auth_token": KEY},
    "resend": {"api_key": KEY, "from": "Clinic <clinic@example.com>"},
    "openai": {"api_key": KEY},
    "elevenlabs": {"api_key": KEY},
}
ACCOUNT, NUMBERS = f"/2010-04-01/Accounts/{SID}.json", f"/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"
ECHO = {"message": f"{TOKEN} of {NUMBER} is wrong", "status": TOKEN, "error": KEY}
"""What a provider may repeat of that which it was sent."""
KEEP_THE_NUMBER = ("organizations", "phone_numbers", "routes")
"""Where an organization's own number stands in the clear, since it is looked for there."""
PATIENCE = 60.0


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    monkeypatch.setenv("VAPI_PRIVATE_KEY", "key-of-vapi")
    with playing({"VAPI_PRIVATE_KEY": "key-of-vapi"}, monkeypatch) as directed:
        yield directed


@pytest.fixture
def flight(side: Side, alice_org: UUID, database: TestDatabase, tmp_path: Path) -> Iterator[Flight]:
    add_assistant(alice_org, "22222222-3333-4444-5555-666666666666")
    urls = dict.fromkeys(("VAPI_API_URL", "TWILIO_API_URL", "CONVOSO_API_URL", "RESEND_API_URL"), side.url)
    environment = database.environment | urls | {"VAPI_PRIVATE_KEY": "key-of-vapi", "LOG_LEVEL": "debug"}
    edge = Edge(environment, tmp_path)
    edge.start()
    headers = bearer_of((alice_org, Role.ADMIN), selected=alice_org)
    try:
        made = Flight(edge, headers, database.admin_url, tmp_path / "worker.log")
        with overheard(environment["REDIS_URL"], made.queued), working(environment, made.worker_log):
            yield made
    finally:
        edge.stop()


def refused(flight: Flight) -> list[int]:
    """Everything that may be mistaken about a credential, with the secret where it does not belong."""
    put = [
        flight.ask("PUT", f"{PATH}/twilio", TWILIO | {"account_sid": TOKEN}),
        flight.ask("PUT", f"{PATH}/twilio", TWILIO | {"phone_number": f"{NUMBER} {TOKEN}"}),
        flight.ask("PUT", f"{PATH}/twilio", TWILIO | {TOKEN: NUMBER}),
        flight.ask("PUT", f"{PATH}/twilio", TWILIO | {"auth_token": f"{TOKEN} {KEY}"}),
        flight.ask("PUT", f"{PATH}/twilio", TWILIO | {"auth_token": [TOKEN]}),
        flight.ask("PUT", f"{PATH}/twilio", TWILIO | {"org_id": TOKEN}),
        flight.ask("PUT", f"{PATH}/{TOKEN}", TWILIO),
        flight.ask("PUT", f"{PATH}/twilio?auth_token={TOKEN}&phone={DIGITS}", [TOKEN, NUMBER]),
        flight.ask("PUT", f"{PATH}/twilio", data=f'{{"auth_token": "{TOKEN}", "phone_number": "{NUMBER}'),
        flight.ask("POST", f"{PATH}/twilio/retry", {"step": TOKEN}),
    ]
    return [answer.status_code for answer in put]


def state(flight: Flight) -> Any:
    return flight.ask("GET", f"{PATH}/twilio").json()["data"]


def await_step(flight: Flight, step: str, state_of_it: str) -> None:
    def arrived() -> bool:
        return {one["step"]: one["state"] for one in state(flight)["steps"]}[step] == state_of_it

    await_that(arrived, PATIENCE)


def retried(flight: Flight) -> None:
    assert flight.ask("POST", f"{PATH}/twilio/retry", {}).status_code == 202


def test_no_canary_sings(flight: Flight, side: Side, alice_org: UUID) -> None:
    assert refused(flight) == [400, 400, 400, 400, 400, 404, 404, 400, 400, 409]
    assert [flight.ask("PUT", f"{PATH}/{name}", body).status_code for name, body in OTHERS.items()] == [200] * 4

    side.fault(ACCOUNT, "status", status=401, body=ECHO)
    assert flight.ask("PUT", f"{PATH}/twilio", TWILIO).status_code == 202
    await_step(flight, "check", "failed")
    side.fault(NUMBERS, "status", status=418, body=ECHO)
    side.fault("/credential", "status", status=400, body=ECHO)
    retried(flight)
    await_that(lambda: "418" in str(state(flight)["error"]), PATIENCE)
    retried(flight)
    await_step(flight, "sync", "failed")
    side.fault("/phone-number", "wrong_type")
    retried(flight)
    await_that(lambda: state(flight)["error"], PATIENCE)
    side.fault("/phone-number/", "status", status=422, body=ECHO)
    retried(flight)
    await_step(flight, "link", "failed")

    with forbidden(flight.rows, "organizations", f"sms_number <> '{NUMBER}'"):
        assert flight.ask("PUT", f"{PATH}/twilio", TWILIO).status_code == 202
        await_that(lambda: flight.rows("select 1 from jobs where last_error like 'CheckViolation%'"), PATIENCE)
    retried(flight)
    await_step(flight, "link", "done")
    flight.rows("update org_credentials set encrypted_config = replace(convert_from(encrypted_config, 'utf8'),"
                " 'auth_token', 'altered')::bytea")  # fmt: skip
    flight.ask("POST", f"{PATH}/twilio/retry", {"step": "sync"})
    await_step(flight, "sync", "failed")
    listed = run("credentials", "list", "--org", alice_org).output + flight.ask("GET", PATH).text
    assert "resend" in listed
    flight.answers += [listed, run("credentials", "show", "--org", alice_org, "twilio").output]
    flight.ask("DELETE", f"{PATH}/convoso")

    ids = set(flight.heard(str(alice_org)))
    assert ids >= {"the worker's log", "the queue", "an answer", "jobs", "audit_log"}, "what may be heard was not"
    for secret in (TOKEN, KEY):
        assert flight.heard(secret) == []
    assert flight.heard(DIGITS, may_stand_in=KEEP_THE_NUMBER) == []
