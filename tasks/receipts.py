"""What comes back: how a message fared, and what people answer. Who wants to be left alone is, from this commit on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from models import audit, contacts, intents, messages, opt_outs
from models.database import Transaction
from models.intents import Received
from rules.opt_out import read_wish
from rules.redaction import redact_text
from tasks.delivery import note_accepted
from vocabulary import NOBODY, Delivery, InboundText, MessageStatus

REFUSED = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
RULE = "rule:opt_out"


def record_delivery(tx: Transaction, org_id: UUID, said: Delivery, received_at: datetime) -> None:
    """Moves the message on, never back; what we do not know of is another system's at the same account."""
    tx.flush()
    known = messages.of_external(tx, org_id, said.provider, said.external_id)
    message_id = said.message_id or known
    row = messages.locked(tx, org_id, message_id) if message_id else None
    if row is None:
        return
    at = said.at or received_at
    external_id = said.external_id if known in (None, row["id"]) else None
    if row["external_message_id"] is None:
        note_accepted(tx, org_id, row, external_id, at)
    if said.status is not MessageStatus.PLANNED:
        messages.move(tx, org_id, row["id"], said.status, said.reason if said.status in REFUSED else None, None, at)
    if said.opts_out:
        leave_alone(tx, org_id, row, "provider")


def leave_alone(tx: Transaction, org_id: UUID, row: Mapping[str, Any], source: str) -> None:
    """Whoever this message was for wants no more of them: so says the carrier or the provider."""
    if opt_outs.record(tx, org_id, row["recipient"], True, source):
        audit.record(tx, org_id, RULE, "opt_out.set", str(row["id"]), {"source": source})


def record_text(tx: Transaction, org_id: UUID, said: InboundText, received_at: datetime) -> None:
    """Keeps what somebody wrote, and what they want from now on: that holds for all who write from this number.

    Under nobody's name only the wish counts: several share the number, and none of them wrote to this person.
    """
    tx.flush()
    wish = read_wish(said.body, said.opt_word)
    told = opt_outs.record_for_number(tx, said, wish.is_out, wish.source, received_at) if wish else []
    if wish is not None and org_id != NOBODY and org_id not in told:
        # It came to this organization, by whichever of its numbers.
        messages.hold_recipient(tx, org_id, said.sender)
        told += [org_id] * opt_outs.record(tx, org_id, said.sender, wish.is_out, wish.source, received_at)
    if org_id == NOBODY:
        return
    is_own, contact = contacts.of_phone(tx, org_id, said.sender)
    received = Received(
        sender=said.sender,
        recipient=said.recipient,
        content=redact_text(said.body),
        provider=said.provider,
        external_id=said.external_id,
        contact_id=contact["id"] if contact and not is_own else None,
        at=said.at or received_at,
    )
    kept = intents.receive(tx, org_id, received)
    if wish is not None and org_id in told:
        action = "opt_out.set" if wish.is_out else "opt_out.undo"
        audit.record(tx, org_id, RULE, action, str(kept or said.external_id), {"source": wish.source})
