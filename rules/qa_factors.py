"""The eight things that the quality of a call is judged by, each from 0 to 1 with its words, or not at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules.factors import fact
from rules.phrases import FUNCTION_WORDS, Hit, Lexicon, Said, by
from rules.qa_words import ASKING, CLARIFYING, COURTESY, EVASIVE, GREETING, NEXT_STEP, RESTATING
from rules.risk import Risk, cost
from vocabulary import Evidence, Speaker, Turn

GREETING_TURNS = 2
"""The agent's turns in which a greeting counts."""
ECHO_LETTERS = 5
"""The shortest word that shows, when an agent takes it up, that the caller was heard."""
PROMISED_SHARE = 0.6
"""What "let me check" is worth as an answer."""
WENT_ON = 8
"""Words behind a promise to look that are more than "for you"."""
COURTESY_SHARE = (0.0, 0.5, 0.8, 1.0)
"""By how many kinds of courtesy were heard."""
BALANCED = (0.3, 0.7)
LOPSIDED = (0.05, 0.95)
"""The agent's share of the words: full between the first pair, nothing outside of the second."""
LONGEST_PAUSE = (4.0, 20.0)
"""Seconds of the longest silence: full up to the first, nothing from the second."""
SILENT_SHARE = (0.25, 0.6)
"""The same for the part of the call in which nobody spoke."""
LONGEST_CALL = 24 * 3600.0
EVIDENCE_LIMIT = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """How well one thing was done: `share` from 0 to 1, None where it cannot be judged."""

    share: float | None
    why: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    turns: tuple[Turn, ...]
    heard: list[Said]
    """The turns that have words."""
    raised: tuple[Risk, ...]

    @property
    def agent(self) -> list[Said]:
        return by(self.heard, Speaker.AGENT)

    @property
    def caller(self) -> list[Said]:
        return by(self.heard, Speaker.CALLER)


def greeting(talk: Talk) -> Judged:
    opening = talk.agent[:GREETING_TURNS]
    found = _first_of_each(GREETING, opening)
    if len(found) == 2:
        return Judged(1.0, "The agent greeted and offered help or a name", tuple(found.values()))
    if found:
        return Judged(0.6, "The agent's greeting was half of one", tuple(found.values()))
    return Judged(0.0, "The agent did not greet", (opening[0].opening(),))


def need_understood(talk: Talk) -> Judged:
    asked, restated = _clarified(talk), _restated(talk) or _echoed(talk)
    share = 0.5 * bool(asked) + 0.5 * bool(restated)
    why = {
        1.0: "The agent asked back and took up what the caller said",
        0.5: "The agent asked back" if asked else "The agent took up what the caller said, but asked nothing back",
        0.0: "The agent neither asked back nor took up what the caller said",
    }[share]
    return Judged(share, why, (*asked, *restated) or (talk.agent[0].opening(),))


def answer_given(talk: Talk) -> Judged:
    answers = list(_answers(talk))
    if not answers:
        return Judged(None, "The caller asked nothing")
    shares = [share for share, _ in answers]
    worst = min(shares)
    shown = [evidence for share, evidence in answers if share == worst][:EVIDENCE_LIMIT]
    why = f"Questions of the caller that were answered: {shares.count(1.0)} of {len(shares)}"
    return Judged(sum(shares) / len(shares), why, tuple(piece for pieces in shown for piece in pieces))


def next_step(talk: Talk) -> Judged:
    found = _first_of_each(NEXT_STEP, talk.agent[1:] or talk.agent)
    if "offered" in found:
        return Judged(1.0, "The agent offered a next step", (found["offered"],))
    if found:
        return Judged(0.5, "The agent asked what else there was, and offered nothing", (found["asked"],))
    return Judged(0.0, "The agent offered no next step", (talk.agent[-1].opening(),))


def courtesy(talk: Talk) -> Judged:
    found = _first_of_each(COURTESY, talk.agent)
    if not found:
        return Judged(0.0, "No courtesy of the agent was heard", (talk.agent[0].opening(),))
    share = COURTESY_SHARE[min(len(found), len(COURTESY_SHARE) - 1)]
    return Judged(share, f"The agent was courteous in {len(found)} ways", tuple(found.values()))


def talk_balance(talk: Talk) -> Judged:
    ours, theirs = (sum(len(turn.words) for turn in side) for side in (talk.agent, talk.caller))
    part = ours / (ours + theirs)
    share = _between(part, LOPSIDED[0], BALANCED[0]) * _between(part, LOPSIDED[1], BALANCED[1])
    why = "Both had their say" if share == 1 else f"The agent spoke too {'little' if part < 0.5 else 'much'}"
    return Judged(share, why, fact(f"the agent spoke {ours} of {ours + theirs} words"))


def silence(talk: Talk) -> Judged:
    timed = [(turn.start, turn.end) for turn in talk.turns if _is_timed(turn)]
    if len(timed) < 2 or 2 * len(timed) < len(talk.turns):
        return Judged(None, "Nobody measured when the two spoke")
    longest, at, silent, whole = _pauses(timed)
    quiet = silent / whole if whole else 0.0
    share = min(
        _between(longest, LONGEST_PAUSE[1], LONGEST_PAUSE[0]), _between(quiet, SILENT_SHARE[1], SILENT_SHARE[0])
    )
    why = "There were no long silences" if share == 1 else "There were long silences"
    words = (
        f"the longest silence lasted {longest:.1f} seconds, from second {at:.0f}; {quiet:.0%} of the call was silent"
    )
    return Judged(share, why, fact(words))


def no_risk_words(talk: Talk) -> Judged:
    if not talk.raised:
        return Judged(1.0, "No risky words were said", fact("no risky words"))
    flags = ", ".join(risk.flag.replace("_", " ") for risk in talk.raised)
    return Judged(
        1 - cost(talk.raised), f"Risky words: {flags}", tuple(e for risk in talk.raised for e in risk.evidence)
    )


FACTORS: dict[str, Callable[[Talk], Judged]] = {
    judge.__name__: judge
    for judge in (
        greeting, need_understood, answer_given, next_step, courtesy, talk_balance, silence, no_risk_words,
    )
}  # fmt: skip
"""By name, in the order in which they are shown."""


def _first_of_each(lexicon: Lexicon[str], turns: Iterable[Said]) -> dict[str, Evidence]:
    """The first words of each kind."""
    found: dict[str, Evidence] = {}
    for turn in turns:
        for hit in lexicon.find(turn.words):
            found.setdefault(hit.labels[0], turn.cite(hit.first, hit.last))
    return found


def _first(lexicon: Lexicon[bool], turn: Said) -> Hit[bool] | None:
    return next(lexicon.find(turn.words), None)


def _clarified(talk: Talk) -> tuple[Evidence, ...]:
    """The first question of the agent, other than how the agent can help."""
    for turn in talk.agent:
        if hit := _first(CLARIFYING, turn):
            return (turn.cite(hit.first, hit.last),)
        if "?" in turn.turn.text and next(GREETING.find(turn.words), None) is None:
            return (turn.opening(),)
    return ()


def _restated(talk: Talk) -> tuple[Evidence, ...]:
    hits = ((turn, _first(RESTATING, turn)) for turn in talk.agent)
    return next(((turn.cite(hit.first, hit.last),) for turn, hit in hits if hit), ())


def _echoed(talk: Talk) -> tuple[Evidence, ...]:
    """The first word of weight that an agent took up from the caller's turn just before."""
    for before, turn in zip(talk.heard, talk.heard[1:], strict=False):
        if (before.turn.speaker, turn.turn.speaker) == (Speaker.CALLER, Speaker.AGENT):
            known = {word for word in before.words if len(word) >= ECHO_LETTERS} - FUNCTION_WORDS
            for place, word in enumerate(turn.words):
                if word in known:
                    return (turn.cite(place, place),)
    return ()


def _answers(talk: Talk) -> Iterable[tuple[float, tuple[Evidence, ...]]]:
    """How far each of the caller's questions was answered by the agent's next turn, and the words of both."""
    question: Evidence | None = None
    for turn in talk.heard:
        if turn.turn.speaker is Speaker.AGENT and question:
            share, reply = _reply(turn)
            yield share, (question, reply)
            question = None
        elif turn.turn.speaker is Speaker.CALLER:
            question = question or _question(turn)
    if question:
        yield 0.0, (question,)


def _question(turn: Said) -> Evidence | None:
    hit = _first(ASKING, turn)
    if hit:
        return turn.cite(hit.first, len(turn.words) - 1)
    return turn.opening() if "?" in turn.turn.text else None


def _reply(turn: Said) -> tuple[float, Evidence]:
    """How far a turn answers: what goes on after "let me check" is the answer."""
    for hit in EVASIVE.find(turn.words):
        if hit.labels[0] == "promised":
            went_on = len(turn.words) - 1 - hit.last > WENT_ON
            return (1.0, turn.opening()) if went_on else (PROMISED_SHARE, turn.cite(hit.first, hit.last))
    found = _first_of_each(EVASIVE, (turn,))
    return (0.0, found["evaded"]) if found else (1.0, turn.opening())


def _is_timed(turn: Turn) -> bool:
    return (
        turn.start is not None
        and turn.end is not None
        and math.isfinite(turn.start)
        and math.isfinite(turn.end)
        and 0 <= turn.start <= turn.end <= LONGEST_CALL
    )


def _pauses(timed: Iterable[tuple[float | None, float | None]]) -> tuple[float, float, float, float]:
    """The longest silence and when it began, all silence together, and the whole time, in seconds."""
    spans = sorted((start, end) for start, end in timed if start is not None and end is not None)
    began, spoken_until = spans[0]
    longest = silent = 0.0
    at = spoken_until
    for start, end in spans[1:]:
        pause = max(start - spoken_until, 0.0)
        silent += pause
        longest, at = (pause, spoken_until) if pause > longest else (longest, at)
        spoken_until = max(spoken_until, end)
    return longest, at, silent, spoken_until - began


def _between(number: float, nothing: float, full: float) -> float:
    """From 0 at `nothing` to 1 at `full` and beyond."""
    return min(max((number - nothing) / (full - nothing), 0.0), 1.0)
