"""No message is forgotten: one whose job was lost, by a fault of ours or a restored backup, gets another."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models import messages
from models.database import Transaction
from tasks.broker import BULK
from tasks.ledger import work
from tasks.messages import put_off
from tasks.settling import lose, owe_look
from vocabulary import MessageStatus

STALE = timedelta(minutes=15)
"""Longer than any job needs that is still there."""
STOPPED = "Nobody knows whether it was sent: the work on it was lost"

log = logging.getLogger("aftercall.messages")


@work(queue=BULK)
def sweep_messages(tx: Transaction, org_id: UUID) -> None:
    """Looks for messages that should have moved on and that no job will move."""
    sweep(tx, org_id, datetime.now(UTC))


def sweep(tx: Transaction, org_id: UUID, now: datetime) -> None:
    """What was never begun is owed again; what may have left is looked up, and not sent again."""
    stranded = messages.stranded(tx, org_id, now - STALE)
    for row in stranded:
        if row["status"] == MessageStatus.PLANNED:
            put_off(tx, org_id, row["id"], now, row["reason"])
        elif row["status"] == MessageStatus.SENDING:
            lose(tx, org_id, row["id"], STOPPED, now)
        else:
            owe_look(tx, org_id, row["id"], row["looks"], now)
    if stranded:
        log.error("organization %s: %d messages had lost their jobs and are owed again", org_id, len(stranded))
