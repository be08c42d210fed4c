"""What an address asks of the list of calls: filters, page size, place. Read alike for the API and the pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID
from zoneinfo import ZoneInfo

from edge.errors import Problem
from models.queries import CallFilter, Place

MOST = 200
USUAL = 100
YES = ("true", "1", "yes")
NO = ("false", "0", "no")
TEXT_LIMIT = 200

Arguments = Mapping[str, str]


def call_filter(args: Arguments, timezone: str) -> CallFilter:
    """The filters of an address; days are days of the organization. Raises Problem 400, naming the parameter."""
    zone = ZoneInfo(timezone)
    day = _given(args, "date")
    return CallFilter(
        since=_moment(day or _given(args, "from"), "date" if day else "from", zone, ends=False),
        until=_moment(day or _given(args, "to"), "date" if day else "to", zone, ends=True),
        agent=_given(args, "agent"),
        campaign=_given(args, "campaign"),
        direction=_given(args, "direction"),
        status=_given(args, "status"),
        outcome=_given(args, "outcome"),
        sentiment=_given(args, "sentiment"),
        booked=_choice(args, "booked"),
        min_value=_amount(args, "min_value"),
        text=_given(args, "q"),
    )


def limit(args: Arguments) -> int:
    """How many rows are wanted: 100 where nothing is said, and never more than 200."""
    given = _given(args, "limit")
    if given is None:
        return USUAL
    if not (given.isascii() and given.isdigit()) or int(given[:9]) < 1:
        raise bad("limit must be a whole number from 1 to 200")
    return min(int(given[:9]), MOST)


def place(args: Arguments) -> Place | None:
    """Where the page before this one ended, from the `next` that it gave."""
    given = _given(args, "next")
    if given is None:
        return None
    try:
        moment, _, id_ = base64.urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4)).decode().partition(" ")
        return Place(datetime.fromisoformat(moment).astimezone(UTC), UUID(id_))
    except (ValueError, OverflowError, binascii.Error):
        raise bad("next must be the value that the page before gave") from None


def cursor(last: Place) -> str:
    """A place as an address carries it."""
    return base64.urlsafe_b64encode(f"{last.happened_at.isoformat()} {last.id}".encode()).decode().rstrip("=")


def bad(error: str) -> Problem:
    return Problem(400, "bad_request", error)


def _given(args: Arguments, name: str) -> str | None:
    value = args.get(name, "").strip().replace("\0", "")
    return value[:TEXT_LIMIT] or None


def _moment(value: str | None, name: str, zone: ZoneInfo, ends: bool) -> datetime | None:
    """A moment as given, or the start of a day, or where a day has to be whole the start of the next."""
    if value is None:
        return None
    try:
        if len(value) == len("2026-01-31"):
            day = date.fromisoformat(value) + timedelta(days=1 if ends else 0)
            return datetime.combine(day, time(), zone)
        at = datetime.fromisoformat(value.replace(" ", "+"))
        # In UTC, since the database knows no zone that is 16 hours or more away.
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad(f"{name} must be a day like 2026-01-31 or a time like 2026-01-31T09:00:00Z") from None


def _choice(args: Arguments, name: str) -> bool | None:
    given = (_given(args, name) or "").lower()
    if given in ("", "any"):
        return None
    if given not in YES + NO:
        raise bad(f"{name} must be true or false")
    return given in YES


def _amount(args: Arguments, name: str) -> Decimal | None:
    given = _given(args, name)
    if given is None:
        return None
    try:
        amount = Decimal(given)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > 10**9:
        raise bad(f"{name} must be an amount of money like 250 or 99.50")
    return amount
