"""Facts about people become one contact each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from models import calls, contacts
from models.database import Transaction
from providers.phones import e164
from rules import merge
from rules.merge import Row
from tasks.ledger import enqueue
from tasks.persons import place_person
from vocabulary import Authority, LeadFacts


def lock_names(phone: str | None, lead_id: str | None) -> list[str]:
    """What must be locked while a person with these is looked up or made."""
    return [f"phone:{phone}"] * bool(phone) + [f"lead:{lead_id}"] * bool(lead_id)


def record_lead(tx: Transaction, org_id: UUID, lead: LeadFacts, received_at: datetime) -> UUID | None:
    """Upserts the contact that a lead is; None where it gives neither a lead id nor a usable phone."""
    tx.flush()
    calls.lock(tx, org_id, lock_names(lead.phone, lead.lead_id))
    facts = {**lead.facts, "phone": lead.phone, "source": "lead" if lead.lead_id else None}
    return _upsert(tx, org_id, lead.lead_id, lead.phone, facts, Authority.REPORT, lead.at or received_at)


def contact_of_call(tx: Transaction, org_id: UUID, call: Row, email: str | None, at: datetime) -> UUID | None:
    """Whom a call was with: found or made. Nobody where the number is hidden or a line of the organization's own.

    The name counts from when somebody said it, not from when this event came; a name that nobody said is none.
    """
    phone, lead_id = e164(call.columns.get("phone_number")), call.columns.get("lead_id")
    facts: dict[str, Any] = {"phone": phone, "email": email, "source": "call"}
    if "caller_name" in call.stamps:
        facts["name"], at = call.columns["caller_name"], datetime.fromisoformat(call.stamps["caller_name"][1])
    return _upsert(tx, org_id, lead_id, phone, facts, Authority.SNAPSHOT, at)


def _upsert(
    tx: Transaction,
    org_id: UUID,
    lead_id: str | None,
    phone: str | None,
    facts: dict[str, Any],
    authority: Authority,
    at: datetime,
) -> UUID | None:
    is_own, by_phone = contacts.of_phone(tx, org_id, phone) if phone else (False, None)
    if is_own:
        phone = facts["phone"] = None
    if lead_id is None and phone is None:
        return None
    found = contacts.of_lead(tx, org_id, lead_id) if lead_id else None
    if found is None and by_phone is not None and (lead_id is None or by_phone["lead_id"] is None):
        found, by_phone = by_phone, None
    if found is None:
        row = merge.state(Row(), facts, authority, at, is_call=False)
        return contacts.insert(tx, org_id, lead_id, row.columns, row.stamps)
    row = merge.state(_row(found), facts, authority, at, is_call=False)
    return _merge(tx, org_id, found, by_phone, lead_id, row)


def _merge(
    tx: Transaction, org_id: UUID, found: dict[str, Any], by_phone: dict[str, Any] | None, lead_id: str | None, row: Row
) -> UUID:
    """Writes the merged contact; a row that only its phone had known becomes part of the lead's, with its calls."""
    if by_phone is not None and by_phone["id"] != found["id"] and by_phone["lead_id"] is None:
        row = merge.join(row, _row(by_phone))
        contacts.absorb(tx, org_id, found["id"], by_phone["id"])
        contacts.spoke(tx, org_id, found["id"])
        enqueue(tx, place_person, org_id, key=f"{found['id']}:{by_phone['id']}", contact_id=found["id"])
    contacts.update(tx, org_id, found, {**row.columns, "lead_id": found["lead_id"] or lead_id}, row.stamps)
    contact_id: UUID = found["id"]
    return contact_id


def _row(contact: Mapping[str, Any]) -> Row:
    return Row({name: contact[name] for name in contacts.STATED}, dict(contact["stamps"]))
