"""Times of appointments as a front desk speaks of them: by day, by the clock, and in which zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTES = (15, 30, 45, 60, 90, 120, 180, 240)
"""Lengths to choose from."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    date: date
    rows: list[Row] = field(default_factory=list)
    """Each with `clock`: from when to when."""


def days(rows: Iterable[Row], timezone: str, now: datetime) -> list[Day]:
    """Rows, in the order that they have, under the days of this zone."""
    zone = ZoneInfo(timezone)
    today, found = now.astimezone(zone).date(), list[Day]()
    for row in rows:
        on = row["starts_at"].astimezone(zone).date()
        if not found or found[-1].date != on:
            found.append(Day(_label(on, today), on))
        found[-1].rows.append(row | {"clock": _clock(row, zone)})
    return found


def local_text(at: datetime, timezone: str) -> str:
    """A time as a field of a form holds it."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%dT%H:%M}"


def zone_words(timezone: str, at: datetime) -> str:
    """Whose clock it is: New York time (EST)."""
    name = at.astimezone(ZoneInfo(timezone)).tzname() or ""
    return f"{place_words(timezone)} time ({name if name.isalpha() else 'UTC' + name})"


def place_words(timezone: str) -> str:
    """America/New_York → New York."""
    return timezone.rpartition("/")[2].replace("_", " ")


def _label(on: date, today: date) -> str:
    near = {0: "Today, ", 1: "Tomorrow, ", -1: "Yesterday, "}.get((on - today).days, "")
    year = "" if on.year == today.year else f", {on.year}"
    return f"{near}{on:%A}, {on:%B} {on.day}{year}"


def _clock(row: Row, zone: ZoneInfo) -> str:
    starts, ends = row["starts_at"].astimezone(zone), row["ends_at"]
    if ends is None:
        return _time(starts)
    ends = ends.astimezone(zone)
    if starts.utcoffset() != ends.utcoffset():
        return f"{_time(starts)} {starts.tzname()} – {_time(ends)} {ends.tzname()}"
    is_next_day = ends.date() > starts.date() and ends - starts < timedelta(days=1) and ends.time() != _MIDNIGHT
    is_same_half = f"{starts:%p}" == f"{ends:%p}" and starts.date() == ends.date()
    first = _time(starts).removesuffix(f" {starts:%p}") if is_same_half else _time(starts)
    return f"{first} – {_time(ends)}{' the next day' if is_next_day else ''}"


def _time(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M %p}"


_MIDNIGHT = datetime.min.time()
