"""Asks what a call meant: after its end, and again after every part that comes late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models import contacts
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
    """A person's call makes the next one that of a returning caller, whichever is known first."""
    if following := call["next_call"]:
        key = f"{following['id']}:after:{call['id']}:{call['happened_at']:%Y%m%dT%H%M%S}"
        enqueue(tx, analyse, org_id, key=key, call_id=following["id"])


def tell_those_left(
    tx: Transaction, org_id: UUID, found: Iterable[Mapping[str, Any]], after: Mapping[str, Any], revision: int
) -> None:
    """A call that moves to another person or behind another call, or ends in another, may leave that one the first.

    `found` are the rows as they were, `after` is what they become.
    """
    happened_at = after.get("started_at") or after["created_at"]
    for call in found:
        if call["contact_id"] and (call["contact_id"] != after["contact_id"] or call["happened_at"] < happened_at):
            following = contacts.call_after(tx, org_id, call["contact_id"], call)
            if following is not None:
                key = f"{following}:left:{call['id']}:{revision}"
                enqueue(tx, analyse, org_id, key=key, call_id=following)
