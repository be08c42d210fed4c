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
def rotate_keys(tx: Transaction, org_id: UUID, kind: int = 0, after: str = str(FIRST)) -> None:
    """Seals a batch of an organization's values anew and owes the next, until none is left under an older key."""
    if len(settings().encryption_keys) == 1:
        return
    batch = _reseal(tx, org_id, (kind, UUID(after)), BY)
    while batch.place is not None and not batch.resealed:
        batch = _reseal(tx, org_id, batch.place, BY)
    if batch.place is not None:
        # Owed in the transaction that ends this one, and so only once: its key needs no fact.
        enqueue(tx, rotate_keys, org_id, str(new_id()), kind=batch.place[0], after=str(batch.place[1]))


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
