"""Whether what was mentioned was refused: "I don't want botox" is no interest, "I've never had botox" may well be.

Read word by word backwards from the mention, because a negation counts only where it reaches the mention through a
verb of wanting or directly: most people who say "not" and a treatment in one breath are not refusing it.
"""

from __future__ import annotations

from rules.phrases import CLAUSE_END, Lexicon, Said, word_set
from vocabulary import Speaker

LINKS = word_set(
    "the a an any some more another that this of for about in on to either such kind type sort other full actual "
    "having doing have"
)
"""What may stand between a refusal and what it refuses; not "my" or "these": "I don't want these wrinkles"."""
WANTING = word_set(
    "want wants wanted need needs needed looking look interested asking ask calling considering thinking after getting "
    "get going here do doing booking book scheduling coming wanna gonna like into fan"
)
OFFERING = word_set("do offer provide have carry perform sell")
"""What a business says that it does not do; "I don't have …" says nothing of the kind."""
SOFTENERS = word_set(
    "really actually even think believe i we to be am would that at very all currently longer feel a big much"
)
NOT_WANTING = word_set("dont doesnt didnt not never wont wouldnt isnt aint arent no")
BARE = word_set("no not without except against forget skip nevermind")
PAIRS = frozenset((("instead", "of"), ("rather", "than"), ("other", "than"), ("anything", "but"), ("never", "mind")))
LEADING = LINKS | WANTING | OFFERING | BARE | {second for _, second in PAIRS}
"""Any other word in front of a mention settles that it is not refused."""
PAST = word_set("had gotten got done did allergic since")
"""What came before now: whoever had it once may want something else today."""
BACK = 8
"""Words that are looked at behind a mention, on each of the two legs."""

DECLINING = word_set("is isnt no not")
"""The first words of these:"""
DECLINED: Lexicon[bool] = Lexicon(
    (phrase, True)
    for phrase in (
        "is not for me", "isnt for me", "is not what", "isnt what", "no thanks", "no thank you", "is not something",
        "isnt something", "not for me",
    )
)  # fmt: skip


def refused(turn: Said, first: int, last: int) -> bool:
    """Whether the words from first to last, a mention of something on offer, are refused where they stand."""
    if turn.words[last + 1 : last + 2] == ["instead"]:
        return False
    return _before(turn, first) or _after(turn, last)


def past(turn: Said, first: int) -> bool:
    """Whether a mention is of something that was: "I had a facelift ten years ago"."""
    for place in range(first - 1, max(first - 1 - BACK, -1), -1):
        if turn.words[place] not in LINKS:
            return turn.words[place] in PAST
    return False


def _after(turn: Said, last: int) -> bool:
    ahead = turn.words[last + 1 : last + 5]
    return bool(ahead) and ahead[0] in DECLINING and any(hit.first == 0 for hit in DECLINED.find(ahead))


def _before(turn: Said, first: int) -> bool:
    for place in range(first - 1, max(first - 1 - BACK, -1), -1):
        word = turn.words[place]
        if word not in LEADING or CLAUSE_END.search(turn.between(place + 1)):
            return False
        if _bare(turn, place):
            return not _is_an_answer(turn, place)
        if word in WANTING and _unwanted(turn, place):
            return True
        if word in OFFERING and _not_offered(turn, place):
            return True
        if word not in LINKS and word not in WANTING:
            return False
    return False


def _bare(turn: Said, place: int) -> bool:
    """A word or two that refuse what follows, with no verb."""
    pair = (turn.words[place - 1], turn.words[place]) if place else ("", "")
    return turn.words[place] in BARE or pair in PAIRS


def _is_an_answer(turn: Said, place: int) -> bool:
    """ "No, botox" and "why not botox" ask for it; so does "no" at the start, where the comma was not written down."""
    word, behind = turn.words[place], turn.words[place - 1] if place else ""
    if word == "no":
        return place == 0 or "," in turn.between(place + 1)
    return word == "not" and behind in ("why", "if")


def _unwanted(turn: Said, verb: int) -> bool:
    place = _negator(turn, verb)
    if place is None:
        return False
    behind = turn.words[place - 1] if place else ""
    about_us = turn.turn.speaker is Speaker.CALLER and behind in ("you", "yall", "guys", "they")
    happened = turn.words[verb] in ("get", "do") and (turn.words[place] == "didnt" or behind == "did")
    return not about_us and not happened and behind not in ("why", "its")


def _not_offered(turn: Said, verb: int) -> bool:
    place = _negator(turn, verb)
    return place is not None and bool({"we", "they"} & set(turn.words[max(place - 2, 0) : place]))


def _negator(turn: Said, verb: int) -> int | None:
    """The place of the negation that a verb stands under, reached over softening words and other verbs of wanting."""
    for place in range(verb - 1, max(verb - 1 - BACK, -1), -1):
        if CLAUSE_END.search(turn.between(place + 1)):
            return None
        if turn.words[place] in NOT_WANTING:
            return place if _negates(turn, place) else None
        if turn.words[place] not in SOFTENERS and turn.words[place] not in WANTING:
            return None
    return None


def _negates(turn: Said, place: int) -> bool:
    """Not "don't I need …?", "not only", nor the "no" that answers and goes on with "I want …"."""
    word, ahead = turn.words[place], turn.words[place + 1]
    return ahead == "longer" if word == "no" else ahead not in ("only", "just", "i", "we", "you")
