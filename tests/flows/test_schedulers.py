"""Three schedulers, any of them killed at any time: each tick is owed exactly once, and none is missed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from models.database import system
from models.organizations import create_organization
from run.home import PROJECT
from tests.conftest import TestDatabase
from tests.flows.instance import await_that

EVERY = timedelta(seconds=3)
"""A tick that is late by as much is skipped: longer than a busy machine may stand still."""
OFTEN = f"""
from datetime import timedelta
import tasks.timetable as ticks
every = timedelta(seconds={EVERY.seconds})
ticks.TIMETABLE = (ticks.Tick(ticks.trim_jobs, every, timedelta(0), False, ticks.CatchUp.SKIP, every),)
from scheduler.__main__ import main
print("ready", flush=True)
main()
"""


def start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", OFTEN]
    return subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **environment}, stdout=subprocess.PIPE)


def await_ready(scheduler: subprocess.Popen[bytes]) -> None:
    """On a busy machine a start takes longer than the life between two blows, and three starting ones owe nothing."""
    assert scheduler.stdout is not None
    assert scheduler.stdout.readline() == b"ready\n"


def ticks() -> list[datetime]:
    with system() as tx:
        rows = tx.rows("SELECT key FROM jobs WHERE actor = 'trim_jobs' ORDER BY key")
    return [datetime.strptime(row["key"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for row in rows]


@pytest.mark.parametrize("kills", [3, pytest.param(12, marks=pytest.mark.storm)])
def test_three_schedulers_that_are_killed_in_turn_owe_each_tick_once(database: TestDatabase, kills: int) -> None:
    create_organization("Ticking")
    chosen = random.Random(1)
    schedulers = [start(database.environment) for _ in range(3)]
    try:
        for scheduler in schedulers:
            await_ready(scheduler)
        await_that(lambda: len(ticks()) >= 2)
        for _ in range(kills):
            victim = chosen.randrange(3)
            schedulers[victim].kill()
            schedulers[victim].wait()
            schedulers[victim] = start(database.environment)
            await_ready(schedulers[victim])
            time.sleep(1.5)  # the life between two blows; nothing is awaited here
        await_that(lambda: len(ticks()) >= 2 + kills)
    finally:
        for scheduler in schedulers:
            scheduler.kill()
            scheduler.wait()
    seen = ticks()
    expected = [seen[0] + number * EVERY for number in range(len(seen))]
    assert seen == expected
