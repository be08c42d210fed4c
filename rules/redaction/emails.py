"""Mail addresses, written or spoken: "john dot smith at gmail dot com". Every search starts at an "at" or "@"."""

from __future__ import annotations

from collections.abc import Iterator

from rules.redaction import words as w
from rules.redaction.atoms import atom
from rules.redaction.tokens import Found, Stream
from rules.redaction.words import ENDINGS, PROVIDERS, Kind

FARTHEST_DOT = 6
"""Words that a mail server's name may have before its first dot."""
LONGEST_DOMAIN = 14
LONGEST_NAME = 16
NAMES = 2
"""Words that may stand side by side in a mailbox's name: "sarah jones at"."""
SIGNS = {**dict.fromkeys(("dot", "period", "point"), "."), **dict.fromkeys(("dash", "hyphen", "minus"), "-")}
SIGNS |= {"underscore": "_", "plus": "+"}
WRITTEN_SIGNS = frozenset((".", "_", "-", "+"))
SOUNDS = frozenset(("uh", "um", "er", "hmm"))
LEADS = SOUNDS.union(SIGNS)
MENTIONS = frozenset(("email", "emails", "e", "mail", "email's", "gmail", "correo", "inbox"))
MENTION_REACH = 8
PIECES = w.NUMERAL | w.LETTER | w.MIXED | w.HUNDRED | w.THOUSAND


def emails(stream: Stream) -> Iterator[Found]:
    behind = 0
    for at in stream.places(w.AT):
        domain = _domain(stream, at) if at >= behind else None
        if domain is None:
            continue
        server, last = domain
        box = _mailbox(stream, at, behind)
        if box is None or (not server.count(".") and not _is_spoken_of(stream, at)):
            continue
        behind = last + 1
        yield from _parts(stream, box, at, last, server)


def _parts(stream: Stream, box: tuple[str, int], at: int, last: int, server: str) -> Iterator[Found]:
    """One span, or two where the rest was said in the next turn."""
    name, first = box
    for border in (at - 1, at + 1):
        if first < border < last and stream.flags[border] & w.TURN:
            yield Found(Kind.EMAIL, first, border - 1, f"{name}@{server}")
            first = border + 1
    yield Found(Kind.EMAIL, first, last, f"{name}@{server}")


def _domain(stream: Stream, at: int) -> tuple[str, int] | None:
    """The server's name and its last word: labels up to a dot and an ending, or a provider that everybody knows."""
    words, flags = stream.words, stream.flags
    labels, start = "", at + 1 + bool(flags[at + 1] & w.TURN)
    if not _may_be_server(stream, start):
        return None
    if words[start] in PROVIDERS and not _is_dot(stream, start + 1):
        return words[start], start
    for place in range(start, start + FARTHEST_DOT):
        if flags[place] & (w.TURN | w.HIDDEN | w.AT):
            return None
        if place > start and _is_dot(stream, place):
            return _ending(stream, place, labels)
        labels += _said(stream, place)
    return None


def _may_be_server(stream: Stream, at: int) -> bool:
    """A common word is a server's name only with a dot right behind it: most words after "at" are none."""
    flag = stream.flags[at]
    if flag & (w.DOT | w.TURN | w.HIDDEN | w.AT):
        return False
    return not flag & w.PLAIN or len(stream.words[at]) == 1 or _is_dot(stream, at + 1)


def _is_dot(stream: Stream, at: int) -> bool:
    """Whether the word is a spoken dot, or has a written one before it with no blank behind."""
    return bool(stream.flags[at] & w.DOT) or stream.gaps[at] == "." or stream.gaps[at] == " . "


def _ending(stream: Stream, dot: int, labels: str) -> tuple[str, int] | None:
    """Reads ".co.uk" from its first dot on. A path behind it makes it the address of a page."""
    words, flags = stream.words, stream.flags
    name, last, at = labels, -1, dot
    while at < dot + LONGEST_DOMAIN and _is_dot(stream, at):
        place = at + 1 if flags[at] & w.DOT else at
        if flags[place] & (w.TURN | w.HIDDEN | w.DOT | w.AT):
            break
        name, at = f"{name}.{words[place]}", place + 1
        while words[place] not in ENDINGS and _joins(stream, at) and at < dot + LONGEST_DOMAIN:
            name, at = name + words[at], at + 1
        last = at - 1 if words[at - 1] in ENDINGS else last
    if last < 0 or words[last + 1] == "slash" or stream.gaps[last + 1].startswith("/"):
        return None
    return name, last


def _joins(stream: Stream, at: int) -> bool:
    return stream.gaps[at] == "-" and not stream.flags[at] & (w.TURN | w.HIDDEN)


def _mailbox(stream: Stream, at: int, behind: int) -> tuple[str, int] | None:
    """The name before the "at" and its first word; None where what stands there is no name."""
    end = at - 2 if at and stream.flags[at - 1] & w.TURN else at - 1
    floor = max(behind, end - LONGEST_NAME, 0)
    first, names, place = end + 1, 0, end
    while place >= floor and (width := _width(stream, place, names < NAMES)):
        names += _is_name(stream, place)
        place -= width
        first = place + 1
    first = _without_lead(stream, max(first, 0), end)
    return (_read(stream, first, end), first) if first <= end else None


def _width(stream: Stream, place: int, may_be_name: bool) -> int:
    """How many words to take to the left, none where the mailbox has begun."""
    flag = stream.flags[place]
    if flag & (w.TURN | w.HIDDEN | w.AT):
        return 0
    if stream.words[place] in SOUNDS:
        return 1
    if place >= 3 and stream.words[place - 2 : place] == ["as", "in"] and stream.flags[place - 3] & w.LETTER:
        return 4
    if not _is_name(stream, place):
        return 1
    if stream.words[place] == "and" and stream.flags[place - 1] & w.THOUSAND:
        return 1
    is_short_form = "'" in stream.words[place] or "’" in stream.words[place]
    return int(may_be_name and not is_short_form and not flag & (w.PLAIN | w.FILLER))


def _is_name(stream: Stream, place: int) -> bool:
    """Whether it is a word of its own: no sign, letter or number, and tied to the next by no sign."""
    if stream.words[place] in LEADS or stream.flags[place] & PIECES:
        return False
    return not (stream.gaps[place + 1] in WRITTEN_SIGNS or stream.words[place + 1] in SIGNS)


def _without_lead(stream: Stream, first: int, end: int) -> int:
    """Leaves out signs and sounds, and "a", "i" or "oh", that stand before the name but do not belong to it."""
    while first <= end and (stream.words[first] in LEADS or _is_lone(stream, first, end)):
        first += 1
    return first


def _is_lone(stream: Stream, place: int, end: int) -> bool:
    if stream.words[place] not in ("i", "a", "o", "oh") or place == end or stream.gaps[place + 1] != " ":
        return False
    return len(stream.words[place + 1]) > 1 and stream.words[place + 1] not in SIGNS


def _read(stream: Stream, first: int, end: int) -> str:
    """The mailbox as it is written: "j smith eighty five" is jsmith85."""
    name, place = "", first
    while place <= end:
        gap = stream.gaps[place]
        name += gap if name and gap in WRITTEN_SIGNS else ""
        if stream.words[place + 1 : place + 3] == ["as", "in"]:
            name, place = name + stream.words[place], place + 4
            continue
        digits, after = atom(stream, place) if stream.flags[place] & w.NUMERAL else ("", place + 1)
        name, place = name + (digits or _said(stream, place)), after
    return name


def _said(stream: Stream, place: int) -> str:
    word = stream.words[place]
    return "" if word in SOUNDS else SIGNS.get(word, word)


def _is_spoken_of(stream: Stream, at: int) -> bool:
    """Whether somebody spoke of mail just before: without that "john at gmail" may be a person at work."""
    return not MENTIONS.isdisjoint(stream.words[max(0, at - MENTION_REACH) : at])
