"""Risky words are flagged by who says them and whether they are meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.phrases import said
from rules.risk import COST, EVIDENCE_LIMIT, Flag, cost, risks
from tests.rules.quotes import agent, caller, unknown
from vocabulary import Speaker, Turn


def flags(*turns: Turn) -> list[str]:
    return [str(risk.flag) for risk in risks(said(turns))]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (agent("we guarantee that you will love it"), ["guarantee"]),
        (agent("it is a hundred percent safe"), ["guarantee"]),
        (agent("we can't guarantee anything"), []),
        (agent("results are not guaranteed"), []),
        (agent("there are no guarantees and a deposit guarantees your spot"), []),
        (caller("do you guarantee results"), []),
        (agent("it sounds like you have an infection"), ["diagnosis"]),
        (agent("that's just a little infection"), ["diagnosis"]),
        (agent("it sounds like you have a busy week"), []),
        (agent("do you have diabetes or asthma"), []),
        (agent("i can't give you a diagnosis over the phone"), []),
        (agent("you don't need a doctor for that"), ["discourages_care"]),
        (agent("You do not need a doctor."), ["discourages_care"]),
        (agent("no need to go to the emergency room"), ["discourages_care"]),
        (agent("you don't need a doctor's note"), []),
        (agent("you don't need a doctor referral"), []),
        (agent("i'm not saying you don't need a doctor"), []),
        (agent("if you don't need a doctor today"), []),
        (caller("my mother says you don't need a doctor"), []),
        (agent("shut up and listen"), ["rude_agent"]),
        (agent("that is not a stupid question"), []),
        (agent("you have to decide today it's your last chance"), ["pressure"]),
        (caller("i will sue you and i want my money back"), ["legal_threat", "refund_demand"]),
        (caller("hi this is sue"), []),
        (caller("i don't want a refund"), []),
        (caller("what is your refund policy"), []),
        (agent("we can offer a refund"), []),
        (unknown("my lawyer will hear of this"), ["legal_threat"]),
        (unknown("we guarantee it"), []),
        (caller("take me off your list"), ["do_not_call"]),
        (caller("i can't breathe"), ["emergency"]),
        (caller("no chest pain at all"), []),
        (caller("te voy a demandar"), []),
    ],
)
def test_risky_words_are_flagged_by_who_says_them_and_whether_they_are_meant(turn: Turn, expected: list[str]) -> None:
    assert flags(turn) == expected


def test_every_flag_has_its_price() -> None:
    assert set(COST) == set(Flag) - {Flag.NOTHING}
    assert cost(()) == 0


PHRASES = st.sampled_from(
    ["guarantee", "sounds like", "infection", "not", "i will sue you", "you don't need", "a doctor"]
)
TEXTS = st.one_of(st.text(), st.lists(PHRASES, max_size=8).map(" ".join))


@settings(deadline=None)
@given(st.lists(st.builds(Turn, st.sampled_from(list(Speaker)), TEXTS), max_size=20))
def test_any_words_raise_each_flag_once_with_its_words(turns: list[Turn]) -> None:
    raised = risks(said(turns))
    assert len({risk.flag for risk in raised}) == len(raised)
    assert 0 <= cost(raised) <= 1
    for risk in raised:
        assert 0 < len(risk.evidence) <= EVIDENCE_LIMIT
        for evidence in risk.evidence:
            assert evidence.turn is not None
            assert turns[evidence.turn].text[evidence.start : evidence.end] == evidence.quote
