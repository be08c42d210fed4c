"""Which times of an agent's turn are on offer: not those behind a refusal, nor those of a farewell."""

from __future__ import annotations

from collections.abc import Sequence

from rules.booking.reading import Cue, Reading
from rules.booking.says import Says

LATE = (Says.NO_ROOM, Says.FAILED)


def times_on_offer(reading: Reading, found: Sequence[Cue]) -> list[Cue]:
    """The times behind the last "no room"; a lone number only within words that offer."""
    last = max((place for place, cue in enumerate(found) if cue.says in LATE), default=-1)
    behind = [cue for cue in found[last + 1 :] if last < 0 or cue.first > found[last].last]
    offers = [cue for cue in behind if cue.says is Says.OFFER]
    if last >= 0 and not offers:
        return []
    closings = [cue for cue in behind if cue.says is Says.CLOSING]
    return [
        cue
        for cue in behind
        if (cue.says is Says.TIME or (cue.says is Says.NUMBER and _within(cue, offers)))
        and not any(_in_one_sentence(reading, closing, cue) for closing in closings)
    ]


def _within(inner: Cue, cues: Sequence[Cue]) -> bool:
    return any(cue.first <= inner.first <= cue.last + 1 for cue in cues)


def overlap(one: Cue, other: Cue) -> bool:
    return one.first <= other.last and other.first <= one.last


def _in_one_sentence(reading: Reading, one: Cue, other: Cue) -> bool:
    return not any(reading.ends[min(one.first, other.first) : max(one.last, other.last)])
