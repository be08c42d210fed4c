"""A lead's score is a sum of explained factors, and a better fact never lowers it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.lead_score import SIGNS, Signals, interest, score_lead, temperature
from rules.lead_words import Sign, listen
from tests.rules.quotes import agent, assert_quoted, caller, dialogue, linear_time, unknown
from vocabulary import Finding, Speaker, Turn

BOOKED_CALL = """
    agent: thank you for calling how can i help
    caller: hi um how much is botox and do you have any openings this week
    agent: it is four hundred dollars and thursday at two is free
    caller: great my number is [PHONE_1]
    agent: you're all set
    """


def points(finding: Finding) -> dict[str, float]:
    return {factor["name"]: factor["points"] for factor in finding.value["factors"]}


def quoted(finding: Finding, name: str) -> list[str]:
    factor = next(factor for factor in finding.value["factors"] if factor["name"] == name)
    return [evidence["quote"] for evidence in factor["evidence"]]


def test_a_booked_call_is_hot_and_says_why() -> None:
    turns = dialogue(BOOKED_CALL)
    known = Signals("confirmed", "positive", Decimal("0.81"), "medium", Decimal(400), Decimal("95.5"))
    finding = score_lead(known, turns)
    assert_quoted(finding, turns)
    assert (finding.kind, finding.version) == ("lead_score", "1")
    assert points(finding) == {
        "booking": 50,
        "sentiment": 8,
        "urgency": 3,
        "value": 6,
        "duration": 4,
        "returning_caller": 0,
        "asked_price": 4,
        "asked_availability": 3,
        "asked_time": 0,
        "callback": 0,
        "contact_details": 3,
    }
    assert finding.value["score"] == 81
    assert finding.value["temperature"] == "hot"
    assert quoted(finding, "booking") == ["booking: confirmed"]
    assert quoted(finding, "sentiment") == ["sentiment score: 0.81"]
    assert quoted(finding, "asked_price") == ["how much"]
    assert quoted(finding, "asked_availability") == ["openings"]
    assert quoted(finding, "contact_details") == ["my number is", "[PHONE_1]"]


def test_a_caller_who_wants_to_book_something_dear_is_warm() -> None:
    turns = [caller("how much is a facelift and when can i come in i'd like to book")]
    finding = score_lead(Signals("requested", None, None, None, Decimal(8000)), turns)
    assert finding.value["score"] == 30 + 10 + 4 + 2 + 3
    assert finding.value["temperature"] == "warm"


def test_a_call_of_which_nothing_is_known_scores_nothing() -> None:
    finding = score_lead(Signals())
    assert finding.value["score"] == 0
    assert finding.value["temperature"] == "cold"
    assert finding.evidence == ()
    assert all(factor["why"] for factor in finding.value["factors"])


def test_everything_at_its_best_makes_a_hundred() -> None:
    best = Signals("confirmed", "positive", 1.0, "high", Decimal(9000), 600, True, frozenset(SIGNS))
    finding = score_lead(best)
    assert finding.value["score"] == 100
    assert all(factor["points"] == factor["most"] for factor in finding.value["factors"])


@pytest.mark.parametrize(
    ("score", "word"), [(100, "hot"), (70, "hot"), (69, "warm"), (40, "warm"), (39, "cold"), (0, "cold")]
)
def test_temperatures_begin_at_seventy_and_forty(score: int, word: str) -> None:
    assert temperature(score) == word


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("how much does it cost", Sign.PRICE),
        ("what's the price of that", Sign.PRICE),
        ("could you give me a quote", Sign.PRICE),
        ("what time do you close", Sign.TIME),
        ("how long does it take", Sign.TIME),
        ("how soon could i see someone", Sign.TIME),
        ("what do y'all charge for that", Sign.PRICE),
        ("is it expensive", Sign.PRICE),
        ("i wanna make a appointment", Sign.AVAILABILITY),
        ("you got anything thursday", Sign.AVAILABILITY),
        ("can you have the nurse call me", Sign.CALLBACK),
        ("just lose my number", Sign.NO_INTEREST),
        ("can you fit me in tomorrow", Sign.AVAILABILITY),
        ("i'd like to um schedule something", Sign.AVAILABILITY),
        ("what's available on friday", Sign.AVAILABILITY),
        ("could somebody call me back", Sign.CALLBACK),
        ("please have someone call me", Sign.CALLBACK),
        ("it's [EMAIL_1]", Sign.CONTACT),
    ],
)
def test_what_callers_ask_for_is_heard(words: str, sign: Sign) -> None:
    assert sign in listen([caller(words)]).signs


@pytest.mark.parametrize(
    "words",
    [
        "how much longer do i have to hold",
        "how long have you been there",
        "i'm not available",
        "please don't call me back",
        "you don't need to call me back",
        "i'll call you back",
        "no thanks",
        "¿cuánto cuesta?",
        "ich hätte gern einen Termin",
        "",
    ],
)
def test_what_only_sounds_like_it_is_not_heard(words: str) -> None:
    assert listen([caller(words)]).signs == {}


def test_an_agents_questions_are_not_the_callers() -> None:
    said = [agent("how much would you like to spend and when are you available"), caller("hello")]
    assert listen(said).signs == {}


def test_unknown_speakers_count_where_nobody_is_known_to_be_the_caller() -> None:
    assert Sign.PRICE in listen([unknown("how much is it")]).signs
    assert listen([unknown("how much is it"), caller("hello there")]).signs == {}


@pytest.mark.parametrize(
    ("signals", "text", "shown"),
    [
        (Signals("confirmed"), "caller: not interested", True),
        (Signals("requested"), "", True),
        (
            Signals("not_booked"),
            "caller: how much is a cleaning\nagent: ninety\ncaller: okay i'm not interested",
            False,
        ),
        (Signals("not_booked"), "caller: i changed my mind about monday do you have any openings on friday", True),
        (Signals(), "caller: do i have the wrong number\nagent: no\ncaller: oh good how much is a facial", True),
        (Signals(), "caller: i'm not interested in fillers just the botox please", None),
        (Signals(value=Decimal(400)), "caller: i'm not interested in fillers just the botox please", True),
        (Signals(), "caller: sorry wrong number", False),
        (Signals(), "agent: this is the clinic\ncaller: please take me off your list", False),
        (Signals(), "caller: i just wanted to say thank you to the nurse", False),
        (Signals(stated=frozenset({Sign.CALLBACK})), "", True),
        (Signals(), "caller: hello", None),
        (Signals(), "", None),
        (Signals(), "caller: hola buenas tardes quiero hablar con la doctora por favor gracias", None),
    ],
)
def test_interest_is_shown_refused_or_not_known(signals: Signals, text: str, shown: bool | None) -> None:
    assert interest(signals, dialogue(text)).shown is shown


TEXTS = st.one_of(st.text(), st.sampled_from(["how much", "call me back", "not interested", "[PHONE_1]", "openings"]))
TURNS = st.lists(st.builds(Turn, st.sampled_from(list(Speaker)), TEXTS))
NUMBERS = st.one_of(st.none(), st.floats(), st.decimals(), st.integers())
SIGNALS = st.builds(
    Signals,
    st.sampled_from([None, "", "confirmed", "requested", "not_booked", "rescheduled", "cancelled", "unheard of"]),
    st.sampled_from([None, "positive", "neutral", "negative", "unheard of"]),
    NUMBERS,
    st.sampled_from([None, "low", "medium", "high", "unheard of"]),
    st.one_of(st.none(), st.decimals()),
    NUMBERS,
    st.booleans(),
    st.frozensets(st.sampled_from(list(SIGNS))),
)


@settings(deadline=None)
@given(SIGNALS, TURNS)
def test_any_call_has_a_score_that_is_the_sum_of_its_factors(signals: Signals, turns: list[Turn]) -> None:
    finding = score_lead(signals, turns)
    assert_quoted(finding, turns)
    assert 0 <= finding.value["score"] <= 100
    assert sum(points(finding).values()) == finding.value["score"]
    assert all(bool(factor["evidence"]) or factor["points"] == 0 for factor in finding.value["factors"])
    assert interest(signals, turns).shown in (True, False, None)


LADDERS = {
    "booking": [None, "not_booked", "requested", "confirmed"],
    "sentiment_label": ["negative", "neutral", "positive"],
    "urgency": [None, "low", "medium", "high"],
    "returning": [False, True],
}


@settings(deadline=None)
@given(SIGNALS, TURNS, st.sampled_from(list(LADDERS)), st.data())
def test_a_better_word_never_lowers_the_score(signals: Signals, turns: list, name: str, data: st.DataObject) -> None:
    ladder = LADDERS[name]
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(ladder) - 1)] * 2)))
    worse, better = replace(signals, **{name: ladder[low]}), replace(signals, **{name: ladder[high]})
    assert score_lead(worse, turns).value["score"] <= score_lead(better, turns).value["score"]


@settings(deadline=None)
@given(SIGNALS, st.sampled_from(["sentiment_score", "value", "duration_seconds"]), st.data())
def test_a_greater_number_never_lowers_the_score(signals: Signals, name: str, data: st.DataObject) -> None:
    low, high = sorted(data.draw(st.tuples(*[st.decimals(0, 10**9, allow_nan=False)] * 2)))
    worse, better = replace(signals, **{name: low}), replace(signals, **{name: high})
    assert score_lead(worse).value["score"] <= score_lead(better).value["score"]


@settings(deadline=None)
@given(SIGNALS, TURNS, st.sampled_from(["how much is it", "when can i come in", "call me back please", "[EMAIL_2]"]))
def test_one_more_question_never_lowers_the_score(signals: Signals, turns: list[Turn], more: str) -> None:
    named = [turn for turn in turns if turn.speaker is not Speaker.UNKNOWN]
    assert score_lead(signals, named).value["score"] <= score_lead(signals, [*named, caller(more)]).value["score"]


@pytest.mark.storm
@pytest.mark.parametrize("piece", ["how much ", "not ", "[PHONE_1] ", "don't call me ", "when "])
def test_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    turns = [caller(piece * (1_000_000 // len(piece)))]
    with linear_time():
        finding = score_lead(Signals(), turns)
    assert len(finding.evidence) <= 15
