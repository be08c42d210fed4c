"""What the sweep rings for, and what it leaves alone."""

from __future__ import annotations

from uuid import UUID

import pytest

from models import ledger
from models.database import organization, system
from scheduler import sweeper
from scheduler.sweeper import sweep
from tasks.broker import BULK, LIVE, broker


def owe(org_id: UUID, key: str, due_seconds_ago: float = 60) -> UUID:
    with organization(org_id) as tx:
        job_id = ledger.owe(tx, org_id, "process_event", key, {})
        tx.flush()
        tx.run("UPDATE jobs SET run_at = now() - make_interval(secs => %s) WHERE id = %s", (due_seconds_ago, job_id))
    return job_id


def test_a_job_whose_bell_was_lost_is_rung_for_again(alice_org: UUID, bob_org: UUID) -> None:
    owe(alice_org, "a")
    owe(bob_org, "b")
    assert sweep() == 2
    assert broker.length(LIVE) == 2


def test_a_young_job_is_left_to_its_own_bell_and_a_later_one_to_its_time(alice_org: UUID) -> None:
    owe(alice_org, "young", due_seconds_ago=0)
    owe(alice_org, "later", due_seconds_ago=-60)
    assert sweep() == 0


def test_a_job_that_is_being_done_is_left_alone_until_its_lease_ends(alice_org: UUID) -> None:
    job_id = owe(alice_org, "a")
    assert ledger.claim(alice_org, job_id) is not None
    assert sweep() == 0
    with system() as tx:
        tx.run("UPDATE jobs SET lease_until = now() - interval '1 second'")
    assert sweep() == 1


def test_a_full_queue_is_not_filled_further(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "AT_MOST", 2)
    for number in range(5):
        owe(alice_org, str(number))
    assert [sweep(), sweep()] == [2, 0]


def test_bells_that_nobody_hears_do_not_pile_up(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "AT_MOST", 3)
    with organization(alice_org) as tx:
        ledger.owe(tx, alice_org, "trim_jobs", "tick", {})
        tx.flush()
        tx.run("UPDATE jobs SET run_at = now() - interval '1 minute'")
    assert [sweep() for _ in range(6)] == [1, 1, 1, 0, 0, 0]
    assert (broker.length(LIVE), broker.length(BULK)) == (0, 3)


def test_the_oldest_come_first(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "AT_MOST", 1)
    owe(alice_org, "newer", due_seconds_ago=10)
    oldest = owe(alice_org, "oldest", due_seconds_ago=100)
    with system() as tx:
        assert [bell.job_id for bell in ledger.due(tx, 1, 0)] == [oldest]


def test_of_two_sweeps_at_once_one_does_the_work(alice_org: UUID) -> None:
    owe(alice_org, "a")
    with system() as tx:
        assert tx.value("SELECT pg_try_advisory_xact_lock(%s)", (sweeper.LOCK,))
        import threading

        rung: list[int] = []
        other = threading.Thread(target=lambda: rung.append(sweep()))
        other.start()
        other.join()
    assert rung == [0]
    assert sweep() == 1


def test_a_redis_that_is_away_only_postpones(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    owe(alice_org, "a")
    with monkeypatch.context() as patch:
        patch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        from models.database import reset

        reset()
        assert sweep() == 0
    reset()
    assert sweep() == 1
