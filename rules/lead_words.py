"""What callers say who may become customers, and what those say who will not; read by rules/lead_score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rules.phrases import Lexicon, Said, by, is_english, negated, said
from vocabulary import Evidence, Speaker, Turn

EVIDENCE_LIMIT = 3
"""Quotations for each sign."""


class Sign(StrEnum):
    PRICE = "asked_price"
    TIME = "asked_time"
    AVAILABILITY = "asked_availability"
    CALLBACK = "callback"
    CONTACT = "contact_details"
    NO_INTEREST = "no_interest"
    NOTHING = "nothing"
    """A longer phrase that is not what a shorter one inside of it is."""


APPOINTMENTS = tuple(
    f"{verb} {appointment}"
    for verb in ("make", "making", "book", "booking", "schedule", "scheduling", "set up", "get", "need", "want", "like")
    for appointment in ("an appointment", "a appointment", "appointment", "a consultation", "a consult", "a visit")
)
PHRASES = {
    Sign.PRICE: (
        "how much", "cost", "costs", "price", "prices", "priced", "pricing", "price range", "fee", "fees", "rates",
        "how expensive", "do you charge", "you charge for", "what would you charge", "yall charge",
        "guys charge", "run me", "expensive", "price wise", "copay", "quote", "estimate", "afford",
        "payment plan", "payment plans", "financing",
    ),
    Sign.TIME: (
        "what time", "what times", "how long", "how soon", "how late", "when can", "when could", "when would",
        "when will", "when is", "when are", "when do", "when does", "whens", "how longs", "your hours", "opening hours",
        "business hours", "office hours", "are you open", "you open on", "guys open", "yall open", "what day",
        "what days", "which day", "which days", "what dates",
    ),
    Sign.AVAILABILITY: (
        "available", "availability", "opening", "openings", "slot", "slots", "time slot", "fit me in", "squeeze me in",
        "get me in", "can i come in", "could i come in", "like to come in", "want to come in", "can i get in",
        "next appointment", "earliest appointment", "have an appointment for", "make a reservation", "can i come by",
        "could come by", "could i come by", "got anything", "need to see the doctor", "need to see a doctor",
        "like to see the doctor", "need to be seen", *APPOINTMENTS, "like to book",
        "want to book", "wanna book", "need to book", "can i book", "could i book", "like to schedule",
        "want to schedule", "wanna schedule", "need to schedule", "can i schedule", "could i schedule",
        "do you have anything", "have anything on", "have anything for", "sign me up", "book me", "schedule me",
    ),
    Sign.CALLBACK: (
        "call me back", "calling me back", "call back", "callback", "ring me back", "ring me", "call me later",
        "call me tomorrow", "call me on", "call me at", "give me a call", "give me a ring", "gimme a call",
        "someone call me", "somebody call me", "someone calls me", "someone to call me", "have him call me",
        "have her call me", "have them call me", "return my call", "get back to me", "phone me", "text me back",
        "nurse call me", "doctor call me", "office call me", "you can call me at", "have someone call",
        "have somebody call",
    ),
    Sign.CONTACT: (
        "[PHONE_1]", "[EMAIL_1]", "[ADDRESS_1]", "my number is", "my numbers", "my phone number is", "my cell is",
        "my cell number is", "my email is", "my emails", "my email address is", "my address is", "reach me at",
        "reach me on",
    ),
    Sign.NO_INTEREST: (
        "not interested", "no longer interested", "wrong number", "take me off", "remove me from", "remove my number",
        "stop calling", "dont call me", "do not call me", "dont call again", "do not call again",
        "dont ever call", "changed my mind", "ill pass", "i will pass", "going to pass", "gonna pass",
        "went with someone else", "went with somebody else", "found someone else", "found somebody else",
        "went somewhere else", "no longer need", "no longer want", "dont need it anymore", "dont need anything",
        "dont want anything", "didnt call you", "didnt mean to call", "called by accident", "called by mistake",
        "dialed the wrong", "misdialed", "lose my number", "already have someone", "already have somebody",
    ),
    Sign.NOTHING: (
        "how much time", "how much longer", "how much more time", "how much pain", "how much notice", "how long have",
        "how long ago", "what time is it", "no matter the cost", "grand opening", "not interested in",
        "no longer interested in", "do i have the wrong number", "is this the wrong number", "have i the wrong number",
        "dont call me back",
        "do not call me back", "dont call back", "never call back", "quote unquote", "in person", "i will call back",
        "ill call back", "i can call back", "let me call back", "ill call you back", "i will call you back",
    ),
}  # fmt: skip
ASKED = (Sign.PRICE, Sign.TIME, Sign.AVAILABILITY)
DENIABLE = frozenset((Sign.AVAILABILITY, Sign.CALLBACK, Sign.CONTACT))
"""What "not" or "no need to" before it turns into nothing; a price that somebody does not know was still asked for."""
NEVER = (-1, -1)
LEXICON = Lexicon((phrase, sign) for sign, phrases in PHRASES.items() for phrase in phrases)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the caller was heard to ask for, each sign with its first words."""

    signs: dict[Sign, tuple[Evidence, ...]]
    understood: bool
    """False where nobody knows: no words of the caller, too few, or not in English."""
    last: dict[Sign, tuple[int, int]]
    """Where each was heard last: the turn and the word."""

    def of(self, sign: Sign) -> tuple[Evidence, ...]:
        return self.signs.get(sign, ())

    def ends_with_no(self) -> bool:
        """Whether nothing was asked for any more after a plain no."""
        asked = max((self.last.get(sign, NEVER) for sign in (*ASKED, Sign.CALLBACK)), default=NEVER)
        return self.last.get(Sign.NO_INTEREST, NEVER) > asked


FEW_WORDS = 10
"""Of the caller: whoever says less may not have come to the point."""


def listen(turns: Sequence[Turn]) -> Heard:
    """The signs in the caller's words; where no turn is known to be the caller's, in those of unknown speakers.

    Several rules ask for the same call one after the other: they share the work, and change nothing of it.
    """
    return _signs(tuple(turns))


@lru_cache(maxsize=8)
def _signs(turns: tuple[Turn, ...]) -> Heard:
    heard = said(turns)
    asking = by(heard, Speaker.CALLER) or by(heard, Speaker.UNKNOWN)
    understood = sum(len(turn.words) for turn in asking) >= FEW_WORDS and is_english(heard)
    found = Heard({}, understood, {})
    for turn in asking:
        _listen(turn, found)
    return found


def _listen(turn: Said, found: Heard) -> None:
    for hit in LEXICON.find(turn.words):
        for sign in hit.labels:
            if sign is Sign.NOTHING or (sign in DENIABLE and negated(turn, hit.first)):
                continue
            found.last[sign] = (turn.index, hit.first)
            if len(known := found.of(sign)) < EVIDENCE_LIMIT:
                found.signs[sign] = (*known, turn.cite(hit.first, hit.last))
