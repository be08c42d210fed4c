"""A part of a score that explains itself: how many points of how many, why, and from which words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vocabulary import Evidence


@dataclass(frozen=True, slots=True)
class Factor:
    name: str
    points: float
    most: float
    """What it gives at best."""
    why: str
    evidence: tuple[Evidence, ...] = ()

    def shown(self) -> dict[str, Any]:
        """As it is kept beside the score."""
        return {
            "name": self.name,
            "points": self.points,
            "most": self.most,
            "why": self.why,
            "evidence": [evidence.shown() for evidence in self.evidence],
        }


def fact(words: str) -> tuple[Evidence, ...]:
    """Evidence that is no quotation: something known about the call."""
    return (Evidence(words),)


def all_evidence(factors: Iterable[Factor]) -> tuple[Evidence, ...]:
    """Every piece once, in the order of the factors."""
    return tuple(dict.fromkeys(evidence for factor in factors for evidence in factor.evidence))


def measured(number: float | Decimal | None) -> float | Decimal | None:
    """The number, or None where it is none, such as NaN."""
    return None if number is None or Decimal(number).is_nan() else number
