"""Asks what a call meant: after its end, and again after every part that comes late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from models.database import Transaction
from settings import settings
from tasks.analysis import conclude
from tasks.ledger import enqueue, work
from tasks.refinement import owe_refinement, wanted


@work()
def analyse(tx: Transaction, org_id: UUID, call_id: str) -> None:
    """Please find out what this call meant. Done again, it changes nothing."""
    found = conclude(tx, org_id, UUID(call_id))
    if found is None:
        return
    _tell_later_call(tx, org_id, found.call)
    if found.call["turns"] and wanted(settings(), found.call):
        owe_refinement(tx, org_id, UUID(call_id), found.call["transcript_revision"])


def _tell_later_call(tx: Transaction, org_id: UUID, call: Mapping[str, Any]) -> None:
    """Whose first call this turns out to be has called again since: that call was no first one, and is asked anew."""
    history = call["history"]
    if call["analysed_at"] is None and len(history) > 1 and history[0]["id"] == str(call["id"]):
        later = history[1]
        enqueue(tx, analyse, org_id, key=f"{later['id']}:{later['revision']}:returning", call_id=later["id"])
