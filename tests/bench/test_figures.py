"""Figures: medians over rounds, ratios of halves that ran beside each other, and aims that can be missed."""

from __future__ import annotations

import pytest

from bench.figures import Aim, Of, figure, percentile


def test_a_ratio_is_the_median_of_the_rounds_own_ratios():
    made = figure("b", "f", "1/s", [100, 90, 10], [200, 100, 100], samples=3)
    assert (made.value, made.baseline, made.ratio) == (90, 100, 0.5)
    assert (made.low, made.high, made.rounds) == (10, 100, 3)


def test_a_figure_without_a_baseline_has_no_ratio():
    made = figure("b", "f", "s", [1.0], samples=1)
    assert (made.baseline, made.ratio, made.aim, made.is_met) == (None, None, None, None)


@pytest.mark.parametrize(
    ("aim", "is_met"),
    [
        (Aim(Of.RATIO, 0.3, is_floor=True), True),
        (Aim(Of.RATIO, 0.6, is_floor=True), False),
        (Aim(Of.VALUE, 50, is_floor=False), True),
        (Aim(Of.VALUE, 49, is_floor=False), False),
    ],
)
def test_an_aim_is_met_or_missed(aim: Aim, is_met: bool):
    assert figure("b", "f", "ms", [50.0], [100.0], samples=1, aim=aim).is_met is is_met


def test_an_aim_for_a_ratio_is_missed_where_nothing_was_compared():
    assert figure("b", "f", "ms", [50.0], samples=1, aim=Aim(Of.RATIO, 0.3, is_floor=True)).is_met is False


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(number) for number in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1.0)) == (50, 99, 100)
    assert percentile([7.0], 0.99) == 7


def test_a_percentile_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
