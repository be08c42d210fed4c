"""Phrases over kinds of words, found in one pass: what booking's tables are written in.

A pattern is words in order: `set` is that word, `a|b` one of several, `I` (a class) any word of the class, a `?` behind
makes it optional, `~3` up to three words of any kind. At each place the longest pattern is found, and none inside of
another, so that "you're on the list" hides "you're on". A pattern never reaches into the next sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, NamedTuple, TypeVar

REACH = 16
"""Words that a pattern may span."""
ANY = "~"
UNSKIPPED = frozenset(("not", "never", "no", "too", "fully", "completely", "totally", "cancel", "reschedule"))
"""Words that a `~` does not pass over: they turn what is said around."""
STRANGER = ""
"""Stands for every word that no pattern names, so that what is remembered does not grow with what callers say."""

Label = TypeVar("Label")


class Found(NamedTuple, Generic[Label]):
    label: Label
    first: int
    last: int


@dataclass(slots=True)
class _Node(Generic[Label]):
    """A place in the tree of patterns."""

    children: dict[str, _Node[Label]] = field(default_factory=dict)
    ending: tuple[int, Label] | None = None
    """The first pattern that ends here, with its place among all."""


@dataclass(slots=True)
class _State(Generic[Label]):
    """All places in the tree that the words so far may have led to, and where each next word leads, once known."""

    nodes: tuple[_Node[Label], ...]
    label: Label | None
    moves: dict[str, _State[Label] | None] = field(default_factory=dict)


class Patterns(Generic[Label]):
    def __init__(self, lines: Iterable[tuple[str, Label]], classes: Mapping[str, str]) -> None:
        """Of two patterns as long as each other the one that comes first counts."""
        self._classes = {name: tuple(words.split()) for name, words in classes.items()}
        self._symbols: dict[str, tuple[str, ...]] = {STRANGER: (ANY,), **dict.fromkeys(UNSKIPPED, ())}
        root: _Node[Label] = _Node()
        for order, (pattern, label) in enumerate(lines):
            self._add(root, pattern, (order, label))
        self._states: dict[tuple[int, ...], _State[Label]] = {}
        self._start = _State((root,), None)
        self._starts = frozenset(
            word for word, symbols in self._symbols.items() if any(symbol in root.children for symbol in symbols)
        )
        """The words that a pattern can begin with; none begins with any word."""

    def find(self, words: Sequence[str], ends: Sequence[bool]) -> Iterator[Found[Label]]:
        """`ends` tells after which words a sentence ends."""
        starts, behind = self._starts, 0
        for place, word in enumerate(words):
            if word in starts and place >= behind and (found := self._longest(words, ends, place)):
                yield found
                behind = found.last + 1

    def _add(self, root: _Node[Label], pattern: str, ending: tuple[int, Label]) -> None:
        for path in product(*map(_choices, pattern.split())):
            place = root
            for symbol in (symbol for step in path for symbol in step):
                self._learn(symbol)
                place = place.children.setdefault(symbol, _Node())
            place.ending = place.ending or ending

    def _learn(self, symbol: str) -> None:
        """Lets each word know the classes and alternatives that it may stand for."""
        if symbol == ANY:
            return
        for part in symbol.split("|"):
            for word in self._classes.get(part, (part,)):
                known = self._symbols.get(word, () if word in UNSKIPPED else (ANY,))
                self._symbols[word] = known if symbol in known else (symbol, *known)

    def _longest(self, words: Sequence[str], ends: Sequence[bool], first: int) -> Found[Label] | None:
        state, best, label = self._start, -1, None
        for place in range(first, min(first + REACH, len(words))):
            moves, word = state.moves, words[place]
            if word not in moves:
                word = word if word in self._symbols else STRANGER
                if word not in moves:
                    self._move(state, word)
            reached = moves[word]
            if reached is None:
                break
            state = reached
            if state.label is not None:
                best, label = place, state.label
            if ends[place]:
                break
        return None if label is None else Found(label, first, best)

    def _move(self, state: _State[Label], word: str) -> None:
        symbols = self._symbols[word]
        nodes = tuple(node.children[symbol] for node in state.nodes for symbol in symbols if symbol in node.children)
        state.moves[word] = self._state(nodes) if nodes else None

    def _state(self, nodes: tuple[_Node[Label], ...]) -> _State[Label]:
        key = tuple(map(id, nodes))
        if key not in self._states:
            endings = [node.ending for node in nodes if node.ending is not None]
            label = min(endings, key=lambda ending: ending[0])[1] if endings else None
            self._states[key] = _State(nodes, label)
        return self._states[key]


def _choices(element: str) -> list[tuple[str, ...]]:
    if element.startswith(ANY):
        return [(ANY,) * count for count in range(int(element[1:]) + 1)]
    return [(element[:-1],), ()] if element.endswith("?") else [(element,)]
