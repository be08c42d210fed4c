"""What a call meant: every rule in the order in which they build on one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rules import lead_score, summary
from rules.booking import Proofs, decide_booking
from rules.lead_score import Signals, interest, score_lead
from rules.lead_words import listen
from rules.outcome import Ended, plain_outcome
from rules.qa import DEFAULT_WEIGHTS, Weights, score_quality
from rules.sentiment import Stated, read_sentiment
from rules.value import Service, estimate_value
from vocabulary import Finding, Turn

VERSION = "1"
INTEREST = "interest"
KINDS = ("value", "booking", "sentiment", "qa", "outcome", "lead_score", INTEREST, "summary")

Stands = Callable[[Finding], Mapping[str, Any]]
"""Given what a rule found, the value that counts: a person or a better engine may have said otherwise."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that the rules look at, of one call."""

    turns: Sequence[Turn] = ()
    ended: Ended = field(default_factory=Ended)
    proofs: Proofs = field(default_factory=Proofs)
    stated: Stated = field(default_factory=Stated)
    """The provider's own analysis of the caller's mood."""
    stated_summary: str | None = None
    direction: str | None = None
    seconds: Decimal | None = None
    services: Sequence[Service] = ()
    weights: Weights = DEFAULT_WEIGHTS
    returning: bool = False


def own(finding: Finding) -> Mapping[str, Any]:
    """Nobody has said otherwise."""
    return finding.value


def understand(call: Known, stands: Stands = own) -> Iterator[Finding]:
    """One finding of each kind; those that build on others take what stands of them."""
    value = estimate_value(call.turns, call.services)
    booking = decide_booking(call.turns, call.proofs)
    mood = read_sentiment(call.turns, call.stated)
    yield from (value, booking, mood, score_quality(call.turns, call.weights))
    booked, feeling, worth = stands(booking)["booking"], stands(mood), stands(value)
    # Where nobody said a word, nothing is known of a booking: "not booked" would be a claim.
    known_booking = booked if call.turns or booked != "not_booked" else None
    outcome = plain_outcome(_ended(call, known_booking))
    yield outcome
    signals = _signals(call, known_booking, feeling, worth)
    yield score_lead(signals, call.turns)
    shown = interest(signals, call.turns)
    yield Finding(INTEREST, lead_score.VERSION, {"shown": shown.shown, "why": shown.why}, shown.evidence)
    yield summary.summarise(_facts(call, stands(outcome), known_booking, feeling, worth))


def _ended(call: Known, booking: str | None) -> Ended:
    e = call.ended
    return Ended(e.ending, e.fault, e.ended_reason, e.status, booking, e.disposition, call.seconds)


def _signals(call: Known, booking: str | None, mood: Mapping[str, Any], worth: Mapping[str, Any]) -> Signals:
    return Signals(
        booking=booking,
        sentiment_label=mood["label"],
        sentiment_score=mood["score"],
        urgency=mood["urgency"],
        value=None if worth["amount"] is None else Decimal(str(worth["amount"])),
        duration_seconds=call.seconds,
        returning=call.returning,
    )


def _facts(
    call: Known, outcome: Mapping[str, Any], booking: str | None, mood: Mapping[str, Any], worth: Mapping[str, Any]
) -> summary.Known:
    return summary.Known(
        direction=call.direction,
        service=worth["service"],
        booking=booking,
        outcome_sentence=outcome["sentence"],
        sentiment_label=mood["label"],
        urgency=mood["urgency"],
        asked=tuple(str(sign) for sign in listen(call.turns).signs),
        duration_seconds=call.seconds,
        stated=call.stated_summary,
    )
