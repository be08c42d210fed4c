"""The sentence that tells people how a caller felt, from the figures of rules/sentiment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from rules.sentiment_phrases import About
from rules.sentiment_weights import Felt

NOTHING_SAID = "The caller said nothing."
NOT_ENGLISH = "The caller's mood is not known: not in English, as far as the words show."
NEUTRAL = "neither pleased nor annoyed"
URGENT = {"high": ", and it is urgent", "medium": ", and an answer is wanted soon"}
LOWER, UPPER = 0.4, 0.6
"""Below LOWER of 0 to 1 is negative, above UPPER positive."""


def label_of(score: float | Decimal) -> str:
    """The label in whose range a score from 0 to 1 lies."""
    return "negative" if score < LOWER else "positive" if score > UPPER else "neutral"


def story(label: str, urgency: str | None, course: Sequence[float], felt: Sequence[Felt]) -> str:
    """One sentence on the mood, its turn and how urgent it is."""
    first, last = _ends(course)
    cross, kind = _annoyed(felt), _friendly(felt)
    if first == "positive" and last == "negative":
        mood = f"friendly at first and grew {cross}"
    elif first == "negative" and last == "positive":
        mood = f"{cross} at first and {kind} at the end"
    elif first == "negative" and last == "neutral" and label == "negative":
        mood = f"{cross} at first and calmer at the end"
    elif first == "neutral" and last == "negative" and label == "negative":
        mood = f"calm at first and grew {cross}"
    else:
        mood = {"negative": cross, "positive": kind}.get(label, NEUTRAL)
    return f"The caller was {mood}{URGENT.get(urgency or '', '')}."


def _ends(course: Sequence[float]) -> tuple[str, str]:
    """The labels of the first and the last third; none where the call is too short to have a course."""
    third = len(course) // 3
    if not third:
        return "", ""
    return _word(course[:third]), _word(course[-third:])


def _word(stretch: Sequence[float]) -> str:
    return label_of(sum(stretch) / len(stretch))


def _annoyed(felt: Sequence[Felt]) -> str:
    about = _weightiest([one for one in felt if one.weight < 0])
    return "worried" if about is About.FEAR else f"annoyed {about}".strip()


def _friendly(felt: Sequence[Felt]) -> str:
    about = _weightiest([one for one in felt if one.weight > 0])
    return f"pleased {about}" if about is About.PLEASED else f"friendly {about}".strip()


def _weightiest(felt: Sequence[Felt]) -> About:
    sums: defaultdict[About, float] = defaultdict(float)
    for one in felt:
        if one.about is not About.ANYTHING:
            sums[one.about] += abs(one.weight)
    return max(sums, key=lambda about: sums[about], default=About.ANYTHING)
