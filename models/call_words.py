"""What was said on a call and what it was found to mean, as people read it: the transcript and every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import analyses
from models.analyses import Analysis
from models.database import Transaction


@dataclass(frozen=True, slots=True)
class Results:
    every: list[Analysis]
    """All versions of all kinds, the newest of a kind first."""
    standing: dict[str, Analysis]
    """Kind → what counts of it."""


def transcript_of(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any] | None:
    """The redacted transcript with what its header tells; None where there is no such call or it has none."""
    return tx.row(
        "SELECT t.call_id, t.language, t.engine, t.turns, t.translated_text, t.revision, t.updated_at, c.started_at,"
        " c.happened_at, c.duration_seconds, c.agent_name, c.phone_number"
        " FROM transcripts t JOIN calls c ON c.org_id = t.org_id AND c.id = t.call_id"
        " WHERE t.org_id = %s AND t.call_id = %s",
        (org_id, call_id),
    )


def results_of(tx: Transaction, org_id: UUID, call_id: UUID) -> Results:
    """Every result of a call, and which of them stand."""
    every = analyses.of_call(tx, org_id, call_id)
    spoken_at = tx.value("SELECT updated_at FROM transcripts WHERE org_id = %s AND call_id = %s", (org_id, call_id))
    return Results(every, analyses.standing(every, spoken_at))


def names_of_people(tx: Transaction, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id → name, or the address where somebody has none: to say who corrected a result."""
    wanted = list(user_ids)
    rows = tx.rows("SELECT id, name, email FROM users WHERE id = ANY(%s)", (wanted,)) if wanted else []
    return {row["id"]: row["name"] or row["email"] for row in rows}
