"""Recordings in the long run: forgotten when their time is over, and nothing left lying about."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from models import recordings, storage
from models.database import Transaction
from tasks.broker import BULK
from tasks.ledger import enqueue, work
from tasks.recordings import owe_look

PART_SECONDS = 3600.0
"""A file on its way is nobody's after this: no errand lasts so long."""

log = logging.getLogger("aftercall.recordings")


@work(queue=BULK, deadline_seconds=120)
def expire_recordings(tx: Transaction, org_id: UUID) -> None:
    """Forgets recordings that the organization keeps no longer; their rows stay."""
    expire(tx, org_id, datetime.now(UTC))


def expire(tx: Transaction, org_id: UUID, now: datetime) -> None:
    """The files go after the commit; should that fail, the sweep finds them."""
    expired = recordings.expire(tx, org_id, now)
    tx.after_commit.append(lambda: _remove(org_id, expired))
    if len(expired) == recordings.BATCH:
        enqueue(tx, expire_recordings, org_id, f"more:{now.isoformat()}")
    if expired:
        log.info("%d recordings of organization %s expired", len(expired), org_id)


@work(queue=BULK, deadline_seconds=600)
def sweep_recordings(tx: Transaction, org_id: UUID) -> None:
    """Removes files that no recording names, and looks for recordings that no job is left for."""
    swept = sum(_sweep(tx, org_id, some) for some in _batches(_old_files(org_id)))
    stranded, now = recordings.stranded(tx, org_id), datetime.now(UTC)
    for found in stranded:
        owe_look(tx, org_id, found.id, now, found.attempts + 1, None)
    if swept or stranded:
        log.info("organization %s: %d loose files removed, %d recordings owed again", org_id, swept, len(stranded))


def _old_files(org_id: UUID) -> Iterator[tuple[str, Path]]:
    return (found for found in storage.files(org_id) if _age(found[1]) > PART_SECONDS)


def _batches(found: Iterator[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    while some := list(islice(found, recordings.BATCH)):
        yield some


def _sweep(tx: Transaction, org_id: UUID, some: list[tuple[str, Path]]) -> int:
    named = filter(None, (storage.recording_of(key) for key, _ in some))
    known = recordings.keys(tx, org_id, named)
    loose = [path for key, path in some if key not in known]
    for path in loose:
        path.unlink(missing_ok=True)
    return len(loose)


def _remove(org_id: UUID, keys: list[str]) -> None:
    for key in keys:
        storage.remove(org_id, key)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
