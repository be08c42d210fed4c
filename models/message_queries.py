"""The messages that pages and the API read: the audit trail of all that was sent, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.queries import Place

COLUMNS = (
    "org_id, id, direction, method, purpose, status, reason, recipient, sender, subject, content, contact_id, call_id,"
    " appointment_id, requested_by, service_provider, external_message_id, attempts, send_at, sent_at, delivered_at,"
    " created_at, updated_at"
)
NEEDS_A_PERSON = ("failed", "undelivered", "unknown")
"""Statuses that somebody should look at."""
OF_CALL_LIMIT = 100
COUNTED = 100
"""More than this is many: nobody needs the exact number."""


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages are wanted; None asks nothing."""

    statuses: tuple[str, ...] | None = None
    method: str | None = None
    purpose: str | None = None
    direction: str | None = None
    call_id: UUID | None = None
    contact_id: UUID | None = None
    appointment_id: UUID | None = None


def newest_messages(
    tx: Transaction, org_id: UUID, wanted: MessageFilter, limit: int, after: Place | None = None
) -> list[dict[str, Any]]:
    """Messages that match, newest first, from the one that follows `after`."""
    asked = (
        ("status = ANY(%s)", list(wanted.statuses) if wanted.statuses else None),
        ("method = %s", wanted.method),
        ("purpose = %s", wanted.purpose),
        ("direction = %s", wanted.direction),
        ("call_id = %s", wanted.call_id),
        ("contact_id = %s", wanted.contact_id),
        ("appointment_id = %s", wanted.appointment_id),
    )
    conditions, values = ["org_id = %s"], [org_id]
    for condition, value in asked:
        if value is not None:
            conditions.append(condition)
            values.append(value)  # type: ignore[arg-type]
    if after is not None:
        conditions.append("(created_at, id) < (%s, %s)")
        values += [after.happened_at, after.id]  # type: ignore[list-item]
    return tx.rows(
        f"SELECT {COLUMNS} FROM messages WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, id DESC LIMIT %s",
        [*values, limit],
    )


def messages_of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> list[dict[str, Any]]:
    """What was sent about a call, oldest first."""
    return tx.rows(
        f"SELECT {COLUMNS} FROM messages WHERE org_id = %s AND call_id = %s ORDER BY created_at, id LIMIT %s",
        (org_id, call_id, OF_CALL_LIMIT),
    )


def message_of(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    return tx.row(f"SELECT {COLUMNS} FROM messages WHERE org_id = %s AND id = %s", (org_id, id))


def count_for_a_person(tx: Transaction, org_id: UUID, since: datetime) -> int:
    """How many messages since then somebody should look at, at most COUNTED."""
    found: int = tx.value(
        "SELECT count(*) FROM (SELECT FROM messages WHERE org_id = %s AND status = ANY(%s) AND created_at >= %s"
        " LIMIT %s) m",
        (org_id, list(NEEDS_A_PERSON), since, COUNTED),
    )
    return found


def clicks_since(tx: Transaction, org_id: UUID, recipient: str, since: datetime) -> list[datetime]:
    """When people or their keys asked for texts to this number since then, oldest first; failures do not count."""
    rows = tx.rows(
        "SELECT created_at FROM messages WHERE org_id = %s AND recipient = %s AND created_at > %s AND method = 'sms'"
        " AND purpose IN ('followup', 'reminder') AND requested_by ~ '^(user|key):'"
        " AND status NOT IN ('failed', 'skipped') ORDER BY created_at",
        (org_id, recipient, since),
    )
    return [row["created_at"] for row in rows]
