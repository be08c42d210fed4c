"""What somebody typed to find calls, taken apart: words, quoted phrases, parts of numbers, and what must not be there.

The last word may be unfinished; any other finds itself and its plural. Nothing that can be typed is an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_TERMS = 12
LONGEST_WORD = 60
SHORTEST_BEGINNING = 3
"""Letters of an unfinished word that tell something."""
GRAM = 3
"""A document holds each three digits of a number: a shorter part finds nothing."""
PARTS = re.compile(r"""(-?)(?: "([^"]*)("?) | (\+?\(?\d[\d\s().+-]*\d)(?!\S) | ([^\s"]+) )""", re.VERBOSE)
WORD = re.compile(r"[^\W_](?:(?!(?<=[0-9])e[0-9])[^\W_])*")
"""As migration 0009 parts them: an e between digits begins a word."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; for the last of them any of `last`, or what begins with `beginning`."""

    before: tuple[str, ...]
    last: tuple[str, ...]
    beginning: str | None = None
    digits: str | None = None
    """What it says as a part of a number."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Every one of `wanted` and none of `unwanted`."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]


def parse(typed: str) -> Sought:
    """Reads `botox "nose job" -refund 555-0123`: what is not read as anything else is a word."""
    found: dict[bool, list[Term]] = {True: [], False: []}
    for part in list(PARTS.finditer(typed))[:MOST_TERMS]:
        minus, quoted, closing, number, plain = part.groups()
        is_open = part.end() == len(typed) and not closing and not minus
        term = _term(next(text for text in (quoted, number, plain) if text is not None), quoted is not None, is_open)
        if term is not None:
            found[not minus].append(term)
    return Sought(tuple(found[True]), tuple(found[False]))


def folded(text: str) -> tuple[str, Sequence[int]]:
    """The text as it is sought, in small letters without accents, and of each letter the place it came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    letters, places = [], []
    for place, letter in enumerate(text):
        for one in unicodedata.normalize("NFD", letter).lower():
            if not unicodedata.combining(one):
                letters.append(one)
                places.append(place)
    return "".join(letters), places


def tsquery(terms: tuple[Term, ...], is_names_only: bool, joined: str = " & ") -> str:
    """As Postgres reads it, against the documents of migration 0009; '' where there is nothing to look for."""
    return joined.join(f"({words})" for term in terms if (words := " | ".join(_forms(term, is_names_only))))


def _term(text: str, is_quoted: bool, is_open: bool) -> Term | None:
    words = [word[:LONGEST_WORD] for word in WORD.findall(folded(text)[0])]
    if not words:
        return None
    *before, last = words
    digits = re.sub(r"\D", "", text) if all(word.isascii() and word.isdigit() for word in words) else ""
    is_number = len(digits) >= GRAM
    is_exact = is_quoted or is_number
    return Term(
        tuple(before),
        (last,) if is_exact or before else _numbers_of(last),
        last if is_open and not is_exact and len(last) >= SHORTEST_BEGINNING else None,
        digits[:20] if is_number and not is_quoted else None,
    )


def _numbers_of(word: str) -> tuple[str, ...]:
    """The word as one and as many."""
    if len(word) < SHORTEST_BEGINNING or not word.isalpha():
        return (word,)
    if word.endswith("ies"):
        return word, word[:-3] + "y"
    if word.endswith("y"):
        return word, word + "s", word[:-1] + "ies"
    return (word, word[:-1]) if word.endswith("s") and not word.endswith("ss") else (word, word + "s")


def _forms(term: Term, is_names_only: bool) -> Iterator[str]:
    if term.digits:
        grams = (term.digits[start : start + GRAM] for start in range(len(term.digits) - GRAM + 1))
        yield " <-> ".join(f"'#{gram}'" for gram in grams)
    if term.digits and is_names_only:
        return
    mark = "@" if is_names_only else ""
    last = [f"'{mark}{word}'" for word in term.last]
    last += [f"'{mark}{term.beginning}':*"] if term.beginning else []
    yield " <-> ".join([*(f"'{mark}{word}'" for word in term.before), f"({' | '.join(last)})"])
