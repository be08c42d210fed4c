"""Words with their places in what was said, and phrases found among them: the ground of value, score and QA.

Everything here takes one pass over the text, so that a transcript of any size or malice costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from vocabulary import Evidence, Speaker, Turn

PHRASE_LIMIT = 8
"""Words that a phrase may have; longer ones are left out, because each word of a text may start one."""
QUOTE_LIMIT = 160
"""Characters that a citation shows at most."""

WORD = re.compile(r"\[[A-Z_]{2,32}_\d{1,6}\]|[^\W_]+(?:['’][^\W_]+)*")
"""A placeholder of the redaction such as [PHONE_1], or a word; both halves of "don't" are one word."""
FILLERS = frozenset(("um", "umm", "uh", "uhh", "uhm", "erm", "hmm", "hm", "mm", "mhm", "ah"))
"""Sounds that stand anywhere, even inside of a name: they are passed over."""
CLAUSE_END = re.compile(r"[.!?;:]")

Label = TypeVar("Label")


@dataclass(frozen=True, slots=True)
class Said:
    """A turn as words: lower case, without apostrophes and fillers, each with its place in the text."""

    index: int
    turn: Turn
    words: list[str]
    places: list[tuple[int, int]]

    def cite(self, first: int, last: int) -> Evidence:
        """The words from first to last as they stand in the turn, cut where they are long."""
        start, end = self.places[first][0], self.places[last][1]
        end = min(end, start + QUOTE_LIMIT)
        return Evidence(self.turn.text[start:end], self.index, start, end)

    def opening(self) -> Evidence:
        return self.cite(0, len(self.words) - 1)

    def between(self, word: int) -> str:
        """What stands between a word and the one before it: the place of commas and full stops."""
        return self.turn.text[self.places[word - 1][1] : self.places[word][0]] if word else ""


def said(turns: Sequence[Turn]) -> list[Said]:
    """The turns that have words, in order. Rules that ask for the same call one after the other share the work."""
    return list(_heard(tuple(turns)))


@lru_cache(maxsize=8)
def _heard(turns: tuple[Turn, ...]) -> tuple[Said, ...]:
    heard = (_said(index, turn) for index, turn in enumerate(turns))
    return tuple(turn for turn in heard if turn.words)


def _said(index: int, turn: Turn) -> Said:
    words, places = [], []
    for found in WORD.finditer(turn.text):
        word = plain(found.group())
        if word not in FILLERS:
            words.append(word)
            places.append(found.span())
    return Said(index, turn, words, places)


def plain(word: str) -> str:
    """A word as it is compared; [PHONE_1] becomes [phone]."""
    if word[0] == "[":
        return word[: word.rindex("_")].lower() + "]"
    word = word.lower()
    return word.replace("'", "").replace("’", "") if not word.isalnum() else word


def by(heard: Iterable[Said], *speakers: Speaker) -> list[Said]:
    return [turn for turn in heard if turn.turn.speaker in speakers]


@lru_cache(maxsize=1 << 16)
def inflected(word: str) -> tuple[str, ...]:
    """What a word may be a form of, itself first: injections → injection, lifting → lift, slimming → slim."""
    forms = [word]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        forms += [word[:-1], *([word[:-2]] if word.endswith("es") else []), *_from_ies(word)]
    stem = word[:-3] if word.endswith("ing") else word[:-2] if word.endswith("ed") else ""
    if len(stem) >= 3:
        forms += [stem, stem + "e", *([stem[:-1]] if stem[-1] == stem[-2] else [])]
    return tuple(dict.fromkeys(forms))


def _from_ies(word: str) -> list[str]:
    return [word[:-3] + "y"] if word.endswith("ies") else []


def singular(word: str) -> str:
    """The form under which a keyword is kept, so that "wrinkles" as a keyword finds "wrinkle" as well."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "zes", "ches", "shes")) else word[:-1]


class Hit(NamedTuple, Generic[Label]):
    """A phrase found: what it stands for, and its first and last word."""

    labels: tuple[Label, ...]
    first: int
    last: int


@dataclass(slots=True)
class _Node(Generic[Label]):
    children: dict[str, _Node[Label]] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()


class Lexicon(Generic[Label]):
    """Phrases by what they stand for, found in one pass: at each place the longest, and none inside of another."""

    def __init__(self, entries: Iterable[tuple[str, Label]], *, any_form: bool = False) -> None:
        """`any_form` finds plurals and inflections too; "[PHONE_1]" as a phrase stands for every such placeholder."""
        self._any_form = any_form
        self._root: _Node[Label] = _Node()
        for phrase, label in entries:
            words = [plain(found.group()) for found in WORD.finditer(phrase)]
            self._add([singular(word) for word in words] if any_form else words, label)

    def _add(self, words: list[str], label: Label) -> None:
        if not 0 < len(words) <= PHRASE_LIMIT:
            return
        node = self._root
        for word in words:
            node = node.children.setdefault(word, _Node())
        if label not in node.labels:
            node.labels += (label,)

    def find(self, words: Sequence[str]) -> Iterator[Hit[Label]]:
        starts = self._starts(words)
        longest = self._longest_of_any_form if self._any_form else self._longest
        behind = 0
        for place, word in enumerate(words):
            if word in starts and place >= behind and (hit := longest(words, place)):
                yield hit
                behind = hit.last + 1

    def _starts(self, words: Sequence[str]) -> Collection[str]:
        """The words that a phrase can begin with."""
        firsts = self._root.children
        if not self._any_form:
            return firsts
        return {word for word in set(words) if any(form in firsts for form in inflected(word))}

    def _longest(self, words: Sequence[str], first: int) -> Hit[Label] | None:
        node, best, place = self._root.children.get(words[first]), None, first
        while node:
            if node.labels:
                best = Hit(node.labels, first, place)
            place += 1
            node = node.children.get(words[place]) if node.children and place < len(words) else None
        return best

    def _longest_of_any_form(self, words: Sequence[str], first: int) -> Hit[Label] | None:
        nodes, best, place = [self._root], None, first
        while nodes and place < len(words):
            forms = inflected(words[place])
            nodes = [node.children[form] for node in nodes for form in forms if form in node.children]
            if labels := _labels(nodes):
                best = Hit(labels, first, place)
            nodes = [node for node in nodes if node.children]
            place += 1
        return best


def _labels(nodes: list[_Node[Label]]) -> tuple[Label, ...]:
    if len(nodes) == 1:
        return nodes[0].labels
    return tuple(dict.fromkeys(label for node in nodes for label in node.labels))


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NEGATORS = word_set(
    "no not never without neither nor none cannot dont doesnt didnt cant couldnt wont wouldnt isnt arent wasnt "
    "werent aint havent hasnt shouldnt"
)
TURNING = word_set("but because however although though so then and if when unless until")
"""Words that start another thought, behind which a negation does not reach."""


def negated(turn: Said, first: int, reach: int = 4) -> bool:
    """Whether one of the few words before this one, in the same clause, negates it; "not only" does not."""
    for place in range(first - 1, max(first - 1 - reach, -1), -1):
        if CLAUSE_END.search(turn.between(place + 1)) or turn.words[place] in TURNING:
            return False
        if turn.words[place] in NEGATORS:
            return turn.words[place + 1] not in ("only", "just", "merely")
    return False


FUNCTION_WORDS = word_set(
    "the and you i to it for that my your have can be would like this are with on at im its ill yes yeah thank thanks "
    "please how when there our okay hi hello good great need want not dont was will they just know time help call "
    "about any get could should thats right sure name here some them from but if or so one which much going"
)
ENGLISH_SHARE = 0.12
"""Of the words, how many must be among these everyday ones; English talk about appointments has three times that."""


def is_english(heard: Iterable[Said]) -> bool:
    """Whether the words look English, so that English phrases can be expected to say something."""
    words = [word for turn in heard for word in turn.words]
    return bool(words) and sum(word in FUNCTION_WORDS for word in words) >= ENGLISH_SHARE * len(words)
