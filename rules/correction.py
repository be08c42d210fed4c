"""A person's word on a result: checked, completed from what stood before, and kept as a finding of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from rules import summary
from rules.factors import fact
from rules.lead_score import temperature
from rules.outcome import SENTENCES
from rules.redaction import redact_text
from vocabulary import Finding

VERSION = "1"
BOOKINGS = ("confirmed", "requested", "not_booked", "rescheduled", "cancelled")
MOODS = {"positive": 0.8, "neutral": 0.5, "negative": 0.2}
"""Label → the score that it is taken for."""
LARGEST = Decimal(10) ** 8
LONGEST_SUMMARY = 4_000


class Impossible(ValueError):
    """A correction says what a result cannot be; the message says what it can be."""


def corrected(kind: str, said: str, before: Mapping[str, Any]) -> Finding:
    """The result as a person states it, on top of what stood before. Raises Impossible."""
    if kind not in READERS:
        raise Impossible(f"What can be corrected is one of {', '.join(READERS)}")
    value = {**before, **READERS[kind](said.strip()), "by": "person"}
    evidence = "a person wrote it" if kind == summary.KIND else f"a person says: {said.strip()[:120]}"
    return Finding(kind, VERSION, value, fact(evidence))


def _booking(said: str) -> dict[str, Any]:
    return {"booking": _one_of(said, BOOKINGS, "A booking"), "why": "A person says so."}


def _mood(said: str) -> dict[str, Any]:
    label = _one_of(said, tuple(MOODS), "A sentiment")
    return {"label": label, "score": MOODS[label]}


def _outcome(said: str) -> dict[str, Any]:
    outcome = _one_of(said, tuple(SENTENCES), "An outcome")
    return {"outcome": outcome, "sentence": SENTENCES[outcome] + "."}


def _value(said: str) -> dict[str, Any]:
    try:
        amount = Decimal(said).quantize(Decimal("0.0001"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount < LARGEST):
        raise Impossible("A value is an amount of money such as 400 or 149.50")
    return {"amount": str(amount)}


def _score(said: str) -> dict[str, Any]:
    if not (said.isascii() and said.isdigit() and len(said) <= 3 and int(said) <= 100):
        raise Impossible("A score is a whole number from 0 to 100")
    return {"score": int(said)}


def _lead_score(said: str) -> dict[str, Any]:
    score = _score(said)
    return {**score, "temperature": temperature(score["score"])}


def _summary(said: str) -> dict[str, Any]:
    """What a person writes may repeat what was said on the call: it is redacted like the words themselves."""
    if not 0 < len(said) <= LONGEST_SUMMARY:
        raise Impossible(f"A summary has from 1 to {LONGEST_SUMMARY} characters")
    return {"summary": redact_text(said)}


def _one_of(said: str, words: tuple[str, ...], what: str) -> str:
    if said not in words:
        raise Impossible(f"{what} is one of {', '.join(words)}")
    return said


READERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "booking": _booking,
    "sentiment": _mood,
    "outcome": _outcome,
    "value": _value,
    "qa": _score,
    "lead_score": _lead_score,
    "summary": _summary,
}
