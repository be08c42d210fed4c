"""One number as it is dictated, group by group: whether more belongs to it, and what was said twice."""

from __future__ import annotations

from dataclasses import dataclass

from rules.redaction.atoms import Run
from rules.redaction.meanings import LONGEST_CARD, PHONE_LENGTHS, SSN_LENGTH
from rules.redaction.topics import Mark
from rules.redaction.words import Kind, Topic
from vocabulary import Speaker

MOST_RESTARTED = 3
"""Digits of a group that was begun and then said anew."""
MOST_AMENDED = 4
NATIONAL = (7, 10)


@dataclass(slots=True)
class Chain:
    """One number as it was dictated: groups with sounds, nods and echoes between them."""

    runs: list[Run]
    own: list[Run]
    """Without the other party's echoes."""
    digits: str
    """Of the own runs."""
    mark: Mark | None
    speaker: Speaker


def has_room(chain: Chain, more: int) -> bool:
    """Whether a number may be longer by so many digits; what is whole begins a new one."""
    length, topic = len(chain.digits), chain.mark.topic if chain.mark else None
    if topic is Topic.CARD:
        return length + more <= LONGEST_CARD
    if topic is Topic.SSN:
        return length + more <= SSN_LENGTH
    if length < PHONE_LENGTHS[0]:
        return length + more <= 11
    is_trunk = length + more == 11 and chain.digits[0] in "01"
    return length + more == 10 or is_trunk or (length % 4 == 0 and more % 4 == 0 and length + more <= 16)


def amended(chain: Chain, run: Run) -> str | None:
    """The whole number when a run behind "sorry" takes the place of the last digits, which it says again or anew."""
    for count in range(1, MOST_AMENDED + 1):
        kept, told = chain.digits[:-count], chain.digits[-count:]
        is_anew = count == len(run.digits) or run.digits.startswith(told)
        if is_anew and len(kept) + len(run.digits) in NATIONAL and len(chain.digits) > count:
            return kept + run.digits
    return None


def restarted(chain: Chain, run: Run) -> str | None:
    """The digits of a run whose first ones are said twice, "oh one … oh one eight two", where that makes a whole."""
    for count in range(1, MOST_RESTARTED + 1):
        digits = run.digits[count:]
        if len(chain.digits) + len(digits) in NATIONAL and digits.startswith(run.digits[:count]):
            return digits
    return None


def once(digits: str) -> str:
    """A number that was said two or three times in one breath, once."""
    for times in (2, 3):
        length, rest = divmod(len(digits), times)
        if not rest and length >= PHONE_LENGTHS[0] and digits == digits[:length] * times and len(set(digits)) > 2:
            return digits[:length]
    return digits


def normal(digits: str, kind: Kind) -> str:
    """The same number has the same digits, with the country's one before it or without."""
    return digits[1:] if kind is Kind.PHONE and len(digits) == 11 and digits[0] == "1" else digits
