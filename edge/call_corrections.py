"""What a person can say about a call's results: for each the field that asks, and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from edge import present
from models.call_words import Results
from rules.correction import BOOKINGS, LONGEST_SUMMARY, MOODS, READERS
from rules.outcome import SENTENCES

PASSING = ("under_way",)
"""What a call is found to be by itself, and nobody says."""
CHOICES = {
    "booking": BOOKINGS,
    "sentiment": tuple(MOODS),
    "outcome": tuple(word for word in SENTENCES if word not in PASSING),
}
NAMES = {"booking": "booking", "sentiment": "label", "outcome": "outcome", "value": "amount", "summary": "summary"}
"""Kind of a result: where its word stands; a score stands under its own name."""
QUESTIONS = {
    "booking": "What was agreed",
    "sentiment": "The caller’s mood",
    "outcome": "How the call ended",
    "value": "Worth in dollars",
    "qa": "Quality, 0 to 100",
    "lead_score": "Lead score, 0 to 100",
    "summary": "Summary",
}


@dataclass(frozen=True, slots=True)
class Offer:
    kind: str
    question: str
    said: str
    """What stands in the field: the result as it is."""
    choices: list[tuple[str, str]]
    """Words and how they are told; empty where something is typed."""
    longest: int = LONGEST_SUMMARY


def offers(found: Results) -> dict[str, Offer]:
    """For each result that stands and that a person can correct."""
    return {kind: _offer(kind, one.value or {}) for kind, one in found.standing.items() if kind in READERS}


def _offer(kind: str, value: Mapping[str, Any]) -> Offer:
    said = value.get(NAMES.get(kind, "score"))
    choices = [(word, present.words(word)) for word in CHOICES.get(kind, ())]
    return Offer(kind, QUESTIONS[kind], "" if said is None else _plain(kind, said), choices)


def _plain(kind: str, said: Any) -> str:
    return f"{Decimal(str(said)):.2f}" if kind == "value" else str(said)
