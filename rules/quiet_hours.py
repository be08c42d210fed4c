"""When somebody may be written to: within the hours of their own day, wherever they may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as number_zones

HORIZON = timedelta(days=8)
"""As far ahead as an allowed instant is looked for."""
NOWHERE = "Etc/Unknown"
MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=4096)
def zones_of_number(e164: str) -> tuple[str, ...]:
    """Every zone that a number may be in: all of North America's for a toll-free one, () where nobody knows."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in number_zones.time_zones_for_number(number) if zone != NOWHERE and is_zone(zone))


def zones_of(contact_zone: str | None, number: str, org_zone: str) -> tuple[str, ...]:
    """Where somebody may be: the zone that they gave, else every one of their number, else the organization's."""
    if contact_zone and is_zone(contact_zone):
        return (contact_zone,)
    return zones_of_number(number) or (org_zone,)


def is_zone(name: str) -> bool:
    """Whether this names an IANA time zone, such as America/New_York."""
    return _zone(name) is not None


def within(now: datetime, zones: Sequence[str], start: time, end: time) -> bool:
    """Whether it is between `start` and `end`, without `end` itself, in every one of the zones."""
    return all(start <= now.astimezone(ZoneInfo(zone)).time() < end for zone in zones)


def next_allowed(now: datetime, zones: Sequence[str], start: time, end: time) -> datetime | None:
    """The first instant from `now` (aware) on at which it is between `start` and `end` in every zone, in UTC.

    None where there is no such instant within HORIZON: so far apart can a number's zones be. Raises ValueError for
    no zones, since nobody's day tells nothing.
    """
    if not zones:
        raise ValueError("No zone to keep quiet hours by")
    if within(now, zones, start, end):
        return now
    # From then on it can become allowed only where some zone's day reaches the start, or its clocks are changed.
    later = {at for zone in zones for at in _beginnings(now, _known(zone), start) if now < at <= now + HORIZON}
    return next((at for at in sorted(later) if within(at, zones, start, end)), None)


def closes_at(now: datetime, zones: Sequence[str], end: time) -> datetime:
    """When the hours that `now` is within end in the first of the zones."""
    return min(datetime.combine(now.astimezone(ZoneInfo(zone)).date(), end, ZoneInfo(zone)) for zone in zones)


def _beginnings(now: datetime, zone: ZoneInfo, start: time) -> Iterator[datetime]:
    yield from _clock_changes(now, zone)
    today = now.astimezone(zone).date()
    for days in range(HORIZON.days + 2):
        wall = datetime.combine(today + timedelta(days=days), start, zone)
        yield wall.astimezone(UTC)
        yield wall.replace(fold=1).astimezone(UTC)


def _clock_changes(now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the zone's clocks are put forward or back within HORIZON."""
    day = now.astimezone(UTC).replace(second=0, microsecond=0)
    for _ in range(HORIZON.days):
        following = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            yield _clock_change(day, following, zone)
        day = following


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute of the change that lies between two instants of different offsets."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // 2 // MINUTE * MINUTE
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return after


def _known(name: str) -> ZoneInfo:
    zone = _zone(name)
    if zone is None:
        raise ValueError(f"{name!r} is not an IANA time zone")
    return zone


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
