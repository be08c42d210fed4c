"""How likely a caller is to become a customer, 0 to 100, as a sum of factors that each say why.

No factor looks at another and none takes points away, so that a better fact never lowers a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.factors import Factor, all_evidence, fact, measured
from rules.lead_words import ASKED, Heard, Sign, listen
from vocabulary import Evidence, Finding, Turn

VERSION = "1"
KIND = "lead_score"
HOT = 70
WARM = 40

BOOKING_MOST = 50
BOOKING = {"confirmed": 50, "rescheduled": 50, "requested": 30}
SENTIMENT_MOST = 10
LABELS = {"positive": 0.8, "neutral": 0.5, "negative": 0.2}
"""What a label is taken for where no score from 0 to 1 came with it."""
URGENCY_MOST = 6
URGENCY = {"high": 6, "medium": 3}
VALUE_MOST = 10
VALUE = ((5000, 10), (1000, 8), (300, 6), (1, 4))
"""From this amount of money: so many points."""
DURATION_MOST = 6
DURATION = ((180, 6), (60, 4), (30, 2))
"""From so many seconds: so many points."""
RETURNING = 3
SIGNS = {Sign.PRICE: 4, Sign.AVAILABILITY: 3, Sign.TIME: 2, Sign.CALLBACK: 3, Sign.CONTACT: 3}

HEARD = {
    Sign.PRICE: ("The caller asked about the price", "No price was asked for"),
    Sign.AVAILABILITY: ("The caller asked for an appointment or what is free", "Nobody asked what is free"),
    Sign.TIME: ("The caller asked about times", "No times were asked for"),
    Sign.CALLBACK: ("The caller wants to be called back", "No call back was asked for"),
    Sign.CONTACT: ("The caller gave contact details", "No contact details were given"),
}


@dataclass(frozen=True, slots=True)
class Signals:
    """What other rules, the provider and the records know of a call; None where nobody knows."""

    booking: str | None = None
    """confirmed, requested, not_booked, rescheduled or cancelled."""
    sentiment_label: str | None = None
    sentiment_score: float | Decimal | None = None
    """0 to 1."""
    urgency: str | None = None
    value: Decimal | None = None
    duration_seconds: float | Decimal | None = None
    returning: bool = False
    """Whether this person has called before."""
    stated: frozenset[Sign] = frozenset()
    """What the provider's structured data say, whatever the words."""


@dataclass(frozen=True, slots=True)
class Interest:
    """Whether a call showed interest; `shown` is None where that cannot be told."""

    shown: bool | None
    why: str
    evidence: tuple[Evidence, ...] = ()


def score_lead(signals: Signals, turns: Sequence[Turn] = ()) -> Finding:
    """The score, its temperature and every factor with points, reason and evidence."""
    heard = listen(turns)
    factors = (
        _booking(signals.booking),
        _sentiment(signals.sentiment_label, signals.sentiment_score),
        _urgency(signals.urgency),
        _amount(signals.value),
        _duration(signals.duration_seconds),
        _returning(signals.returning),
        *(_sign(sign, signals, heard) for sign in SIGNS),
    )
    score = int(sum(factor.points for factor in factors))
    value = {"score": score, "temperature": temperature(score), "factors": [factor.shown() for factor in factors]}
    return Finding(KIND, VERSION, value, all_evidence(factors))


def temperature(score: float) -> str:
    return "hot" if score >= HOT else "warm" if score >= WARM else "cold"


def interest(signals: Signals, turns: Sequence[Turn] = ()) -> Interest:
    """Whether the caller showed interest: a booking first, then a plain no at the end, then what was asked for."""
    heard = listen(turns)
    if signals.booking in BOOKING:
        return Interest(True, f"The booking is {signals.booking}", fact(f"booking: {signals.booking}"))
    if heard.ends_with_no():
        return Interest(False, "The caller said no", heard.of(Sign.NO_INTEREST))
    for sign in (*ASKED, Sign.CALLBACK):
        if heard.of(sign) or sign in signals.stated:
            return Interest(True, HEARD[sign][0], heard.of(sign) or fact(f"stated by the provider: {sign}"))
    if _points(signals.value, VALUE):
        return Interest(True, "A service was asked for", fact(f"value: {signals.value}"))
    if not heard.understood:
        return Interest(None, "Too little was said, or not in English")
    return Interest(False, "The caller asked for nothing that is on offer", fact("no question, no service"))


def _booking(booking: str | None) -> Factor:
    points = BOOKING.get(booking or "", 0)
    why = f"The booking is {booking.replace('_', ' ')}" if booking else "Nothing is known of a booking"
    return Factor("booking", points, BOOKING_MOST, why, fact(f"booking: {booking}") if booking else ())


def _sentiment(label: str | None, score: float | Decimal | None) -> Factor:
    known = measured(score)
    share = LABELS.get(label or "") if known is None else min(max(float(known), 0.0), 1.0)
    if share is None:
        return Factor("sentiment", 0, SENTIMENT_MOST, "The caller's mood is not known")
    words = f"sentiment: {label}" if known is None else f"sentiment score: {float(known):.2f}"
    mood = "good" if share > 0.6 else "bad" if share < 0.4 else "neither good nor bad"
    points = round(SENTIMENT_MOST * share)
    return Factor("sentiment", points, SENTIMENT_MOST, f"The caller's mood was {mood}", fact(words))


def _urgency(urgency: str | None) -> Factor:
    if urgency not in ("low", *URGENCY):
        return Factor("urgency", 0, URGENCY_MOST, "The urgency is not known")
    why = f"The urgency is {urgency}"
    return Factor("urgency", URGENCY.get(urgency, 0), URGENCY_MOST, why, fact(f"urgency: {urgency}"))


def _amount(amount: Decimal | None) -> Factor:
    points = _points(amount, VALUE)
    if not points:
        return Factor("value", 0, VALUE_MOST, "No service with a price was asked for")
    return Factor("value", points, VALUE_MOST, f"The service is worth {amount}", fact(f"value: {amount}"))


def _duration(seconds: float | Decimal | None) -> Factor:
    if measured(seconds) is None:
        return Factor("duration", 0, DURATION_MOST, "The duration is not known")
    points = _points(seconds, DURATION)
    why = "The call was short" if not points else "The call was long enough for a conversation"
    return Factor("duration", points, DURATION_MOST, why, fact(f"duration: {seconds} seconds"))


def _returning(returning: bool) -> Factor:
    if not returning:
        return Factor("returning_caller", 0, RETURNING, "The first call of this person, as far as is known")
    return Factor("returning_caller", RETURNING, RETURNING, "The caller has called before", fact("an earlier call"))


def _sign(sign: Sign, signals: Signals, heard: Heard) -> Factor:
    evidence = heard.of(sign) or (fact(f"stated by the provider: {sign}") if sign in signals.stated else ())
    why = HEARD[sign][0 if evidence else 1]
    return Factor(str(sign), SIGNS[sign] if evidence else 0, SIGNS[sign], why, evidence)


def _points(number: float | Decimal | None, steps: Sequence[tuple[int, int]]) -> int:
    known = measured(number)
    return 0 if known is None else next((points for least, points in steps if known >= least), 0)
