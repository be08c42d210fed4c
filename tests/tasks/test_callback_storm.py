"""Many call-backs against a Vapi with bad days, by workers that are killed: nobody's telephone rings twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from models.database import organization
from providers import vapi_calls
from tasks.dialling import claim
from tasks.ledger import perform
from tests.standin.side import Side
from tests.tasks import calling
from tests.tasks.calling import a_contact, ask, dials, jobs

WISHES = 60
FAULTS: list[dict[str, Any]] = [
    {"fault": "timeout_before", "seconds": 0.05, "weight": 0.1},
    {"fault": "timeout_after", "seconds": 0.05, "weight": 0.1},
    {"fault": "reset", "weight": 0.1},
    {"fault": "truncated", "weight": 0.1},
    {"fault": "status", "status": 500, "weight": 0.1},
    {"fault": "status", "status": 429, "headers": {"Retry-After": "1"}, "weight": 0.1},
    {"fault": "status", "status": 400, "weight": 0.05},
]
OPEN = "SELECT id FROM placed_calls WHERE status IN ('planned', 'dialling', 'unknown')"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    with calling.vapi(monkeypatch) as side:
        yield side


def test_no_wish_dials_twice_and_each_comes_to_its_end(side: Side, alice_org: UUID) -> None:
    calling.equip(alice_org)
    for number in range(WISHES):
        ask(alice_org, a_contact(alice_org, f"+1202555{number:04d}"))
    side.tell("weather", {"match": "/call", "seed": "7", "method": "POST", "faults": FAULTS})
    lost = [{"fault": "status", "status": 503, "weight": 0.3}]
    side.tell("weather", {"match": "/call", "seed": "8", "method": "GET", "faults": lost})
    rng = Random(7)
    with ThreadPoolExecutor(4) as pool:
        while calling.rows(alice_org, OPEN):
            _kill_some(alice_org, rng)
            _do_all(alice_org, pool)
    taken = Counter(one["name"] for one in dials(side))
    ended = {str(row["id"]): row for row in calling.rows(alice_org, "SELECT * FROM placed_calls")}
    assert set(taken.values()) == {1}
    assert {name for name, row in ended.items() if row["status"] == "placed"} == set(taken)
    assert {row["status"] for row in ended.values()} == {"placed", "failed"}
    assert all(row["reason"] for row in ended.values() if row["status"] == "failed")
    assert {row["vapi_call_id"] for row in ended.values()} - {None} == {one["id"] for one in dials(side)}
    assert len(calling.rows(alice_org, "SELECT id FROM calls")) == WISHES


def _kill_some(org_id: UUID, rng: Random) -> None:
    """Workers that claim a call, or dial it too, and are never heard of again."""
    planned = calling.rows(org_id, "SELECT id FROM placed_calls WHERE status = 'planned' ORDER BY id")
    for row in planned[:: rng.randint(3, 6)]:
        with organization(org_id) as tx:
            dial = claim(tx, org_id, row["id"], datetime.now(UTC))
        if dial is not None and rng.random() < 0.5:
            vapi_calls.place(dial)


def _do_all(org_id: UUID, pool: ThreadPoolExecutor) -> None:
    """Every job now, by several workers, two of which hear each bell; a Vapi in trouble is asked all the same."""
    with organization(org_id) as tx:
        tx.run("UPDATE jobs SET run_at = now(), lease_until = NULL WHERE state = 'ready' AND actor LIKE '%%_call'")
        tx.run("UPDATE provider_health SET open_until = NULL, failures = 0 WHERE org_id = %s", (org_id,))
    owed = [job["id"] for actor in ("place_call", "settle_call") for job in jobs(org_id, actor)]
    list(pool.map(lambda job_id: perform(org_id, job_id), owed * 2))
