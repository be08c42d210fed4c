"""The simulator at the real edge over real HTTP: every answer is the one that each sender should get."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from cli import cli
from edge import create_app
from models.organizations import add_assistant, add_number
from models.tokens import create_token
from settings import settings
from simulator import ROUGH, calls, play
from simulator.targets import target_of
from tests.conftest import TestDatabase
from tests.edge.desk import Desk
from tests.payloads import corpus
from vocabulary import Endpoint

UNTIL = datetime(2026, 3, 2, 18, tzinfo=UTC)
ASSISTANT = "5f0c2a8e-7a41-4c39-9a55-0d2b6f3e1c01"


@pytest.fixture
def clinic(alice_org: UUID) -> UUID:
    add_assistant(alice_org, ASSISTANT, "Front desk")
    add_number(alice_org, "+12025550143", "Reception", assistant_number="+12025550100")
    for endpoint in (Endpoint.CONVOSO_CALLS, Endpoint.CONVOSO_LEADS):
        create_token(alice_org, endpoint)
    return alice_org


@pytest.fixture
def edge_url(database: TestDatabase) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def desk(database: TestDatabase) -> Desk:
    return Desk(create_app().test_client(), database.admin_url)


def simulate(*words: str) -> Result:
    return CliRunner().invoke(cli, ("simulate", *words), catch_exceptions=False)


def printed(result: Result) -> Any:
    """The JSON that a command printed; before it stands what the edge logs, which runs in this process here."""
    lines = result.output.splitlines()
    start = next(number for number, line in enumerate(lines) if line in ("{", "["))
    return json.loads("\n".join(lines[start:]))


def test_a_rough_day_is_answered_as_expected_and_becomes_calls(clinic: UUID, edge_url: str, desk: Desk) -> None:
    target = target_of(clinic, settings(), edge_url)
    ledger = play(calls("seed", 40, target, until=UNTIL, faults=ROUGH), edge_url, threads=3)
    assert [(one.delivery, one.status) for one in ledger.surprises()] == []
    stored = [event for event in desk.events(clinic) if event["state"] != "refused"]
    assert len(stored) == len(ledger.acknowledged())
    assert {str(event["id"]) for event in stored} >= {one for one in ledger.acknowledged().values() if one}
    desk.work()
    assert desk.undone() == []
    assert {row["provider"] for row in desk.calls(clinic)} == {"vapi", "convoso", "twilio"}


def test_the_same_again_is_all_duplicates(clinic: UUID, edge_url: str, desk: Desk) -> None:
    target = target_of(clinic, settings(), edge_url)
    first = play(calls("seed", 8, target, until=UNTIL), edge_url, threads=1)
    again = play(calls("seed", 8, target, until=UNTIL), edge_url, threads=1)
    assert again.acknowledged() == first.acknowledged()
    assert len(desk.events(clinic)) == len(first.acknowledged())


def test_the_command_tells_what_was_answered(clinic: UUID, edge_url: str) -> None:
    words = ("--org", str(clinic), "--url", edge_url, "--count", "5", "--seed", "x", "--until", "2026-03-02T18:00:00")
    told = printed(simulate(*words, "--json"))
    assert (told["seed"], told["until"], told["surprises"]) == ("x", "2026-03-02T18:00:00", [])
    assert told["deliveries"] == told["events_acknowledged"] > 5
    assert {row["expected"] for row in told["answers"]} == {"accepted"}
    shown = simulate(*words)
    assert (shown.exit_code, "--seed x --until 2026-03-02T18:00:00" in shown.output) == (0, True)


def test_the_command_fails_when_an_answer_was_not_expected(clinic: UUID, edge_url: str) -> None:
    told = simulate("--org", str(clinic), "--url", edge_url + "/elsewhere", "--count", "1", "--seed", "x")
    assert told.exit_code == 1
    assert "expected accepted, came 404" in told.output


def test_the_command_posts_one_body_from_a_file(clinic: UUID, edge_url: str, tmp_path: Path) -> None:
    body = tmp_path / "call.form"
    body.write_bytes(corpus.payload("convoso/calls__form_with_strings").raw)
    words = ("--org", str(clinic), "--url", edge_url, "--payload", str(body), "--endpoint", "convoso_calls", "--json")
    (first,), (again,) = (printed(simulate(*words)) for _ in range(2))
    assert (first["status"], first["duplicate"], again["duplicate"]) == (200, False, True)
    assert first["event_id"] == again["event_id"]


def test_an_organization_that_nothing_can_be_sent_to_is_told_the_cure(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = simulate("--org", str(alice_org), "--url", "http://127.0.0.1:9")
    assert told.exit_code == 1
    assert "`./aftercall assistants add`" in told.output
