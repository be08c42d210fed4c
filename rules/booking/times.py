"""Where days, dates and hours stand among the words, as spoken too: "thursday two fifteen", "the 21st", "half four"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rules.phrases import word_set

MOMENT = "@"
NUMBER = "#"
"""A lone number: an hour if one is being talked about, else a price, an age or a house."""


ENOUGH = ("D", "NP", "OP", "QN", "MN", "MO", "OM", "NM", "ON", "NO")
"""Kinds in a row that say when, whatever stands around them."""


class Moment(NamedTuple):
    name: str
    first: int
    last: int


DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday tues thurs")
ALONE = word_set("today tonight tomorrow noon midday midnight oclock lunchtime weekend")
MONTHS = word_set("january february march april june july august september october november december")
SMALL = "zero one two three four five six seven eight nine ten eleven twelve"
LARGE = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
UNITS = f"{SMALL} {LARGE}".split()
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
ORDINALS = word_set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
)
PARTS = word_set("morning mornings afternoon afternoons evening evenings am pm")
LINKS = word_set("at on the of in this next around for a past to oh")
QUARTERS = word_set("half quarter")
HINTS = word_set("at around by til till about before after")
MEASURES = word_set(
    "week weeks minute minutes hour hours day days month months year years dollars bucks people persons percent per "
    "units stars star times time syringes kids miles cents grand hundred thousand each session sessions blocks street "
    "avenue ave st road rd drive floor thing"
)
FOLLOWERS = word_set(
    "or and on in with for if then that is are was works work would will sounds please okay ok open available free "
    "left good great fine perfect i we he she they it its thats yeah yes at best instead right does do can could here "
    "there same so but because than from by until lets dont yes no maybe thats too also now am"
)
"""What may stand behind a lone number or ordinal that means an hour or a date; not "six people", "the second floor"."""
DATE = re.compile(r"\d{1,2}(?:am|pm)")
ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)")


class Kind(NamedTuple):
    letter: str
    """D a time by itself, M a month, N a number, O an ordinal, P a part of the day, Q half or quarter, L what joins."""
    number: int = 0


JOINING = Kind("L")


@lru_cache(maxsize=1 << 14)
def _kind(word: str) -> Kind | None:
    if word in DAYS or word.removesuffix("s") in DAYS or word in ALONE or DATE.fullmatch(word):
        return Kind("D")
    if word in MONTHS:
        return Kind("M")
    if word in UNITS:
        return Kind("N", UNITS.index(word))
    if word.endswith("s") and word[:-1] in UNITS and word != "ones":
        return Kind("N", UNITS.index(word[:-1]))
    if word in TENS:
        return Kind("N", TENS[word])
    if word.isascii() and word.isdigit() and len(word) <= 2:
        return Kind("N", int(word) if word != "00" else 60)
    if word in ORDINALS or ORDINAL.fullmatch(word):
        return Kind("O")
    if word in PARTS:
        return Kind("P")
    if word in QUARTERS:
        return Kind("Q")
    return JOINING if word in LINKS else None


def moments(words: Sequence[str], ends: Sequence[bool]) -> Iterator[Moment]:
    """Each stretch of words that says when, or is a lone number. `ends` tells after which words a sentence ends."""
    kinds = list(map(_kind, words))
    behind = 0
    for first, kind in enumerate(kinds):
        if kind is None or kind is JOINING or first < behind:
            continue
        behind = first + 1
        while not ends[behind - 1] and kinds[behind] is not None:
            behind += 1
        stretch = [kind for kind in kinds[first:behind] if kind is not None]
        yield from _judged(words, stretch, first, closed=ends[behind - 1])


def _judged(words: Sequence[str], kinds: list[Kind], first: int, *, closed: bool) -> Iterator[Moment]:
    """The stretch of these kinds without the joining words at its end, if it says when."""
    behind = first + len(kinds)
    while kinds[-1] is JOINING:
        kinds.pop()
    last = first + len(kinds) - 1
    measured = not closed and last + 1 == behind and words[behind] in MEASURES
    loose = closed or last + 1 < behind or words[behind] in FOLLOWERS
    letters = "".join(kind.letter for kind in kinds if kind is not JOINING)
    numbers = [kind.number for kind in kinds if kind.letter == "N"]
    if _says_when(letters, numbers, words[first - 1] if first else "", measured=measured, loose=loose):
        yield Moment(MOMENT, first, last)
    elif loose and not measured and ("N" in letters or "O" in letters) and words[last] != "one":
        yield Moment(NUMBER, first, last)


def _says_when(letters: str, numbers: list[int], before: str, *, measured: bool, loose: bool) -> bool:
    """`loose` where nothing behind the stretch makes it the number of something else."""
    if any(sign in letters for sign in ENOUGH):
        return True
    if "P" in letters and before == "this":
        return True
    if measured:
        return False
    if "O" in letters and not numbers:
        return before == "the" and loose
    return (before in HINTS and len(numbers) == 1 and loose) or _is_clock(numbers)


def _is_clock(numbers: list[int]) -> bool:
    """Ten thirty, eight forty five, 9 and 00 (which is kept as 60); not one forty nine, nor five five five."""
    if len(numbers) not in (2, 3) or not 1 <= numbers[0] <= 23:
        return False
    minutes = sum(numbers[1:])
    return 10 <= minutes <= 60 and minutes % 5 == 0 and (len(numbers) == 2 or numbers[1] >= 20)
