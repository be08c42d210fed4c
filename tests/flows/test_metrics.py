"""The figures of a running instance: two web processes and two workers are one sum, and none is lost at a stop."""

from __future__ import annotations

from uuid import UUID

import requests

from models.tokens import create_token
from run.embedded import Servers
from tasks.tally import ACCEPTED, tally
from tests.conftest import TestDatabase
from tests.edge.desk import CALLS, call_body
from tests.flows.instance import Instance, await_that, running
from vocabulary import Endpoint

TOKEN = "metrics-of-a-flow"
MANY = 24
WANTED = (
    'aftercall_events_accepted_total{endpoint="convoso_calls"}',
    'aftercall_event_seconds_count{endpoint="convoso_calls"}',
    'aftercall_job_attempts_total{actor="process_event",outcome="done"}',
)


def figures(instance: Instance) -> dict[str, float]:
    answer = requests.get(f"{instance.base_url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert answer.status_code == 200
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def post(instance: Instance, token: str, number: int) -> None:
    """On a connection of its own: whichever process is free takes it."""
    address = f"{instance.base_url}{CALLS}?token={token}"
    assert requests.post(address, json=call_body(call_id=f"c-{number}"), timeout=10).status_code == 200


def stop_in_order(instance: Instance) -> None:
    instance._ended.set()
    for child in instance.children:
        child.ask_to_stop()
    await_that(lambda: all(child.pid is None for child in instance.children), 30)


def test_every_process_counts_into_one_sum(servers: Servers, database: TestDatabase, alice_org: UUID) -> None:
    token = str(create_token(alice_org, Endpoint.CONVOSO_CALLS)["token"])
    with running(servers, database.environment | {"METRICS_TOKEN": TOKEN}) as instance:
        for number in range(MANY):
            post(instance, token, number)
        await_that(lambda: [figures(instance).get(name) for name in WANTED] == [MANY] * len(WANTED))
        assert figures(instance)['aftercall_job_pickup_seconds_count{queue="live"}'] >= MANY
        post(instance, token, MANY)
        stop_in_order(instance)
    assert tally.totals()[ACCEPTED, "convoso_calls"] == MANY + 1
