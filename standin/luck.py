"""What becomes of webhooks on their way: some are lost, some come twice, and some overtake others."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(slots=True)
class Luck:
    """Chances between 0 and 1; the same webhook of the same seed always fares alike."""

    seed: str = ""
    lost: float = 0.0
    duplicated: float = 0.0
    shuffled: bool = False

    def set(self, seed: str, lost: float = 0.0, duplicated: float = 0.0, shuffled: bool = False) -> None:
        self.seed, self.lost, self.duplicated, self.shuffled = seed, float(lost), float(duplicated), bool(shuffled)

    def clear(self) -> None:
        self.set("")

    def copies(self, name: str) -> int:
        """How many of this webhook arrive: none, one or two."""
        if self._chance("lost", name) < self.lost:
            return 0
        return 2 if self._chance("twice", name) < self.duplicated else 1

    def delay(self, name: str, seconds: float) -> float:
        """When it is sent: shuffled, at any time within three times its delay."""
        return seconds * 3 * self._chance("late", name) if self.shuffled else seconds

    def _chance(self, what: str, name: str) -> float:
        return chance(self.seed, what, name)


def chance(*words: object) -> float:
    """A number from 0 up to 1 that is always the same for the same words."""
    return int.from_bytes(sha256(repr(words).encode()).digest()[:8], "big") / 2**64
