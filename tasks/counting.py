"""What a call counts for in the daily figures, and what its change changes there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models import stats
from models.database import Transaction
from rules.stats import Call, Contribution, Counts, Key, contribution, difference

EXACT = ("value", "seconds", "cost")


def counted(call: Mapping[str, Any], timezone: str) -> dict[str, Any]:
    """What a call's row counts for, as it is kept with the row: its key, and every figure that is not zero."""
    key, counts = contribution(_call(call), ZoneInfo(timezone))
    figures = {name: str(value) if name in EXACT else value for name, value in asdict(counts).items() if value}
    return {"day": key.day.isoformat(), "campaign": key.campaign, "agent": key.agent, **figures}


Move = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]
"""What a call was counted for, and what it counts for now; None where it was, or is, not counted."""


def count(
    tx: Transaction, org_id: UUID, before: Iterable[Mapping[str, Any] | None], after: Mapping[str, Any] | None
) -> None:
    """Moves the daily figures, with the commit, from what calls were counted for to what one of them counts for now."""
    count_all(tx, org_id, [*((old, None) for old in before), (None, after)])


def count_all(tx: Transaction, org_id: UUID, moves: Iterable[Move]) -> None:
    """Moves the daily figures for many calls, with the commit: each row is written once, in the order of the keys.

    Called once a transaction: rows locked in one order by everybody cannot make two of them wait for each other.
    """
    changes: dict[Key, Counts] = {}
    for old, new in moves:
        for key, counts in difference(_read(old), _read(new)):
            changes[key] = changes.get(key, Counts()) + counts
    stats.add(tx, org_id, ((key.day, key.campaign, key.agent, asdict(sum_)) for key, sum_ in changes.items() if sum_))


def _read(kept: Mapping[str, Any] | None) -> Contribution | None:
    if kept is None:
        return None
    figures = {name: value for name, value in kept.items() if name not in stats.KEY}
    figures |= {name: Decimal(figures[name]) for name in EXACT if name in figures}
    return Key(date.fromisoformat(kept["day"]), kept["campaign"], kept["agent"]), Counts(**figures)


def _call(call: Mapping[str, Any]) -> Call:
    return Call(
        happened_at=call["started_at"] or call["created_at"],
        campaign=call["campaign"],
        agent=call["agent_name"] or call["agent_id"],
        direction=call["direction"],
        status=call["status"],
        outcome=call["result"],
        booking=call["booking"],
        value=call["financial_value"],
        seconds=call["duration_seconds"],
        cost=call["total_cost"],
        sentiment=call["sentiment_label"],
        qa_score=call["qa_score"],
    )
