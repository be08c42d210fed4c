"""What a benchmark yields: figures, each with the baseline that was measured beside it in the same run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median


class Of(StrEnum):
    """Which number an aim speaks of."""

    VALUE = "value"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should reach: at least, or at most, a limit."""

    of: Of
    limit: float
    is_floor: bool

    def __str__(self) -> str:
        return f"{'ratio ' if self.of is Of.RATIO else ''}{'≥' if self.is_floor else '≤'} {self.limit:g}"

    def met_by(self, value: float, ratio: float | None) -> bool:
        number = ratio if self.of is Of.RATIO else value
        if number is None:
            return False
        return number >= self.limit if self.is_floor else number <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table. `low` and `high` are the extremes of the rounds, `samples` is what was counted in all."""

    benchmark: str
    name: str
    unit: str
    value: float
    baseline: float | None
    baseline_name: str
    ratio: float | None
    low: float
    high: float
    rounds: int
    samples: int
    aim: str | None
    is_met: bool | None


def figure(
    benchmark: str,
    name: str,
    unit: str,
    ours: Sequence[float],
    baseline: Sequence[float] = (),
    *,
    baseline_name: str = "",
    samples: int,
    aim: Aim | None = None,
) -> Figure:
    """Medians over the rounds. The ratio is the median of each round's own, whose two halves ran beside each other."""
    ratios = [one / other for one, other in zip(ours, baseline, strict=False) if other]
    value, ratio = median(ours), median(ratios) if ratios else None
    return Figure(
        benchmark=benchmark,
        name=name,
        unit=unit,
        value=rounded(value),
        baseline=rounded(median(baseline)) if baseline else None,
        baseline_name=baseline_name,
        ratio=rounded(ratio) if ratio is not None else None,
        low=rounded(min(ours)),
        high=rounded(max(ours)),
        rounds=len(ours),
        samples=samples,
        aim=str(aim) if aim else None,
        is_met=aim.met_by(value, ratio) if aim else None,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that is at least as large as `share` (0 to 1) of them; raises ValueError for none."""
    if not values:
        raise ValueError("no values were measured")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def rounded(value: float) -> float:
    """Four significant digits: more would pretend to a precision that no shared machine has."""
    return float(f"{value:.4g}")
