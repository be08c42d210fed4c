"""Times as people give them, by whose clock, and those that no clock shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.moments import ending, moment, near

NEW_YORK = "America/New_York"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "instant"),
    [
        ("2026-03-10T09:00:00Z", datetime(2026, 3, 10, 9, tzinfo=UTC)),
        ("2026-03-10T09:00:00+02:00", datetime(2026, 3, 10, 7, tzinfo=UTC)),
        ("2026-03-10T09:00", datetime(2026, 3, 10, 13, tzinfo=UTC)),
        (" 2026-01-10 09:00:30 ", datetime(2026, 1, 10, 14, 0, 30, tzinfo=UTC)),
        ("2026-11-01T01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("2026-11-01T02:30", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_an_instant(given: str, instant: datetime) -> None:
    assert moment(given, "starts_at", NEW_YORK) == instant


@pytest.mark.parametrize("given", [None, 7, "", "soon", "2026-03-10", "2026-02-30T09:00", "0001-01-01T00:00", "9" * 99])
def test_what_is_no_time_is_told(given: Any) -> None:
    with pytest.raises(ValueError, match=r"^starts_at must be a time like"):
        moment(given, "starts_at", NEW_YORK)


def test_a_time_that_the_clocks_skip_is_none() -> None:
    with pytest.raises(ValueError, match=r"^starts_at does not exist on that day"):
        moment("2026-03-08T02:30", "starts_at", NEW_YORK)
    assert moment("2026-03-08T02:30", "starts_at", "America/Phoenix") == datetime(2026, 3, 8, 9, 30, tzinfo=UTC)


def test_an_appointment_is_of_these_years_and_lasts_a_day_at_most() -> None:
    assert near(NOON - timedelta(days=1), "starts_at", NOON) == NOON - timedelta(days=1)
    for far in (NOON - timedelta(days=2), NOON + timedelta(days=2000)):
        with pytest.raises(ValueError, match=r"^starts_at must be at most a day ago"):
            near(far, "starts_at", NOON)
    assert ending(NOON, NOON + timedelta(hours=24)) == NOON + timedelta(hours=24)
    for end in (NOON, NOON - timedelta(hours=1), NOON + timedelta(hours=25)):
        with pytest.raises(ValueError, match=r"^ends_at must be after starts_at"):
            ending(NOON, end)
