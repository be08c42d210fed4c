"""Street addresses: a house's number, a name, a word for a street; with flat, town, state and code behind it."""

from __future__ import annotations

from collections.abc import Iterator

from rules.redaction import words as w
from rules.redaction.atoms import atom, parts
from rules.redaction.tokens import Found, Stream
from rules.redaction.words import COMMON_STREETS, COMPASS, STATES, UNITS_OF_HOUSES, Kind

LONGEST_NAME = 4
"""Words between the house's number and "street"."""
LONGEST_TOWN = 4
LONGEST_NUMBER = 7
NUMBER = w.NUMERAL | w.HUNDRED | w.THOUSAND
CODE_LENGTHS = (5, 9)
ASKS = frozenset(("address", "street", "live", "lives", "living", "home"))
ASK_REACH = 14
NAMED = frozenset(("old", "new", "point", "mail"))
"""Common words that streets are named with: Old Mill Road."""
NO_NAME = w.PLAIN | w.FILLER | w.TURN | w.HIDDEN | w.MONTH | w.AT | w.DOT | w.UNIT | w.TOPIC | w.MONEY


def addresses(stream: Stream) -> Iterator[Found]:
    behind = 0
    for at in stream.places(w.STREET):
        if at < behind:
            continue
        is_box = stream.words[at] == "box"
        first = _box(stream, at) if is_box else _house(stream, at, behind)
        if first is None:
            continue
        last = _tail(stream, _number(stream, at + 1) if is_box else at)
        behind = last + 1
        yield Found(Kind.ADDRESS, first, last, " ".join(stream.words[first : last + 1]))


def _box(stream: Stream, at: int) -> int | None:
    """The first word of "p o box" with a number behind it."""
    if not stream.flags[at + 1] & w.NUMERAL:
        return None
    if stream.words[max(0, at - 2) : at] == ["p", "o"]:
        return at - 2
    return at - 1 if at and stream.words[at - 1] == "po" else None


def _number(stream: Stream, at: int) -> int:
    """The last word of the numbers that begin at a word; the word before where there are none."""
    while stream.flags[at] & w.NUMERAL:
        digits, end = atom(stream, at)
        if not digits:
            break
        at = end
    return at - 1


def _house(stream: Stream, at: int, behind: int) -> int | None:
    """The first word of the house's number that a street's name follows."""
    place = at - 1
    while place > max(behind, at - 1 - LONGEST_NAME) and _is_name(stream, place):
        place -= 1
    if place == at - 1 or place < behind or not stream.flags[place] & NUMBER:
        return None
    last = place
    while place > max(behind, last - LONGEST_NUMBER) and _is_more(stream, place):
        place -= 1
    return place if _is_house(stream, place, last, at) else None


def _is_more(stream: Stream, place: int) -> bool:
    """Whether the word before belongs to the same number."""
    is_and = stream.words[place - 1] == "and" and bool(stream.flags[place - 2] & (w.HUNDRED | w.THOUSAND))
    return (is_and or bool(stream.flags[place - 1] & NUMBER)) and parts(stream.gaps[place])


def _is_name(stream: Stream, place: int) -> bool:
    flag, word = stream.flags[place], stream.words[place]
    if word in COMPASS or word in NAMED or flag & w.ORDINAL:
        return True
    return not flag & (NO_NAME | w.NUMERAL | w.HUNDRED) or (bool(flag & w.STREET) and not flag & w.PLAIN)


def _is_house(stream: Stream, first: int, last: int, at: int) -> bool:
    """Whether a number with a name between it and "street" is a house's and not "two" of something."""
    digits = _digits(stream, first)
    if not 0 < len(digits) <= 5 or (first and stream.flags[first - 1] & w.MONEY):
        return False
    if stream.words[at] not in COMMON_STREETS:
        return True
    if stream.words[at] in ("dr", "st") and not stream.words[first].isdecimal():
        return _is_asked(stream, first)
    return len(digits) > 1 or _is_asked(stream, first)


def _is_asked(stream: Stream, at: int) -> bool:
    return not ASKS.isdisjoint(stream.words[max(0, at - ASK_REACH) : at])


def _tail(stream: Stream, last: int) -> int:
    """The address' last word: past a point of the compass, a flat, a town with its state, a postal code."""
    if stream.words[last + 1] in COMPASS and len(stream.words[last + 1]) > 1:
        last += 1
    if stream.words[last + 1] in UNITS_OF_HOUSES:
        last = _flat(stream, last + 1)
    return _code(stream, _town(stream, last))


def _flat(stream: Stream, at: int) -> int:
    """The last word of "apartment twelve", "apt 3c", "suite b"."""
    end = _number(stream, at + 1)
    if stream.flags[end + 1] & (w.LETTER | w.MIXED) and stream.gaps[end + 1] in (" ", "", "-"):
        end += 1
    return end


def _town(stream: Stream, last: int) -> int:
    """The state's place within the next words, where only a town's name comes before it; else the word given."""
    state = last
    for place in range(last + 1, last + 2 + LONGEST_TOWN):
        word, flag = stream.words[place], stream.flags[place]
        if word in STATES and (not flag or _has_code(stream, place + 1)):
            state = place
        elif flag & (NO_NAME | w.NUMERAL) and word != "new":
            break
    return state


def _digits(stream: Stream, at: int) -> str:
    digits = ""
    while stream.flags[at] & w.NUMERAL and len(digits) < 10:
        group, at = atom(stream, at)
        if not group:
            break
        digits += group
    return digits


def _code(stream: Stream, last: int) -> int:
    """The postal code's last word, where one follows."""
    return _number(stream, last + 1) if _has_code(stream, last + 1) else last


def _has_code(stream: Stream, at: int) -> bool:
    return len(_digits(stream, at)) in CODE_LENGTHS
