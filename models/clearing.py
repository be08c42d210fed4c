"""Deleting an organization's calls with all that hangs on them, some at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction

BATCH = 1_000
SOME = """
select c.id, c.counted from calls c where c.org_id = %s and c.id > %s and c.created_at <= %s
  and not exists (select from placed_calls p where p.org_id = c.org_id and p.call_id = c.id
                  and p.status in ('planned', 'dialling', 'unknown'))
order by c.id limit %s for update of c
"""
"""Not those that we are just placing: what is dialled must stay known, so that nobody is called twice."""
FORGET_BODIES = """
update webhook_events e set raw = null where e.org_id = %s and e.raw is not null and e.state <> 'accepted'
  and e.call_ref in (select r.provider || ':' || r.ref from call_refs r where r.org_id = %s and r.call_id = any(%s))
"""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A batch that is deleted: what the calls were counted for, their recordings' files, and where it ended."""

    counted: list[Any]
    files: list[str]
    last: UUID | None
    """None where nothing is left."""


def count(tx: Transaction, org_id: UUID) -> int:
    return int(tx.value("SELECT count(*) FROM calls WHERE org_id = %s", (org_id,)))


def clear(tx: Transaction, org_id: UUID, before: datetime, after: UUID) -> Cleared:
    """Deletes the next calls that were there at `before`, with transcripts, results, recordings, names and bodies.

    Messages and appointments stay as what was sent and agreed, without their call; contacts stay as they are.
    """
    rows = tx.rows(SOME, (org_id, after, before, BATCH))
    ids = [row["id"] for row in rows]
    if not ids:
        return Cleared([], [], None)
    tx.run(FORGET_BODIES, (org_id, org_id, ids))
    for table in ("messages", "appointments"):
        tx.run(f"UPDATE {table} SET call_id = NULL WHERE org_id = %s AND call_id = ANY(%s)", (org_id, ids))
    files = tx.rows(
        "DELETE FROM recordings WHERE org_id = %s AND call_id = ANY(%s) RETURNING storage_key", (org_id, ids)
    )
    tx.run("DELETE FROM calls WHERE org_id = %s AND id = ANY(%s)", (org_id, ids))
    keys = [row["storage_key"] for row in files if row["storage_key"]]
    return Cleared([row["counted"] for row in rows], keys, ids[-1] if len(ids) == BATCH else None)
