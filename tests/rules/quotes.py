"""What every finding owes its reader: its words stand where it says that they stand."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from vocabulary import Evidence, Finding, Speaker, Turn

A_MINUTE = 60.0


@contextmanager
def linear_time() -> Iterator[None]:
    """For a megabyte of hostile words: a second on an idle machine, and hours where the work is quadratic."""
    started = time.process_time()
    yield
    assert time.process_time() - started < A_MINUTE


def caller(text: str) -> Turn:
    return Turn(Speaker.CALLER, text)


def agent(text: str) -> Turn:
    return Turn(Speaker.AGENT, text)


def unknown(text: str) -> Turn:
    return Turn(Speaker.UNKNOWN, text)


def dialogue(text: str) -> list[Turn]:
    """Turns from lines such as "caller: hello"."""
    speakers = {"caller": Speaker.CALLER, "agent": Speaker.AGENT, "unknown": Speaker.UNKNOWN}
    turns = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, words = line.split(":", 1)
        turns.append(Turn(speakers[name.strip()], words.strip()))
    return turns


def quotes(finding: Finding) -> list[str]:
    return [evidence.quote for evidence in finding.evidence]


def assert_quoted(finding: Finding, turns: Sequence[Turn]) -> None:
    """Every piece of evidence, also inside of the value, is an exact stretch of its turn, or a fact with words."""
    for evidence in (*finding.evidence, *_inside(finding.value)):
        assert evidence.quote
        if evidence.turn is None:
            assert (evidence.start, evidence.end) == (0, 0)
        else:
            assert turns[evidence.turn].text[evidence.start : evidence.end] == evidence.quote


def _inside(value: Any) -> Iterator[Evidence]:
    if isinstance(value, dict) and {"quote", "turn", "start", "end"} <= value.keys():
        yield Evidence(value["quote"], value["turn"], value["start"], value["end"])
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _inside(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _inside(inner)
