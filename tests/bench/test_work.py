"""What a benchmark reads back: a figure is only worth something where every job behind it came to its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bench.drive import WEBHOOK, LoadFailed
from bench.payloads import CALL, CALLER, SID, report
from bench.plan import call_id, call_sid, caller
from bench.work import done_of, owed
from edge import create_app
from models.database import system
from models.organizations import add_assistant
from settings import settings
from tasks.ledger import perform

ASSISTANT = "5f0c2a8e-7a41-4c39-9a55-0d2b6f3e1c01"
PREFIX = "00c0ffee"


def post_report(number: int) -> None:
    body = report(ASSISTANT).decode()
    for slot, value in ((CALL, call_id(PREFIX, number)), (SID, call_sid(PREFIX, number)), (CALLER, caller(number))):
        body = body.replace(slot, value)
    headers = {"X-Vapi-Secret": settings().vapi_webhook_secret or "", "Content-Type": "application/json"}
    answer = create_app().test_client().post(WEBHOOK, data=body, headers=headers)
    assert answer.status_code == 200


def do_the_work() -> None:
    """Until nothing is due: an event owes an analysis, and a recording may be looked for later."""
    while ready := due():
        for job in ready:
            perform(job["org_id"], job["id"])


def due() -> list[dict[str, Any]]:
    with system() as tx:
        return tx.rows("SELECT org_id, id FROM jobs WHERE state = 'ready' AND run_at <= now()")


def test_an_event_is_told_of_with_its_call_and_its_times_in_order(alice_org: UUID):
    add_assistant(alice_org, ASSISTANT, "Front desk")
    for number in (17, 3):
        post_report(number)
    do_the_work()
    done = done_of(alice_org, PREFIX)
    assert [one.call for one in done] == [17, 3]
    assert all(one.received_at < one.started_at < one.finished_at for one in done)
    assert owed(alice_org) == 0


def test_a_job_that_is_not_done_fails_the_run(alice_org: UUID):
    add_assistant(alice_org, ASSISTANT, "Front desk")
    post_report(1)
    assert owed(alice_org) == 1
    with pytest.raises(LoadFailed, match="1 of 1 jobs are not done"):
        done_of(alice_org, PREFIX)


def test_events_of_another_run_are_left_out(alice_org: UUID):
    add_assistant(alice_org, ASSISTANT, "Front desk")
    post_report(1)
    assert done_of(alice_org, "00c0ffef") == []
