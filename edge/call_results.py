"""What a call meant, as its page tells it: each result with its reason, its words, its rule, and what stood before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from edge import present
from edge.quotes import is_quote
from edge.transcripts import clock, speaker
from models.analyses import OPENAI, PERSON, PROVIDER, Analysis
from models.call_words import Results

TITLES = {
    "summary": "Summary",
    "outcome": "Outcome",
    "booking": "Booking",
    "value": "Value",
    "lead_score": "Lead score",
    "interest": "Interest",
    "qa": "Quality",
    "sentiment": "Caller’s mood",
}
"""Kinds in the order in which a page tells them."""
TONES = {
    "confirmed": "good", "rescheduled": "good", "cancelled": "bad", "requested": "busy", "positive": "good",
    "negative": "bad", "hot": "good", "warm": "busy", "booked": "good", "failed": "bad",
}  # fmt: skip
UNKNOWN = "Not known"

Value = Mapping[str, Any]
Turns = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    turn: int
    speaker: str
    at: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What something was read from: words of the transcript, and facts of the call."""

    quotes: list[Quote] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A factor of a score."""

    name: str
    points: float
    most: float
    why: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Version:
    """Who found what, when; earlier ones are told so."""

    headline: str
    source: str
    number: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Result:
    kind: str
    title: str
    headline: str
    tone: str
    reasons: list[str]
    flags: list[str]
    basis: Basis
    parts: list[Part]
    current: Version
    earlier: list[Version]
    is_corrected: bool


def results(found: Results, turns: Turns | None, people: Mapping[UUID, str]) -> list[Result]:
    """The results that stand, each with its earlier versions. Without turns nothing of the words is told."""
    shown = []
    for kind in TITLES:
        if (one := found.standing.get(kind)) is not None:
            versions = [other for other in found.every if other.kind == kind and other is not one]
            shown.append(_result(one, versions, turns, people))
    return shown


def people_of(every: Iterable[Analysis]) -> set[UUID]:
    """The users who corrected something."""
    return {user_id for one in every if (user_id := _user(one.author)) is not None}


def headline(kind: str, value: Value | None) -> str:
    """A result in a word or two; one that was taken back says so."""
    if value is None:
        return "Taken back"
    return HEADLINES[kind](value) if kind in HEADLINES else present.words(kind)


def _result(one: Analysis, others: list[Analysis], turns: Turns | None, people: Mapping[UUID, str]) -> Result:
    value = one.value or {}
    by_person = one.engine == PERSON
    return Result(
        kind=one.kind,
        title=TITLES[one.kind],
        headline=headline(one.kind, one.value),
        tone=TONES.get(_code(one.kind, value), "plain"),
        reasons=[] if by_person else REASONS.get(one.kind, _why)(value),
        flags=[present.words(flag) for flag in value.get("risk_flags") or ()],
        basis=Basis() if by_person else _basis(one.evidence, turns),
        parts=[] if by_person else [_part(part, turns) for part in value.get("factors") or ()],
        current=_version(one, people),
        earlier=[_version(other, people) for other in others],
        is_corrected=by_person,
    )


def _basis(evidence: Iterable[Any], turns: Turns | None) -> Basis:
    basis = Basis()
    for one in evidence:
        if not is_quote(one):
            basis.facts.append(str(one["quote"]))
        elif turns is not None:
            basis.quotes.append(_quote(one, turns))
    return basis


def _quote(evidence: Mapping[str, Any], turns: Turns) -> Quote:
    place = int(evidence["turn"])
    turn = turns[place] if 0 <= place < len(turns) else None
    who, at = (speaker(turn), clock(turn["start"])) if turn else ("", "")
    return Quote(str(evidence["quote"]), place if turn else -1, who, at)


def _part(part: Mapping[str, Any], turns: Turns | None) -> Part:
    basis = _basis(part.get("evidence") or (), turns)
    return Part(present.words(part["name"]), part["points"], part["most"], part["why"], basis)


def _version(one: Analysis, people: Mapping[UUID, str]) -> Version:
    return Version(headline(one.kind, one.value), _source(one, people), one.version, one.created_at)


def _source(one: Analysis, people: Mapping[UUID, str]) -> str:
    if one.engine == PERSON:
        user_id = _user(one.author)
        who = people.get(user_id, "a colleague") if user_id else one.author or "a colleague"
        return f"{'Taken back' if one.value is None else 'Corrected'} by {who}"
    told = {PROVIDER: "From the provider", OPENAI: "By OpenAI"}.get(one.engine, "By our rules")
    return f"{told} ({one.kind.replace('_', ' ')} {one.rule_version})"


def _user(author: str | None) -> UUID | None:
    scheme, _, rest = (author or "").partition(":")
    try:
        return UUID(rest) if scheme == "user" else None
    except ValueError:
        return None


def _code(kind: str, value: Value) -> str:
    name = {"lead_score": "temperature", "sentiment": "label"}.get(kind, kind)
    return str(value.get(name) or "")


def _worded(name: str) -> Callable[[Value], str]:
    return lambda value: present.words(value[name]) if value.get(name) else UNKNOWN


def _amount(value: Value) -> str:
    if value.get("amount") is None:
        return "No service asked for"
    amount = present.money(Decimal(str(value["amount"])))
    return f"{amount} · {value['service']}" if value.get("service") else amount


def _lead(value: Value) -> str:
    known = present.words(value["temperature"]) if value.get("temperature") else ""
    return f"{_score(value)} · {known}" if known else _score(value)


def _score(value: Value) -> str:
    return f"{value['score']} of 100" if value.get("score") is not None else "Not judged"


def _mood(value: Value) -> str:
    label = present.words(value["label"]) if value.get("label") else UNKNOWN
    return f"{label} · urgency {value['urgency']}" if value.get("urgency") else label


def _interest(value: Value) -> str:
    return {True: "Shown", False: "None shown"}.get(value.get("shown"), UNKNOWN)  # type: ignore[arg-type]


HEADLINES: dict[str, Callable[[Value], str]] = {
    "summary": lambda value: str(value.get("summary") or ""),
    "outcome": _worded("outcome"),
    "booking": _worded("booking"),
    "value": _amount,
    "lead_score": _lead,
    "interest": _interest,
    "qa": _score,
    "sentiment": _mood,
}


def _told(*names: str) -> Callable[[Value], list[str]]:
    return lambda value: [str(value[name]) for name in names if value.get(name)]


def _priced(value: Value) -> list[str]:
    return [f"Price version {value['price_version']}"] if value.get("price_version") else []


_why = _told("why")
REASONS: dict[str, Callable[[Value], list[str]]] = {
    "summary": lambda value: [],
    "outcome": _told("sentence"),
    "value": _priced,
    "lead_score": lambda value: [],
    "qa": _told("reason_primary", "reason_secondary"),
    "sentiment": _told("summary"),
}
