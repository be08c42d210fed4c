"""How much feeling stands in a turn, word by word: VADER's lexicon and boosters, corrected for phone talk.

VADER's own scan lowers the whole text anew for every word that it knows, so that a long turn costs the square of its
length, and it tells no places; its lexicon, boosters and normalization are used here by a scan of one pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from vaderSentiment import vaderSentiment

from rules.phrases import NEGATORS, Lexicon, Said, negated, plain, word_set
from rules.questions import asked
from rules.sentiment_complaints import BAD
from rules.sentiment_phrases import GOOD, NO_FEELING, About
from rules.sentiment_words import BOOSTING, COURTESY, FLAT, REWEIGHED, TRADE

NEGATED = -0.6
"""What "not" leaves of a kind word; an unkind one ("it doesn't hurt") loses its weight and becomes no praise."""
ASKED = 0.2
"""What is left of a word in a question: "is it terrible?"."""
LEAST = 1.4
"""What VADER gives less weight than that is too faint to be told from the way people talk."""
BOOSTER_REACH = 2
ALSO_ASKING = word_set("is was were when where which")
"""Openings that ask for a mood, and not for an ailment: "when I bite it hurts"."""
SUBJECTS = word_set("i im ive id we you youre youve they its it thats that this my he she there the your")


class Felt(NamedTuple):
    """A word or phrase with feeling: its weight as VADER counts (-4 to 4), and its first and last word."""

    weight: float
    about: About
    first: int
    last: int


_PHRASES: Lexicon[tuple[float, About]] = Lexicon(
    [
        *((phrase, (0.0, About.ANYTHING)) for phrase in NO_FEELING),
        *(
            (phrase, (weight, about))
            for table in (BAD, GOOD)
            for about, weights in table.items()
            for weight, phrases in weights.items()
            for phrase in phrases
        ),
    ]
)


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """VADER's words with our corrections; read once, when the first call is judged."""
    known = vaderSentiment.SentimentIntensityAnalyzer().lexicon
    heard = {
        word: float(weight)
        for word, weight in known.items()
        if len(word) > 2 and word.isalpha() and abs(weight) >= LEAST
    }
    heard.update({plain(word): weight for word, weight in REWEIGHED.items()})
    return {word: weight for word, weight in heard.items() if weight and word not in _SILENT}


_SILENT = (COURTESY | TRADE | FLAT) - REWEIGHED.keys()
_BOOSTERS = {word: by for word, by in (vaderSentiment.BOOSTER_DICT | BOOSTING).items() if word not in REWEIGHED}


def felt(turn: Said) -> Iterator[Felt]:
    """The words and phrases that weigh something, in order; words inside of a phrase count as the phrase."""
    known, place, words = weights(), 0, turn.words
    for hit in _PHRASES.find(words):
        yield from _single(turn, known, place, hit.first)
        place = hit.last + 1
        weight, about = hit.labels[0]
        if weight and not (weight > 0 and asked(turn, hit.first, ALSO_ASKING)) and not _denied(turn, hit.first):
            yield Felt(weight, about, hit.first, hit.last)
    yield from _single(turn, known, place, len(words))


def _single(turn: Said, known: dict[str, float], first: int, end: int) -> Iterator[Felt]:
    """The single words between two phrases."""
    words = turn.words
    for place in range(first, end):
        weight = known.get(words[place])
        if weight and words[place] not in _BOOSTERS and (weight := _in_place(turn, place, weight)):
            yield Felt(weight, About.ANYTHING, place, place)


def _in_place(turn: Said, place: int, weight: float) -> float:
    """A word's weight where it stands: strengthened, negated or asked; none before a subject ("a bad knee")."""
    if turn.words[place + 1 : place + 2] and turn.words[place + 1] in TRADE:
        return 0.0
    for before in range(max(place - BOOSTER_REACH, 0), place):
        weight *= 1 + _BOOSTERS.get(turn.words[before], 0.0)
    if _denied(turn, place):
        return weight * NEGATED if weight > 0 else 0.0
    return weight * ASKED if asked(turn, place, ALSO_ASKING) else weight


def _denied(turn: Said, place: int) -> bool:
    """Whether it is negated; "no" reaches the next words only, and none behind "no, that's …"."""
    if not negated(turn, place, reach=3):
        return False
    for before in range(place - 1, max(place - 4, -1), -1):
        if turn.words[before] in NEGATORS:
            answer = turn.words[before] == "no" and not SUBJECTS.isdisjoint(turn.words[before + 1 : place])
            return not answer and "," not in turn.between(before + 1)
    return False
