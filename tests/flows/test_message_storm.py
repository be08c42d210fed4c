"""Nobody is written to twice, though the provider fails in every way and workers are killed while they send."""

from __future__ import annotations

import pytest

from bench.message_storm import Storm, play


def test_a_short_storm_sends_nothing_twice() -> None:
    weather(Storm(intents=60, organizations=15, blows=4))


@pytest.mark.storm
def test_a_storm_over_a_thousand_intents_sends_nothing_twice() -> None:
    weather(Storm())


def weather(storm: Storm) -> None:
    aftermath = play(storm, print)
    assert (aftermath.twice, aftermath.lies) == ([], [])
    assert aftermath.unknown > 0, "a storm in which every outcome is known proves nothing"
    assert sum(aftermath.blows.values()) >= 3, aftermath
    assert aftermath.holds, aftermath
