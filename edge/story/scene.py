"""Whose story is told, in which zone and when; and the words that every story uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from edge import present
from vocabulary import NOBODY

PROVIDERS = {"aftercall": "Aftercall", "openai": "OpenAI", "signalwire": "SignalWire"}
WHO = {"user": "a person (user {0})", "rule": "the rule “{0}”", "shell": "an operator ({0})"}


@dataclass(frozen=True, slots=True)
class Scene:
    org_id: UUID
    name: str
    zone: str
    now: datetime

    def at(self, moment: datetime) -> str:
        """A time of the organization's day."""
        return present.exactly(moment, self.zone)

    def opening(self, what: str, id: UUID) -> str:
        whose = "no organization's" if self.org_id == NOBODY else f"of {self.name}"
        return f"{what} {id} is {whose}; times are those of {self.zone}."


def provider(name: str | None) -> str:
    return PROVIDERS.get(name or "", (name or "a provider").capitalize())


def plain(code: object) -> str:
    """no_answer → no answer."""
    return str(code).replace("_", " ").replace("-", " ")


def who(requested_by: str) -> str:
    """user:<id> → a person (user <id>)."""
    kind, _, name = requested_by.partition(":")
    return WHO[kind].format(name) if kind in WHO and name else requested_by


def times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def listed(words: Iterable[str]) -> str:
    """a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
