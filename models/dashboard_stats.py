"""The figures of a span of days, from the daily ones: the cost does not grow with the number of calls."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.events import OUR_MESSAGE

RECENT = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over days; figures of several organizations or days add up."""

    calls: int = 0
    inbound: int = 0
    inbound_bookings: int = 0
    answered: int = 0
    bookings: int = 0
    value: Decimal = Decimal(0)
    seconds: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    positive: int = 0
    neutral: int = 0
    negative: int = 0
    qa_sum: int = 0
    qa_count: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Figures))
WHOLE = tuple(field.name for field in fields(Figures) if field.type == "int")
SUMS = ", ".join(f"sum({name})::bigint AS {name}" if name in WHOLE else f"sum({name}) AS {name}" for name in NAMES)


def by_day(tx: Transaction, org_id: UUID, first: date, last: date) -> dict[date, Figures]:
    """The figures of every day from `first` to `last` that had calls; days are the organization's."""
    rows = tx.rows(
        f"SELECT day, {SUMS} FROM call_stats_daily WHERE org_id = %s AND day BETWEEN %s AND %s GROUP BY day",
        (org_id, first, last),
    )
    return {row.pop("day"): Figures(**row) for row in rows}


def recent_events(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """The newest webhooks with the calls that they were about: id, at, provider, endpoint, kind, state, call_id."""
    events = tx.rows(
        "SELECT org_id, id, received_at AS at, provider, endpoint, kind, state, call_ref FROM webhook_events"
        " WHERE org_id = %s ORDER BY received_at DESC LIMIT %s",
        (org_id, RECENT),
    )
    calls = _calls_of(tx, org_id, [event["call_ref"] for event in events if event["call_ref"]])
    return [event | {"call_id": calls.get(event.pop("call_ref"))} for event in events]


def callers_of(tx: Transaction, org_id: UUID, call_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Call → caller_name and phone_number of it."""
    if not call_ids:
        return {}
    rows = tx.rows(
        "SELECT id, caller_name, phone_number FROM calls WHERE org_id = %s AND id = ANY(%s)", (org_id, list(call_ids))
    )
    return {row["id"]: row for row in rows}


def messages_told_of(tx: Transaction, org_id: UUID, event_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Event → the message whose receipt it is: call_id, appointment_id, recipient, and the person's name or None."""
    named = _named_by(tx, org_id, event_ids)
    if not named:
        return {}
    rows = tx.rows(
        "SELECT id, call_id, appointment_id, contact_id, recipient FROM messages WHERE org_id = %s AND id = ANY(%s)",
        (org_id, list(named.values())),
    )
    people = tx.rows(
        "SELECT id, name FROM contacts WHERE org_id = %s AND id = ANY(%s)",
        (org_id, [row["contact_id"] for row in rows if row["contact_id"]]),
    )
    names = {person["id"]: person["name"] for person in people}
    messages = {row["id"]: row | {"name": names.get(row["contact_id"])} for row in rows}
    return {event_id: messages[message_id] for event_id, message_id in named.items() if message_id in messages}


def _named_by(tx: Transaction, org_id: UUID, event_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Event → the message that its address named."""
    if not event_ids:
        return {}
    rows = tx.rows(
        "SELECT id, headers ->> %s AS message_id FROM webhook_events WHERE org_id = %s AND id = ANY(%s)",
        (OUR_MESSAGE, org_id, list(event_ids)),
    )
    return {row["id"]: UUID(row["message_id"]) for row in rows if row["message_id"]}


def _calls_of(tx: Transaction, org_id: UUID, names: list[str]) -> dict[str, UUID]:
    """Name of a call, as provider:ref → its id. Asked apart: within a join, row security would not use the index."""
    pairs = [name.partition(":") for name in names]
    if not pairs:
        return {}
    rows = tx.rows(
        "SELECT provider, ref, call_id FROM call_refs WHERE org_id = %s AND provider = ANY(%s) AND ref = ANY(%s)",
        (org_id, [provider for provider, _, _ in pairs], [ref for _, _, ref in pairs]),
    )
    return {f"{row['provider']}:{row['ref']}": row["call_id"] for row in rows}
