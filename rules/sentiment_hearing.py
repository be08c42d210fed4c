"""What the caller's words alone say of a mood: its label, score and course, and how urgent it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rules.phrases import FUNCTION_WORDS, Said, by, is_english, said, word_set
from rules.sentiment_story import NOT_ENGLISH, NOTHING_SAID, label_of
from rules.sentiment_weights import Felt, felt
from rules.urgency import Urgency, urgency
from vocabulary import Speaker, Turn

STRETCHES = 12
FEW_WORDS = 6
"""Of the caller: so few may all be uncommon ones, so that the language is told from both speakers' words."""

EVERYDAY = FUNCTION_WORDS | word_set(
    "is of were has had been we she hes shes theres hers their theyre what where who why did does number today "
    "tomorrow back day days week morning after before between around because really right now well ive youve got "
    "getting think see speaking calling called looking let lets put make bye"
)
"""What English alone has, more than rules/phrases needs for whole calls, because one caller may say little."""
EVERYDAY_SHARE = 0.12

TURN_ALPHA = 8.0
"""What keeps a turn's sum within -1 and 1: sum / √(sum² + alpha). VADER takes 15, for whole posts."""
FAINT = 0.2
"""A turn's mood below this is no more than the way people talk."""
CALL_ALPHA = 0.9
DILUTION = 0.03
"""What every turn of the caller adds to the call's alpha: one sigh weighs less in a long call."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the words alone say."""

    label: str | None = None
    score: float | None = None
    """0 (most negative) to 1."""
    urgency: Urgency | None = None
    course: list[float] = field(default_factory=list)
    """The mood of each stretch, 0 to 1."""
    felt: tuple[tuple[Said, Felt], ...] = ()
    unknown: str = ""
    """Why nothing is known, where that is so."""


def hear(turns: Sequence[Turn]) -> Heard:
    """The mood in the words of the caller; where no turn is known to be the caller's, of unknown speakers."""
    heard = said(turns)
    asking = by(heard, Speaker.CALLER) or by(heard, Speaker.UNKNOWN)
    if not asking:
        return Heard(unknown=NOTHING_SAID)
    if not _in_english(asking, heard):
        return Heard(unknown=NOT_ENGLISH)
    return _weigh(asking)


def _in_english(asking: list[Said], heard: list[Said]) -> bool:
    words = [word for turn in asking for word in turn.words]
    if sum(word in EVERYDAY for word in words) >= EVERYDAY_SHARE * len(words):
        return True
    return len(words) < FEW_WORDS and (is_english(heard) or any(next(felt(turn), None) for turn in asking))


def _weigh(asking: list[Said]) -> Heard:
    weighing = [(turn, list(felt(turn))) for turn in asking]
    moods = [_turn_mood(words) for _, words in weighing]
    score = _mood(moods)
    every = tuple((turn, one) for turn, words in weighing for one in words)
    return Heard(label_of(score), score, urgency(asking), _course(moods), every)


def _turn_mood(weighing: Iterable[Felt]) -> float:
    total = sum(one.weight for one in weighing)
    mood = total / math.sqrt(total * total + TURN_ALPHA)
    return mood if abs(mood) >= FAINT else 0.0


def _mood(moods: Sequence[float]) -> float:
    """The turns' moods together, from 0 to 1, and 0.5 where they are none."""
    total = sum(moods)
    return round(0.5 + 0.5 * total / math.sqrt(total * total + CALL_ALPHA + DILUTION * len(moods)), 4)


def _course(moods: Sequence[float]) -> list[float]:
    """The mood of each stretch of the caller's turns, all of about the same number of turns."""
    count = min(STRETCHES, len(moods))
    borders = [len(moods) * at // count for at in range(count + 1)]
    return [_mood(moods[first:end]) for first, end in pairwise(borders)]
