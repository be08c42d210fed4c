"""Whether a word stands in a question or a condition, told from how its clause opens: speech has no question marks."""

from __future__ import annotations

from rules.phrases import CLAUSE_END, Said, word_set

REACH = 10
"""Words back to the start of a clause; how a longer one opens says little about its end."""
OPENING = word_set("whats hows do does did are will would can could should what how if any whether")
BEFORE = word_set("and so but or okay ok oh well yeah yes also hi hello hey just then um because like")
"""What people say before a question begins."""
INVERTED = word_set("is are does do will would can could")
THING = word_set("it there")
"""What follows these in a question that begins within a clause: "what is it like is there any pain"."""
BREAKING = word_set("but because although though then and")


def asked(turn: Said, place: int, further: frozenset[str] = frozenset()) -> bool:
    """Whether the clause up to this word opens as a question does; `further` words open one too."""
    start = place
    while start > max(place - REACH, 0) and not _ends_clause(turn, start) and turn.words[start] not in BREAKING:
        if turn.words[start - 1] in INVERTED and turn.words[start] in THING:
            return True
        start -= 1
    if place - start == REACH:
        return False
    while start < place and turn.words[start] in BEFORE:
        start += 1
    return start < place and (turn.words[start] in OPENING or turn.words[start] in further)


def _ends_clause(turn: Said, place: int) -> bool:
    """Whether a clause ends before this word; most words have no more than a space there."""
    between = turn.between(place)
    return len(between) > 1 and CLAUSE_END.search(between) is not None
