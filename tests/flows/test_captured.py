"""A real report at a running instance: on the dashboard's API within a second, and one row however it arrives."""

from __future__ import annotations

import json
import random
import time
from typing import Any
from uuid import UUID

import pytest
import requests

from edge.bearer import make
from models.database import organization
from models.organizations import add_assistant, create_organization
from models.people import add_membership, create_user
from rules.meaning import KINDS
from run.embedded import Servers
from run.home import PROJECT
from tests.flows.instance import await_that, running
from vocabulary import Role

CAPTURED = PROJECT.parent / "shared" / "payloads" / "vapi"
WITHIN_SECONDS = 1.0
ENDED_CALL = {
    "started_at": "2025-06-10T09:07:00.649000Z",
    "ended_at": "2025-06-10T09:07:25.925000Z",
    "duration_sec": 25.276,
    "direction": "web",
    "recording_status": "failed",
    "has_recording": False,
    "has_transcript": True,
    "booking": "not_booked",
    "result": "answered",
    "source": "vapi",
    "source_ref": "73daba4d-2bcc-4cca-8e49-3d7903467ade",
    "ended_reason": "customer-ended-call",
    "status": "completed",
    "total_cost": 0.0394,
}
pytestmark = pytest.mark.skipif(not CAPTURED.is_dir(), reason="the captured payloads are not beside this checkout")


def post(base_url: str, secret: str, body: bytes) -> requests.Response:
    headers = {"X-Vapi-Secret": secret, "Content-Type": "application/json"}
    return requests.post(base_url + "/api/vapi/webhook", data=body, headers=headers, timeout=20)


def bodies() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(CAPTURED.glob("*.json"))}


def assistant_of(body: bytes) -> str | None:
    call = json.loads(body)["message"]["call"]
    return call.get("assistantId")


def test_captured_payloads_become_one_row_however_they_arrive(own_servers: tuple[Servers, dict[str, str]]) -> None:
    servers, environment = own_servers
    secret = environment["VAPI_WEBHOOK_SECRET"]
    org_id = create_organization("Captured")
    user_id = create_user("ann@example.com", "Ann", "a long enough password")
    add_membership(org_id, user_id, Role.VIEWER)
    with running(servers, environment) as instance:
        headers = {"Authorization": f"Bearer {make(user_id, org_id)}"}

        def calls() -> list[dict[str, Any]]:
            answer = requests.get(instance.base_url + "/api/calls", headers=headers, timeout=10)
            assert answer.status_code == 200
            return list(answer.json()["data"])

        for assistant in {assistant_of(body) for body in bodies().values()} - {None}:
            add_assistant(org_id, str(assistant), "Captured")
        asked_at = time.monotonic()
        calls()
        posted_at = time.monotonic()
        # On a machine that is busy with something else: and ten times as long as one answer takes.
        soon = WITHIN_SECONDS + 10 * (posted_at - asked_at)
        for body in bodies().values():
            assert post(instance.base_url, secret, body).status_code == 200
        await_that(lambda: any(call["status"] == "completed" for call in calls()), seconds=soon)
        before = await_settled(org_id)
        shown = [call for call in calls() if call["source_ref"] == ENDED_CALL["source_ref"]]
        assert [{name: call[name] for name in ENDED_CALL} for call in shown] == [ENDED_CALL]

        assert_explained(org_id, shown[0]["id"])

        again = [body for body in bodies().values() for _ in range(10)]
        random.Random(1).shuffle(again)
        for body in again:
            assert post(instance.base_url, secret, body).json()["duplicate"] is True
        assert await_settled(org_id) == before


def assert_explained(org_id: UUID, call_id: str) -> None:
    """The report ended with redacted words, and with results that each say why."""
    with organization(org_id) as tx:
        turns = tx.value("SELECT turns FROM transcripts WHERE call_id = %s", (call_id,))
        found = {row["kind"]: row for row in tx.rows("SELECT * FROM analyses WHERE call_id = %s", (call_id,))}
    assert [turn["speaker"] for turn in turns] == ["agent", "caller", "agent", "caller", "agent"]
    assert set(found) == set(KINDS)
    assert found["sentiment"]["value"]["label"] == "neutral"
    assert found["value"]["value"]["amount"] is None
    assert found["lead_score"]["value"]["score"] >= 0
    for one in (evidence for row in found.values() for evidence in row["evidence"] if evidence["turn"] is not None):
        assert turns[one["turn"]]["text"][one["start"] : one["end"]] == one["quote"]


def await_settled(org_id: UUID) -> list[dict[str, Any]]:
    """Every call's row once nothing is owed any more."""

    def settled() -> bool:
        with organization(org_id) as tx:
            return tx.value("SELECT count(*) FROM jobs WHERE state <> 'done'") == 0

    await_that(settled)
    with organization(org_id) as tx:
        return tx.rows("SELECT * FROM calls ORDER BY id")


def test_updates_after_the_report_leave_the_row_as_it_is(own_servers: tuple[Servers, dict[str, str]]) -> None:
    servers, environment = own_servers
    org_id = create_organization("Late")
    report = next(body for name, body in bodies().items() if "end-of-call" in name)
    update = next(body for name, body in bodies().items() if "status-update" in name and "2025" in name)
    add_assistant(org_id, str(assistant_of(report)), "Late")
    with running(servers, environment) as instance:
        for body in (report, update):
            assert post(instance.base_url, environment["VAPI_WEBHOOK_SECRET"], body).status_code == 200
            rows = await_settled(org_id)
            assert [(row["status"], float(row["duration_seconds"])) for row in rows] == [("completed", 25.276)]
