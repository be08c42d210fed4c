"""A call in two or three plain sentences, composed from what the other rules found, where nobody better wrote one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rules.factors import fact, measured
from rules.lead_words import Sign
from rules.outcome import BOOKINGS, SENTENCES
from vocabulary import Direction, Evidence, Finding

VERSION = "1"
KIND = "summary"

OPENINGS = {
    Direction.INBOUND: ("Somebody called", "A caller asked about"),
    Direction.OUTBOUND: ("We called somebody", "We called somebody, who asked about"),
    Direction.WEB: ("Somebody spoke with us on the website", "A visitor of the website asked about"),
}
UNKNOWN = ("There was a call", "In a call, somebody asked about")
QUESTIONS = {
    Sign.PRICE: "the price",
    Sign.TIME: "times",
    Sign.AVAILABILITY: "free appointments",
}
URGENT = {"high": "it is urgent", "medium": "an answer is wanted soon"}
CALL_BACK = "a call back is owed"
FIX_TIME = "a time for the appointment is still to be fixed"
SERVICE_LIMIT = 80
OUTCOME_LIMIT = 300
STATED_LIMIT = 4000
"""Characters of each that go into a summary."""
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Known:
    """What other rules, the provider and the records know of a call; None where nobody knows."""

    direction: str | None = None
    service: str | None = None
    booking: str | None = None
    """confirmed, requested, not_booked, rescheduled or cancelled."""
    outcome_sentence: str | None = None
    """As rules/outcome puts it."""
    sentiment_label: str | None = None
    urgency: str | None = None
    asked: tuple[str, ...] = ()
    """The values of the signs that rules/lead_words heard."""
    duration_seconds: float | Decimal | None = None
    stated: str | None = None
    """The provider's own summary, which wins."""


def summarise(facts: Known) -> Finding:
    """The provider's summary as it stands, or our own: who called about what, what came of it, what is owed next."""
    if stated := (facts.stated or "").strip()[:STATED_LIMIT].rstrip():
        return Finding(KIND, VERSION, {"summary": stated, "by": "provider"}, fact("the provider's summary"))
    sentences = (_opening(facts), _outcome(facts), _next(facts))
    value = {"summary": " ".join(_sentence(one) for one in sentences if one), "by": "rules"}
    return Finding(KIND, VERSION, value, _evidence(facts))


def _opening(facts: Known) -> str:
    bare, asking = OPENINGS.get(_direction(facts), UNKNOWN)
    asked = [QUESTIONS[sign] for sign in QUESTIONS if sign in facts.asked]
    about = [*([service] if (service := _one_line(facts.service, SERVICE_LIMIT)) else []), *asked]
    return (f"{asking} {_listed(about)}" if about else bare) + _length(facts.duration_seconds)


def _direction(facts: Known) -> Direction:
    given = (facts.direction or "").lower()
    return Direction(given) if given in set(Direction) else Direction.UNKNOWN


def _length(seconds: float | Decimal | None) -> str:
    known = measured(seconds)
    if known is None or not 1 <= known < 100 * 3600:
        return ""
    if known < MINUTE:
        return f" ({int(known)} seconds)"
    minutes = round(float(known) / MINUTE)
    return f" ({minutes} minute{'s' if minutes > 1 else ''})"


def _outcome(facts: Known) -> str:
    return _one_line(facts.outcome_sentence, OUTCOME_LIMIT) or SENTENCES.get(BOOKINGS.get(facts.booking or "", ""), "")


def _next(facts: Known) -> str:
    """The mood where it is bad, how urgent it is, and what is owed."""
    outcome = _outcome(facts)
    mood = "the caller was unhappy" if facts.sentiment_label == "negative" else ""
    owed = ""
    if Sign.CALLBACK in facts.asked and SENTENCES["callback"] not in outcome:
        owed = CALL_BACK
    elif facts.booking == "requested":
        owed = FIX_TIME
    return _listed([part for part in (mood, URGENT.get(facts.urgency or "", ""), owed) if part])


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def _one_line(text: str | None, limit: int) -> str:
    """Without line breaks, and cut where it is long."""
    return " ".join((text or "")[:limit].split())


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def _evidence(facts: Known) -> tuple[Evidence, ...]:
    seconds = measured(facts.duration_seconds)
    shown: Iterable[tuple[str, str]] = (
        ("direction", "" if _direction(facts) is Direction.UNKNOWN else str(_direction(facts))),
        ("service", _one_line(facts.service, SERVICE_LIMIT)),
        ("asked", ", ".join(sign for sign in (*QUESTIONS, Sign.CALLBACK) if sign in facts.asked)),
        ("duration", f"{seconds} seconds" if _length(seconds) else ""),
        ("outcome", _one_line(facts.outcome_sentence, OUTCOME_LIMIT)),
        ("booking", facts.booking or "" if facts.booking in BOOKINGS else ""),
        ("sentiment", "negative" if facts.sentiment_label == "negative" else ""),
        ("urgency", facts.urgency or "" if facts.urgency in URGENT else ""),
    )
    return tuple(evidence for name, said in shown if said for evidence in fact(f"{name}: {said}"))
