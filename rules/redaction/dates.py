"""Days of birth among the dates of a call: a date that is spoken of as one, or a full one that is long past."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rules.redaction import words as w
from rules.redaction.atoms import atom
from rules.redaction.tokens import SUFFIXED, Found, Stream
from rules.redaction.topics import Mark, Topics
from rules.redaction.words import MONTHS, ORDINALS, PAST, Kind, Topic

LONG_PAST = 2012
"""A year from which on a date without further words is no day of birth: it may be a visit's."""
NEAR = 7
"""Words between "born" and its date that count."""
PAST_REACH = 10
SKIPPED = w.FILLER | w.LINK
SEPARATORS = frozenset("/-.–")


class Date(NamedTuple):
    """A date as it was said: words `first` to `last`; the year 0 where none was given."""

    first: int
    last: int
    month: int
    day: int
    year: int

    @property
    def value(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


def births(stream: Stream, topics: Topics) -> Iterator[Found]:
    """Days of birth. "And the year?" "Nineteen eighty five." belongs to the day before it."""
    spent, behind = -1, 0
    for at in _places(stream):
        if at < behind:
            continue
        date = _by_name(stream, at, behind) if stream.flags[at] & w.MONTH else _by_numbers(stream, at)
        if date is None:
            continue
        behind = date.last + 1
        mark = topics.before(date.first)
        is_asked = _is_asked(topics, date, mark, spent)
        if not is_asked and not _is_named_after(topics, date) and not _is_long_past(stream, date):
            continue
        spent = mark.at if mark is not None else spent
        yield Found(Kind.DOB, date.first, date.last, date.value)
        if not date.year:
            yield from _year_later(stream, date)


def _places(stream: Stream) -> list[int]:
    """Where a date may be: at a month's name, and at digits with a slash or the like behind them."""
    flags, gaps = stream.flags, stream.gaps
    return [at for at in stream.places(w.MONTH | w.DIGITS) if flags[at] & w.MONTH or gaps[at + 1] in SEPARATORS]


def _is_asked(topics: Topics, date: Date, mark: Mark | None, spent: int) -> bool:
    """Whether a birthday was just spoken of, and no other date was taken for it."""
    if mark is None or mark.topic is not Topic.DOB or mark.at <= spent:
        return False
    return topics.distance(mark, date.first) <= NEAR


def _is_named_after(topics: Topics, date: Date) -> bool:
    mark = topics.after(date.last)
    return mark is not None and mark.topic is Topic.DOB


def _is_long_past(stream: Stream, date: Date) -> bool:
    around = stream.words[max(0, date.first - PAST_REACH) : date.last + 4]
    return 1900 <= date.year < LONG_PAST and PAST.isdisjoint(around)


def _by_name(stream: Stream, at: int, behind: int) -> Date | None:
    """A date with its month's name at a word: "march the third 1985", "the 4th of july", "seventy two april second"."""
    month = MONTHS[stream.words[at]]
    day, first = _day_before(stream, at, behind)
    year, last = _year(stream, at + 1) if day else (0, at)
    if year:
        return Date(first, last, month, day, year)
    later, last = _day(stream, _skip(stream, at + 1, w.FILLER))
    if not later:
        return Date(first, at, month, day, 0) if day else None
    year, first = _year_before(stream, at, behind)
    if year:
        return Date(first, last, month, later, year)
    year, end = _year(stream, last + 1)
    return Date(at, end if year else last, month, later, year)


def _skip(stream: Stream, at: int, light: int) -> int:
    """The next word that is no filler, "of" or "the", within three."""
    for place in range(at, at + 3):
        if not stream.flags[place] & light and stream.words[place] not in ("of", "the"):
            return place
    return at


def _day(stream: Stream, at: int) -> tuple[int, int]:
    """The day of a month at a word, and its last word; 0 where there is none."""
    word, flag = stream.words[at], stream.flags[at]
    if flag & w.ORDINAL:
        suffixed = SUFFIXED.match(word)
        day = ORDINALS.get(word) or (int(suffixed[1][:3]) if suffixed else 0)
        return (day, at) if day <= 31 else (0, at)
    if flag & w.TENS and stream.flags[at + 1] & w.ORDINAL and stream.words[at + 1] in ORDINALS:
        return int(w.SPOKEN[word]) + ORDINALS[stream.words[at + 1]], at + 1
    if flag & w.NUMERAL and not flag & w.TWICE:
        digits, end = atom(stream, at)
        if len(digits) <= 2 and 1 <= int(digits) <= 31 and not _is_hour(stream, end):
            return int(digits), end - 1
    return 0, at


def _is_hour(stream: Stream, end: int) -> bool:
    return bool(stream.flags[end] & w.UNIT) or stream.gaps[end] == ":"


def _day_before(stream: Stream, at: int, behind: int) -> tuple[int, int]:
    """The day that stands before "(of) march", and its first word."""
    place = at - 1
    while place > behind and (stream.words[place] == "of" or stream.flags[place] & w.FILLER) and place > at - 4:
        place -= 1
    for first in (place - 1, place):
        if first >= behind:
            day, last = _day(stream, first)
            if day and last == place:
                return day, first - (first > behind and stream.words[first - 1] == "the")
    return 0, at


def _year(stream: Stream, at: int) -> tuple[int, int]:
    """The year at a word, and its last word; 0 where there is none. 31 and less is no year without its century."""
    place = _skip(stream, at, w.FILLER)
    digits, end = atom(stream, place) if stream.flags[place] & w.NUMERAL else ("", place)
    if len(digits) == 4:
        return (int(digits), end - 1) if 1880 <= int(digits) <= 2100 else (0, at)
    if digits in ("19", "20"):
        rest, last = _rest_of_year(stream, end)
        return (int(digits) * 100 + rest, last) if last >= 0 else (0, at)
    if digits == "0" and stream.flags[end] & w.ONES and not stream.flags[end + 1] & (w.NUMERAL | w.HUNDRED):
        return 2000 + int(w.SPOKEN[stream.words[end]]), end
    if len(digits) == 2 and int(digits) > 31 and not _is_hour(stream, end):
        return _with_late_unit(stream, 1900 + int(digits), end)
    return 0, at


def _rest_of_year(stream: Stream, at: int) -> tuple[int, int]:
    """What follows on "nineteen": "eighty five", "oh one", "hundred and eighty"; -1 where nothing does."""
    if stream.flags[at] & w.HUNDRED:
        at = at + 2 if stream.words[at + 1] == "and" else at + 1
        if not stream.flags[at] & w.NUMERAL:
            return 0, at - 1
    place = _skip(stream, at, w.FILLER)
    digits, end = atom(stream, place) if stream.flags[place] & w.NUMERAL else ("", place)
    if digits == "0" and stream.flags[end] & w.ONES:
        digits, end = atom(stream, end)
    elif len(digits) != 2:
        return 0, -1
    return _with_late_unit(stream, int(digits), end)


def _with_late_unit(stream: Stream, value: int, end: int) -> tuple[int, int]:
    """ "Eighty uh five": the five belongs to the eighty."""
    is_late = not value % 10 and stream.flags[end] & w.FILLER and stream.flags[end + 1] & w.ONES
    if is_late:
        return value + int(w.SPOKEN[stream.words[end + 1]]), end + 1
    return value, end - 1


def _year_before(stream: Stream, at: int, behind: int) -> tuple[int, int]:
    """The year that stands before a month's name, and its first word."""
    for first in range(max(behind, at - 4), at):
        year, last = _year(stream, first) if stream.flags[first] & w.NUMERAL else (0, 0)
        if year and last == at - 1:
            return year, first
    return 0, at


def _by_numbers(stream: Stream, at: int) -> Date | None:
    """3/3/85, 03-03-1985, 10.12.1949 and 1985-03-03; with two digits of the year only between slashes."""
    words, gaps = stream.words, stream.gaps
    parts, separator = words[at : at + 3], gaps[at + 1]
    if separator not in SEPARATORS or gaps[at + 2] != separator or gaps[at + 3] == separator:
        return None
    if any(not part.isdecimal() or len(part) > 4 for part in parts):
        return None
    one, two, three = (int(part) for part in parts)
    if len(words[at]) == 4:
        return _date(at, two, three, one)
    if len(words[at + 2]) == 2:
        three += 1900 if three > 31 else 2000
    elif len(words[at + 2]) != 4:
        return None
    return _date(at, one, two, three) or _date(at, two, one, three)


def _date(at: int, month: int, day: int, year: int) -> Date | None:
    is_one = 1 <= month <= 12 and 1 <= day <= 31 and 1880 <= year <= 2100
    return Date(at, at + 2, month, day, year) if is_one else None


def _year_later(stream: Stream, date: Date) -> Iterator[Found]:
    """The year of a day that was given without it, when it follows alone in one of the next turns."""
    at, borders = date.last + 1, 0
    while borders <= 2 and at < len(stream.words) - 2:
        borders += bool(stream.flags[at] & w.TURN)
        if borders and stream.flags[at] & w.NUMERAL:
            year, last = _year(stream, at)
            if year and stream.flags[last + 1] & w.TURN:
                yield Found(Kind.DOB, at, last, date.value)
            return
        if not stream.flags[at] & (SKIPPED | w.ACK | w.TURN) and stream.words[at] not in ("and", "year"):
            return
        at += 1
