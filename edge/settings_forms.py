"""What the pages of the settings share: what a form has come to, with what was typed, and lists that are long."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, make_response, redirect, request
from werkzeug.datastructures import MultiDict

from edge.errors import Problem

PART = 50
"""So many of a list stand on one page."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list, and the addresses of those before and after it."""

    rows: list[dict[str, Any]]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """`part` names the section that it is said in; `typed` is what was in the form that was refused."""

    part: str = ""
    done: str = ""
    complaint: str = ""
    typed: MultiDict[str, str] = field(default_factory=MultiDict)

    def at(self, part: str) -> Said:
        """What is said in this section, which may be nothing."""
        return self if part == self.part else Said()


def said_before(sentences: Mapping[str, str]) -> Said:
    """What the form did that led to this address: `done` is one of the page's own words and never shown as it is."""
    part = request.args.get("done", "")
    return Said(part, sentences[part]) if part in sentences else Said()


def answered(part: str, act: Callable[[], str], show: Callable[[Said], str]) -> Response:
    """On to the address that `act` gives; where it refuses, the page again."""
    try:
        return make_response(redirect(act(), 303))
    except Problem as problem:
        return refused(part, problem, show)


def refused(part: str, problem: Problem, show: Callable[[Said], str]) -> Response:
    """The page with the complaint and what was typed, and the status that the API would answer.

    What the caller may not see, or may not do any more, is refused as everywhere.
    """
    if problem.status == 404 or problem.code == "forbidden":
        raise problem
    page = show(Said(part, complaint=problem.error, typed=request.form))
    return make_response(page, problem.status, problem.headers)


def in_words(complaint: str, labels: Mapping[str, str]) -> str:
    """A complaint of the API's in the page's words: each field by the name that stands beside it."""
    for name, label in labels.items():
        complaint = re.sub(rf"\b{re.escape(name)}\b", label, complaint)
    return complaint


def part_of(rows: list[dict[str, Any]], address: str) -> Part:
    """The part of a list that is asked for: `part` counts from 0, and one that there is not is the nearest."""
    given, last = request.args.get("part", ""), max(0, (len(rows) - 1) // PART)
    number = min(int(given[:6]), last) if given.isascii() and given.isdigit() else 0
    before = f"{address}?part={number - 1}" if number else None
    after = f"{address}?part={number + 1}" if number < last else None
    return Part(rows[number * PART : (number + 1) * PART], before, after)
