"""Call-backs whose job was lost: what was not dialled fails, what may have rung is looked up, and nobody is dialled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.database import organization
from tasks.callback_upkeep import sweep
from tests.standin.side import Side
from tests.tasks import calling
from tests.tasks.calling import a_contact, ask, call_of, dials, do, jobs, placed

LATER = timedelta(minutes=16)


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    with calling.vapi(monkeypatch) as side:
        yield side


def lost(org_id: UUID, status: str) -> UUID:
    """A call-back that stands so, and of which no job knows."""
    calling.equip(org_id)
    call_id = ask(org_id, a_contact(org_id)).call_id
    with organization(org_id) as tx:
        tx.run("UPDATE placed_calls SET status = %s, claimed_at = now()", (status,))
        tx.run("DELETE FROM jobs WHERE actor = 'place_call'")
    return call_id


def swept(org_id: UUID, after: timedelta = LATER) -> None:
    with organization(org_id) as tx:
        sweep(tx, org_id, datetime.now(UTC) + after)


def test_what_was_not_dialled_has_failed(side: Side, alice_org: UUID) -> None:
    call_id = lost(alice_org, "planned")
    swept(alice_org)
    assert placed(alice_org)["reason"] == "The work on it was lost before anybody was called"
    assert (call_of(alice_org, call_id)["status"], jobs(alice_org, "place_call")) == ("failed", [])


@pytest.mark.parametrize("status", ["dialling", "unknown"])
def test_what_may_have_rung_is_looked_up(side: Side, alice_org: UUID, status: str) -> None:
    lost(alice_org, status)
    swept(alice_org)
    assert (placed(alice_org)["status"], len(jobs(alice_org, "settle_call"))) == ("unknown", 1)
    while do(alice_org, "settle_call"):
        pass
    assert (placed(alice_org)["status"], dials(side)) == ("failed", [])


def test_what_has_a_job_or_is_new_is_left_alone(side: Side, alice_org: UUID, bob_org: UUID) -> None:
    lost(alice_org, "planned")
    swept(alice_org, timedelta(minutes=14))
    swept(bob_org)
    calling.equip(bob_org, "9")
    ask(bob_org, a_contact(bob_org))
    swept(bob_org)
    assert [placed(org)["status"] for org in (alice_org, bob_org)] == ["planned", "planned"]
