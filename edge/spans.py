"""Spans of days that figures are asked for, in the organization's zone, each with the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from edge.asked import bad
from models.people import Membership

RANGES = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
"""How many days, today included."""
USUAL = "30d"
MOST_DAYS = 366
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + number * A_DAY for number in range((self.last - self.first).days + 1)]

    def before(self) -> Span:
        """As many days, up to the day before this span."""
        return Span(self.first - len(self.days) * A_DAY, self.first - A_DAY)


def asked_span(args: Mapping[str, str], members: Iterable[Membership]) -> Span:
    """The span that an address asks for, by `range` or from/to. Raises Problem 400, naming the parameter."""
    zones = [ZoneInfo(member.timezone) for member in members]
    today = max((datetime.now(zone).date() for zone in zones), default=datetime.now(UTC).date())
    if args.get("from") or args.get("to"):
        last = day(args.get("to"), "to") or today
        first = day(args.get("from"), "from") or last
        if first > last:
            raise bad("from must not be after to")
        if (last - first).days >= MOST_DAYS:
            raise bad(f"from must be at most {MOST_DAYS} days before to")
        return Span(first, last)
    return range_up_to(today, clean_range(args.get("range") or USUAL))


def range_up_to(today: date, name: str) -> Span:
    return Span(today - (RANGES[name] - 1) * A_DAY, today)


def clean_range(given: str) -> str:
    """Raises Problem 400."""
    if given not in RANGES:
        raise bad(f"range must be one of {', '.join(RANGES)}")
    return given


def day(given: str | None, name: str) -> date | None:
    """The day that is meant, None where nothing is said. Raises Problem 400, naming the parameter."""
    given = (given or "").strip()
    if not given:
        return None
    try:
        found = date.fromisoformat(given) if len(given) == len("2026-01-31") else None
    except ValueError:
        found = None
    # Spans of a year before this day must be days as well.
    if found is None or found.year < 1971 or found.year > 9998:
        raise bad(f"{name} must be a day like 2026-01-31")
    return found
