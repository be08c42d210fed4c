"""Times as people give them: with a zone of their own, or by the clock on the organization's wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

USUAL_LENGTH = timedelta(minutes=30)
LONGEST = timedelta(hours=24)
BEHIND = timedelta(days=1)
"""What began a day ago may still be entered; a time further back is most likely another year's."""
AHEAD = timedelta(days=5 * 366)
DAY_ALONE = len("2026-01-31")


def moment(given: object, field: str, timezone: str) -> datetime:
    """The instant, in UTC, that an ISO 8601 text names: by `timezone`'s clock where it names no zone itself.

    Of the two instants that a clock shows when it is put back, the first is meant. Raises ValueError, naming the field.
    """
    at = _read(given)
    if at is None:
        raise ValueError(f"{field} must be a time like 2026-01-31T09:00 or 2026-01-31T09:00:00Z")
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    zone = ZoneInfo(timezone)
    instant = at.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != at:
        raise ValueError(f"{field} does not exist on that day: the clocks are put forward then")
    return instant


def is_twice(at: datetime, timezone: str) -> bool:
    """Whether the zone's clock shows this time twice on that day, because it is put back then."""
    local = at.astimezone(ZoneInfo(timezone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def near(at: datetime, field: str, now: datetime) -> datetime:
    """The same instant, where an appointment may begin then. Raises ValueError, naming the field."""
    if not now - BEHIND <= at <= now + AHEAD:
        raise ValueError(f"{field} must be at most a day ago and at most five years ahead")
    return at


def ending(starts_at: datetime, ends_at: datetime) -> datetime:
    """When it ends, where it can. Raises ValueError, naming the field."""
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise ValueError("ends_at must be after starts_at, by at most 24 hours")
    return ends_at


def _read(given: object) -> datetime | None:
    text = given.strip() if isinstance(given, str) else ""
    if len(text) <= DAY_ALONE:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Years at the calendar's edge cannot be told in every zone.
    return at if 1900 < at.year < 9000 else None
