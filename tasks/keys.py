"""Rotation of keys: every night, or at a command, what an older key had sealed is sealed under the newest."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import UUID

from models import audit, keys
from models.database import Transaction, organization
from models.ids import new_id
from models.keys import FIRST, Batch
from settings import settings
from tasks.broker import BULK
from tasks.ledger import enqueue, work

BY = "rotate_keys"

log = logging.getLogger("aftercall.keys")


@work(queue=BULK, deadline_seconds=120)
def rotate_keys(tx: Transaction, org_id: UUID, kind: int = 0, after: str = str(FIRST), resealed: int = 0) -> None:
    """Seals a batch of an organization's values anew and owes the next, until none is left under an older key.

    `resealed` counts what the batches before have done.
    """
    if len(settings().encryption_keys) == 1:
        return
    batch = _reseal(tx, org_id, (kind, UUID(after)), BY)
    while batch.place is not None and not batch.resealed:
        batch = _reseal(tx, org_id, batch.place, BY)
    resealed += batch.resealed
    if batch.place is not None:
        # Owed in the transaction that ends this one, and so only once: its key needs no fact.
        number, last = batch.place
        enqueue(tx, rotate_keys, org_id, str(new_id()), kind=number, after=str(last), resealed=resealed)
    elif resealed:
        _tell(tx, org_id, resealed)


def _tell(tx: Transaction, org_id: UUID, resealed: int) -> None:
    """So that the log says when an old key may go."""
    counts = keys.versions(tx, org_id).values()
    left = sum(counter.total() - counter[keys.newest()] for counter in counts)
    said = "organization %s: %d values were sealed anew under key version %d, %s is left under an older one"
    log.info(said, org_id, resealed, keys.newest(), left or "none")


def rotate(org_id: UUID, by: str) -> Iterator[Batch]:
    """The same at once, a transaction for each batch, which is given as it is done."""
    place: tuple[int, UUID] | None = (0, FIRST)
    while place is not None:
        with organization(org_id) as tx:
            batch = _reseal(tx, org_id, place, by)
        yield batch
        place = batch.place


def _reseal(tx: Transaction, org_id: UUID, place: tuple[int, UUID], by: str) -> Batch:
    batch = keys.reseal(tx, org_id, place)
    if batch.resealed:
        details = {"resealed": batch.resealed, "unreadable": batch.unreadable}
        audit.record(tx, org_id, by, "keys.rotate", f"version {keys.newest()}", details)
    if batch.unreadable:
        log.error("%d sealed values of organization %s cannot be opened", batch.unreadable, org_id)
    return batch
