"""How statements about one call or contact become one row, whatever order they arrive in and however often.

Each column keeps a stamp: how much weight its statement had and when it was made. The heavier stamp wins, then the
later one, then the greater value; so merging is commutative, associative and idempotent, and a missing value never
erases a known one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from vocabulary import FINAL_RANK, STATUS_RANK, Authority, CallStatus, Provider, RecordingStatus

SCALES = {"duration_seconds": 3, "total_cost": 4, "financial_value": 4}
LARGEST_AMOUNT = Decimal(10) ** 8
TEXT_LIMIT = 20_000
TALKED_ON = (CallStatus.IN_PROGRESS, CallStatus.FORWARDING, CallStatus.COMPLETED)
PROVIDER_RANK = {Provider.VAPI: 3, Provider.CONVOSO: 2, Provider.SIGNALWIRE: 1, Provider.TWILIO: 0}

Stamp = list[str]
"""[weight, ISO time in UTC]: compares as text."""


@dataclass(frozen=True, slots=True)
class Row:
    """Columns with the stamps of those that somebody stated."""

    columns: dict[str, Any] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)


def state(row: Row, facts: Mapping[str, Any], authority: Authority, at: datetime, *, is_call: bool = True) -> Row:
    """The row after hearing these facts, stated at that time with that authority.

    Only a call's status is ranked: a lead's is a word of the customer's own.
    """
    columns, stamps = dict(row.columns), dict(row.stamps)
    for column, value in facts.items():
        value = storable(column, value)
        if value is None:
            continue
        weight = _weight(column, value, authority) if is_call else str(authority)
        stamp = [weight, _moment(at)]
        if column not in stamps or _key(stamp, value) > _key(stamps[column], columns.get(column)):
            columns[column], stamps[column] = value, stamp
    return Row(columns, stamps)


def join(one: Row, other: Row) -> Row:
    """Two rows that turn out to be about the same thing, as one; what nobody stamped is taken from the first."""
    columns, stamps = {**other.columns, **one.columns}, dict(one.stamps)
    for column, stamp in other.stamps.items():
        value = other.columns.get(column)
        if column not in stamps or _key(stamp, value) > _key(stamps[column], one.columns.get(column)):
            columns[column], stamps[column] = value, stamp
    return Row(columns, stamps)


def storable(column: str, value: Any) -> Any:
    """A value as its column holds it, or None where it cannot: what is absurdly large says nothing."""
    if isinstance(value, Decimal | float):
        return _amount(Decimal(str(value)), SCALES.get(column, 4))
    if isinstance(value, str):
        return value[:TEXT_LIMIT] or None
    return value if value not in ({}, []) else None


def _amount(value: Decimal, scale: int) -> Decimal | None:
    try:
        return value.quantize(Decimal(1).scaleb(-scale)) if abs(value) < LARGEST_AMOUNT else None
    except InvalidOperation:
        return None


def _weight(column: str, value: Any, authority: Authority) -> str:
    """A status weighs by how far the call had come and then, as everything else, by who says it."""
    return f"{STATUS_RANK[CallStatus(value)]}{authority}" if column == "status" else str(authority)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _key(stamp: Stamp, value: Any) -> tuple[str, str, str]:
    return (stamp[0], stamp[1], _text(value))


def _text(value: Any) -> str:
    """A value as text that does not depend on where it came from: a time zone, or trailing zeros."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Mapping):
        return str(sorted((str(key), _text(item)) for key, item in value.items()))
    return str(value)


def conclude(columns: Mapping[str, Any], refs: Mapping[str, str]) -> dict[str, Any]:
    """What follows from the stated columns and the call's names (provider → ref): nobody states it, so no stamps."""
    known = sorted((Provider(name) for name in refs), key=lambda p: PROVIDER_RANK.get(p, -1), reverse=True)
    provider = known[0]
    status = CallStatus(columns.get("status") or CallStatus.UNKNOWN)
    return {
        "provider": str(provider),
        "provider_call_id": refs[provider],
        "call_sid": refs.get(Provider.TWILIO) or (f"vapi-{refs[Provider.VAPI]}" if Provider.VAPI in refs else None),
        "recording_status": str(_recording(columns, status)),
    }


def has_ended(columns: Mapping[str, Any]) -> bool:
    return STATUS_RANK[CallStatus(columns.get("status") or CallStatus.UNKNOWN)] == FINAL_RANK


def _recording(columns: Mapping[str, Any], status: CallStatus) -> RecordingStatus:
    """A call that is or was talked on has a recording somewhere, to be fetched; one that never connected has none.

    Whether it was fetched is not for events to say: the search for it does.
    """
    has_one = bool(columns.get("recording_url")) or status in TALKED_ON
    return RecordingStatus.PENDING if has_one else RecordingStatus.NONE
