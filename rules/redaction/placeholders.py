"""Puts placeholders where secrets were: [PHONE_1], numbered by kind and by value, so that one number stays one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from rules.redaction.tokens import Found, Stream
from rules.redaction.words import Kind
from vocabulary import Evidence, Turn

EARLIER = re.compile(rf"\[({'|'.join(Kind)})_(\d{{1,9}})\]", re.IGNORECASE)


class Span(NamedTuple):
    """Characters of a turn's text that a placeholder takes the place of."""

    turn: int
    start: int
    end: int
    placeholder: str

    @property
    def kind(self) -> Kind:
        return Kind(self.placeholder[1:].rpartition("_")[0])


def spans(stream: Stream, found: Iterable[Found]) -> Iterator[Span]:
    """In order of the text; a number is given where a value is met first, above those that the text has already."""
    numbers: dict[tuple[Kind, str], int] = {}
    used = _used(stream)
    for one in sorted(found, key=lambda one: one.first):
        key = (one.kind, one.value)
        number = numbers.get(key)
        if number is None:
            used[one.kind] += 1
            number = numbers[key] = used[one.kind]
        turn = stream.turn(one.first)
        offset = stream.starts[stream.borders[turn - 1]] + 1 if turn else 0
        start, end = _edges(stream, one)
        yield Span(turn, start - offset, end - offset, f"[{one.kind}_{number}]")


def _used(stream: Stream) -> Counter[Kind]:
    """The highest number of each kind among placeholders of an earlier redaction."""
    highest: Counter[Kind] = Counter()
    for kind, number in EARLIER.findall(stream.text):
        highest[Kind(kind.upper())] = max(highest[Kind(kind.upper())], int(number))
    return highest


def _edges(stream: Stream, one: Found) -> tuple[int, int]:
    """Where a secret begins and ends, with the bracket that opens it."""
    start, end = stream.starts[one.first], stream.end(one.last)
    if start and stream.text[start - 1] == "(" and ")" in stream.text[start:end]:
        start -= 1
    return start, end


def replaced(turns: Sequence[Turn], places: Iterable[Span]) -> tuple[tuple[Turn, ...], list[Evidence]]:
    """The turns with placeholders, and where in the new text each of them stands first."""
    by_turn: dict[int, list[Span]] = {}
    for span in places:
        by_turn.setdefault(span.turn, []).append(span)
    evidence: dict[str, Evidence] = {}
    new = list(turns)
    for at, own in by_turn.items():
        new[at] = replace(turns[at], text=_text(turns[at].text, own, evidence))
    return tuple(new), list(evidence.values())


def _text(text: str, own: list[Span], evidence: dict[str, Evidence]) -> str:
    pieces: list[str] = []
    behind = length = 0
    for span in own:
        kept = text[behind : span.start]
        start = length + len(kept)
        length, behind = start + len(span.placeholder), span.end
        pieces += kept, span.placeholder
        if span.placeholder not in evidence:
            evidence[span.placeholder] = Evidence(span.placeholder, span.turn, start, length)
    return "".join([*pieces, text[behind:]])
