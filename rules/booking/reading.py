"""A turn as booking reads it: contractions opened, times and appointments named as such, cues found in what remains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rules.booking.agent_words import AGENT, OFFERS
from rules.booking.caller_words import ASKS, CALLER
from rules.booking.patterns import Patterns
from rules.booking.says import CLASSES, Says
from rules.booking.times import MOMENT, NUMBER, moments
from rules.phrases import Said, said, word_set
from vocabulary import Evidence, Turn

YOU = "you"
VISIT = "&"
APPOINTMENTS = word_set(
    "appointment appointments appt visit consultation consultations consult reservation reservations session sessions "
    "cleaning cleanings checkup checkups exam physical estimate estimates tour showing haircut facial massage massages "
    "assessment inspection slot spot appointmen apartment meeting demo demonstration viewing fitting"
)
NAMES = word_set("you him her them ya yall [name] everybody")
ABSENT = word_set("him her them")
ABSENT_ONE = "them"
"""Whom the agent will let know, where it is not the caller."""
IDLE = word_set("just actually really also basically literally")
OPENED = {
    "ive": "i have", "weve": "we have", "youve": "you have", "theyve": "they have", "id": "i would",
    "youd": "you would",
    "im": "i am", "youre": "you are", "theyre": "they are", "thats": "that is", "its": "it is", "hes": "he is",
    "shes": "she is", "whats": "what is", "hows": "how is", "theres": "there is", "heres": "here is", "ill": "i will",
    "youll": "you will", "theyll": "they will", "itll": "it will", "thatll": "that will", "thatd": "that would",
    "itd": "it would", "shell": "she will", "hell": "he will", "lets": "let us", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "cant": "can not", "cannot": "can not", "couldnt": "could not",
    "wont": "will not", "wouldnt": "would not", "isnt": "is not", "arent": "are not", "wasnt": "was not",
    "werent": "were not", "havent": "have not", "hasnt": "has not", "hadnt": "had not", "shouldnt": "should not",
    "wanna": "want to", "gonna": "going to", "gotta": "have to", "everyones": "everyone is", "wheres": "where is",
    "shed": "she would", "hed": "he would", "theyd": "they would",
}  # fmt: skip
WITH_APOSTROPHE = {"well": "we will", "were": "we are", "wed": "we would"}
WILL_FOLLOW = word_set(
    "see put have be book send get need call take hold meet do text move let give try pop save reach"
)
"""Behind "well" without its apostrophe these tell that it is "we'll"."""
END = re.compile(r"[.!?;](?:\s|$)|[!?;]")
TITLES = word_set("dr mr mrs ms st")
"""A full stop behind these ends no sentence."""

DOUBTING = word_set(
    "should shall would could can may might do does did if once unless until till whether what how why try trying hope "
    "want like need help not never cannot before"
)
RESTARTING = word_set("but because okay ok so then great perfect alright yes yeah sure and thanks wonderful")
DOUBT_REACH = 7
"""Words in front of a phrase that are searched for a doubt about it."""
DOUBT_BEHIND = word_set("once pending until")


@dataclass(frozen=True, slots=True)
class Cue:
    says: Says
    first: int
    last: int
    """Places in the reading's words."""
    asked: bool
    """Whether it stands in a sentence that a question mark ends."""


@dataclass(slots=True)
class Reading:
    turn: Said
    words: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    ends: list[bool] = field(default_factory=list)
    asks: list[bool] = field(default_factory=list)
    """Whether the sentence that a word stands in ends with a question mark."""

    def cite(self, first: int, last: int) -> Evidence:
        return self.turn.cite(self.spans[first][0], self.spans[last][1])


def _table(text: str) -> Iterator[tuple[str, Says]]:
    for line in filter(None, text.splitlines()):
        says, pattern = line.split(":", 1)
        yield pattern, Says(says)


AGENT_PATTERNS = (Patterns(_table(AGENT), CLASSES), Patterns(_table(OFFERS), CLASSES))
CALLER_PATTERNS = (Patterns(_table(CALLER), CLASSES), Patterns(_table(ASKS), CLASSES))
"""In tables of their own stands what may overlap with the rest."""


def readings(turns: Sequence[Turn]) -> list[Reading]:
    return [_read(turn) for turn in said(turns)]


def cues(reading: Reading, tables: Iterable[Patterns[Says]]) -> list[Cue]:
    """What the patterns find and the times, in order."""
    found = [
        Cue(hit.label, hit.first, hit.last, reading.asks[hit.first])
        for patterns in tables
        for hit in patterns.find(reading.words, reading.ends)
    ]
    times = (
        Cue(Says.TIME if word == MOMENT else Says.NUMBER, place, place, reading.asks[place])
        for place, word in enumerate(reading.words)
        if word in (MOMENT, NUMBER)
    )
    return sorted([*found, *times], key=lambda cue: cue.first)


def doubted(reading: Reading, cue: Cue) -> bool:
    """Whether the words before a statement, or a question mark, make it a question, a condition or its opposite."""
    if cue.asked or DOUBT_BEHIND & set(reading.words[cue.last + 1 : cue.last + 4]):
        return True
    for place in range(cue.first - 1, max(cue.first - 1 - DOUBT_REACH, -1), -1):
        word = reading.words[place]
        if reading.ends[place] or word in RESTARTING:
            return False
        if word in DOUBTING:
            return True
    return False


def sentence_length(reading: Reading, place: int) -> int:
    """Words of the sentence that a word stands in, counted up to four on each side."""
    first = place
    while first > max(place - 4, 0) and not reading.ends[first - 1]:
        first -= 1
    last = place
    while last < min(place + 4, len(reading.words) - 1) and not reading.ends[last]:
        last += 1
    return last - first + 1


def _read(turn: Said) -> Reading:
    words, places, ends = _opened(turn)
    reading, place = Reading(turn), 0
    for moment in moments(words, ends):
        _keep(reading, words, places, ends, place, moment.first)
        _piece(reading, moment.name, (places[moment.first], places[moment.last]), ends[moment.last])
        place = moment.last + 1
    _keep(reading, words, places, ends, place, len(words))
    _mark_questions(reading)
    return reading


def _opened(turn: Said) -> tuple[list[str], list[int], list[bool]]:
    """Words with contractions opened, the place of each in the turn, and whether a sentence ends behind it."""
    words: list[str] = []
    places: list[int] = []
    ends: list[bool] = []
    for place, word in enumerate(turn.words):
        if word in IDLE and not _ends(turn, place):
            continue
        for part in _parts(turn, place).split():
            words.append(part)
            places.append(place)
            ends.append(False)
        ends[-1] = _ends(turn, place)
    return words, places, ends


def _parts(turn: Said, place: int) -> str:
    word = turn.words[place]
    if word not in WITH_APOSTROPHE:
        return OPENED.get(word, word)
    start, end = turn.places[place]
    ahead = turn.words[place + 1 : place + 2]
    if end - start > len(word) or (word == "well" and ahead and ahead[0] in WILL_FOLLOW):
        return WITH_APOSTROPHE[word]
    return word


def _ends(turn: Said, place: int) -> bool:
    if place + 1 == len(turn.words):
        return True
    between = turn.between(place + 1)
    return bool(END.search(between)) and turn.words[place] not in TITLES and len(turn.words[place]) > 1


def _keep(reading: Reading, words: list[str], places: list[int], ends: list[bool], first: int, behind: int) -> None:
    for place in range(first, behind):
        word = words[place]
        told = word in ABSENT and place and words[place - 1] == "let"
        name = ABSENT_ONE if told else YOU if word in NAMES else VISIT if word in APPOINTMENTS else word
        _piece(reading, name, (places[place], places[place]), ends[place])


def _piece(reading: Reading, name: str, span: tuple[int, int], end: bool) -> None:
    reading.words.append(name)
    reading.spans.append(span)
    reading.ends.append(end)


def _mark_questions(reading: Reading) -> None:
    asks = False
    for place in range(len(reading.words) - 1, -1, -1):
        if reading.ends[place]:
            asks = _asks(reading, place)
        reading.asks.append(asks)
    reading.asks.reverse()


def _asks(reading: Reading, place: int) -> bool:
    """Whether the sentence that ends here is a question; "you're all set, okay?" is none."""
    turn, last = reading.turn, reading.spans[place][1]
    end = turn.places[last][1]
    behind = turn.turn.text[end : turn.places[last + 1][0] if last + 1 < len(turn.words) else end + 3]
    return "?" in behind and reading.words[place] not in ("okay", "ok", "alright")
