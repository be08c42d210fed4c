"""What a form of the settings has come to: done, told on the page that follows, or refused, with what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response, make_response, redirect, request
from werkzeug.datastructures import MultiDict

from edge.errors import Problem


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
