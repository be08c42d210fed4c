"""A turn as booking reads it: contractions opened, times and appointments named as such, cues found in what remains."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter
from typing import NamedTuple

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
SPECIAL = IDLE | OPENED.keys() | WITH_APOSTROPHE.keys()
"""All words that are not read as they stand."""
FOLDED = {**dict.fromkeys(APPOINTMENTS, VISIT), **dict.fromkeys(NAMES, YOU)}
STOP = re.compile(r"[.!?;]")
END = re.compile(r"[.!?;](?:\s|$)|[!?;]")
TITLES = word_set("dr mr mrs ms st")
"""A full stop behind these ends no sentence."""

TAGS = ("okay", "ok", "alright")
BEFORE_NO_TAG = ("be", "is", "are", "that", "this", "it", "sound")
"""In front of an "okay?" that asks: "would two be okay?"."""

DOUBTING = word_set(
    "should shall would could can may might do does did if once unless until till whether what how why try trying hope "
    "want like need help not never cannot before"
)
RESTARTING = word_set("but because okay ok so then great perfect alright yes yeah sure and thanks wonderful")
DOUBT_REACH = 7
"""Words in front of a phrase that are searched for a doubt about it."""
DOUBT_BEHIND = word_set("once pending until")


class Cue(NamedTuple):
    says: Says
    first: int
    last: int
    """Places in the reading's words."""
    asked: bool
    """Whether it stands in a sentence that a question mark ends."""


@dataclass(slots=True)
class Reading:
    turn: Said
    words: list[str]
    firsts: list[int]
    """The place in the turn of each word, of its first where a time takes several."""
    lasts: list[int]
    ends: list[bool]
    asks: list[bool]
    """Whether the sentence that a word stands in ends with a question mark."""

    def cite(self, first: int, last: int) -> Evidence:
        return self.turn.cite(self.firsts[first], self.lasts[last])


FIRST = attrgetter("first")


def _table(text: str) -> Iterator[tuple[str, Says]]:
    for line in filter(None, text.splitlines()):
        says, pattern = line.split(":", 1)
        yield pattern, Says(says)


AGENT_PATTERNS = (Patterns(_table(AGENT), CLASSES), Patterns(_table(OFFERS), CLASSES))
CALLER_PATTERNS = (Patterns(_table(CALLER), CLASSES), Patterns(_table(ASKS), CLASSES))
"""In tables of their own stands what may overlap with the rest."""


def readings(turns: Sequence[Turn]) -> Iterator[Reading]:
    return map(_read, said(turns))


def cues(reading: Reading, tables: Iterable[Patterns[Says]]) -> list[Cue]:
    """What the patterns find and the times, in order."""
    found = [
        Cue(hit.label, hit.first, hit.last, reading.asks[hit.first])
        for patterns in tables
        for hit in patterns.find(reading.words, reading.ends)
    ]
    if MOMENT in reading.words or NUMBER in reading.words:
        found += [
            Cue(Says.TIME if word == MOMENT else Says.NUMBER, place, place, reading.asks[place])
            for place, word in enumerate(reading.words)
            if word in (MOMENT, NUMBER)
        ]
    found.sort(key=FIRST)
    return found


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
    opened, places, closing = _opened(turn)
    reading, place = Reading(turn, [], [], [], [], []), 0
    for moment in moments(opened, closing):
        _keep(reading, opened, places, closing, place, moment.first)
        reading.words.append(moment.name)
        reading.firsts.append(places[moment.first])
        reading.lasts.append(places[moment.last])
        reading.ends.append(closing[moment.last])
        place = moment.last + 1
    _keep(reading, opened, places, closing, place, len(opened))
    reading.asks = _questions(reading)
    return reading


def _opened(turn: Said) -> tuple[list[str], list[int], list[bool]]:
    """Words with contractions opened, the place of each in the turn, and whether a sentence ends behind it."""
    closing = _sentence_ends(turn)
    if SPECIAL.isdisjoint(turn.words):
        return turn.words, list(range(len(turn.words))), closing
    words: list[str] = []
    places: list[int] = []
    ends: list[bool] = []
    for place, word in enumerate(turn.words):
        if word not in SPECIAL:
            words.append(word)
            places.append(place)
            ends.append(closing[place])
        elif word not in IDLE or closing[place]:
            parts = _parts(turn, place).split()
            words += parts
            places += [place] * len(parts)
            ends += [False] * (len(parts) - 1) + [closing[place]]
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


def _sentence_ends(turn: Said) -> list[bool]:
    """Whether a sentence ends behind each word; most turns that were written down by a machine have one."""
    text, places = turn.turn.text, turn.places
    closing = [False] * len(places)
    closing[-1] = True
    for mark in STOP.finditer(text, places[0][1], places[-1][0]):
        place = bisect(places, (mark.start(),)) - 1
        between = text[places[place][1] : places[place + 1][0]]
        if END.search(between) and turn.words[place] not in TITLES and len(turn.words[place]) > 1:
            closing[place] = True
    return closing


def _keep(reading: Reading, words: list[str], places: list[int], ends: list[bool], first: int, behind: int) -> None:
    kept = words[first:behind]
    kept = [FOLDED.get(word, word) for word in kept]
    if "let" in kept:
        _keep_apart(kept, words, first)
    reading.words += kept
    reading.firsts += places[first:behind]
    reading.lasts += places[first:behind]
    reading.ends += ends[first:behind]


def _keep_apart(kept: list[str], words: list[str], first: int) -> None:
    """ "I'll let him know" owes the caller nothing."""
    for place in range(1, len(kept)):
        if kept[place - 1] == "let" and words[first + place] in ABSENT:
            kept[place] = ABSENT_ONE


def _questions(reading: Reading) -> list[bool]:
    asks = [False] * len(reading.words)
    if "?" not in reading.turn.turn.text:
        return asks
    first = 0
    for place in compress(range(len(reading.words)), reading.ends):
        if _asks(reading, place):
            asks[first : place + 1] = [True] * (place + 1 - first)
        first = place + 1
    return asks


def _asks(reading: Reading, place: int) -> bool:
    """Whether the sentence that ends here is a question; "you're all set, okay?" is none."""
    turn, last = reading.turn, reading.lasts[place]
    end = turn.places[last][1]
    behind = turn.turn.text[end : turn.places[last + 1][0] if last + 1 < len(turn.words) else end + 3]
    tag = reading.words[place] in TAGS and (not place or reading.words[place - 1] not in BEFORE_NO_TAG)
    return "?" in behind and not tag
