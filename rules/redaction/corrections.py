"""Numbers that are said anew: "no wait, oh one two four", "five four, not four five"; and what is a mere amount."""

from __future__ import annotations

from rules.redaction import words as w
from rules.redaction.atoms import Run
from rules.redaction.tokens import Stream
from rules.redaction.words import RESTATING

FARTHEST = 10
"""Words between a number and its correction."""
FIXING = w.FILLER | w.FIX | w.ACK | w.TURN
LEAST_AGAIN = 3
"""Digits that are said anew at the least: "no, oh one two four"; behind "no wait" or before "not" fewer will do."""


def fixes(stream: Stream, last: int, first: int) -> list[str] | None:
    """The words between two numbers that say the one is wrong; None where others stand there or it is too far."""
    if first - last > FARTHEST + 1:
        return None
    flags, words = stream.flags, stream.words
    places = range(last + 1, first)
    if not all(flags[at] & FIXING or words[at] in RESTATING for at in places):
        return None
    return [words[at] for at in places if flags[at] & w.FIX]


def is_denied(stream: Stream, run: Run) -> bool:
    """ "Five four, not four five"."""
    return stream.words[run.last + 1] == "not" and bool(stream.flags[run.last + 2] & w.NUMERAL)


def is_counted(stream: Stream, run: Run) -> bool:
    """Whether a unit or a currency makes it an amount, or a colon a time."""
    flags, gaps = stream.flags, stream.gaps
    is_amount = flags[run.last + 1] & w.UNIT or (run.first and flags[run.first - 1] & w.MONEY)
    return bool(is_amount) or gaps[run.first] == ":" or gaps[run.last + 1] == ":"
