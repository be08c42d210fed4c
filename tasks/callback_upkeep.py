"""No call-back is forgotten: one whose job was lost, by a fault of ours or a restored backup, comes to its end too."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models import placed_calls
from models.database import Transaction
from tasks.broker import BULK
from tasks.callback_looks import lose, owe_look
from tasks.ledger import work
from tasks.placing import end

STALE = timedelta(minutes=15)
"""Longer than any job needs that is still there."""
LOST = "The work on it was lost before anybody was called"
STOPPED = "Nobody knows whether it was dialled: the work on it was lost"

log = logging.getLogger("aftercall.callbacks")


@work(queue=BULK)
def sweep_callbacks(tx: Transaction, org_id: UUID) -> None:
    """Looks for call-backs that should have moved on and that no job will move."""
    sweep(tx, org_id, datetime.now(UTC))


def sweep(tx: Transaction, org_id: UUID, now: datetime) -> None:
    """Nobody is called out of the blue: what was not dialled has failed, what may have rung is looked up."""
    stranded = placed_calls.stranded(tx, org_id, now - STALE)
    for row in stranded:
        if row["status"] == "planned":
            end(tx, org_id, row["id"], "failed", LOST, now)
        elif row["status"] == "dialling":
            lose(tx, org_id, row["id"], STOPPED, now)
        else:
            owe_look(tx, org_id, row["id"], row["looks"], now)
    if stranded:
        log.error("organization %s: %d call-backs had lost their jobs", org_id, len(stranded))
