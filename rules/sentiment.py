"""How a caller felt over a call, and how soon somebody was needed: the caller's words, or the provider's analysis."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.factors import fact, measured
from rules.sentiment_hearing import Heard, hear
from rules.sentiment_story import label_of, story
from vocabulary import Evidence, Finding, Turn

VERSION = "1"
KIND = "sentiment"

MIDDLES = {"positive": 0.8, "neutral": 0.5, "negative": 0.2}
"""The middle of each label's range."""
URGENCIES = ("low", "medium", "high")
EVIDENCE_LIMIT = 5
SUMMARY_LIMIT = 2000
"""Characters of a provider's summary that are kept."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The provider's own analysis; None where it said nothing, and what is not in our terms counts as nothing."""

    label: str | None = None
    score: float | Decimal | None = None
    """0 (most negative) to 1."""
    summary: str | None = None
    urgency: str | None = None


def read_sentiment(turns: Sequence[Turn], stated: Stated = Stated()) -> Finding:
    """Label, score, urgency, summary and course; each part the provider's where it stated one, else from the words.

    `by` tells whose the label is: provider, words or nothing. A stated score that contradicts the stated label is on
    another scale (some mean "how sure"), and counts as not stated.
    """
    heard = hear(turns)
    told = _in_our_terms(stated)
    label = told.label or (label_of(told.score) if told.score is not None else heard.label)
    level = told.urgency or (heard.urgency.level if heard.urgency else None)
    value = {
        "label": label,
        "score": _score(label, told, heard),
        "urgency": level,
        "summary": told.summary or _summary(label, level, heard),
        "course": heard.course,
        "by": "provider" if told.label or told.score is not None else "words" if label else "nothing",
    }
    return Finding(KIND, VERSION, value, (*_facts(told), *_quotes(label, told, heard)))


def _in_our_terms(stated: Stated) -> Stated:
    label = (stated.label or "").strip().lower()
    wanted = (stated.urgency or "").strip().lower()
    number = measured(stated.score)
    score = round(float(number), 4) if number is not None and 0 <= number <= 1 else None
    if label in MIDDLES and score is not None and label_of(score) != label:
        score = None
    return Stated(
        label if label in MIDDLES else None,
        score,
        (stated.summary or "").strip()[:SUMMARY_LIMIT] or None,
        wanted if wanted in URGENCIES else None,
    )


def _score(label: str | None, told: Stated, heard: Heard) -> float | None:
    """The stated one, or ours where it lies in the label's range, or else the middle of that range."""
    if label is None:
        return None
    if told.score is not None:
        return float(told.score)
    return heard.score if label == heard.label else MIDDLES[label]


def _summary(label: str | None, level: str | None, heard: Heard) -> str:
    """Where the provider's label contradicts the words, no more than that label."""
    if label is None:
        return heard.unknown
    if label != heard.label:
        return story(label, level, [], [])
    return story(label, level, heard.course, [one for _, one in heard.felt])


def _facts(told: Stated) -> tuple[Evidence, ...]:
    shown = {
        "provider": told.label,
        "provider score": told.score,
        "provider urgency": told.urgency,
        "provider summary": told.summary and "given",
    }
    return tuple(one for name, said in shown.items() if said is not None for one in fact(f"{name}: {said}"))


def _quotes(label: str | None, told: Stated, heard: Heard) -> tuple[Evidence, ...]:
    """What made it urgent, and the words that weighed most for this label, in the order of the call."""
    urgent = heard.urgency.evidence if heard.urgency and told.urgency in (None, heard.urgency.level) else ()
    chosen = dict.fromkeys(urgent)
    fitting = [(turn, one) for turn, one in heard.felt if label == heard.label and _speaks_for(label, one.weight)]
    for turn, one in heapq.nlargest(EVIDENCE_LIMIT - len(chosen), fitting, key=lambda pair: abs(pair[1].weight)):
        chosen[turn.cite(one.first, one.last)] = None
    return tuple(sorted(chosen, key=lambda evidence: (evidence.turn or 0, evidence.start)))


def _speaks_for(label: str | None, weight: float) -> bool:
    return label == "neutral" or (weight > 0) == (label == "positive")
