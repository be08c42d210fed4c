"""Upkeep: what keeps the tables small and the promises checked. Ticks of the scheduler call these."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from models import events, upkeep
from models.database import Transaction
from models.ledger import Bell
from tasks.broker import BULK, broker
from tasks.ledger import work
from vocabulary import NOBODY

ASKED_OFTEN = timedelta(hours=1)
"""Events younger than this may wait for nothing but the first event of their call; for older ones somebody has to
register something, which asks for all of them, as does the nightly check."""

log = logging.getLogger("aftercall.upkeep")


@work(queue=BULK)
def release_quarantine(tx: Transaction, org_id: UUID) -> None:
    """Hands quarantined events to the organizations that have become known since."""
    released = events.release_quarantined(tx, younger_than=ASKED_OFTEN)
    if released:
        tx.after_commit.append(lambda: broker.ring(released))
        log.info("released %d events from quarantine", len(released))


@work(queue=BULK, deadline_seconds=120)
def expire_bodies(tx: Transaction, org_id: UUID) -> None:
    """Forgets raw bodies that are older than the organization keeps them; their events stay."""
    forgotten = upkeep.expire_bodies(tx, org_id)
    if forgotten:
        log.info("forgot %d raw bodies of organization %s", forgotten, org_id)


@work(queue=BULK, deadline_seconds=120)
def trim_jobs(tx: Transaction, org_id: UUID) -> None:
    """Removes jobs that were done long ago, and routes of old calls; dead jobs stay until somebody looks."""
    removed, routes = upkeep.trim_jobs(tx, org_id), upkeep.trim_call_routes(tx, org_id)
    if removed or routes:
        log.info("removed %d finished jobs and %d routes of organization %s", removed, routes, org_id)


@work(queue=BULK, deadline_seconds=120)
def check_consistency(tx: Transaction, org_id: UUID) -> None:
    """Looks for broken promises, mends what can be mended, and leaves a report in the audit log."""
    report = upkeep.check_consistency(tx, org_id)
    owed: list[Bell] = report.pop("bells")
    if org_id == NOBODY:
        owed += events.release_quarantined(tx)
    if owed:
        tx.after_commit.append(lambda: broker.ring(owed))
    if any(report.values()):
        log.error("organization %s is inconsistent: %s", org_id, report)
