"""When a recording is looked for: the whole timetable, written out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.recording_polls import Look, first_look, is_quick, next_look

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_call_that_is_over_is_looked_for_at_once() -> None:
    assert first_look(True, NOON - 60 * MINUTE, NOON) == NOON


def test_a_call_that_goes_on_is_looked_for_two_minutes_after_its_likely_end() -> None:
    assert first_look(False, NOON, NOON) == NOON + 7 * MINUTE
    assert first_look(False, None, NOON) == NOON + 7 * MINUTE
    assert first_look(False, NOON - 60 * MINUTE, NOON) == NOON


def test_the_looks_of_a_day() -> None:
    now, minutes, phases = NOON, [], []
    while (look := next_look(NOON, now)) is not None:
        now = look.at
        minutes.append((now - NOON) // MINUTE)
        phases.append(look.phase)
    assert minutes[:7] == [1, 3, 8, 18, 48, 108, 168]
    assert phases[:5] == ["quick", "quick", "quick", "quick", "slow"]
    assert (len(minutes), minutes[-2:]) == (29, [1428, 1440])


@pytest.mark.parametrize(
    ("now", "wish", "expected"),
    [
        (0, 0.5, Look("quick", NOON + MINUTE)),
        (0, 15, Look("quick", NOON + 15 * MINUTE)),
        (2, 0, Look("quick", NOON + 3 * MINUTE)),
        (1430, 60, Look("slow", NOON + 1440 * MINUTE)),
        (1440, 0, None),
    ],
)
def test_a_providers_wish_moves_a_look_but_not_the_end(now: float, wish: float, expected: Look | None) -> None:
    assert next_look(NOON, NOON + now * MINUTE, wish * MINUTE) == expected


def test_looks_are_quick_for_eighteen_minutes() -> None:
    assert is_quick(NOON, NOON + 17 * MINUTE) is True
    assert is_quick(NOON, NOON + 18 * MINUTE) is False
