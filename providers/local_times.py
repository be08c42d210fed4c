"""Wall-clock times without a zone, as call centres write them, read in the organization's zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from providers.values import in_utc, moment, text
from vocabulary import Customs

LONGEST_TIME = 40
ISO = "ISO 8601"
FORMATS = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%Y/%m/%d %H:%M:%S",
)


def zone_of(customs: Customs) -> ZoneInfo:
    """The organization's Convoso zone; the usual one where the setting names no zone that exists."""
    try:
        return ZoneInfo(customs.convoso_timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(Customs().convoso_timezone)


def local_moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """A time in UTC; of a wall-clock time that comes twice (when summer time ends) the first."""
    return next(iter(_readings(value, zone)), None)


def local_span(
    start: Any, end: Any, duration: Decimal | None, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Start and end in UTC. Where a time can be read twice, the pair that runs forward and fits the duration best."""
    starts, ends = _readings(start, zone), _readings(end, zone)
    pairs = [(one, other) for one, other in product(starts, ends) if one <= other]
    if not pairs:
        return next(iter(starts), None), next(iter(ends), None)
    length = timedelta(seconds=float(duration)) if duration is not None else timedelta(0)
    return min(pairs, key=lambda pair: abs(pair[1] - pair[0] - length))


def _readings(value: Any, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every moment that a time can mean, earliest first: none, one, or two in the hour that the clock goes back."""
    wall = _wall_clock(value)
    if wall is None or wall.tzinfo:
        read = in_utc(wall) if wall else moment(value)
        return (read,) if read else ()
    both = (in_utc(wall.replace(fold=fold), zone) for fold in (0, 1))
    moments = [read for read in both if read]
    is_repeated = len(moments) > 1 and moments[0] < moments[1]
    return tuple(moments) if is_repeated else tuple(moments[:1])


def _wall_clock(value: Any) -> datetime | None:
    given = text(value)
    if given is None or len(given) > LONGEST_TIME or given.replace(".", "", 1).isdigit():
        return None
    return next((read for read in (_parse(given, form) for form in (ISO, *FORMATS)) if read), None)


def _parse(given: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(given) if form == ISO else datetime.strptime(given, form)  # noqa: DTZ007
    except ValueError:
        return None
