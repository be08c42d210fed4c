"""Every log line names what it belongs to, in the web and in workers, and nothing that anybody said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

from edge import bearer
from models import ledger
from models.database import organization
from models.tokens import create_token
from run.home import PROJECT
from tests.conftest import TestDatabase
from tests.edge.people import make_person
from vocabulary import Endpoint, Role

SPEAKS = """
import sys, threading
from uuid import UUID
from logs import set_up_logging
process, token, bearer, *jobs = sys.argv[1:]
set_up_logging(process)
if process == "web":
    from edge import create_app
    from tests.edge.desk import call_body
    client = create_app().test_client()
    body = call_body(first_name="Quentin", phone_number="3125550123")
    named = {"X-Request-Id": "r-1"}
    for given in (token, "nobodys-token"):
        client.post(f"/api/webhooks/convoso-calls?token={given}", json=body, headers=named)
    client.get("/api/calls?q=Quentin+3125550123", headers=named | {"Authorization": f"Bearer {bearer}"})
    client.get("/api/calls", headers={"X-Request-Id": "r-2"})
else:
    import tasks
    from tasks.ledger import log, perform
    def work():
        for job in jobs:
            perform(*map(UUID, job.split("/")))
        log.info("between jobs")
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""
SECRETS = ("Quentin", "3125550123", "nobodys-token")


def lines(database: TestDatabase, *words: str) -> list[dict[str, Any]]:
    """What a process of this kind logs."""
    environment = {**os.environ, **database.environment, "LOG_FORMAT": "json", "LOG_LEVEL": "debug"}
    command = [sys.executable, "-c", SPEAKS, *words]
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    assert [secret for secret in (*SECRETS, *words[1:3]) if secret in ended.stderr] == []
    return [json.loads(line) for line in ended.stderr.splitlines()]


def ids(line: dict[str, Any], *names: str) -> list[Any]:
    return [line.get(name) for name in names]


def test_lines_tell_the_request_the_event_the_job_and_the_call(database: TestDatabase, alice_org: UUID) -> None:
    token = str(create_token(alice_org, Endpoint.CONVOSO_CALLS)["token"])
    key = bearer.make(make_person((alice_org, Role.VIEWER)), alice_org)
    web = lines(database, "web", token, key)
    with organization(alice_org) as tx:
        event_id, event_job = (tx.value(f"SELECT id::text FROM {table}") for table in ("webhook_events", "jobs"))
    told = [
        ids(line, "route", "status", "request_id", "org_id", "event_id") for line in web if line["event"] == "request"
    ]
    assert told == [
        ["/api/webhooks/convoso-calls", 200, "r-1", str(alice_org), event_id],
        ["/api/webhooks/convoso-calls", 401, "r-1", None, None],
        ["/api/calls", 200, "r-1", str(alice_org), None],
        ["/api/calls", 401, "r-2", None, None],
    ]

    call_id = str(uuid4())
    with organization(alice_org) as tx:
        unknown = ledger.owe(tx, alice_org, "of_another_version", "k", {"call_id": call_id})
    worker = lines(database, "worker", token, key, *(f"{alice_org}/{job}" for job in (event_job, unknown)))
    assert {line["process"] for line in worker} == {"worker"}
    mine = ["org_id", "job_id", "actor", "event_id", "call_id"]
    about = [str(alice_org), event_job, "process_event", event_id, None]
    of_job = {line.get("job_id"): ids(line, *mine) for line in worker}
    assert of_job.pop(event_job, about) == about
    assert of_job == {
        str(unknown): [str(alice_org), str(unknown), "of_another_version", None, call_id],
        None: [None] * 5,
    }
