"""Appointments: made, moved and cancelled, never deleted; a version counts the moves, and messages name theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.ids import new_id
from models.queries import Place

BOOKED = "booked"
CANCELLED = "cancelled"
STATUSES = (BOOKED, CANCELLED, "completed", "no_show")
VIEW = """
select a.org_id, a.id, a.starts_at, a.starts_at as scheduled_time, a.starts_at as scheduled_at, a.ends_at, a.title,
       a.notes, a.status, a.version, a.confirmation_sent, a.confirmation_sent_at, a.cancelled_at, a.call_id,
       a.contact_id, k.name as contact_name, k.first_name as contact_first_name, k.phone as contact_phone,
       k.phone as phone_number, k.email as contact_email, a.created_at, a.updated_at
from appointments a left join contacts k on k.org_id = a.org_id and k.id = a.contact_id
where a.org_id = %s
"""
"""An appointment with its contact beside it, under the names of today and those that older front ends know."""


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment to be made. With an `id` of its own the same one again is the same appointment."""

    starts_at: datetime
    ends_at: datetime
    contact_id: UUID
    call_id: UUID | None = None
    title: str = "Appointment"
    notes: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments are wanted; None asks nothing. `until` is the first moment that no longer counts."""

    since: datetime | None = None
    until: datetime | None = None
    contact_id: UUID | None = None
    status: str | None = None


def list_appointments(
    tx: Transaction, org_id: UUID, wanted: AppointmentFilter, limit: int, after: Place | None = None
) -> list[dict[str, Any]]:
    """Appointments that match, the earliest first, from the one that follows `after`."""
    query, params = _matching(org_id, wanted)
    if after is not None:
        query += " and (a.starts_at, a.id) > (%s, %s)"
        params += [after.happened_at, after.id]
    return tx.rows(f"{query} order by a.starts_at, a.id limit %s", (*params, limit))


def latest_appointments(
    tx: Transaction, org_id: UUID, wanted: AppointmentFilter, limit: int, after: Place | None = None
) -> list[dict[str, Any]]:
    """The same, the latest first."""
    query, params = _matching(org_id, wanted)
    if after is not None:
        query += " and (a.starts_at, a.id) < (%s, %s)"
        params += [after.happened_at, after.id]
    return tx.rows(f"{query} order by a.starts_at desc, a.id desc limit %s", (*params, limit))


def _matching(org_id: UUID, wanted: AppointmentFilter) -> tuple[str, list[Any]]:
    asked = (
        ("a.starts_at >= %s", wanted.since),
        ("a.starts_at < %s", wanted.until),
        ("a.contact_id = %s", wanted.contact_id),
        ("a.status = %s", wanted.status),
    )
    given = [(condition, value) for condition, value in asked if value is not None]
    query = VIEW + "".join(f" and {condition}" for condition, _ in given)
    return query, [org_id, *(value for _, value in given)]


def messages_of_appointments(tx: Transaction, org_id: UUID, ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Appointment → what was planned and sent about it, in the order of when it was to leave."""
    rows = tx.rows(
        "SELECT id, org_id, appointment_id, appointment_version, direction, method, purpose, status, reason, recipient,"
        " sender, subject, content, requested_by, send_at, sent_at, delivered_at, created_at FROM messages"
        " WHERE org_id = %s AND appointment_id = ANY(%s) ORDER BY appointment_version, send_at, created_at, id",
        (org_id, ids),
    )
    found: dict[UUID, list[dict[str, Any]]] = {each: [] for each in ids}
    for row in rows:
        found[row["appointment_id"]].append(row)
    return found


def appointment_of(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    return tx.row(f"{VIEW} and a.id = %s", (org_id, id))


def locked(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    """An appointment that nobody else changes until this transaction ends."""
    return tx.row(f"{VIEW} and a.id = %s for update of a", (org_id, id))


def create(tx: Transaction, org_id: UUID, booking: Booking) -> UUID | None:
    """Makes an appointment at version 1 and returns its id; None where one of this id is there already."""
    tx.flush()
    made: UUID | None = tx.value(
        "INSERT INTO appointments (org_id, id, contact_id, call_id, starts_at, ends_at, title, notes)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, id) DO NOTHING RETURNING id",
        (
            org_id,
            booking.id or new_id(),
            booking.contact_id,
            booking.call_id,
            booking.starts_at,
            booking.ends_at,
            booking.title,
            booking.notes,
        ),
    )
    return made


def move(tx: Transaction, org_id: UUID, appointment: Mapping[str, Any], starts_at: datetime, ends_at: datetime) -> bool:
    """Gives an appointment, as `locked` found it, its time; True where it begins at another one: a new version.

    What was confirmed was the other time. A different length alone moves nothing.
    """
    moves = bool(appointment["starts_at"] != starts_at)
    if moves or appointment["ends_at"] != ends_at:
        tx.run(
            "UPDATE appointments SET starts_at = %s, ends_at = %s, version = version + %s::int,"
            " confirmation_sent = confirmation_sent AND NOT %s,"
            " confirmation_sent_at = CASE WHEN NOT %s THEN confirmation_sent_at END,"
            " updated_at = clock_timestamp() WHERE org_id = %s AND id = %s",
            (starts_at, ends_at, moves, moves, moves, org_id, appointment["id"]),
        )
    return moves


def describe(tx: Transaction, org_id: UUID, id: UUID, title: str | None, notes: str | None) -> None:
    """Sets what is given of title and notes; "" takes the notes away."""
    tx.run(
        "UPDATE appointments SET title = coalesce(%s, title), notes = nullif(coalesce(%s, notes), ''),"
        " updated_at = clock_timestamp() WHERE org_id = %s AND id = %s",
        (title, notes, org_id, id),
    )


def end(tx: Transaction, org_id: UUID, id: UUID, status: str) -> bool:
    """Cancels an appointment or notes how it went; False where it stood so already. A cancelled one stays cancelled."""
    return bool(
        tx.run(
            "UPDATE appointments SET status = %s, updated_at = clock_timestamp(),"
            " cancelled_at = CASE WHEN %s = 'cancelled' THEN clock_timestamp() END"
            " WHERE org_id = %s AND id = %s AND status <> %s AND status <> 'cancelled'",
            (status, status, org_id, id, status),
        )
    )


def confirm(tx: Transaction, org_id: UUID, id: UUID, at: datetime, version: int | None = None) -> None:
    """Notes that a provider has taken a reminder; of another version than this, where one is given, it counts not."""
    tx.at_end(
        "UPDATE appointments SET confirmation_sent = true, confirmation_sent_at = coalesce(confirmation_sent_at, %s),"
        " updated_at = clock_timestamp() WHERE org_id = %s AND id = %s AND version = coalesce(%s, version)",
        (at, org_id, id, version),
    )


def belongs(tx: Transaction, org_id: UUID, contact_id: UUID | None, call_id: UUID | None) -> bool:
    """Whether contact and call, where given, are the organization's own; neither goes away before the commit."""
    tx.flush()
    for table, named in (("contacts", contact_id), ("calls", call_id)):
        found = named is None or tx.value(
            f"SELECT true FROM {table} WHERE org_id = %s AND id = %s FOR KEY SHARE", (org_id, named)
        )
        if not found:
            return False
    return True


def reminder_customs(tx: Transaction, org_id: UUID) -> dict[str, Any]:
    """How an organization reminds people: reminder_minutes before, reminder_methods, its name and timezone."""
    row = tx.row(
        "SELECT name, timezone, reminder_minutes, reminder_methods FROM organizations WHERE org_id = %s", (org_id,)
    )
    assert row is not None, "whoever acts for an organization has found it"
    return row


def clicks_since(tx: Transaction, org_id: UUID, appointment_id: UUID, method: str, since: datetime) -> list[datetime]:
    """When people or their keys asked for reminders of it since then, oldest first, but those that came to nothing."""
    rows = tx.rows(
        "SELECT created_at FROM messages WHERE org_id = %s AND appointment_id = %s AND method = %s"
        " AND created_at > %s AND requested_by ~ '^(user|key):' AND status NOT IN ('failed', 'skipped')"
        " ORDER BY created_at",
        (org_id, appointment_id, method, since),
    )
    return [row["created_at"] for row in rows]
