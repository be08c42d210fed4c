"""Messages on their way: locked, claimed, put off, moved forward only, and looked for where nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from vocabulary import MessageStatus

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
