"""Deleting all calls of an organization, as a super admin asked: batch after batch, figures and files with them."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from models import audit, clearing, stats, storage
from models.database import Transaction
from tasks.broker import BULK
from tasks.counting import count_all
from tasks.ledger import enqueue, work

FIRST = UUID(int=0)

log = logging.getLogger("aftercall.clearing")


def owe_clearing(tx: Transaction, org_id: UUID, name: str) -> None:
    """Owes the deletion of the calls that are there now. `name`: what its jobs and audit rows have in common."""
    before: datetime = tx.value("SELECT clock_timestamp()")
    enqueue(tx, clear_calls, org_id, name, name=name, before=before.isoformat())


@work(queue=BULK, deadline_seconds=120)
def clear_calls(
    tx: Transaction, org_id: UUID, name: str, before: str, after: str | None = None, deleted: int = 0
) -> None:
    """Please delete the next calls. The files go after the commit; should that fail, the nightly sweep finds them."""
    done = clearing.clear(tx, org_id, datetime.fromisoformat(before), UUID(after) if after else FIRST)
    count_all(tx, org_id, ((counted, None) for counted in done.counted))
    tx.after_commit.append(lambda: _remove(org_id, done.files))
    deleted += len(done.counted)
    if done.last is not None:
        last = str(done.last)
        enqueue(tx, clear_calls, org_id, f"{name}:{last}", name=name, before=before, after=last, deleted=deleted)
        return
    tx.flush()
    stats.drop_empty(tx, org_id)
    audit.record(tx, org_id, "clear_calls", "calls.cleared", name, {"deleted": deleted})
    log.warning("%d calls of organization %s were deleted as asked", deleted, org_id)


def _remove(org_id: UUID, keys: list[str]) -> None:
    for key in keys:
        storage.remove(org_id, key)
