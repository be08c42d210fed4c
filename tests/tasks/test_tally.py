"""Counting: many processes' figures are one sum, nothing is lost while Redis is away, and nothing waits for it."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest

from models.database import reset
from models.ledger import owe
from tasks import tally as tally_module
from tasks.ledger import Function, organization, perform, work
from tasks.tally import Tally


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch) -> Tally:
    """One that hands over only when it is told to."""
    monkeypatch.setattr(tally_module, "HANDOVER_SECONDS", 600.0)
    return Tally("tally-of-a-test")


def test_what_two_processes_count_is_one_sum(database: Any, tally: Tally) -> None:
    other = Tally("tally-of-a-test")
    for each, times in ((tally, 3), (other, 2)):
        for _ in range(times):
            each.count("accepted", "vapi")
    tally.hand_over()
    assert tally.totals() == {("accepted", "vapi"): 3}
    other.hand_over()
    other.hand_over()
    assert tally.totals() == {("accepted", "vapi"): 5}


def test_counts_are_handed_over_by_themselves(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "HANDOVER_SECONDS", 0.01)
    tally = Tally("tally-of-a-test")
    for number in (1, 2):
        tally.count("accepted", "vapi")
        wait_until(lambda number=number: tally.totals() == {("accepted", "vapi"): number})


def wait_until(holds: Any) -> None:
    until = monotonic() + 10
    while not holds():
        assert monotonic() < until
        sleep(0.01)


def test_times_fall_within_their_bound_and_add_up(database: Any, tally: Tally) -> None:
    for seconds in (-1.0, 0.025, 0.2, 301.5):
        tally.measure("pickup", seconds, "live")
    tally.hand_over()
    assert tally.totals() == {
        ("pickup", "live", "0.025"): 2,
        ("pickup", "live", "0.25"): 1,
        ("pickup", "live", "inf"): 1,
        ("pickup", "live", "ms"): 301_725,
    }


def test_counts_outlast_a_redis_that_is_away(database: Any, tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    tally.count("accepted", "vapi")
    with monkeypatch.context() as away:
        away.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        reset()
        tally.hand_over()
        tally.count("accepted", "vapi")
    reset()
    tally.hand_over()
    assert tally.totals() == {("accepted", "vapi"): 2}


@pytest.fixture
def counted(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> Tally:
    monkeypatch.setattr("tasks.ledger.tally", tally)
    return tally


@work(attempts=2)
def stumble(tx: Any, org_id: UUID) -> None:
    raise ValueError


@work()
def succeed(tx: Any, org_id: UUID) -> None:
    tx.run("SELECT 1")


def run(org_id: UUID, actor: Function, times: int) -> None:
    with organization(org_id) as tx:
        job_id = owe(tx, org_id, actor.__name__, "1", {})
    for _ in range(times):
        with organization(org_id) as tx:
            tx.run("UPDATE jobs SET run_at = now() - interval '4 seconds', created_at = now() - interval '8 seconds'")
        perform(org_id, job_id)


def test_attempts_are_counted_by_their_end_and_the_wait_once(alice_org: UUID, counted: Tally) -> None:
    run(alice_org, succeed, 2)
    run(alice_org, stumble, 3)
    counted.hand_over()
    totals = counted.totals()
    waited = totals.pop(("pickup", "live", "ms"))
    assert totals == {
        ("attempts", "succeed", "done"): 1,
        ("attempts", "stumble", "again"): 1,
        ("attempts", "stumble", "dead"): 1,
        ("pickup", "live", "5.0"): 2,
    }
    assert 8_000 <= waited < 10_000
