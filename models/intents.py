"""Intents: what is to be sent once, written down before anything is; and what came in, which is kept once as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.ids import new_id
from vocabulary import MessageStatus, Method, Purpose


class IntentTaken(Exception):
    """The same intent key stands for another message already."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be sent once. `intent_key` names the wish: the same one again is the same message."""

    method: Method
    purpose: Purpose
    recipient: str
    """An E.164 number, or an address."""
    content: str
    intent_key: str
    requested_by: str
    """user:<id>, or rule:<name>."""
    subject: str | None = None
    contact_id: UUID | None = None
    call_id: UUID | None = None
    appointment_id: UUID | None = None
    appointment_version: int | None = None
    send_at: datetime | None = None
    """Not before; at once where None."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The message that an intent is, and whether it was made just now."""

    id: UUID
    is_new: bool
    status: MessageStatus


@dataclass(frozen=True, slots=True)
class Received:
    """What somebody sent to one of our numbers."""

    sender: str
    recipient: str
    content: str
    provider: str
    external_id: str
    contact_id: UUID | None
    at: datetime


def plan(tx: Transaction, org_id: UUID, intent: Intent, skipped: str | None = None) -> Planned:
    """Writes the intent, or finds it. With `skipped`, a reason, it ends there. Raises IntentTaken."""
    tx.flush()
    status = MessageStatus.SKIPPED if skipped else MessageStatus.PLANNED
    made = tx.value(
        "INSERT INTO messages (org_id, id, direction, method, purpose, status, reason, recipient, subject, content,"
        " contact_id, call_id, appointment_id, appointment_version, intent_key, requested_by, send_at)"
        " VALUES (%s, %s, 'outbound', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " coalesce(%s, clock_timestamp())) ON CONFLICT (org_id, intent_key) DO NOTHING RETURNING id",
        (
            org_id,
            new_id(),
            intent.method,
            intent.purpose,
            status,
            skipped,
            intent.recipient,
            intent.subject,
            intent.content,
            intent.contact_id,
            intent.call_id,
            intent.appointment_id,
            intent.appointment_version,
            intent.intent_key,
            intent.requested_by,
            intent.send_at,
        ),
    )
    return Planned(made, True, status) if made else _standing(tx, org_id, intent)


def _standing(tx: Transaction, org_id: UUID, intent: Intent) -> Planned:
    row = tx.row(
        "SELECT id, status, method = %s AND recipient = %s AND content = %s AND subject IS NOT DISTINCT FROM %s"
        " AND call_id IS NOT DISTINCT FROM %s AS is_same FROM messages WHERE org_id = %s AND intent_key = %s",
        (intent.method, intent.recipient, intent.content, intent.subject, intent.call_id, org_id, intent.intent_key),
    )
    assert row is not None, "what is in the way of a row is there"
    if not row["is_same"]:
        raise IntentTaken("This key was used for another message")
    return Planned(row["id"], False, MessageStatus(row["status"]))


def of_intent(tx: Transaction, org_id: UUID, intent_key: str) -> dict[str, Any] | None:
    """The message that a wish is already, with its recipient: what was asked for before is answered as it was."""
    return tx.row(
        "SELECT id, status, recipient FROM messages WHERE org_id = %s AND intent_key = %s", (org_id, intent_key)
    )


def receive(tx: Transaction, org_id: UUID, said: Received) -> UUID | None:
    """Keeps a text that came in, once; its id where it is new."""
    kept: UUID | None = tx.value(
        "INSERT INTO messages (org_id, id, direction, method, status, recipient, sender, content, contact_id,"
        " intent_key, requested_by, service_provider, external_message_id, send_at, sent_at)"
        " VALUES (%s, %s, 'inbound', 'sms', 'received', %s, %s, %s, %s, %s, 'sender', %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        (
            org_id,
            new_id(),
            said.recipient,
            said.sender,
            said.content,
            said.contact_id,
            f"inbound:{said.provider}:{said.external_id}",
            said.provider,
            said.external_id,
            said.at,
            said.at,
        ),
    )
    return kept
