"""When a provider in trouble is left alone, and for how long."""

from __future__ import annotations

from datetime import timedelta

FAILURES = 5
"""In a row, before it is left alone."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
PROBE = timedelta(seconds=30)
"""How long one that tries it again has it for itself: as long as an answer may take."""
TEXT_INTERVAL = timedelta(seconds=1)
"""Between two texts from one number: what carriers take of a long code."""


def pause_after(failures: int) -> timedelta | None:
    """How long to leave it alone after so many failures in a row; None while it still may be tried."""
    if failures < FAILURES:
        return None
    return min(FIRST_PAUSE * (1 << min(failures - FAILURES, 10)), LONGEST_PAUSE)
