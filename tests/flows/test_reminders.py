"""Reminders on their way through time: whatever moves and whoever says STOP, none leaves that should not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import organization, reset
from tasks.appointments import Change, change
from tasks.messages import claim
from tests.conftest import TestDatabase
from tests.flows.world import DAY, MINUTE, PREFIXES, ZONES, Plan, World

CLOCKS_CHANGE = {"spring": datetime(2026, 3, 8, 7, tzinfo=UTC), "autumn": datetime(2026, 11, 1, 6, tzinfo=UTC)}
ACTS = st.lists(
    st.tuples(
        st.integers(0, 3 * 24 * 60),
        st.sampled_from(("move", "move", "ask", "wait", "stop", "start", "complain", "cancel")),
        st.integers(-2 * 24 * 60, 3 * 24 * 60),
    ),
    max_size=5,
)


@st.composite
def plans(draw: st.DrawFn, zone: str, changes: datetime) -> Plan:
    return Plan(
        zone=zone,
        known_by=draw(st.sampled_from(("contact", "contact", "organization", *PREFIXES))),
        start=changes - draw(st.integers(0, 4 * 24 * 60)) * MINUTE,
        ahead=draw(st.integers(1, 6 * 24 * 60)) * MINUTE,
        opens=draw(st.integers(0, 12)),
        hours=draw(st.integers(1, 23)),
        minutes=draw(st.lists(st.integers(1, 3000), min_size=1, max_size=3)),
        lag=draw(st.sampled_from((timedelta(), timedelta(seconds=2), 40 * MINUTE, 9 * 60 * MINUTE))),
        postponed=draw(st.lists(st.booleans(), max_size=3)),
    )


def live(plan: Plan, acts: list[tuple[int, str, int]]) -> int:
    """Plays a world to its end; how many reminders left in it."""
    world = World(plan)
    for later, act, amount in acts:
        world.run(world.now + later * MINUTE)
        if act != "wait":
            world.do(act, amount)
    world.end()
    return len(world.left)


@pytest.fixture
def mailing(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The deployment can send mail; the tables are there once for all worlds."""
    monkeypatch.setenv("RESEND_API_KEY", "re_of_the_tests")
    monkeypatch.setenv("RESEND_FROM", "Clinic <clinic@example.com>")
    reset()
    yield
    reset()


def play_everywhere(changes: datetime, times: int) -> int:
    left = 0
    for zone in ZONES:

        @settings(max_examples=times, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(plan=plans(zone, changes), acts=ACTS)
        def play(plan: Plan, acts: list[tuple[int, str, int]]) -> None:
            nonlocal left
            left += live(plan, acts)

        play()
    return left


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize("changes", CLOCKS_CHANGE.values(), ids=CLOCKS_CHANGE)
def test_whatever_happens_none_leaves_that_should_not(changes: datetime) -> None:
    assert play_everywhere(changes, 4) > 20


@pytest.mark.storm
@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize("changes", CLOCKS_CHANGE.values(), ids=CLOCKS_CHANGE)
def test_the_same_a_thousand_times_over(changes: datetime) -> None:
    assert play_everywhere(changes, 40) > 500


@pytest.fixture
def due(mailing: None) -> World:
    """A reminder by text is due, and nothing else."""
    noon = datetime(2026, 3, 10, 16, tzinfo=UTC)
    plan = Plan("America/New_York", "contact", noon, 3 * 60 * MINUTE, 8, 12, [120], timedelta(), [])
    world = World(plan)
    world.now += 60 * MINUTE
    return world


def texts(world: World) -> list[dict[str, Any]]:
    with organization(world.org_id) as tx:
        return tx.rows("SELECT * FROM messages WHERE method = 'sms' ORDER BY appointment_version")


def meanwhile(database: TestDatabase, act: Callable[[], None]) -> Thread:
    """Starts it in a thread, and returns when it waits for a row that somebody holds."""
    thread = Thread(target=act)
    thread.start()
    ends_at = monotonic() + 10
    with closing(psycopg2.connect(database.admin_url)) as connection, connection.cursor() as cursor:
        while monotonic() < ends_at:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                (database.name,),
            )
            connection.rollback()
            if cursor.fetchone() != (0,):
                return thread
    raise AssertionError("it never waited")


def test_a_claim_beside_a_move_waits_for_it_and_sends_nothing(due: World, database: TestDatabase) -> None:
    (text,) = texts(due)
    with organization(due.org_id) as tx:
        change(tx, due.org_id, due.id, Change(starts_at=due.starts_at + DAY), due.now)
        claiming = meanwhile(database, lambda: due.work(text["id"]))
    claiming.join()
    assert due.left == []
    assert [(row["status"], row["reason"]) for row in texts(due)] == [
        ("skipped", "The appointment was moved"), ("planned", None)
    ]  # fmt: skip


def test_a_move_beside_a_claim_waits_for_it_and_comes_after(due: World, database: TestDatabase) -> None:
    (text,) = texts(due)
    with organization(due.org_id) as tx:
        assert claim(tx, due.org_id, text["id"], lambda: due.now) is not None
        moving = meanwhile(database, lambda: due.do("move", 24 * 60))
    moving.join()
    assert [row["status"] for row in texts(due)] == ["sending", "planned"]
    assert due.version == 2
