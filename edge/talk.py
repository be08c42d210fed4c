"""A transcript as a page shows it: who spoke when, with the words marked that results were read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from edge.call_results import TITLES
from edge.quotes import is_quote
from edge.transcripts import clock, speaker
from models.analyses import Analysis

SLIGHT = frozenset((TITLES["lead_score"], TITLES["qa"]))

Span = tuple[int, int, str]
"""First and last place in a turn's text, and what was read from it."""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    read_for: str
    """The results that these words led to, as "Booking, Value"; empty for words that are only said."""
    is_slight: bool = False
    """Whether only scores count them: those weigh so much of a call that strong marks would hide the telling ones."""


@dataclass(frozen=True, slots=True)
class Line:
    speaker: str
    party: str
    at: str
    seconds: float | None
    """When it is said, from the call's start; None where nobody measured."""
    pieces: list[Piece]


def lines(turns: Iterable[Mapping[str, Any]], standing: Iterable[Analysis]) -> list[Line]:
    spans = _spans(standing)
    return [
        Line(speaker(turn), turn["speaker"], clock(turn["start"]), turn["start"], _pieces(turn["text"], spans[place]))
        for place, turn in enumerate(turns)
    ]


def _spans(standing: Iterable[Analysis]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for one in standing:
        for evidence in filter(is_quote, one.evidence):
            title = TITLES.get(one.kind, one.kind)
            found[evidence["turn"]].append((evidence["start"], evidence["end"], title))
    return found


def _pieces(text: str, spans: list[Span]) -> list[Piece]:
    """The text cut wherever a quotation begins or ends; quotations may overlap."""
    inside = [(start, end, title) for start, end, title in spans if 0 <= start < end <= len(text)]
    cuts = sorted({0, len(text), *(place for span in inside for place in span[:2])})
    pieces: list[Piece] = []
    for start, end in pairwise(cuts):
        titles = dict.fromkeys(title for first, last, title in inside if first <= start and end <= last)
        pieces.append(Piece(text[start:end], ", ".join(titles), is_slight=titles.keys() <= SLIGHT))
    return pieces
