"""Words that a business must hear of: promises and diagnoses by its agents, threats and emergencies of its callers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from rules.phrases import Hit, Lexicon, Said, negated, word_set
from vocabulary import Evidence, Speaker

EVIDENCE_LIMIT = 2
"""Quotations for each flag."""


class Flag(StrEnum):
    EMERGENCY = "emergency"
    LEGAL_THREAT = "legal_threat"
    DISCOURAGES_CARE = "discourages_care"
    DIAGNOSIS = "diagnosis"
    GUARANTEE = "guarantee"
    RUDE_AGENT = "rude_agent"
    REFUND_DEMAND = "refund_demand"
    COMPLAINT = "complaint"
    DO_NOT_CALL = "do_not_call"
    PRESSURE = "pressure"
    NOTHING = "nothing"
    """A longer phrase in which a risky one is harmless."""


COST = {
    Flag.LEGAL_THREAT: 0.5,
    Flag.DISCOURAGES_CARE: 1.0,
    Flag.DIAGNOSIS: 1.0,
    Flag.GUARANTEE: 1.0,
    Flag.RUDE_AGENT: 1.0,
    Flag.REFUND_DEMAND: 0.5,
    Flag.COMPLAINT: 0.5,
    Flag.DO_NOT_CALL: 0.5,
    Flag.PRESSURE: 0.5,
    Flag.EMERGENCY: 0.0,
}
"""Shares of the factor that a flag takes: an agent's words all, a caller's threat half, an emergency nothing."""

NO_NEED = ("you dont need", "you do not need", "you wont need", "theres no need for", "no need for", "dont bother with")
NO_VISIT = ("dont need to", "do not need to", "no need to", "dont bother to", "dont have to", "do not have to")
CARE = ("a doctor", "the doctor", "an ambulance", "a specialist", "the emergency room", "the hospital")
VISITS = (
    "see a doctor",
    "go to the hospital",
    "go to the er",
    "go to the emergency room",
    "call 911",
    "call an ambulance",
)
PAPERS = ("referral", "note", "to refer", "appointment", "order", "prescription")
"""What may well not be needed from a doctor."""


def _each(*parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(" ".join(words) for words in product(*parts))


AGENT = {
    Flag.GUARANTEE: (
        "guarantee", "guarantees", "guaranteed", "guaranteeing", "no risk", "no risks", "risk free", "zero risk",
        "without any risk", "no side effects", "completely safe", "totally safe", "hundred percent safe",
        "100 percent safe", "100 safe", "wont feel a thing", "will not feel a thing", "permanent results",
        "promise you results", "i promise it will", "i promise you will", "i promise youll", "works every time",
        "never fails", "always works",
    ),
    Flag.DISCOURAGES_CARE: (
        *_each(NO_NEED, CARE), *_each(NO_VISIT, VISITS),
        "stop taking your medication", "stop taking your meds", "stop taking your medicine", "stop taking your pills",
        "stop taking the medication", "skip your medication", "skip your meds",
        "can stop taking", "no doctor needed",
    ),
    Flag.DIAGNOSIS: (
        "i diagnose", "id diagnose", "i would diagnose", "my diagnosis", "the diagnosis is", "sounds like you have",
        "looks like you have", "you definitely have", "you probably have", "you most likely have", "you must have",
        "youre suffering from", "you are suffering from", "thats definitely", "this is definitely", "its definitely",
        "thats just", "its just", "sounds like", "thats probably", "its probably",
    ),
    Flag.RUDE_AGENT: (
        "shut up", "idiot", "idiots", "stupid", "moron", "not my problem", "whats wrong with you",
        "what is wrong with you", "are you deaf", "wasting my time", "waste my time", "get lost", "damn it", "dammit",
        "fuck", "fucking", "fuck you", "shit", "bullshit", "asshole", "bitch", "screw you", "youre being ridiculous",
        "you are being ridiculous", "youre ridiculous", "calm down", "how many times do i have to",
        "dont be stupid", "thats your problem", "your problem not mine",
    ),
    Flag.PRESSURE: (
        "last chance", "today only", "offer expires", "expires today", "before its too late", "have to decide now",
        "have to decide today", "have to decide right now", "decide right now", "now or never",
    ),
    Flag.NOTHING: (
        "guarantee your spot", "guarantees your spot", "guarantee your appointment", "guarantees your appointment",
        "guarantee your slot", "guarantee the appointment", "guarantee the spot", "guarantee your time",
        *_each(NO_NEED, ("a doctor", "the doctor", "a specialist"), PAPERS),
    ),
}  # fmt: skip
CALLER = {
    Flag.LEGAL_THREAT: (
        "sue you", "sue them", "sue your", "sue the", "suing", "going to sue", "gonna sue", "ill sue", "will sue",
        "lawsuit", "my lawyer", "my attorney", "a lawyer", "legal action", "take you to court", "see you in court",
        "malpractice", "small claims",
    ),
    Flag.REFUND_DEMAND: (
        "refund", "refunded", "money back", "chargeback", "charge back", "dispute the charge", "dispute this charge",
        "want my money", "give me my money",
    ),
    Flag.COMPLAINT: (
        "file a complaint", "make a complaint", "want to complain", "like to complain", "speak to a manager",
        "talk to a manager", "speak to your manager", "talk to your manager", "speak to a supervisor",
        "talk to a supervisor", "better business bureau", "bad review", "one star review", "report you",
        "this is unacceptable", "thats unacceptable", "this is ridiculous", "thats ridiculous",
    ),
    Flag.DO_NOT_CALL: (
        "take me off your list", "take me off the list", "stop calling", "dont call me again", "do not call me again",
        "remove my number", "do not call list", "dont ever call",
    ),
    Flag.EMERGENCY: (
        "chest pain", "chest pains", "cant breathe", "cannot breathe", "trouble breathing", "hard to breathe",
        "throat is closing", "kill myself", "end my life", "suicidal", "overdose", "overdosed", "unconscious",
        "wont stop bleeding", "bleeding a lot", "bleeding heavily", "heart attack", "having a stroke",
        "having an allergic reaction", "severe allergic reaction", "severe pain",
    ),
    Flag.NOTHING: (
        "refund policy", "is there a refund", "in a lawsuit",
        "get a refund if", "my lawyer referred", "my attorney referred", "my lawyer sent me",
        "my attorney sent me", "a lawyer referred",
    ),
}  # fmt: skip
CONDITIONS = word_set(
    "infection infected cancer cancerous diabetes arthritis fracture fractured broken disease disorder syndrome tumor "
    "depression rosacea eczema psoriasis melanoma hernia pneumonia flu covid abscess cavity migraine concussion clot "
    "sprain hypertension herpes shingles lupus asthma bronchitis ulcer sinusitis tonsillitis strep allergy dermatitis"
)
JUDGING_REACH = 5
"""Words after "sounds like" within which a disease makes it a diagnosis."""
DIRECT = word_set("diagnose diagnosis")
ASKING = word_set("if whether when unless do does did")

OF_AGENT = Lexicon((phrase, flag) for flag, phrases in AGENT.items() for phrase in phrases)
OF_CALLER = Lexicon((phrase, flag) for flag, phrases in CALLER.items() for phrase in phrases)


@dataclass(frozen=True, slots=True)
class Risk:
    flag: Flag
    evidence: tuple[Evidence, ...]


def risks(heard: Iterable[Said]) -> tuple[Risk, ...]:
    """The flags that the words raise, the gravest kind first. Unknown speakers can threaten, but not promise."""
    found: dict[Flag, tuple[Evidence, ...]] = {}
    for turn in heard:
        lexicon = OF_AGENT if turn.turn.speaker is Speaker.AGENT else OF_CALLER
        for hit in lexicon.find(turn.words):
            for flag in hit.labels:
                known = found.get(flag, ())
                if len(known) < EVIDENCE_LIMIT and _counts(turn, hit, flag):
                    found[flag] = (*known, turn.cite(hit.first, hit.last))
    return tuple(Risk(flag, found[flag]) for flag in Flag if flag in found)


def cost(raised: Iterable[Risk]) -> float:
    """From 0 (nothing was said) to 1."""
    return min(1.0, sum(COST[risk.flag] for risk in raised))


def _counts(turn: Said, hit: Hit[Flag], flag: Flag) -> bool:
    if flag is Flag.NOTHING or negated(turn, hit.first):
        return False
    if hit.first and turn.words[hit.first - 1] in ASKING:
        return False
    return flag is not Flag.DIAGNOSIS or _names_a_condition(turn, hit)


def _names_a_condition(turn: Said, hit: Hit[Flag]) -> bool:
    words = turn.words[hit.first : hit.last + 1 + JUDGING_REACH]
    return not DIRECT.isdisjoint(words[: hit.last - hit.first + 1]) or not CONDITIONS.isdisjoint(words)
