"""Whether a call is in English: in any other language the phrases of booking would only be found by accident."""

from __future__ import annotations

from collections.abc import Sequence

from rules.phrases import said, word_set
from vocabulary import Turn

COMMON = word_set(
    "the you i to and of for that it your have my what with this can be do are is im its youre ive at on in not we how "
    "would will thats just was up get need want like there dont appointment thank thanks yes yeah hi hello please book "
    "today tomorrow good great okay sure want call name time day see"
)
"""Words that English calls are full of, and calls in other languages are not."""
ENOUGH_WORDS = 12
"""Fewer words than these tell no language."""
SHARE = 0.12


def is_english(turns: Sequence[Turn]) -> bool:
    """Whether enough of all words are among the commonest of English, or there are too few words to tell."""
    heard = said(turns)
    common = sum(sum(map(COMMON.__contains__, turn.words)) for turn in heard)
    if common >= SHARE * sum(len(turn.words) for turn in heard):
        return True
    words = sum(not word.isdigit() and word[0] != "[" for turn in heard for word in turn.words)
    return words < ENOUGH_WORDS or common >= SHARE * words
