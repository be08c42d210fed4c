"""How well a call was handled, 0 to 100, from eight named factors by an organization's weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rules.factors import Factor, all_evidence
from rules.phrases import Said, is_english, said
from rules.qa_factors import FACTORS, Judged, Talk
from rules.risk import Risk, risks
from vocabulary import Evidence, Finding, Speaker, Turn

VERSION = "1"
KIND = "qa"
FEWEST_WORDS = 20
"""Of both together: a shorter conversation says nothing about how it was handled."""
NOTICEABLE = 1.0
"""Points that a factor must have lost to be named as a reason."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much: only the proportions matter, and 0 leaves a factor out. ValueError for no weights."""

    greeting: float = 10
    need_understood: float = 15
    answer_given: float = 20
    next_step: float = 20
    courtesy: float = 10
    talk_balance: float = 10
    silence: float = 5
    no_risk_words: float = 10

    def __post_init__(self) -> None:
        weights = asdict(self).values()
        if not all(math.isfinite(weight) and weight >= 0 for weight in weights) or not 0 < sum(weights) < math.inf:
            raise ValueError("QA weights must be numbers from 0 on, and one of them more than 0")


DEFAULT_WEIGHTS = Weights()


def weights_of(stored: Mapping[str, Any]) -> Weights:
    """An organization's weights as they are stored; the usual ones where they cannot be used, so that calls are judged.

    Whoever sets weights is told of a mistake; a call that has ended must not wait for somebody to mend it.
    """
    try:
        return Weights(**stored)
    except (TypeError, ValueError):
        return DEFAULT_WEIGHTS


def score_quality(turns: Sequence[Turn], weights: Weights = DEFAULT_WEIGHTS) -> Finding:
    """The score with its reasons, risk flags and factors; score None, and why, where a call cannot be judged.

    What cannot be judged in a call (no question, no times) leaves its weight to the other factors.
    """
    heard = said(turns)
    raised = risks(heard)
    if unfit := _unfit(heard):
        return _unjudged(unfit, raised)
    talk = Talk(tuple(turns), heard, raised)
    judged = {name: judge(talk) for name, judge in FACTORS.items()}
    shares = _normalised(asdict(weights), judged)
    if not shares:
        return _unjudged("None of the factors that have a weight can be judged", raised)
    factors = [_factor(name, judged[name], share) for name, share in shares.items()]
    return _finding(factors, [name for name in judged if judged[name].share is None], raised)


def _unfit(heard: list[Said]) -> str | None:
    """Why nothing can be said of a call's quality."""
    words = dict.fromkeys(Speaker, 0)
    for turn in heard:
        words[turn.turn.speaker] += len(turn.words)
    total = sum(words.values())
    if total < FEWEST_WORDS:
        return f"Too short to judge: {total} words"
    if 2 * words[Speaker.UNKNOWN] > total:
        return "It is not known who spoke"
    if not words[Speaker.AGENT] or not words[Speaker.CALLER]:
        return f"No words of the {'caller' if words[Speaker.AGENT] else 'agent'} are known"
    return None if is_english(heard) else "Not in English, as far as the words show"


def _normalised(weights: dict[str, float], judged: dict[str, Judged]) -> dict[str, float]:
    """Each factor's part of the whole, among those that have a weight and could be judged."""
    used = {name: weights[name] for name in FACTORS if weights[name] > 0 and judged[name].share is not None}
    whole = sum(used.values())
    return {name: weight / whole for name, weight in used.items()}


def _factor(name: str, judged: Judged, part: float) -> Factor:
    return Factor(name, 100 * part * (judged.share or 0.0), 100 * part, judged.why, judged.evidence)


def _finding(factors: list[Factor], left_out: list[str], raised: tuple[Risk, ...]) -> Finding:
    lost = sorted(factors, key=lambda factor: factor.points - factor.most)
    reasons = [factor.why for factor in lost if factor.most - factor.points >= NOTICEABLE]
    value = {
        "score": round(sum(factor.points for factor in factors)),
        "reason_primary": reasons[0] if reasons else "Every factor was met",
        "reason_secondary": reasons[1] if len(reasons) > 1 else None,
        "risk_flags": [str(risk.flag) for risk in raised],
        "factors": [_rounded(factor).shown() for factor in factors],
        "not_judged": left_out,
    }
    return Finding(KIND, VERSION, value, _evidence(factors, raised))


def _rounded(factor: Factor) -> Factor:
    return Factor(factor.name, round(factor.points, 1), round(factor.most, 1), factor.why, factor.evidence)


def _unjudged(why: str, raised: tuple[Risk, ...]) -> Finding:
    value = {
        "score": None,
        "reason_primary": why,
        "reason_secondary": None,
        "risk_flags": [str(risk.flag) for risk in raised],
        "factors": [],
        "not_judged": list(FACTORS),
    }
    return Finding(KIND, VERSION, value, _evidence([], raised))


def _evidence(factors: list[Factor], raised: tuple[Risk, ...]) -> tuple[Evidence, ...]:
    risky = (evidence for risk in raised for evidence in risk.evidence)
    return tuple(dict.fromkeys((*all_evidence(factors), *risky)))
