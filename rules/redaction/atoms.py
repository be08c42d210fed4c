"""Number words as digits: teens, tens, "double five", "eight hundred"; and the runs of them that stand together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from rules.redaction import words as w
from rules.redaction.tokens import Stream
from rules.redaction.words import SPOKEN, TIMES

SMALL = w.ONES | w.TEENS | w.TENS
PARTING = frozenset(" \t\r\n.,-–—‑()/\u00a0")
"""What may stand between two groups of one number; a colon may not, it makes a time."""
JOINING = w.NUMERAL | w.HUNDRED | w.THOUSAND | w.FILLER | w.ACK | w.TURN | w.FIX
WHOLE_WRITTEN = 10
"""Characters of a number written in one: the "one" of "use the new one, 5425233430109903" is none of its digits."""
LARGE = w.HUNDRED | w.THOUSAND
SHORT = 2
LONGEST_GAP = 4
LONGEST_RUN = 40
"""Atoms; a longer row of numbers is cut, as no identifier is that long."""


@dataclass
class Run:
    """Numbers that stand next to each other: words `first` to `last`, a group of digits for each number said."""

    first: int
    last: int
    groups: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """The first word of each group."""

    @cached_property
    def digits(self) -> str:
        """Asked for only when the run is whole."""
        return "".join(self.groups)

    def parted(self, cut: int) -> tuple[Run, Run]:
        """The groups before one and from it on."""
        at = self.places[cut]
        head = Run(self.first, at - 1, self.groups[:cut], self.places[:cut])
        return head, Run(at, self.last, self.groups[cut:], self.places[cut:])


def runs(stream: Stream) -> Iterator[Run]:
    flags, words, gaps = stream.flags, stream.words, stream.gaps
    run, after = Run(0, 0), -1
    for at in _places(stream):
        if at < after or (words[at] == "one" and gaps[at + 1] == ", " and len(words[at + 1]) >= WHOLE_WRITTEN):
            continue
        if flags[at] & w.ONES and not flags[at + 1] & LARGE:
            digits, end = SPOKEN[words[at]], at + 1
        elif flags[at] & w.DIGITS and gaps[at + 1] != ",":
            digits, end = words[at], at + 1
        else:
            digits, end = atom(stream, at)
        if not digits:
            continue
        if after != at or len(run.groups) >= LONGEST_RUN or (gaps[at] != " " and not parts(gaps[at])):
            if run.groups:
                yield run
            run = Run(at, at)
        run.groups.append(digits)
        run.places.append(at)
        run.last = end - 1
        after = end
    if run.groups:
        yield run


def _places(stream: Stream) -> list[int]:
    """Where numbers begin. One of one or two digits between other words is part of nothing, and is left out."""
    flags, words, joining, short = [*stream.flags, 0], stream.words, JOINING, SHORT
    return [
        at
        for at in stream.places(w.NUMERAL)
        if (flags[at - 1] | flags[at + 1]) & joining or (flags[at] & w.DIGITS and len(words[at]) > short)
    ]


def parts(gap: str) -> bool:
    return gap == " " or (len(gap) <= LONGEST_GAP and PARTING.issuperset(gap))


def atom(stream: Stream, at: int) -> tuple[str, int]:
    """One number as it was said, in digits, and the place behind it; no digits where there is none."""
    flags, word = stream.flags, stream.words[at]
    flag = flags[at]
    if flag & w.ONES and not flags[at + 1] & (w.HUNDRED | w.THOUSAND):
        return SPOKEN[word], at + 1
    if flag & w.TWICE:
        return _multiple(stream, at)
    if flag & w.DIGITS:
        return _written(stream, at) if stream.gaps[at + 1] == "," else (word, at + 1)
    return _cardinal(stream, at) if flag & SMALL else ("", at + 1)


def _multiple(stream: Stream, at: int) -> tuple[str, int]:
    """ "Double seven": 77. "Double check" is no number."""
    follower = stream.words[at + 1]
    if stream.flags[at + 1] & w.ONES:
        return SPOKEN[follower] * TIMES[stream.words[at]], at + 2
    if stream.flags[at + 1] & w.DIGITS and len(follower) == 1:
        return follower * TIMES[stream.words[at]], at + 2
    return "", at + 1


def _written(stream: Stream, at: int) -> tuple[str, int]:
    """Digits, with the groups behind that only commas part: 1,250,000."""
    number, end = stream.words[at], at + 1
    while len(number) <= 9 and stream.gaps[end] == "," and stream.flags[end] & w.DIGITS and len(stream.words[end]) == 3:
        if end == at + 1 and len(number) > 3:
            break
        number, end = number + stream.words[end], end + 1
    return number, end


def _cardinal(stream: Stream, at: int) -> tuple[str, int]:
    """ "Twenty three", "one hundred and five", "two thousand nineteen"; "eight hundred, five, five" is 800, 5, 5."""
    value, end = _below_hundred(stream, at)
    if stream.flags[end] & w.HUNDRED and value:
        value, end = _rest(stream, value * 100, end + 1)
    if stream.flags[end] & w.THOUSAND and value:
        value, end = _rest(stream, value * 1000, end + 1)
    return str(value) if value else "0", end


def _below_hundred(stream: Stream, at: int) -> tuple[int, int]:
    value = int(SPOKEN[stream.words[at]])
    flags = stream.flags
    if flags[at] & w.TENS and flags[at + 1] & w.ONES and stream.gaps[at + 1] in (" ", "-"):
        unit = int(SPOKEN[stream.words[at + 1]])
        if unit:
            return value + unit, at + 2
    return value, at + 1


def _rest(stream: Stream, value: int, at: int) -> tuple[int, int]:
    """What follows on "hundred" or "thousand", where it is said in one breath and belongs to it."""
    flags = stream.flags
    start = at + 1 if stream.words[at] == "and" and flags[at + 1] & SMALL else at
    if not flags[start] & SMALL or stream.gaps[start] != " " or stream.words[start] in w.ZEROS:
        return value, at
    more, end = _below_hundred(stream, start)
    if flags[end] & w.HUNDRED:
        if value % 1000:
            return value, at
        more, end = _rest(stream, more * 100, end + 1)
    elif flags[end] & w.THOUSAND or (more < 10 and start == at and flags[end] & w.NUMERAL):
        return value, at
    return value + more, end


def spoken_values(stream: Stream, run: Run) -> list[int] | None:
    """Each word's own value ("thirty one": 30, 1), None where the run has written numbers or hundreds."""
    values = []
    for at in range(run.first, run.last + 1):
        if not stream.flags[at] & SMALL:
            return None
        values.append(int(SPOKEN[stream.words[at]]))
    return values
