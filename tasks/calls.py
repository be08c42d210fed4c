"""Facts about a call become its one row: found by any of its names, merged, and never set back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from models import calls, contacts
from models.database import Transaction
from models.organizations import line_of
from rules import merge
from rules.merge import Row
from tasks.contacts import contact_of_call, lock_names
from vocabulary import Authority, CallFacts, Provider


@dataclass(frozen=True, slots=True)
class Recorded:
    """The call that an event was about, and whether the event changed it."""

    call_id: UUID
    changed: bool


def record_call(tx: Transaction, org_id: UUID, said: CallFacts, received_at: datetime) -> Recorded:
    """Merges what one event says into the call that bears its names; two calls that it joins become the older one."""
    said = with_line(tx, org_id, said)
    stated = {**said.identity, **said.facts}
    locks = [f"call:{ref}" for ref in said.refs] + lock_names(stated.get("phone_number"), stated.get("lead_id"))
    calls.lock(tx, org_id, locks)
    found = calls.with_refs(tx, org_id, said.refs)
    row = hear(_joined(tx, org_id, found), said, received_at)
    refs: dict[str, str] = {name: ref for call in reversed(found) for name, ref in (call["refs"] or {}).items()}
    for ref in said.refs:
        refs[str(ref.provider)] = min(ref.ref, refs.get(str(ref.provider), ref.ref))
    columns = {**row.columns, **merge.conclude(row.columns, refs)}
    columns["contact_id"] = contact_of_call(tx, org_id, row, said.email, said.at or received_at) or (
        found[0]["contact_id"] if found else None
    )
    recorded = _write(tx, org_id, said, found, columns, row.stamps)
    _owe_recording(tx, org_id, recorded.call_id, columns)
    if columns["contact_id"] is not None:
        contacts.spoke(tx, org_id, columns["contact_id"])
    return recorded


def with_line(tx: Transaction, org_id: UUID, said: CallFacts) -> CallFacts:
    """A call that Twilio forwards from a registered line tells by it which line and assistant it is for."""
    number = said.identity.get("from_number") or said.facts.get("from_number")
    line = line_of(tx, org_id, number) if said.provider is Provider.TWILIO and number else None
    return replace(said, identity={**said.identity, **line}) if line else said


def hear(row: Row, said: CallFacts, received_at: datetime) -> Row:
    """One event's statements on top of a row: what was true at the call's creation weighs least."""
    at = said.at or received_at
    return merge.state(merge.state(row, said.identity, Authority.SNAPSHOT, at), said.facts, said.authority, at)


def row_of(call: Mapping[str, Any]) -> Row:
    return Row({name: call[name] for name in calls.STATED}, dict(call["stamps"]))


def _joined(tx: Transaction, org_id: UUID, found: list[dict[str, Any]]) -> Row:
    if not found:
        return Row()
    row = row_of(found[0])
    for other in found[1:]:
        row = merge.join(row, row_of(other))
        calls.absorb(tx, org_id, found[0]["id"], other["id"])
    return row


def _write(
    tx: Transaction,
    org_id: UUID,
    said: CallFacts,
    found: list[dict[str, Any]],
    columns: Mapping[str, Any],
    stamps: Mapping[str, Any],
) -> Recorded:
    if not found:
        call_id = calls.insert(tx, org_id, said.refs[0], columns, stamps)
        calls.add_refs(tx, org_id, call_id, said.refs)
        return Recorded(call_id, changed=True)
    call_id = found[0]["id"]
    known = {(name, ref) for call in found for name, ref in (call["refs"] or {}).items()}
    calls.add_refs(tx, org_id, call_id, [ref for ref in said.refs if (str(ref.provider), ref.ref) not in known])
    changed = calls.update(tx, org_id, call_id, found[0], columns, stamps)
    return Recorded(call_id, changed or len(found) > 1)


def _owe_recording(tx: Transaction, org_id: UUID, call_id: UUID, columns: Mapping[str, Any]) -> None:
    if columns["recording_status"] == "pending":
        calls.owe_recording(tx, org_id, call_id)
    elif columns["recording_status"] in ("completed", "none"):
        calls.forgive_recording(tx, org_id, call_id)
