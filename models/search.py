"""Calls found by their words, names and numbers: by the index of migration 0009, which row security would leave unused.

What is common is found among the newest calls, one after the other; what is rare, in the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.queries import CallFilter, Place, conditions
from models.search_words import Sought, tsquery
from models.tables import Call

DEPTH = 100
"""So many calls are looked at for each that is wanted, before the index is asked: about as long as the index takes for
what one call in so many says."""
EVERY = CallFilter()
BEGINNING = Place(datetime(9999, 12, 31, tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Found:
    places: list[Place]
    """Newest first."""
    looked_to: Place | None
    """How far was looked where that was not far enough; None where no more is to be found there."""


def newest(tx: Transaction, org_id: UUID, sought: Sought, names_only: bool, limit: int, after: Place | None) -> Found:
    """Hits among the newest calls that follow `after`: so many, or what is found in a hundred times as many calls."""
    start = after or BEGINNING
    rows = tx.rows(
        "SELECT id, happened_at, is_hit FROM search_newest(%s, %s::tsquery, %s::tsquery, %s, %s, %s, %s)",
        (org_id, *_queries(sought, names_only), start.happened_at, start.id, limit * DEPTH, limit),
    )
    places = [Place(row["happened_at"], row["id"]) for row in rows]
    hits = [place for place, row in zip(places, rows, strict=True) if row["is_hit"]]
    is_through = len(hits) == limit or not rows or rows[-1]["is_hit"]
    return Found(hits, None if is_through else places[-1])


def older(tx: Transaction, org_id: UUID, sought: Sought, names_only: bool, limit: int, after: Place) -> list[Place]:
    """The newest hits among all calls that follow `after`."""
    rows = tx.rows(
        "SELECT id, happened_at FROM search_older(%s, %s::tsquery, %s::tsquery, %s, %s, %s)",
        (org_id, *_queries(sought, names_only), after.happened_at, after.id, limit),
    )
    return [Place(row["happened_at"], row["id"]) for row in rows]


def calls_of(tx: Transaction, org_id: UUID, ids: list[UUID], wanted: CallFilter = EVERY) -> list[dict[str, Any]]:
    """Those of these calls that match, as lists give them, newest first."""
    query = Call.select(Call).where(Call.org_id == org_id, Call.id.in_(ids), *conditions(wanted))
    return tx.rows(query.order_by(Call.happened_at.desc(), Call.id.desc())) if ids else []


def turns_of(tx: Transaction, org_id: UUID, ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Call → what was said on it, redacted."""
    rows = tx.rows("SELECT call_id, turns FROM transcripts WHERE org_id = %s AND call_id = ANY(%s)", (org_id, ids))
    return {row["call_id"]: row["turns"] for row in rows}


def index_older_calls(tx: Transaction, org_id: UUID, after: UUID, at_most: int) -> UUID | None:
    """Makes the next calls by id findable that were there before the index; returns the last, None after the end."""
    last: UUID | None = tx.value("SELECT index_older_calls(%s, %s, %s)", (org_id, after, at_most))
    return last


def _queries(sought: Sought, names_only: bool) -> tuple[str, str]:
    return tsquery(sought.wanted, names_only), tsquery(sought.unwanted, names_only, " | ")
