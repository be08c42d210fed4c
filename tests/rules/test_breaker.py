"""A provider in trouble is left alone after five failures in a row, longer each time, and never for good."""

from __future__ import annotations

from datetime import timedelta

from rules.breaker import pause_after


def test_four_failures_in_a_row_change_nothing() -> None:
    assert [pause_after(count) for count in range(5)] == [None] * 5


def test_pauses_double_up_to_ten_minutes() -> None:
    seconds = [30, 60, 120, 240, 480, 600, 600]
    assert [pause_after(count) for count in range(5, 12)] == [timedelta(seconds=one) for one in seconds]
    assert pause_after(10_000) == timedelta(minutes=10)
