"""What counts how much in the quality of a call is the organization's choice; only the proportions matter."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from rules.qa import Weights, score_quality, weights_of
from rules.qa_factors import FACTORS
from tests.rules.quotes import dialogue

CALL = """
    agent: yeah
    caller: hi i was wondering how much liposuction is for the stomach area if you know that
    agent: i don't know
    caller: okay then i would like to know what the recovery is like
    agent: i have no idea look at the internet
    """


def test_only_the_proportions_of_weights_matter() -> None:
    turns = dialogue(CALL)
    plain = score_quality(turns, Weights())
    ten_times = score_quality(turns, Weights(**{name: 10 * weight for name, weight in asdict(Weights()).items()}))
    assert ten_times == plain


def test_a_weight_of_nothing_leaves_a_factor_out() -> None:
    nothing = dict.fromkeys(FACTORS, 0)
    finding = score_quality(dialogue(CALL), Weights(**{**nothing, "no_risk_words": 1}))
    assert (finding.value["score"], [factor["name"] for factor in finding.value["factors"]]) == (100, ["no_risk_words"])
    silent = score_quality(dialogue(CALL), Weights(**{**nothing, "silence": 1}))
    assert silent.value["score"] is None
    assert silent.value["reason_primary"] == "None of the factors that have a weight can be judged"


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_weights_that_are_none_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="QA weights must be numbers"):
        Weights(courtesy=weight)
    with pytest.raises(ValueError, match="one of them more than 0"):
        Weights(**dict.fromkeys(FACTORS, 0))


@pytest.mark.parametrize("stored", [dict.fromkeys(FACTORS, 0), {"charm": 3}, {"courtesy": "much"}, {"silence": None}])
def test_stored_weights_that_are_none_leave_the_usual_ones(stored: dict[str, object]) -> None:
    assert weights_of(stored) == Weights()
    assert weights_of({"silence": 0}) == Weights(silence=0)


def test_every_factor_has_a_weight() -> None:
    assert [field.name for field in fields(Weights)] == list(FACTORS)
