"""Reads for people: one organization's transaction each as the read-only role, merged where a caller has several."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg2

from edge import asked
from edge.asked import Arguments
from edge.errors import Problem
from models import queries
from models.database import Access, Transaction, organization
from models.people import Membership
from models.playable import playable_of_calls
from models.queries import Place
from vocabulary import RecordingStatus

READ_MILLISECONDS = 5_000
"""A search that takes longer is given up, so that one of them cannot hold the others' connections."""


@dataclass(frozen=True, slots=True)
class Page:
    calls: list[dict[str, Any]]
    next: str | None
    """What asks for the calls that follow; None at the end."""


@contextmanager
def reading(org_id: UUID, advice: str = "choose a shorter span of days") -> Iterator[Transaction]:
    """One organization's rows, read-only. Raises Problem 503 for what takes too long, with advice that helps."""
    try:
        with organization(org_id, Access.READ, READ_MILLISECONDS) as tx:
            yield tx
    except psycopg2.errors.QueryCanceled:
        raise Problem(503, "too_slow", f"This search took too long; {advice}") from None


def page_of_calls(memberships: Iterable[Membership], args: Arguments, limit: int) -> Page:
    """The newest calls that an address asks for, over all of these organizations, in one order."""
    after = asked.place(args)
    found = [_newest(membership, args, limit + 1, after) for membership in memberships]
    merged = list(heapq.merge(*found, key=_order, reverse=True))
    calls = merged[:limit]
    last = calls[-1] if len(merged) > limit else None
    return Page(calls, asked.cursor(Place(last["happened_at"], last["id"])) if last else None)


def _newest(membership: Membership, args: Arguments, limit: int, after: Place | None) -> list[dict[str, Any]]:
    wanted = asked.call_filter(args, membership.timezone)
    with reading(membership.org_id) as tx:
        rows = queries.newest_calls(tx, membership.org_id, wanted, limit, after)
        fetched = (row["id"] for row in rows if row["recording_status"] == RecordingStatus.COMPLETED)
        heard = playable_of_calls(tx, membership.org_id, fetched)
    return [row | {"seen_as": membership.role, "recording_id": heard.get(row["id"])} for row in rows]


def _order(call: dict[str, Any]) -> tuple[Any, int]:
    """As Postgres orders them: by time, then by the id's bytes."""
    return call["happened_at"], call["id"].int
