"""What a number may be by its own look: Luhn's sum, the groups of a telephone number, the hours of a day."""

from __future__ import annotations

from itertools import pairwise

from rules.redaction import words as w
from rules.redaction.atoms import Run, spoken_values
from rules.redaction.tokens import Stream

CARD_LENGTHS = range(13, 20)
PHONE_GROUPS = frozenset(
    ((3, 3, 4), (1, 3, 3, 4), (10,), (11,), (3, 7), (6, 4), (1, 10), (4, 3, 4), (5, 6), (4, 3, 3), (2, 4, 4), (3, 8),
     (2, 2, 2, 2, 2), (5, 3, 3), (1, 3, 7), (3, 4, 4), (4, 7))
)  # fmt: skip
LOCAL_GROUPS = frozenset(((3, 4), (3, 1, 1, 1, 1), (3, 2, 2)))
LEAST_SINGLES = 3
"""Digits said one by one in a spoken number without a topic: prices and years have fewer."""
SURE_SINGLES = 6
"""So many that "one hundred" behind them is no sum."""


def passes_luhn(digits: str) -> bool:
    """The sum that every card number satisfies; one in ten of other numbers does so too."""
    if len(digits) not in CARD_LENGTHS or digits[0] in "0789" or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[::-2])) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0


def has_ssn_groups(stream: Stream, runs: list[Run]) -> bool:
    run = runs[0]
    if len(runs) != 1 or [len(group) for group in run.groups] != [3, 2, 4]:
        return False
    return stream.gaps[run.places[1]] == stream.gaps[run.places[2]] in ("-", " ", "–", ".")


def is_phone(stream: Stream, runs: list[Run]) -> bool:
    """Whether a number without a topic can only be a telephone's."""
    digits = "".join(run.digits for run in runs)
    is_national = len(digits) == 10 or (len(digits) == 11 and digits[0] in "01")
    if has_plus(stream, runs[0]) and 8 <= len(digits) <= 15:
        return True
    if not is_national and len(digits) != 7:
        return False
    if counts(stream, runs) or is_clock(stream, runs):
        return False
    return _is_dictated(stream, runs, digits) if is_spoken(stream, runs) else _has_groups(stream, runs, is_national)


def has_plus(stream: Stream, run: Run) -> bool:
    return run.first > 0 and stream.words[run.first - 1] in ("+", "plus")


def is_spoken(stream: Stream, runs: list[Run]) -> bool:
    """Whether any of it was said in words; "4 1 5 5 5 5" counts as said too."""
    return any(not stream.flags[place] & w.DIGITS for run in runs for place in run.places)


def _is_dictated(stream: Stream, runs: list[Run], digits: str) -> bool:
    """Said in words: mostly digit by digit, and hundreds only where an area code has them."""
    groups = [group for run in runs for group in run.groups]
    singles = sum(len(group) == 1 or len(set(group)) == 1 for group in groups)
    if has_hundreds(stream, runs):
        return len(digits) >= 10 and (digits[-10:-7] == "800" or singles >= SURE_SINGLES)
    if len(digits) == 7:
        return singles >= LEAST_SINGLES + 2 or (len(groups[0]) == 3 and stream.words[runs[0].first].isdecimal())
    return singles >= LEAST_SINGLES


def _has_groups(stream: Stream, runs: list[Run], is_national: bool) -> bool:
    """Written in groups as telephone numbers are, or digit by digit."""
    lengths = tuple(len(group) for run in runs for group in run.groups)
    if set(lengths) == {1}:
        return True
    if not is_national:
        return lengths in LOCAL_GROUPS and stream.gaps[runs[-1].places[-1]] != ","
    if lengths == (2, 2, 2, 2, 2):
        return runs[0].groups[0][0] == "0"
    return lengths in PHONE_GROUPS or (lengths[:2] == (3, 3) and len(lengths) <= 6)


def has_hundreds(stream: Stream, runs: list[Run]) -> bool:
    return any(flag & (w.HUNDRED | w.THOUSAND) for run in runs for flag in stream.flags[run.first : run.last + 1])


def counts(stream: Stream, runs: list[Run]) -> bool:
    """ "One two three four …" or "ten nine eight …": each number one more, or one less, than the one before."""
    numbers = [int(group[:9]) for run in runs for group in run.groups]
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    return len(numbers) > 4 and steps in ({1}, {-1})


def is_clock(stream: Stream, runs: list[Run]) -> bool:
    """Whether the numbers read as hours, each later than the one before, within one half of a day."""
    values: list[int] = []
    for run in runs:
        said = spoken_values(stream, run)
        if said is None:
            said = [int(group) for group in run.groups if len(group) <= 2]
            if len(said) < len(run.groups):
                return False
        values += said
    return _are_hours(values)


def _are_hours(values: list[int]) -> bool:
    """Reads the numbers as hours, with minutes behind some; 12 hours are one round."""
    times: list[int] = []
    at = 0
    while at < len(values):
        if not 1 <= values[at] <= 12:
            return False
        minutes = values[at + 1] if at + 1 < len(values) and 13 <= values[at + 1] < 60 else 0
        times.append(values[at] % 12 * 60 + minutes)
        at += 2 if minutes else 1
    return _ascend(times)


def _ascend(times: list[int]) -> bool:
    span = 0
    for earlier, later in pairwise(times):
        span += (later - earlier) % 720
        if later == earlier:
            return False
    return len(times) > 1 and span <= 720
