"""Quality is judged by eight named factors, each with its words, and not at all where there is nothing to judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.qa import Weights, score_quality
from tests.rules.quotes import agent, assert_quoted, caller, dialogue, linear_time, unknown
from vocabulary import Finding, Speaker, Turn

DIALOGUES = Path(__file__).resolve().parents[3] / "shared" / "data" / "booking_dialogues.jsonl"

GOOD = """
    agent: thank you for calling glow clinic this is ann how can i help you
    caller: hi um i was wondering how much liposuction is
    agent: of course which area are you interested in
    caller: my stomach mostly
    agent: for the stomach it starts at five thousand would you like to schedule a consultation
    caller: yes please do you have anything on thursday
    agent: thursday at two is free you're all set have a great day
    caller: thank you bye
    """
BAD = """
    agent: yeah
    caller: hi i was wondering how much liposuction is for the stomach area if you know that
    agent: i don't know
    caller: okay well could somebody tell me what the recovery is like after that
    agent: i have no idea look at the internet
    """


def factors(finding: Finding) -> dict[str, float]:
    """The share of its points that each factor got."""
    return {factor["name"]: round(factor["points"] / factor["most"], 2) for factor in finding.value["factors"]}


def words_of(finding: Finding, name: str) -> list[str]:
    factor = next(factor for factor in finding.value["factors"] if factor["name"] == name)
    return [evidence["quote"] for evidence in factor["evidence"]]


def test_a_good_call_shows_what_was_good_in_its_own_words() -> None:
    turns = dialogue(GOOD)
    finding = score_quality(turns)
    assert_quoted(finding, turns)
    assert (finding.kind, finding.version) == ("qa", "1")
    assert finding.value["score"] == 100
    assert finding.value["reason_primary"] == "Every factor was met"
    assert finding.value["reason_secondary"] is None
    assert finding.value["risk_flags"] == []
    assert finding.value["not_judged"] == ["silence"]
    assert words_of(finding, "greeting") == ["thank you for calling", "this is"]
    assert words_of(finding, "need_understood") == ["which", "stomach"]
    assert words_of(finding, "next_step") == ["like to schedule"]
    assert words_of(finding, "talk_balance") == ["the agent spoke 49 of 71 words"]


def test_a_bad_call_names_what_it_lost_most_by() -> None:
    turns = dialogue(BAD)
    finding = score_quality(turns)
    assert_quoted(finding, turns)
    assert factors(finding) == {
        "greeting": 0,
        "need_understood": 0,
        "answer_given": 0,
        "next_step": 0,
        "courtesy": 0,
        "talk_balance": 0.97,
        "no_risk_words": 1,
    }
    assert finding.value["score"] == 21
    assert finding.value["reason_primary"] == "Questions of the caller that were answered: 0 of 2"
    assert finding.value["reason_secondary"] == "The agent offered no next step"
    assert words_of(finding, "answer_given")[1] == "i don't know"


@pytest.mark.parametrize(
    ("turns", "why"),
    [
        ([], "Too short to judge: 0 words"),
        ([caller("hello"), agent("hello")], "Too short to judge: 2 words"),
        ([agent("please leave a message after the tone " * 4)], "No words of the caller are known"),
        ([caller("is this the number that i wanted to call " * 4)], "No words of the agent are known"),
        ([unknown("hello how can i help you with that today sir " * 4)], "It is not known who spoke"),
        (
            [agent("buenos días clínica estética en qué puedo ayudarle"), caller("quisiera saber el precio " * 4)],
            "Not in English, as far as the words show",
        ),
    ],
)
def test_what_cannot_be_judged_has_no_score_and_says_why(turns: list[Turn], why: str) -> None:
    finding = score_quality(turns)
    assert finding.value["score"] is None
    assert finding.value["reason_primary"] == why
    assert finding.value["factors"] == []


def test_a_short_call_still_raises_its_flags() -> None:
    turns = [caller("i have chest pain")]
    finding = score_quality(turns)
    assert_quoted(finding, turns)
    assert finding.value["score"] is None
    assert finding.value["risk_flags"] == ["emergency"]
    assert [evidence.quote for evidence in finding.evidence] == ["chest pain"]


def test_a_caller_without_questions_leaves_their_weight_to_the_rest() -> None:
    turns = dialogue(
        """
        agent: hello this is ann how can i help
        caller: i want to come in for my teeth next thursday at two
        agent: okay so next thursday at two for your teeth you're all set thank you
        caller: thank you that is perfect
        """
    )
    finding = score_quality(turns)
    assert finding.value["not_judged"] == ["answer_given", "silence"]
    assert round(sum(factor["most"] for factor in finding.value["factors"])) == 100


@pytest.mark.parametrize(
    ("reply", "share"),
    [
        ("it is four hundred dollars", 1.0),
        ("what area are you looking at", 1.0),
        ("let me check for you", 0.6),
        ("let me check for you okay it says here that it is four hundred dollars", 1.0),
        ("i'm not sure", 0.0),
        ("sorry could you repeat that", 0.0),
    ],
)
def test_an_answer_is_what_follows_a_question(reply: str, share: float) -> None:
    turns = [agent("hello this is ann"), caller("hi how much is it for the two of us and the little one"), agent(reply)]
    assert factors(score_quality([*turns, caller("okay thank you very much for that")]))["answer_given"] == share


def test_a_question_that_nobody_answers_is_not_answered() -> None:
    turns = [*dialogue(GOOD), caller("and how long does it take")]
    assert factors(score_quality(turns))["answer_given"] == pytest.approx(2 / 3, abs=0.01)


def timed(*spans: tuple[float, float]) -> list[Turn]:
    plain = dialogue(GOOD)
    return [Turn(turn.speaker, turn.text, *span) for turn, span in zip(plain, spans, strict=True)]


def test_silence_is_judged_from_the_times_of_the_turns() -> None:
    brisk = timed((0, 4), (5, 9), (9.5, 12), (13, 15), (15, 22), (23, 26), (27, 32), (33, 34))
    assert factors(score_quality(brisk))["silence"] == 1
    slow = timed((0, 4), (16, 20), (20.5, 23), (24, 26), (26, 33), (34, 37), (38, 43), (44, 45))
    finding = score_quality(slow)
    assert factors(finding)["silence"] == 0.5
    assert words_of(finding, "silence") == [
        "the longest silence lasted 12.0 seconds, from second 4; 37% of the call was silent"
    ]


@pytest.mark.parametrize("odd", [(float("nan"), 1.0), (5.0, 1.0), (-3.0, 1.0), (0.0, float("inf")), (None, 2.0)])
def test_times_that_make_no_sense_are_no_times(odd: tuple[float, float]) -> None:
    assert "silence" in score_quality(timed(*[odd] * 8)).value["not_judged"]


def test_overlapping_and_unordered_turns_are_not_silent() -> None:
    turns = timed((20, 34), (0, 9), (4, 12), (11, 15), (15, 22), (0, 0), (27, 32), (33, 34))
    assert factors(score_quality(turns))["silence"] == 1


def test_a_word_thrown_in_does_not_end_the_turn_around_it() -> None:
    turns = timed((0, 30), (5, 6), (31, 35), (36, 37), (37, 39), (40, 41), (41, 43), (43, 44))
    finding = score_quality(turns)
    assert words_of(finding, "silence") == [
        "the longest silence lasted 1.0 seconds, from second 30; 7% of the call was silent"
    ]


def test_a_monologue_is_out_of_balance() -> None:
    turns = [agent("hello this is ann " + "and then we go on to do the other thing " * 9), caller("okay thanks")]
    finding = score_quality(turns)
    assert factors(finding)["talk_balance"] == 0
    assert words_of(finding, "talk_balance") == ["the agent spoke 94 of 96 words"]


def test_an_agents_promise_costs_the_whole_factor_and_a_callers_threat_half() -> None:
    promised = score_quality([*dialogue(GOOD), agent("we guarantee the result")])
    assert factors(promised)["no_risk_words"] == 0
    assert promised.value["score"] == 89
    assert promised.value["reason_primary"] == "Risky words: guarantee"
    threatened = score_quality([*dialogue(GOOD), caller("or i will sue you")])
    assert factors(threatened)["no_risk_words"] == 0.5
    assert threatened.value["risk_flags"] == ["legal_threat"]


PHRASES = "hello|how can i help you|how much is it|i don't know|thank you|we guarantee it|i will sue you|see you then|?"
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PHRASES.split("|")), max_size=8).map(" ".join))
TIMES = st.one_of(st.none(), st.floats())
TURNS = st.lists(st.builds(Turn, st.sampled_from(list(Speaker)), TEXTS, TIMES, TIMES), max_size=20)
WEIGHTS = st.builds(Weights, *[st.floats(0, 1e6)] * 7, st.floats(1, 1e6))


@settings(deadline=None)
@given(TURNS, WEIGHTS)
def test_any_call_gets_the_sum_of_its_factors_or_none(turns: list[Turn], weights: Weights) -> None:
    finding = score_quality(turns, weights)
    assert_quoted(finding, turns)
    assert finding == score_quality(turns, weights)
    score, shown = finding.value["score"], finding.value["factors"]
    assert finding.value["reason_primary"]
    if score is None:
        assert shown == []
    else:
        assert 0 <= score <= 100
        assert abs(sum(factor["points"] for factor in shown) - score) <= 1
        assert all(factor["evidence"] and 0 <= factor["points"] <= factor["most"] for factor in shown)


@pytest.mark.storm
@pytest.mark.parametrize("piece", ["how much ", "you don't need a ", "guarantee ", "? ", "thank you ", "sounds like "])
def test_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    turns = [agent(piece * (500_000 // len(piece))), caller(piece * (500_000 // len(piece)))]
    with linear_time():
        finding = score_quality(turns)
    assert len(finding.evidence) < 50


def test_many_short_turns_take_linear_time() -> None:
    turns = [caller("how much is it"), agent("we guarantee it")] * 20_000
    with linear_time():
        assert score_quality(turns).value["risk_flags"] == ["guarantee"]


@pytest.mark.skipif(not DIALOGUES.exists(), reason="the labelled dialogues are not here")
def test_polite_dialogues_are_judged_and_raise_hardly_a_flag() -> None:
    lines = DIALOGUES.read_text().splitlines()
    spoken = [[Turn(Speaker(turn["speaker"]), turn["text"]) for turn in json.loads(line)["turns"]] for line in lines]
    findings = [score_quality(turns) for turns in spoken]
    for finding, turns in zip(findings, spoken, strict=True):
        assert_quoted(finding, turns)
    assert all(finding.value["score"] is not None for finding in findings)
    assert sum(bool(finding.value["risk_flags"]) for finding in findings) <= len(findings) // 100
