"""Faults by chance, the same ones for the same seed: how a provider does on a bad day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from standin.faults import Fault, fault_of
from standin.luck import chance


class Weather:
    """Faults by chance for a path: the same ones for the same seed, since each request draws by its number."""

    def __init__(self, match: str, seed: str, faults: Iterable[dict[str, Any]], method: str | None = None) -> None:
        self._match, self._seed, self._method = match, seed, method
        self._chances = [(float(given["weight"]), fault_of(given)) for given in faults]
        if sum(weight for weight, _ in self._chances) > 1:
            raise ValueError("the weights of a weather are chances, together at most 1")
        self._drawn = 0

    def concerns(self, method: str, path: str) -> bool:
        return path.startswith(self._match) and self._method in (None, method)

    def draw(self) -> Fault:
        self._drawn += 1
        point = chance(self._seed, self._drawn)
        for weight, fault in self._chances:
            point -= weight
            if point < 0:
                return fault
        return Fault("none")
