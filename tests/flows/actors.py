"""Actors that misbehave, for the workers of the flow tests."""

from __future__ import annotations

import os
import time
from uuid import UUID

from models.database import Transaction
from tasks.ledger import work


@work(attempts=1)
def crash_the_worker(tx: Transaction, org_id: UUID) -> None:
    """Takes its process along, every time."""
    os._exit(9)


@work(attempts=1, deadline_seconds=1)
def ignore_the_deadline(tx: Transaction, org_id: UUID) -> None:
    """Sleeps in C, where no exception of Dramatiq's time limit reaches it."""
    time.sleep(3600)


@work(attempts=5)
def be_slow_once(tx: Transaction, org_id: UUID) -> None:
    """Leaves a note of each start in a transaction of nobody's, and is slow the first time."""
    marker = os.environ["SLOW_MARKER"]
    first = not os.path.exists(marker)  # noqa: PTH110
    with open(marker, "a") as file:  # noqa: PTH123
        file.write(f"{os.getpid()}\n")
    if first:
        time.sleep(3600)
    tx.run("INSERT INTO audit_log (org_id, actor, action) VALUES (%s, 'test', 'slow.done')", (org_id,))
