"""What one call adds to its organization's figures of a day, and what a change of the call changes in them.

Figures are kept by adding differences: whatever order changes arrive in, and however often each is repeated, the sum
is what a recount of the calls as they stand would give. Every figure is an exact number for that reason.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from rules.outcome import SPOKE
from vocabulary import CallStatus

VERSION = "1"
BOOKED = frozenset(("confirmed", "rescheduled"))
TALKED = frozenset((CallStatus.IN_PROGRESS, CallStatus.FORWARDING, CallStatus.COMPLETED))
MONEY = Decimal("0.0001")
SECONDS = Decimal("0.001")
"""What the columns hold, rounded as PostgreSQL does: a recount from the stored row gives the same."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its row stands, with the newest results; None where nobody knows."""

    happened_at: datetime
    """Its start, or the time that it was first heard of. Aware."""
    campaign: str | None = None
    agent: str | None = None
    direction: str | None = None
    status: str | None = None
    outcome: str | None = None
    """A word of rules/outcome."""
    booking: str | None = None
    value: Decimal | None = None
    seconds: Decimal | None = None
    cost: Decimal | None = None
    sentiment: str | None = None
    qa_score: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A row of the daily figures, in the order in which rows are locked."""

    day: date
    campaign: str
    agent: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a row, or a difference between two."""

    calls: int = 0
    inbound: int = 0
    inbound_bookings: int = 0
    """The success rate is these out of `inbound`."""
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

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) - getattr(other, name) for name in NAMES))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in NAMES)


NAMES = tuple(field.name for field in fields(Counts))
Contribution = tuple[Key, Counts]


def contribution(call: Call, zone: tzinfo) -> Contribution:
    """What a call counts for, on its day in the organization's zone. ValueError for a time without a zone."""
    inbound, booked = call.direction == "inbound", call.booking in BOOKED
    counts = Counts(
        calls=1,
        inbound=int(inbound),
        inbound_bookings=int(inbound and booked),
        answered=int(_answered(call)),
        bookings=int(booked),
        value=_exact(call.value, MONEY),
        seconds=_exact(call.seconds, SECONDS),
        cost=_exact(call.cost, MONEY),
        positive=int(call.sentiment == "positive"),
        neutral=int(call.sentiment == "neutral"),
        negative=int(call.sentiment == "negative"),
        qa_sum=call.qa_score or 0,
        qa_count=int(call.qa_score is not None),
    )
    return Key(_day(call.happened_at, zone), call.campaign or "", call.agent or ""), counts


def difference(old: Contribution | None, new: Contribution | None) -> list[Contribution]:
    """What to add to which rows when a call's contribution changes, in key order; nothing where nothing changes.

    None stands for a call that is not there yet, or not any more. `old` must be what was added at the time: where an
    organization's zone has changed since, its figures are recounted and not carried on.
    """
    if old and new and old[0] == new[0]:
        changes = [(new[0], new[1] - old[1])]
    else:
        changes = [(new[0], new[1])] if new else []
        changes += [(old[0], Counts() - old[1])] if old else []
    return sorted((change for change in changes if change[1]), key=lambda change: change[0])


def _answered(call: Call) -> bool:
    """By the outcome where there is one; before that by the status, which calls a voicemail completed as well."""
    if call.outcome and call.outcome not in ("unknown", "under_way"):
        return call.outcome in SPOKE
    return call.status in TALKED


def _day(at: datetime, zone: tzinfo) -> date:
    """The day in the zone; at the ends of the calendar, where some senders put "no time", the day in UTC."""
    if at.tzinfo is None:
        raise ValueError("a call's time must have a zone")
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return at.astimezone(UTC).date()


def _exact(amount: Decimal | None, unit: Decimal) -> Decimal:
    return amount.quantize(unit, ROUND_HALF_UP) if amount is not None and amount.is_finite() else Decimal(0)
