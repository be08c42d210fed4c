"""The words that call centres close a call with → our outcomes. The words are each customer's own, so rules read them.

Sources: the dialler codes that Convoso inherits and lists at
https://help.convoso.com/hc/en-us/articles/215908927-Convoso-System-Status-Definitions, and those of its relatives.
"""

from __future__ import annotations

import re

from rules.phrases import Lexicon, negated, said
from vocabulary import Speaker, Turn

LONGEST = 200
"""Characters that are read; a disposition is a label and not a note."""

CODES = {
    "booked": "sale appt apt appset aptset",
    "callback": "callbk cb cbhold",
    "not_interested": "ni dec",
    "do_not_call": "dnc dncl dncc dncw qdnc",
    "voicemail": "a aa al am afax vm lm lvm qvmail svyvm",
    "no_answer": "n na cpdna",
    "busy": "b ab cpdb",
    "disconnected": "dc adc adct cpdinv cpdsi",
    "rejected": "cpdrej",
    "wrong_number": "wn",
    "dropped": "drop xdrop pdrop timeot ahxfer afthrs callhu bchu hu hup",
    "failed": "cg cgd cgo cgt cidb cpdatb eri",
    "transferred": "xfer ivrxfr",
}
"""Whole dispositions, without regard to case."""

PHRASES = {
    "booked": (
        "booked", "appointment set", "appt set", "apt set", "set appointment", "set appt", "appointment made",
        "appointment scheduled", "appointment confirmed", "appt scheduled", "appt confirmed", "scheduled", "sale",
        "sold", "closed won", "new patient scheduled", "consult set", "consultation set", "enrolled",
    ),
    "rescheduled": ("rescheduled", "appointment moved", "appt moved"),
    "cancelled": (
        "appointment cancelled", "appointment canceled", "appt cancelled", "appt canceled", "cancelled appointment",
        "canceled appointment", "cancelled appt", "canceled appt", "cancellation",
    ),
    "callback": (
        "scheduled callback", "scheduled call back", "callback scheduled", "call back scheduled", "callback",
        "call back", "call later", "follow up", "followup", "call again",
    ),
    "not_interested": (
        "not interested", "no interest", "declined", "refused", "no sale", "not qualified", "unqualified",
        "closed lost", "decline",
    ),
    "do_not_call": ("do not call", "dnc", "do not contact", "remove from list", "stop calling", "dont call"),
    "voicemail": (
        "voicemail", "voice mail", "answering machine", "left message", "left msg", "left vm", "left a message",
        "machine", "fax",
    ),
    "no_answer": ("no answer", "not answered", "unanswered", "no response", "no pickup", "no pick up"),
    "busy": ("busy", "line busy"),
    "disconnected": (
        "disconnected", "disconnect", "not in service", "out of service", "invalid number", "number invalid",
        "bad number", "dead line", "nonworking number", "non working number",
        "not connected",
    ),
    "rejected": ("rejected", "blocked", "call rejected"),
    "wrong_number": ("wrong number", "wrong person", "wrong party"),
    "dropped": ("dropped", "hung up", "hang up", "hangup", "abandoned", "dropped call", "dead air", "caller hung up"),
    "failed": ("failed", "failure", "error", "technical", "congestion", "unsuccessful"),
    "transferred": ("transferred", "transfer", "warm transfer", "handed over"),
    "answered": (
        "completed", "complete", "success", "successful", "connected", "answered", "contacted", "spoke", "contact made",
        "information given", "info given", "picked up", "call picked up", "handled", "resolved", "not booked",
        "not yet booked", "not yet scheduled", "not scheduled",
        "language barrier", "interested", "qualified",
    ),
}  # fmt: skip

EXACT = {code: outcome for outcome, codes in CODES.items() for code in codes.split()}
LEXICON = Lexicon((phrase, outcome) for outcome, phrases in PHRASES.items() for phrase in phrases)
ORDER = tuple(PHRASES)
"""Which of several words counts: the more telling comes first."""
PUNCTUATION = re.compile(r"[^\w'’]|_")


def read(disposition: str | None) -> str | None:
    """Our outcome for a call centre's word; None for words that are not known."""
    label = PUNCTUATION.sub(" ", (disposition or "")[:LONGEST]).strip()
    if label.lower() in EXACT:
        return EXACT[label.lower()]
    found: set[str] = set()
    for turn in said([Turn(Speaker.UNKNOWN, label)]):
        for hit in LEXICON.find(turn.words):
            found.update(() if negated(turn, hit.first, reach=1) else hit.labels)
    return next((outcome for outcome in ORDER if outcome in found), None)
