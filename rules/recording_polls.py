"""When to look for a recording that nobody has sent: often at first, then rarely, and at last not any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
AVERAGE_CALL = 5 * MINUTE
GRACE = 2 * MINUTE
QUICK_LOOKS = (MINUTE, 3 * MINUTE, 8 * MINUTE, 18 * MINUTE)
"""After the first look: pauses of 1, 2, 5 and 10 minutes."""
FIRST_SLOW_LOOK = 48 * MINUTE
SLOW_PAUSE = 60 * MINUTE
GIVEN_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Look:
    """The next time that a provider is asked."""

    phase: str
    """quick or slow"""
    at: datetime


def first_look(has_ended: bool, started_at: datetime | None, now: datetime) -> datetime:
    """At once for a call that is over, else a little after it may be expected to be."""
    return now if has_ended else max(now, (started_at or now) + AVERAGE_CALL + GRACE)


def next_look(first: datetime, now: datetime, wish: timedelta = timedelta(0)) -> Look | None:
    """The look that follows one at `now`, not before the provider's wish; None when it is time to give up."""
    if now - first >= GIVEN_UP_AFTER:
        return None
    due = next((pause for pause in QUICK_LOOKS if first + pause > now), None)
    phase = "quick" if due is not None else "slow"
    if due is None:
        due = FIRST_SLOW_LOOK
        while first + due <= now:
            due += SLOW_PAUSE
    at = max(first + due, now + wish)
    return Look(phase, min(at, first + GIVEN_UP_AFTER))


def is_quick(first: datetime, now: datetime) -> bool:
    """Whether a further look is near enough to wait for something better."""
    return now - first < QUICK_LOOKS[-1]
