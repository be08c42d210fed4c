"""What is being talked about when a number is said: the nearest word that says what kind of number is meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from rules.redaction import words as w
from rules.redaction.tokens import Stream
from rules.redaction.words import TOPIC_OF, Topic, listed

REACH = 14
"""Words, without the light ones, after which a topic is forgotten."""
TURNS = 5
TAIL_REACH, TAIL_WEIGHT = 16, 5
CARD_REACH = 30
"""Words behind a card's within which "the code" is the one on its back."""
EXPIRIES = frozenset(listed("expires expire expiration expiry"))
AHEAD = 7
"""Words within which "… is my social" may follow a number."""
BRIDGES = frozenset(listed("is that's that of are was as"))
NOT_SOCIAL = frozenset(listed("life media worker work workers event events anxiety distancing gathering club hour"))
OWN_CARD = frozenset(listed("gift business report birthday greeting appointment"))
IDENTITY_CARD = frozenset(listed("insurance member membership id medical medicare"))
NUMBERED = frozenset(listed("number numbers id no card code #"))
ITS_NUMBER = frozenset(listed("number numbers id numero número"))
CODES = frozenset(listed("code digits code's code’s"))
ENDS = ("ending", "ends", "end")
OTHER_CODES = frozenset(
    listed("zip postal area error confirmation gate door access promo coupon discount dress fault qr")
)
OWNERS = frozenset(listed("my your the his her our member subscriber insurance patient"))
WEAK_MEMBERS = frozenset(listed("group patient medical plan record chart customer loan passport"))
"""Only with "number" or "id" behind them do these announce one."""
LIGHT = w.LINK | w.FILLER | w.ACK | w.NUMERAL | w.LETTER | w.MIXED | w.TURN | w.HIDDEN | w.HUNDRED | w.THOUSAND


SSN, CARD, PHONE, CALLING = Topic.SSN, Topic.CARD, Topic.PHONE, Topic.CALLING
MEMBER, ADDRESS, OTHER = Topic.MEMBER, Topic.ADDRESS, Topic.OTHER
"""Bound once: to look a member of an enumeration up takes longer than all else that is asked of a word."""
CARDS, ON_CARDS = frozenset((CARD, Topic.CODE)), frozenset((CARD, MEMBER))


class Mark(NamedTuple):
    """A word that names a topic. Explicit: "member number" and not only "member"."""

    at: int
    topic: Topic
    is_explicit: bool


@dataclass(frozen=True, slots=True)
class Topics:
    stream: Stream
    marks: list[Mark]
    places: list[int]
    weights: list[int]
    tails: list[int]
    """Places of "last four" and "ending in": what follows is the end of a number."""

    def before(self, at: int) -> Mark | None:
        """The topic that holds at a word, None where it was long ago."""
        found = bisect_left(self.places, at)
        if not found:
            return None
        mark = self.marks[found - 1]
        is_near = self.distance(mark, at) <= REACH and self.stream.turn(at) - self.stream.turn(mark.at) <= TURNS
        return mark if is_near else None

    def after(self, last: int) -> Mark | None:
        """The topic of "… that's my social" behind a number that ends with the word `last`."""
        found = bisect_left(self.places, last + 1)
        if found == len(self.places) or self.places[found] > last + AHEAD:
            return None
        mark, between = self.marks[found], self.stream.words[last + 1 : self.places[found]]
        is_bridged = not BRIDGES.isdisjoint(between) and w.TURN not in self.stream.flags[last + 1 : mark.at]
        return mark if is_bridged and self.distance_between(last + 1, mark.at) <= 1 else None

    def renewed(self) -> Topics:
        """The same topics, when words were hidden since."""
        return replace(self, weights=self.stream.weights(LIGHT))

    def distance(self, mark: Mark, at: int) -> int:
        """Words that count between a mark and a word behind it; 0 where the one leads straight to the other."""
        return self.distance_between(mark.at + 1, at)

    def distance_between(self, first: int, behind: int) -> int:
        return self.weights[behind] - self.weights[first]

    def tail(self, at: int) -> int:
        """The place of "the last four" or "ending in" shortly before a word; -1 where there is none."""
        found = bisect_left(self.tails, at)
        tail = self.tails[found - 1] if found else at
        is_near = tail < at < tail + TAIL_REACH and self.distance_between(tail + 1, at) <= TAIL_WEIGHT
        return tail if is_near else -1


def topics(stream: Stream) -> Topics:
    tails = list(_tails(stream))
    marks = list(_marks(stream))
    return Topics(stream, marks, [mark.at for mark in marks], stream.weights(LIGHT), tails)


def _tails(stream: Stream) -> Iterator[int]:
    """Finds "last four" and "ending in"; the "four" there is no number, and "and then" is a mere pause."""
    for at in stream.places(w.CUE):
        word = stream.words[at]
        if word == "last" and stream.words[at + 1] in ("four", "4") and not stream.flags[at + 2] & w.UNIT:
            stream.flags[at + 1] = w.LINK
            yield at + 1
        elif word == "and" and stream.words[at + 1] == "then":
            stream.flags[at] = w.FILLER
        elif word in ENDS and stream.words[at + 1] in ("in", "with"):
            stream.flags[at + 1] = w.LINK
            yield at + 1
        elif (
            word == "ending" and stream.flags[at + 1] & w.NUMERAL and stream.words[at - 1] in ("one", "card", "number")
        ):
            yield at


def _marks(stream: Stream) -> Iterator[Mark]:
    latest: Mark | None = None
    card = -CARD_REACH
    for at in stream.places(w.TOPIC | w.CUE):
        mark = _mark(stream, at, latest, at - card < CARD_REACH)
        if mark is not None:
            latest = mark
            is_card = mark.topic in CARDS or stream.words[at] in EXPIRIES
            card = at if is_card else card
            yield mark


SPELLED = {"n": ("s s n", Topic.SSN), "b": ("d o b", Topic.DOB), "r": ("m r n", Topic.MEMBER)}
"""Letters by letter, found at the letter that tells it from other words."""


def _mark(stream: Stream, at: int, latest: Mark | None, has_card: bool) -> Mark | None:
    word = stream.words[at]
    if word in CODES:
        return _coded(stream, at, has_card)
    topic = TOPIC_OF.get(word) or TOPIC_OF.get(word.removesuffix("'s").removesuffix("’s"))
    if topic is None:
        return _spelled(stream, at)
    if latest is not None and at - latest.at <= 4 and _belongs(stream, at, topic, latest):
        return Mark(at, latest.topic, True)
    if _is_policy_group(stream, at, latest):
        return Mark(at, topic, True)
    if _is_something_else(stream, at, topic):
        return None
    return Mark(at, topic, stream.words[at + 1] in NUMBERED or word in ("id", "mrn", "subscriber"))


def _coded(stream: Stream, at: int, has_card: bool) -> Mark | None:
    """The code of a card: "security code", "the three digits on the back"; that of an area is a telephone's."""
    before = stream.words[at - 1] if at else ""
    if stream.words[at] == "digits":
        is_end = at > 1 and stream.words[at - 2] in ("first", "last")
        is_card = before in ("three", "3") or (before in ("four", "4") and (has_card or stream.words[at + 1] == "on"))
        return Mark(at, Topic.CODE, True) if is_card and not is_end else None
    if before == "area":
        return Mark(at, PHONE, True)
    has_card = has_card or stream.words[at + 1 : at + 4] == ["on", "the", "back"]
    is_card = before in ("security", "digit") or (has_card and before not in OTHER_CODES)
    return Mark(at, Topic.CODE, True) if is_card else None


def _is_policy_group(stream: Stream, at: int, latest: Mark | None) -> bool:
    """ "… and group eight six eight two two two", said with the number of a policy."""
    if latest is None or stream.words[at] not in ("group", "group's"):
        return False
    is_member = latest.topic is MEMBER and at - latest.at <= CARD_REACH
    return is_member and bool(stream.flags[at + 1] & w.NUMERAL)


def _spelled(stream: Stream, at: int) -> Mark | None:
    """ "s s n", "d o b", "m r n"; and "my i d", whose letters are none of the number's."""
    word = stream.words[at]
    if word == "d":
        if stream.words[max(0, at - 1) : at] != ["i"] or at < 2 or stream.words[at - 2] not in OWNERS:
            return None
        stream.flags[at - 1 : at + 1] = [w.LINK] * 2
        return Mark(at, MEMBER, True)
    letters, topic = SPELLED.get(word, ("", OTHER))
    around = stream.words[at - 2 : at + 1] if word in ("n", "b") else stream.words[max(0, at - 1) : at + 2]
    return Mark(at + (word == "r"), topic, True) if around == letters.split() else None


def _belongs(stream: Stream, at: int, topic: Topic, latest: Mark) -> bool:
    """Whether a word goes with the topic before it: "member number", "the social on the account", "insurance card"."""
    before = stream.words[at - 1]
    if stream.words[at] in ITS_NUMBER:
        is_next = at == latest.at + 1 or stream.weights_between(latest.at + 1, at, LIGHT) == 0
        is_its = is_next and latest.topic is not CALLING
    elif topic in ON_CARDS and latest.topic is not OTHER:
        is_its = stream.words[at - 2] == "on" or (topic is CARD and before in IDENTITY_CARD)
    else:
        is_its = topic is PHONE and latest.topic is PHONE
    return is_its and w.TURN not in stream.flags[latest.at : at]


def _is_something_else(stream: Stream, at: int, topic: Topic) -> bool:
    word, before, behind = stream.words[at], stream.words[at - 1], stream.words[at + 1]
    if topic is SSN:
        return word == "social" and behind in NOT_SOCIAL
    if topic is CARD:
        return before in OWN_CARD
    if topic is MEMBER:
        is_wish = word == "id" and behind in ("like", "rather", "love")
        return is_wish or (word in WEAK_MEMBERS and behind not in NUMBERED)
    return topic is ADDRESS and before in ("email", "e-mail", "mail", "web")
