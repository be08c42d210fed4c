"""Asks what a call meant: after its end, and again after every part that comes late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from settings import settings
from tasks.alerts import set_off
from tasks.analysis import conclude
from tasks.ledger import enqueue, work
from tasks.refinement import owe_refinement, wanted


@work()
def analyse(tx: Transaction, org_id: UUID, call_id: str) -> None:
    """Please find out what this call meant. Done again, it changes nothing."""
    found = conclude(tx, org_id, UUID(call_id))
    if found is None:
        return
    _tell_next_call(tx, org_id, found.call)
    set_off(tx, org_id, found, datetime.now(UTC))
    if found.call["turns"] and wanted(settings(), found.call):
        owe_refinement(tx, org_id, UUID(call_id), found.call["transcript_revision"])


def _tell_next_call(tx: Transaction, org_id: UUID, call: Mapping[str, Any]) -> None:
    """A person's first call makes the next one that of a returning caller, whichever is known first."""
    if call["next_call"] and not call["is_returning"]:
        following = call["next_call"]["id"]
        enqueue(tx, analyse, org_id, key=f"{following}:after:{call['id']}", call_id=following)
