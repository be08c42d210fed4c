"""Numbers that an insurer, a bank or a clinic knows a person by, with their letters: "w four four seven …"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from rules.redaction import words as w
from rules.redaction.atoms import LARGE, atom, parts
from rules.redaction.tokens import Found, Stream
from rules.redaction.topics import Mark, Topics
from rules.redaction.words import AMENDING, LETTER_NAMES, RESTATING, SPOKEN, Kind, Topic

LEAD = 18
"""Words that may stand between "member id" and the number, none of them with a weight."""
LONGEST = 80
"""Words of one number with all of its fillers and echoes."""
LONGEST_TURN = 20
LEADING = w.LINK | w.FILLER | w.ACK | w.TURN | w.FIX | w.HIDDEN
PAUSE = w.FILLER | w.ACK
CODE = w.NUMERAL | w.LETTER | w.MIXED
SURE = w.NUMERAL | w.MIXED
AGAIN = w.FILLER | w.ACK | w.TURN | w.FIX
LONGEST_FIX = 4
SPLIT = 3
"""Letters of a word between two digits that a speech engine made of two letters: "one eg four te five"."""
LEAST, LEAST_WEAK = 4, 6
"""Characters of a number that was announced as one, and of one that only may be meant."""
MOST_CAPITALS = 4
LOOK = re.compile(r"[a-z]{1,4}\d{6,12}")
MEMBER = Topic.MEMBER
NAMING = frozenset(("as", "for", "like"))
SUMS = frozenset(("hundred", "thousand"))
VOWELS = frozenset("aeiouy")
Piece = tuple[int, int, str]
"""First and last word of a group, and its characters."""


def members(stream: Stream, topics: Topics) -> Iterator[Found]:
    behind, codes = 0, _codes(stream)
    for mark in topics.marks:
        if mark.at < behind or mark.topic is not MEMBER or stream.flags[mark.at] & w.HIDDEN:
            continue
        if stream.flags[mark.at + 1] & w.TOPIC and stream.words[mark.at + 1] in ("id", "number"):
            continue  # the next mark is of the same thing, and nearer
        start = _start(stream, mark.at + 1) or _answer(stream, mark)
        pieces = _pieces(stream, start) if start else []
        while pieces and _is_number(stream, pieces, said := "".join([piece[2] for piece in pieces]), mark):
            behind = pieces[-1][1] + 1
            yield from _found(stream, pieces, said)
            start = _again(stream, behind)
            pieces = _pieces(stream, start) if start else []
        pieces = _coded(topics, mark, codes, max(behind, mark.at + 1)) if codes else []
        if pieces:
            behind = pieces[-1][1] + 1
            yield from _found(stream, pieces, pieces[0][2])


def coded(stream: Stream, topics: Topics) -> Iterator[Found]:
    """Letters and many digits in one word, where nothing says that anybody may see them: better hidden than asked."""
    for at in stream.places(w.MIXED):
        word = stream.words[at]
        if not LOOK.fullmatch(word):
            continue
        mark = topics.before(at)
        if mark is None or mark.topic is not Topic.OTHER:
            yield Found(Kind.MEMBER_ID, at, at, word)


def _start(stream: Stream, at: int) -> int:
    """Where the number begins; 0 where another word comes first."""
    flags = stream.flags
    for place in range(at, min(at + LEAD, len(flags) - 2)):
        flag = flags[place]
        if flag & w.TOPIC and _is_other(stream, place):
            return 0
        if flag & w.DIGITS or (_is_code(stream, place) and not _is_article(stream, place)):
            return place
        if not flag & LEADING:
            return 0
    return 0


def _answer(stream: Stream, mark: Mark) -> int:
    """Where the number begins that the other party says when asked: "what's the account number on the bill?"."""
    end = min(mark.at + LEAD, len(stream.words) - 2)
    if not mark.is_explicit or stream.turn(mark.at) == stream.turn(end):
        return 0
    for place in range(mark.at + 1, end):
        if stream.flags[place] & w.TURN:
            return _start(stream, place + 1)
        is_topic = stream.flags[place] & w.TOPIC and not stream.flags[place] & w.LINK
        if stream.flags[place] & (CODE | w.HIDDEN) or (is_topic and stream.words[place] != "card"):
            return 0
    return 0


def _again(stream: Stream, at: int) -> int:
    """Where the number begins anew behind "no, it's …"; 0 where it does not."""
    is_fixed = False
    for place in range(at, min(at + LEAD, len(stream.words) - 2)):
        if is_fixed and _is_code(stream, place) and not _is_article(stream, place):
            return place
        flag, word = stream.flags[place], stream.words[place]
        if not flag & AGAIN and word not in RESTATING:
            return 0
        is_fixed = is_fixed or word == "no" or word in AMENDING
    return 0


def _is_other(stream: Stream, place: int) -> bool:
    """Whether the word starts another subject; "number" and "card" go with this one."""
    return not stream.flags[place] & w.LINK and stream.words[place] not in ("card", "member")


def _is_code(stream: Stream, at: int) -> bool:
    return bool(stream.flags[at] & CODE) or _is_prefix(stream, at)


def _is_split(stream: Stream, at: int) -> bool:
    flags, word = stream.flags, stream.words[at]
    is_between = bool(flags[at - 1] & SURE and flags[at + 1] & SURE)
    return is_between and not flags[at] and len(word) <= SPLIT and word.isalpha()


def _is_prefix(stream: Stream, at: int) -> bool:
    """Letters said as one: POL, XJB; known by their capitals or by having no vowel."""
    word = stream.words[at]
    if stream.flags[at] & ~w.UNIT or word in LETTER_NAMES:
        return word in LETTER_NAMES
    if not 2 <= len(word) <= MOST_CAPITALS or not word.isalpha():
        return False
    said = stream.text[stream.starts[at] : stream.end(at)]
    if said.isupper() or _is_split(stream, at):
        return True
    return word.isascii() and VOWELS.isdisjoint(word) and not stream.flags[at]


def _is_article(stream: Stream, at: int) -> bool:
    """ "A" and "i" before another word, and "oh" before a letter or nothing, are no part of a number."""
    if stream.gaps[at] == "-":
        return False
    if stream.words[at] not in ("a", "i", "oh", "o", "s", "u", "one") or stream.words[at + 1 : at + 3] == ["as", "in"]:
        return False
    follower = at + 1
    while stream.flags[follower] & w.FILLER:
        follower += 1
    return not _is_code(stream, follower) or not parts(stream.gaps[follower])


def _pieces(stream: Stream, start: int) -> list[Piece]:
    """The groups of the number up to the first word that is none, across turns that hold nothing else."""
    pieces: list[Piece] = []
    flags, words, gaps = stream.flags, stream.words, stream.gaps
    at, end = start, min(start + LONGEST, len(words) - 2)
    while at < end:
        flag = flags[at]
        if flag & w.DIGITS and gaps[at + 1] != ",":
            pieces.append((at, at, words[at]))
            at += 1
        elif flag & w.ONES and not flags[at + 1] & LARGE:
            pieces.append((at, at, SPOKEN[words[at]]))
            at += 1
        elif flag & w.LETTER and not flag & (w.LINK | w.PLAIN | w.NUMERAL) and words[at + 1] not in NAMING:
            pieces.append((at, at, words[at]))
            at += 1
        elif flag & SURE or (_is_code(stream, at) and not _is_lone_article(stream, at)):
            piece, at = _piece(stream, at)
            pieces.append(piece)
        elif flag & PAUSE or (flag & w.TURN and _is_all_code(stream, at + 1)):
            at += 1
        elif flag & w.FIX and (fixed := _fixed(stream, at)):
            at = fixed
        else:
            break
    return _without_time(stream, pieces)


def _fixed(stream: Stream, at: int) -> int:
    """Where a number goes on behind "no wait"; 0 where it does not."""
    is_fixed = False
    for place in range(at, min(at + LONGEST_FIX, len(stream.words) - 2)):
        if is_fixed and _is_code(stream, place) and not _is_article(stream, place):
            return place
        if not stream.flags[place] & (w.FIX | w.FILLER):
            return 0
        is_fixed = is_fixed or stream.words[place] in AMENDING
    return 0


def _is_lone_article(stream: Stream, at: int) -> bool:
    return bool(stream.flags[at] & w.LINK or stream.flags[at] & w.PLAIN) and _is_article(stream, at)


def _piece(stream: Stream, at: int) -> tuple[Piece, int]:
    """One group; "h as in hotel" is an h."""
    word = stream.words[at]
    if stream.flags[at] & w.LETTER and (stream.words[at + 1] in NAMING and _is_named(stream, at)):
        last = at + 3 if stream.words[at + 1] == "as" else at + 2
        return (at, last, word), last + 1
    if stream.flags[at] & w.NUMERAL:
        digits, end = atom(stream, at)
        return (at, end - 1, digits), end
    return (at, at, LETTER_NAMES.get(word, word)), at + 1


def _is_named(stream: Stream, at: int) -> bool:
    """ "H as in hotel", "b for boy", "g like george"."""
    if stream.words[at + 1] == "as":
        return stream.words[at + 2] == "in"
    return stream.words[at + 2].startswith(stream.words[at])


def _is_all_code(stream: Stream, at: int) -> bool:
    """Whether a turn holds groups and nods and nothing else."""
    for place in range(at, min(at + LONGEST_TURN, len(stream.words) - 2)):
        if stream.flags[place] & w.TURN:
            return place > at
        if not (_is_code(stream, place) or stream.flags[place] & (PAUSE | w.LINK)):
            return False
    return at + LONGEST_TURN >= len(stream.words)


def _without_time(stream: Stream, pieces: list[Piece]) -> list[Piece]:
    """Leaves out a last number that something is counted in: "… eight nine, two pm"."""
    if pieces and stream.flags[pieces[-1][1] + 1] & w.UNIT and not _is_prefix(stream, pieces[-1][1] + 1):
        return pieces[:-1] if len(pieces) > LEAST_WEAK else []
    return pieces


def _is_number(stream: Stream, pieces: list[Piece], said: str, mark: Mark) -> bool:
    digits = sum(map(str.isdecimal, said))
    is_year = len(said) == 4 and said[:2] in ("19", "20") and len(pieces) <= 2
    if not mark.is_explicit and (len(said) == digits < LEAST_WEAK or is_year):
        return False
    has_money = pieces[0][0] and stream.flags[pieces[0][0] - 1] & w.MONEY
    return len(said) >= LEAST and digits >= LEAST - 1 and not has_money and not _is_sum(stream, pieces)


def _is_sum(stream: Stream, pieces: list[Piece]) -> bool:
    return not SUMS.isdisjoint(stream.words[pieces[0][0] : pieces[-1][1] + 1])


def _codes(stream: Stream) -> list[int]:
    """Places of words of letters and many digits."""
    return [at for at in stream.places(w.MIXED) if sum(map(str.isdecimal, stream.words[at])) > LEAST]


def _coded(topics: Topics, mark: Mark, codes: list[int], start: int) -> list[Piece]:
    """Such a word somewhat later: "… that's the old one it's W5581120 now"."""
    found = bisect_left(codes, start)
    if found == len(codes) or codes[found] >= start + LEAD:
        return []
    place = codes[found]
    latest = topics.before(place)
    is_meant = latest is not None and latest.topic is mark.topic
    return [(place, place, topics.stream.words[place])] if is_meant else []


def _found(stream: Stream, pieces: list[Piece], value: str) -> Iterator[Found]:
    """A span for each row of groups that nothing but a sound parts."""
    first, last, _ = pieces[0]
    if len(pieces) == pieces[-1][1] - first + 1:
        yield Found(Kind.MEMBER_ID, first, pieces[-1][1], value)
        return
    for start, end, _ in pieces[1:]:
        if start == last + 1 or all(flag & w.FILLER for flag in stream.flags[last + 1 : start]):
            last = end
            continue
        yield Found(Kind.MEMBER_ID, first, last, value)
        first, last = start, end
    yield Found(Kind.MEMBER_ID, first, last, value)
