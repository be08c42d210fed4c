"""How many segments a text message takes, which is what it costs (GSM 03.38; what is in no GSM table goes as UCS-2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

FOLLOWUP_LIMIT = 160
"""Characters that a follow-up may have."""

GSM_7: Literal["GSM-7"] = "GSM-7"
UCS_2: Literal["UCS-2"] = "UCS-2"
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")
"""Each of these takes two places."""
CAPACITY = {GSM_7: (160, 153), UCS_2: (70, 67)}
"""Places of a message that is one segment, and of each segment where there are several."""


@dataclass(frozen=True, slots=True)
class Segments:
    """`length` in the encoding's own places: septets, or units of UTF-16. `count` is what is paid for."""

    encoding: Literal["GSM-7", "UCS-2"]
    length: int
    count: int


def segments(text: str) -> Segments:
    """What a text takes. An empty one is sent as one segment too."""
    encoding = GSM_7 if all(char in BASIC or char in EXTENSION for char in text) else UCS_2
    sizes = [_size(char, encoding) for char in text]
    length, (one, each) = sum(sizes), CAPACITY[encoding]
    return Segments(encoding, length, 1 if length <= one else _count(sizes, each))


def _size(char: str, encoding: str) -> int:
    if encoding == GSM_7:
        return 2 if char in EXTENSION else 1
    return 2 if ord(char) > 0xFFFF else 1


def _count(sizes: Iterable[int], capacity: int) -> int:
    """Segments filled one after the other; a character of two places stays in one piece."""
    count, used = 1, 0
    for size in sizes:
        if used + size > capacity:
            count, used = count + 1, 0
        used += size
    return count
