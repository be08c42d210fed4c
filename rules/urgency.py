"""How soon a caller needs somebody, from the caller's words: high (danger now), medium (soon), low."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rules.phrases import Lexicon, Said, negated, word_set
from rules.questions import asked
from rules.urgency_words import PAST, PERIODS, PHRASES, Need
from vocabulary import Evidence

EVIDENCE_LIMIT = 2
PAST_REACH = 6
"""Words after a mention within which "ago" or "last year" makes it a story of the past."""


_NEEDS = Lexicon((phrase, need) for need, phrases in PHRASES.items() for phrase in phrases)
WANTED = word_set("need needs someone somebody anybody anyone help send hurry fix")
OFFICE = word_set("cancel reschedule change move pay order schedule confirm ask know update talk speak call")
"""What a caller may need to do today that is no matter of urgency."""
HINT_REACH = 7
"""Words back from "today" within which somebody is asked for."""
NOT_DENIABLE = word_set("no not")
STATE = word_set("is")
"""Opens a question about an ailment too: "is the treatment painful"."""
LISTING = word_set("or nor any")
REACH, LIST_REACH = 4, 8
"""Words over which "not" reaches, and over which in a list: "I don't have a fever or any swelling"."""


LEVELS = (
    ("high", (Need.DANGER,)),
    ("high", (Need.AILMENT, Need.WORSE)),
    ("medium", (Need.NOW,)),
    ("medium", (Need.AILMENT,)),
    ("medium", (Need.SOON,)),
)
"""What has to come together for which level, the gravest first."""


class Urgency(NamedTuple):
    level: str
    evidence: tuple[Evidence, ...]


def urgency(heard: Sequence[Said]) -> Urgency:
    """The level, with at most two quotations of what made it so."""
    found: dict[Need, list[Evidence]] = {need: [] for need in Need}
    for turn in heard:
        for hit in _NEEDS.find(turn.words):
            for need in hit.labels:
                known = found[Need.NOW if need is Need.HINT else need]
                if len(known) < EVIDENCE_LIMIT and _counts(turn, need, hit.first, hit.last):
                    known.append(turn.cite(hit.first, hit.last))
    for level, needs in LEVELS:
        if found[Need.CALM] and Need.DANGER not in needs:
            break
        if all(found[need] for need in needs):
            return Urgency(level, _quoted(found, needs))
    return Urgency("low", ())


def _quoted(found: dict[Need, list[Evidence]], needs: Sequence[Need]) -> tuple[Evidence, ...]:
    """One quotation of each need, then further ones."""
    firsts = [found[need][0] for need in needs]
    return tuple((firsts + [evidence for need in needs for evidence in found[need][1:]])[:EVIDENCE_LIMIT])


def _counts(turn: Said, need: Need, first: int, last: int) -> bool:
    if need in (Need.NOTHING, Need.CALM):
        return need is Need.CALM
    if _denied(turn, first) or _past(turn, first, last):
        return False
    if need is Need.HINT:
        before = turn.words[max(first - HINT_REACH, 0) : first]
        return not WANTED.isdisjoint(before) and OFFICE.isdisjoint(before)
    return need is not Need.AILMENT or not asked(turn, first, STATE)


def _denied(turn: Said, first: int) -> bool:
    if turn.words[first] in NOT_DENIABLE:
        return False
    return negated(turn, first, LIST_REACH if first and turn.words[first - 1] in LISTING else REACH)


def _past(turn: Said, first: int, last: int) -> bool:
    near = turn.words[max(first - PAST_REACH, 0) : last + 1 + PAST_REACH]
    return not PAST.isdisjoint(near) or next(PERIODS.find(near), None) is not None
