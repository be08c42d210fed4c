"""Dead jobs once more, as an operator asks for it on the page or the command line: noted, and rung for."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from models import audit, ledger
from models.database import organization
from tasks.broker import broker

RUNG_AT_ONCE = 1_000
"""Bells beyond this many are left to the sweep, which rings as fast as workers hear."""


def redrive(org_id: UUID, by: str, job_ids: Sequence[UUID] | None = None, actor: str | None = None) -> int:
    """Gives an organization's dead jobs all their attempts again: those named, those of one kind, or all of them.

    Returns how many; jobs that are not dead, or another organization's, are left alone.
    """
    with organization(org_id) as tx:
        bells = ledger.redrive(tx, org_id, job_ids, actor)
        if bells:
            subject = str(bells[0].job_id) if len(bells) == 1 else actor or "jobs"
            audit.record(tx, org_id, by, "jobs.redrive", subject, {"jobs": len(bells)})
    if bells:
        broker.ring(bells[:RUNG_AT_ONCE])
    return len(bells)
