"""Messages: each row is the intent, what became of it and its audit trail, from `planned` to its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.ids import new_id
from vocabulary import MessageStatus, Method, Purpose

FORWARD = {
    MessageStatus.PLANNED: 0,
    MessageStatus.SENDING: 1,
    MessageStatus.UNKNOWN: 2,
    MessageStatus.SENT: 3,
    MessageStatus.DELIVERED: 4,
    MessageStatus.UNDELIVERED: 4,
    MessageStatus.FAILED: 4,
}
"""What a provider says moves a message up in this only."""
PROOFS = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNDELIVERED)
"""What only a provider that has the message can say: it counts also where nobody could find the message before."""
LOCKED = """
select m.*, k.timezone as contact_zone, k.phone as contact_phone, k.email as contact_email,
       o.timezone as org_zone, o.send_from, o.send_until, o.sms_number, o.sms_account,
       a.starts_at as appointment_at, a.status as appointment_status, a.version as appointment_stands
from messages m join organizations o on o.org_id = m.org_id
left join contacts k on k.org_id = m.org_id and k.id = m.contact_id
left join appointments a on a.org_id = m.org_id and a.id = m.appointment_id
where m.org_id = %s and m.id = %s for update of m
"""


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


def locked(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    """A message with what its checks need of its contact, appointment and organization."""
    return tx.row(LOCKED, (org_id, id))


def revive(tx: Transaction, org_id: UUID, id: UUID) -> None:
    """Plans a message anew that nothing was tried for."""
    tx.run(
        "UPDATE messages SET status = 'planned', reason = NULL WHERE org_id = %s AND id = %s AND attempts = 0",
        (org_id, id),
    )


def readdress(tx: Transaction, org_id: UUID, id: UUID, recipient: str) -> None:
    """Plans a message for another number or address of the same person."""
    tx.run("UPDATE messages SET recipient = %s WHERE org_id = %s AND id = %s", (recipient, org_id, id))


def hold_recipient(tx: Transaction, org_id: UUID, recipient: str) -> None:
    """Until the commit nobody else claims a message to this recipient or records their opt-out."""
    tx.run(
        "SELECT pg_advisory_xact_lock(hashtextextended('recipient:' || %s || ':' || %s, 0))",
        (str(org_id), recipient.lower()),
    )


def claimed_since(
    tx: Transaction, org_id: UUID, recipient: str, since: datetime, purposes: Iterable[str]
) -> list[datetime]:
    """When messages of these purposes to this recipient may have left since then, oldest first; failed ones did not."""
    rows = tx.rows(
        "SELECT claimed_at FROM messages WHERE org_id = %s AND recipient = %s AND claimed_at > %s"
        " AND purpose = ANY(%s) AND status <> 'failed' AND status <> 'planned' ORDER BY claimed_at",
        (org_id, recipient, since, list(purposes)),
    )
    return [row["claimed_at"] for row in rows]


def claim(
    tx: Transaction, org_id: UUID, id: UUID, sender: str, provider: str, account: str | None, now: datetime
) -> None:
    """The message is as good as sent from the commit on."""
    tx.at_end(
        "UPDATE messages SET status = 'sending', sender = %s, service_provider = %s, service_account = %s,"
        " claimed_at = %s, attempts = attempts + 1, reason = NULL, updated_at = clock_timestamp()"
        " WHERE org_id = %s AND id = %s",
        (sender, provider, account, now, org_id, id),
    )


def move(
    tx: Transaction,
    org_id: UUID,
    id: UUID,
    status: MessageStatus,
    reason: str | None = None,
    external_id: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Moves a message forward, never back; False where it stands there or further already.

    `at`: when it happened, now where nobody said.
    """
    below = [word.value for word, rank in FORWARD.items() if rank < FORWARD[status]]
    proven = status in PROOFS
    return bool(
        tx.run(
            "UPDATE messages SET status = %s, reason = %s, external_message_id = coalesce(external_message_id, %s),"
            " sent_at = CASE WHEN %s IN ('sent', 'delivered', 'undelivered') THEN coalesce(sent_at, %s, now())"
            "   ELSE sent_at END,"
            " delivered_at = CASE WHEN %s = 'delivered' THEN coalesce(%s, now()) ELSE delivered_at END,"
            " updated_at = clock_timestamp() WHERE org_id = %s AND id = %s AND (status = ANY(%s)"
            " OR %s AND status = 'failed' AND claimed_at IS NOT NULL AND external_message_id IS NULL)",
            (status, reason, external_id, status, at, status, at, org_id, id, below, proven),
        )
    )


def put_off(
    tx: Transaction, org_id: UUID, id: UUID, until: datetime, reason: str | None, slot: datetime | None = None
) -> int:
    """Nothing was sent: planned again, for later; returns how often that makes, 0 where it stands elsewhere by now.

    `slot`: the time that the sender's number keeps for it.
    """
    plans: int | None = tx.value(
        "UPDATE messages SET status = 'planned', send_at = %s, slot_at = %s, reason = %s, claimed_at = NULL,"
        " plans = plans + 1, updated_at = clock_timestamp()"
        " WHERE org_id = %s AND id = %s AND status IN ('planned', 'sending') RETURNING plans",
        (until, slot, reason, org_id, id),
    )
    return plans or 0


def skip(tx: Transaction, org_id: UUID, id: UUID, reason: str) -> bool:
    return bool(
        tx.run(
            "UPDATE messages SET status = 'skipped', reason = %s, updated_at = clock_timestamp()"
            " WHERE org_id = %s AND id = %s AND status = 'planned'",
            (reason, org_id, id),
        )
    )


def skip_of_appointment(
    tx: Transaction, org_id: UUID, appointment_id: UUID, reason: str, but_version: int | None = None
) -> int:
    """Drops what was planned for an appointment, or for its other versions; returns how many."""
    return tx.run(
        "UPDATE messages SET status = 'skipped', reason = %s, updated_at = clock_timestamp()"
        " WHERE org_id = %s AND appointment_id = %s AND status = 'planned'"
        " AND appointment_version IS DISTINCT FROM %s",
        (reason, org_id, appointment_id, but_version),
    )


def looked(tx: Transaction, org_id: UUID, id: UUID) -> None:
    """Counts a look at the provider that found nothing."""
    tx.run(
        "UPDATE messages SET looks = looks + 1, updated_at = clock_timestamp() WHERE org_id = %s AND id = %s",
        (org_id, id),
    )


def stranded(tx: Transaction, org_id: UUID, before: datetime) -> list[dict[str, Any]]:
    """Messages that should have moved on since then, and that no job is left to move."""
    return tx.rows(
        "SELECT id, status, reason, looks FROM messages m WHERE org_id = %s"
        " AND status IN ('planned', 'sending', 'unknown') AND greatest(send_at, updated_at) < %s"
        " AND NOT EXISTS (SELECT FROM jobs j WHERE j.org_id = m.org_id AND j.state = 'ready'"
        " AND j.actor IN ('send_message', 'settle_message') AND j.args->>'message_id' = m.id::text)"
        " ORDER BY created_at LIMIT 1000 FOR UPDATE OF m SKIP LOCKED",
        (org_id, before),
    )


def has_twin_on_its_way(tx: Transaction, org_id: UUID, id: UUID) -> bool:
    """Whether the same words are just being sent to the same person, under another intent."""
    return bool(
        tx.value(
            "SELECT true FROM messages m JOIN messages t ON t.org_id = m.org_id AND t.recipient = m.recipient"
            " AND t.claimed_at IS NOT NULL AND t.id <> m.id AND t.status = 'sending' AND t.content = m.content"
            " WHERE m.org_id = %s AND m.id = %s",
            (org_id, id),
        )
    )


def is_free_at_provider(tx: Transaction, provider: str, external_id: str, own: UUID) -> bool:
    """Whether no other message, of any organization, has this id at the provider; nobody else asks until the commit."""
    return bool(tx.value("SELECT is_free_at_provider(%s, %s, %s)", (provider, external_id, own)))


def of_external(tx: Transaction, org_id: UUID, provider: str, external_id: str) -> UUID | None:
    """Which of the organization's messages has this id at the provider."""
    found: UUID | None = tx.value(
        "SELECT id FROM messages WHERE org_id = %s AND service_provider = %s AND external_message_id = %s",
        (org_id, provider, external_id),
    )
    return found
