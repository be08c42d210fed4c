"""What call-backs need in a test: a contact, an assistant and a line, hours that never end, and jobs done on demand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import requests

from models.database import organization
from models.organizations import add_assistant, add_number
from settings import settings
from tasks.callbacks import Asked, ask_back
from tasks.ledger import perform
from tests.edge.said import make_contact
from tests.standin.side import Side, playing

KEY = "key-of-vapi"
ASSISTANT, LINE_ID, LINE = "assistant-out", "line-out", "+12125550101"
PHONE = "+12025550123"
ANN = "user:ann"
DAY_AND_NIGHT = ("00:00", "23:59:59.999999")


@contextmanager
def vapi(monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    """A Vapi that this deployment is connected to."""
    with playing({"VAPI_PRIVATE_KEY": KEY}, monkeypatch) as side:
        monkeypatch.setenv("VAPI_PRIVATE_KEY", KEY)
        settings.cache_clear()
        yield side


def equip(org_id: UUID, suffix: str = "") -> None:
    """An organization that can call people back at any hour."""
    add_assistant(org_id, ASSISTANT + suffix)
    add_number(org_id, LINE + suffix, vapi_phone_number_id=LINE_ID + suffix)
    open_hours(org_id, *DAY_AND_NIGHT)


def open_hours(org_id: UUID, start: str, end: str) -> None:
    with organization(org_id) as tx:
        tx.run("UPDATE organizations SET send_from = %s, send_until = %s WHERE org_id = %s", (start, end, org_id))


def a_contact(org_id: UUID, phone: str | None = PHONE, **more: Any) -> UUID:
    return make_contact(org_id, phone=phone, name="Ann Lee", **more)


def ask(org_id: UUID, contact_id: UUID, key: str | None = None, now: datetime | None = None) -> Asked:
    with organization(org_id) as tx:
        asked = ask_back(tx, org_id, contact_id, ANN, key, now or datetime.now(UTC))
    assert asked is not None
    return asked


def rows(org_id: UUID, query: str, *params: Any) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows(query, params)


def placed(org_id: UUID) -> dict[str, Any]:
    """The only intent."""
    (row,) = rows(org_id, "SELECT * FROM placed_calls")
    return row


def call_of(org_id: UUID, call_id: UUID) -> dict[str, Any]:
    (row,) = rows(org_id, "SELECT * FROM calls WHERE id = %s", call_id)
    return row


def jobs(org_id: UUID, actor: str, state: str = "ready") -> list[dict[str, Any]]:
    query = "SELECT * FROM jobs WHERE actor = %s AND state = %s ORDER BY created_at, id"
    return rows(org_id, query, actor, state)


def do(org_id: UUID, actor: str) -> int:
    """Does the jobs of this actor now, whenever they were due; returns how many."""
    owed = jobs(org_id, actor)
    with organization(org_id) as tx:
        tx.run("UPDATE jobs SET run_at = now(), lease_until = NULL WHERE actor = %s AND state = 'ready'", (actor,))
    for job in owed:
        perform(org_id, job["id"])
    return len(owed)


def dials(side: Side) -> list[dict[str, Any]]:
    """What Vapi has taken."""
    sent: list[dict[str, Any]] = requests.get(f"{side.url}/__standin/sent", timeout=5).json()
    return sent


def posts(side: Side) -> int:
    return sum(one["method"] == "POST" for one in side.requests())
