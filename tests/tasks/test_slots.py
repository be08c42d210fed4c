"""Slots for searches: a crowd that is turned away comes back one after the other, not all at once."""

from __future__ import annotations

import pytest

from tasks.errors import Busy
from tasks.slots import Slots


class Clock:
    """A time that tests set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def turned_away(slots: Slots) -> float:
    """After how many seconds a search that finds no slot comes back."""
    with pytest.raises(Busy) as caught, slots.taken():
        raise AssertionError("there was a slot")
    return caught.value.delay


def test_a_crowd_comes_back_as_fast_as_slots_become_free() -> None:
    slots = Slots(2, Clock())
    with slots.taken(), slots.taken():
        delays = [turned_away(slots) for _ in range(1000)]
    assert delays == [6.0 + number for number in range(1000)]


def test_slow_searches_spread_the_crowd_wider() -> None:
    clock = Clock()
    slots = Slots(1, clock)
    with slots.taken():
        clock.now += 42
    with slots.taken():
        assert [turned_away(slots), turned_away(slots)] == [12.0, 19.0]


def test_nobody_is_sent_away_for_longer_than_an_hour() -> None:
    slots = Slots(1, Clock())
    with slots.taken():
        assert max(turned_away(slots) for _ in range(3000)) == 3600.0


def test_a_slot_is_free_again_after_a_search_that_failed() -> None:
    slots = Slots(1, Clock())
    with pytest.raises(ValueError, match="x"), slots.taken():
        raise ValueError("x")
    with slots.taken():
        assert turned_away(slots) > 0
