"""A transcript as words: all turns in one stream, so that a number that was dictated over several is one number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import NamedTuple

from rules.redaction import words as w
from rules.redaction.words import FLAGS, Kind
from vocabulary import Turn

BORDER = "\x1e"
"""Stands between two turns. Where a text has it, it is a blank."""
PLACEHOLDER = rf"\[(?:{'|'.join(kind.lower() for kind in Kind)})_\d{{1,9}}\]"
TOKEN = re.compile(rf"({PLACEHOLDER}|[^\W_]+(?:['’][^\W_]+)*|[@+$£€%°#{BORDER}])")
SUFFIXED = re.compile(r"(\d+)(st|nd|rd|th)$")
MEASURED = re.compile(r"\d+(?:am|pm|mg|ml|mcg|cc|k|kg|lbs?|st|nd|rd|th|s|x|hrs?|mins?)$")


@dataclass(slots=True)
class Stream:
    """Parallel lists, an entry for each word; `gaps[n]` is what stands before word n.

    Only `flags` changes: words that are found to be part of a secret become HIDDEN, as if they were a placeholder,
    so that a second redaction sees what the first one saw.
    """

    text: str
    words: list[str]
    gaps: list[str]
    starts: list[int]
    flags: list[int]
    borders: list[int]
    """Places of the words that are borders."""

    def end(self, at: int) -> int:
        return self.starts[at] + len(self.words[at])

    def turn(self, at: int) -> int:
        return bisect_right(self.borders, at)

    def places(self, wanted: int) -> list[int]:
        """Where words of any of these kinds stand."""
        table = {flag: flag & wanted for flag in set(self.flags)}
        return list(compress(range(len(self.flags)), map(table.__getitem__, self.flags)))

    def hide(self, first: int, last: int) -> None:
        self.flags[first : last + 1] = [w.HIDDEN] * (last + 1 - first)

    def weights(self, light: int) -> list[int]:
        """How many words stand before each place, not counting those of the kinds `light`."""
        table = {flag: not flag & light for flag in set(self.flags)}
        return list(accumulate(map(table.__getitem__, self.flags), initial=0))

    def weights_between(self, first: int, behind: int, light: int) -> int:
        return sum(not flag & light for flag in self.flags[first:behind])


class Found(NamedTuple):
    """A secret, or a part of one: words `first` to `last`. Parts of the same secret have the same value."""

    kind: Kind
    first: int
    last: int
    value: str


def stream(turns: Sequence[Turn]) -> Stream:
    text = BORDER.join(turn.text.replace(BORDER, " ") for turn in turns)
    pieces = TOKEN.split(_lower(text))
    ends = list(accumulate(map(len, pieces)))
    words, gaps = pieces[1::2], pieces[0::2]
    if not text.isascii():
        words = [_ascii_digits(word) for word in words]
    table = {word: _flag(word) for word in set(words)}
    flags = [table[word] for word in words]
    flags += [w.TURN] * 2
    words += [BORDER] * 2
    borders = [at for at, word in enumerate(words) if word == BORDER]
    return Stream(text, words, [*gaps, "", ""], [*ends[0:-1:2], len(text), len(text)], flags, borders)


def _lower(text: str) -> str:
    """Lower case at the same offsets: the few letters that would become two stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _flag(word: str) -> int:
    if word[0] == "[":
        return w.HIDDEN
    if word.isdecimal():
        return w.DIGITS
    known = FLAGS.get(word)
    if known is None and word.endswith(("'s", "’s")):
        known = FLAGS.get(word[:-2], 0) & ~(w.ONES | w.MONTH)
    if len(word) == 1 and word.isascii() and word.isalpha():
        return (known or 0) | w.LETTER
    return known or _shape(word)


def _shape(word: str) -> int:
    if SUFFIXED.match(word):
        return w.ORDINAL
    if MEASURED.match(word):
        return w.UNIT
    has_digit = any(letter.isdecimal() for letter in word[:40])
    return w.MIXED if has_digit and word.isalnum() else 0


def _ascii_digits(word: str) -> str:
    """The digits of a written number as ASCII, whatever script they are in."""
    return "".join(str(int(letter)) for letter in word) if word.isdecimal() and not word.isascii() else word
