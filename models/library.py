"""The library of calls to learn from: the best, the worst and the newest of an organization."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from models.database import Transaction

LENGTH = 20
RECENT = timedelta(days=7)
COLUMNS = (
    "id, org_id, started_at, duration_seconds AS duration_sec, disposition, result, campaign, agent_name AS agent,"
    " qa_score, reason_primary, reason_secondary, outcome_summary AS summary, risk_flags, happened_at"
)


class Shelf(StrEnum):
    """Where a call stands, as the database reckons it (shelf_of in 0005_reading.sql).

    best: the call centre closed it as Completed, Success, Connected or Answered, and it took more than 60 seconds.
    worst: Failed, No Answer, Busy, Voicemail, Disconnected or Rejected, or less than 30 seconds whatever the word.
    A call without a disposition, as Vapi's are, goes by its result: answered, booked, rescheduled, requested, callback
    and transferred are conversations that led on (best); failed, no_answer, busy, voicemail, disconnected, rejected,
    wrong_number, dropped, called_off and transfer_failed are none (worst); every other result is neither.
    """

    BEST = "best"
    WORST = "worst"


ORDERS = {Shelf.BEST: "desc", Shelf.WORST: "asc"}


def shelf(tx: Transaction, org_id: UUID, wanted: Shelf) -> list[dict[str, Any]]:
    """The calls of a shelf that are most worth hearing: by QA score, those not judged last, then the newest."""
    return tx.rows(
        f"SELECT {COLUMNS} FROM calls WHERE org_id = %s AND shelf = '{wanted}'"
        f" ORDER BY qa_score {ORDERS[wanted]} NULLS LAST, happened_at DESC, id DESC LIMIT {LENGTH}",
        (org_id,),
    )


def recent(tx: Transaction, org_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """The newest calls of the last seven days."""
    return tx.rows(
        f"SELECT {COLUMNS} FROM calls WHERE org_id = %s AND happened_at >= %s"
        f" ORDER BY happened_at DESC, id DESC LIMIT {LENGTH}",
        (org_id, now - RECENT),
    )


def judged(tx: Transaction, org_id: UUID) -> tuple[Decimal, int]:
    """The sum of all QA scores, and how many calls have one: from the daily figures."""
    row = tx.row(
        "SELECT coalesce(sum(qa_sum), 0)::numeric AS total, coalesce(sum(qa_count), 0)::integer AS calls"
        " FROM call_stats_daily WHERE org_id = %s",
        (org_id,),
    )
    return (row["total"], row["calls"]) if row else (Decimal(0), 0)
