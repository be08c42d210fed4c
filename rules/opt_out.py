"""Whether somebody who texts us wants no more texts, or wants them again: by a word alone, or in a sentence.

Words alone are those that Twilio acts on by itself (its opt-out documentation). Sentences are read clause by clause,
without accents and apostrophes. A missed wish weighs more than a false alarm, but to cancel an appointment is no wish
for silence, and YES, which confirms one, brings texts back only where the provider has read it so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rules.opt_out_phrases import (
    ASKS_TO_STOP,
    AT_OTHER_TIMES,
    KEPT,
    LOUD,
    NO_CALLS,
    STOPPING,
    TEXT_INSTEAD,
)

OUT_WORDS = frozenset(("stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"))
BACK_WORDS = frozenset(("start", "unstop"))
LONGEST = 2_000
"""Characters that are read: more than any text message has."""

APOSTROPHES = re.compile(r"['’‘`´]")
CLAUSE_ENDS = re.compile(r"[.!?;:,\n]+|\bbut\b|\bpero\b|\bbecause\b")
NO_WORD = re.compile(r"[^a-z0-9\U0001f6d1]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """`is_out`: no more texts; else texts again. `source`: a word alone, which providers know too, or a request."""

    is_out: bool
    source: Literal["word", "request"]


def read_wish(text: str, opt_word: str | None = None) -> Wish | None:
    """What a text wishes, None for nothing of the kind. `opt_word`: STOP, START or HELP as the provider has read it."""
    if opt_word in ("STOP", "START"):
        return Wish(opt_word == "STOP", "word")
    said = _plain(text[:LONGEST])
    alone = NO_WORD.sub("", said)
    if alone in OUT_WORDS or alone in BACK_WORDS:
        return Wish(alone in OUT_WORDS, "word")
    return Wish(True, "request") if _asks_for_silence(text[:LONGEST], said) else None


def _asks_for_silence(text: str, said: str) -> bool:
    if not text.isupper() and LOUD.search(text):
        return True
    return any(_wishes(clause, said) for clause in _clauses(said))


def _clauses(said: str) -> Iterator[str]:
    """The parts of what was said that stand between full stops, commas and turning words."""
    for clause in CLAUSE_ENDS.split(said):
        words = NO_WORD.sub(" ", clause).strip()
        if words:
            yield words


def _wishes(clause: str, said: str) -> bool:
    if any(pattern.search(clause) for pattern in STOPPING):
        return True
    if NO_CALLS.search(clause) and not TEXT_INSTEAD.search(said):
        return not AT_OTHER_TIMES.search(clause)
    return any(_holds(found, clause) for pattern in ASKS_TO_STOP for found in pattern.finditer(clause))


def _holds(found: re.Match[str], clause: str) -> bool:
    """Not "please don't stop texting me", nor "don't text me before 9"."""
    return not KEPT.search(clause[: found.start()].rstrip()) and not AT_OTHER_TIMES.search(clause[found.end() :])


def _plain(text: str) -> str:
    """Lower case without accents, apostrophes and invisible characters."""
    spelled = unicodedata.normalize("NFKD", text).lower()
    seen = (letter for letter in spelled if unicodedata.category(letter) not in ("Mn", "Cf"))
    return APOSTROPHES.sub("", "".join(seen))
