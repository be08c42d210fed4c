"""The timetable: the same moments for every scheduler, and each tick owed once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from models import ledger
from models.database import organization, system
from scheduler.__main__ import make_scheduler, owe
from tasks.ledger import registry
from tasks.timetable import TIMETABLE, CatchUp, Tick
from vocabulary import NOBODY

BY_NAME = {tick.name: tick for tick in TIMETABLE}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "now", "expected"),
    [
        ("check_consistency", "2026-03-08T02:59:59", "2026-03-07T03:00:00"),
        ("check_consistency", "2026-03-08T03:00:00", "2026-03-08T03:00:00"),
        ("expire_bodies", "2026-03-08T03:39:59.999999", "2026-03-08T02:40:00"),
        ("release_quarantine", "2026-03-08T03:39:59.999999", "2026-03-08T03:39:50"),
    ],
)
def test_a_tick_falls_on_the_same_moments_for_everybody(name: str, now: str, expected: str) -> None:
    assert BY_NAME[name].latest(at(now)) == at(expected)


def test_a_tick_is_owed_once_however_many_schedulers_call(alice_org: UUID, bob_org: UUID) -> None:
    tick = at("2026-03-08T03:00:00")
    bells = [ledger.owe_tick("trim_jobs", tick, each_organization=True) for _ in range(3)]
    assert {bell.org_id for bell in bells[0]} == {alice_org, bob_org, NOBODY}
    assert bells[1:] == [[], []]
    assert len(ledger.owe_tick("trim_jobs", tick + timedelta(hours=1), each_organization=True)) == 3


def test_a_global_tick_is_owed_to_nobody(alice_org: UUID) -> None:
    assert [bell.org_id for bell in ledger.owe_tick("release_quarantine", at("2026-03-08T03:00:00"), False)] == [NOBODY]
    with organization(alice_org) as tx:
        assert tx.value("SELECT count(*) FROM jobs") == 0


def test_what_was_missed_is_owed_at_start_only_where_the_policy_says_so() -> None:
    assert {tick.name for tick in TIMETABLE if tick.catch_up is CatchUp.LATEST} == {
        "expire_bodies",
        "check_consistency",
        "recount_calls",
        "expire_recordings",
        "sweep_recordings",
        "rotate_keys",
        "notice_tools",
        "register_tools",
    }


def test_every_tick_names_an_actor_and_says_how_late_it_may_be() -> None:
    assert {tick.name for tick in TIMETABLE} <= set(registry)
    jobs = {job.id: job for job in make_scheduler().get_jobs()}
    assert {name: job.misfire_grace_time for name, job in jobs.items()} == {
        "sweep": None,
        "sweep_messages": 1200,
        "sweep_callbacks": 1200,
        "release_quarantine": 10,
        "trim_jobs": 1200,
        "expire_bodies": 1200,
        "check_consistency": 7200,
        "recount_calls": 7200,
        "expire_recordings": 7200,
        "sweep_recordings": 7200,
        "notice_tools": 300,
        "register_tools": 7200,
        "rotate_keys": 7200,
    }
    assert all(job.coalesce and job.max_instances == 1 for job in jobs.values())


def test_owing_survives_a_database_that_is_away(environment: dict[str, str]) -> None:
    owe(Tick(registry["trim_jobs"].function, timedelta(hours=1), timedelta(0), True, CatchUp.SKIP, timedelta(0)))


def test_two_schedulers_that_start_together_owe_the_missed_tick_once(alice_org: UUID) -> None:
    for _ in range(2):
        owe(BY_NAME["check_consistency"])
    with system() as tx:
        assert tx.value("SELECT count(*) FROM jobs WHERE org_id = %s", (alice_org,)) == 1
