"""Recordings that can be heard: which call has one, and where it lies. How they are found is told in recordings.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from models.database import Transaction


@dataclass(frozen=True, slots=True)
class Playable:
    """A recording that can be heard."""

    storage_key: str
    content_type: str
    sha256: str


def playable(tx: Transaction, org_id: UUID, id: UUID) -> Playable | None:
    row = tx.row(
        "SELECT storage_key, content_type, sha256 FROM recordings"
        " WHERE org_id = %s AND id = %s AND state = 'completed' AND storage_key IS NOT NULL",
        (org_id, id),
    )
    return Playable(**row) if row else None


def playable_of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> UUID | None:
    """The id of the call's recording, where it can be heard."""
    return playable_of_calls(tx, org_id, [call_id]).get(call_id)


def playable_of_calls(tx: Transaction, org_id: UUID, call_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Call → recording, of the calls whose recording can be heard."""
    wanted = list(call_ids)
    rows = (
        tx.rows(
            "SELECT call_id, id FROM recordings WHERE org_id = %s AND call_id = ANY(%s) AND state = 'completed'"
            " AND storage_key IS NOT NULL",
            (org_id, wanted),
        )
        if wanted
        else []
    )
    return {row["call_id"]: row["id"] for row in rows}
