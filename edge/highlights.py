"""Why a call was found: the words around each hit, as plain text with the places in it that are to be marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from models.search_words import WORD, Term, folded

MOST = 3
"""Passages of one call."""
AROUND = 70
"""Letters shown on either side of a hit."""


class Word(NamedTuple):
    text: str
    line: int
    start: int
    end: int


Mark = tuple[int, int, int]
"""Line, start and end."""


def highlights(call: dict[str, Any], turns: Sequence[dict[str, Any]], terms: Sequence[Term]) -> list[dict[str, Any]]:
    """Name, number, summary and passages of the transcript in which something was found, in this order.

    `text` is part of the field, `marks` are places in it; a passage says its `turn`, who spoke and when.
    """
    name, number = call["caller_name"] or "", call["phone_number"] or ""
    fields = (
        ("caller_name", name, [(start, end) for _, start, end in _marks([name], terms)]),
        ("phone_number", number, list(_digits(number, terms))),
    )
    found = [_highlight(field, text, marks) for field, text, marks in fields if marks]
    in_summary = [passage for _, passage in _passages("summary", [call["outcome_summary"] or ""], terms)]
    return found + in_summary + in_turns(turns, terms)


def names_only(call: dict[str, Any], terms: Sequence[Term]) -> list[dict[str, Any]]:
    """What those may see of it who may not read what was said."""
    return highlights(call | {"outcome_summary": None}, (), terms)


def pieces(highlight: dict[str, Any]) -> list[tuple[str, bool]]:
    """Its text cut for a page: each piece, and whether it is marked."""
    text, last, cut = highlight["text"], 0, []
    for mark in highlight["marks"]:
        start, end = max(last, mark["start"]), mark["end"]
        cut += [(text[last:start], False), (text[start:end], True)]
        last = max(last, end)
    return [(piece, is_hit) for piece, is_hit in [*cut, (text[last:], False)] if piece]


def in_turns(turns: Sequence[dict[str, Any]], terms: Sequence[Term]) -> list[dict[str, Any]]:
    passages = _passages("transcript", [turn["text"] for turn in turns], terms)[:MOST]
    return [
        passage | {"turn": line, "speaker": turns[line]["speaker"], "at": turns[line]["start"]}
        for line, passage in passages
    ]


def _passages(field: str, lines: Sequence[str], terms: Sequence[Term]) -> list[tuple[int, dict[str, Any]]]:
    """One for each line in which something was found, with that line's place."""
    by_line: dict[int, list[tuple[int, int]]] = {}
    for line, start, end in _marks(lines, terms):
        by_line.setdefault(line, []).append((start, end))
    return [(line, _highlight(field, lines[line], marks)) for line, marks in sorted(by_line.items())]


def _highlight(field: str, line: str, marks: list[tuple[int, int]]) -> dict[str, Any]:
    """The words around the first mark, and every mark that lies wholly within."""
    marks = sorted(set(marks))
    first = line.rfind(" ", 0, max(0, marks[0][0] - AROUND)) + 1
    last = line.find(" ", marks[0][1] + AROUND)
    last = len(line) if last < 0 else last
    inside = [{"start": start - first, "end": end - first} for start, end in marks if end <= last]
    return {"field": field, "text": line[first:last], "marks": inside}


def _marks(lines: Sequence[str], terms: Sequence[Term]) -> list[Mark]:
    """A phrase may go on in the next line, as it may in the index."""
    words = [word for number, line in enumerate(lines) for word in _words(number, line)]
    return [
        (word.line, word.start, word.end)
        for term in terms
        for place, last in enumerate(words)
        if _ends(last.text, term)
        for word in _run(words, place, term)
    ]


def _words(number: int, line: str) -> Iterator[Word]:
    text, places = folded(line)
    for found in WORD.finditer(text):
        yield Word(found.group(), number, places[found.start()], places[found.end() - 1] + 1)


def _ends(word: str, term: Term) -> bool:
    return word in term.last or (term.beginning is not None and word.startswith(term.beginning))


def _run(words: list[Word], place: int, term: Term) -> list[Word]:
    """The words of a phrase that ends at this place; none where others stand before it."""
    run = words[max(place - len(term.before), 0) : place + 1]
    return run if [word.text for word in run[:-1]] == list(term.before) else []


def _digits(number: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    places = [digit.start() for digit in re.finditer("[0-9]", number)]
    digits = "".join(number[place] for place in places)
    for term in terms:
        at = digits.find(term.digits) if term.digits else -1
        if term.digits and at >= 0:
            yield places[at], places[at + len(term.digits) - 1] + 1
