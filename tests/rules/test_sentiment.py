"""How a caller felt is read from the caller's words, with the words, and the provider's own analysis wins."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.sentiment import agreement, ours, parts
from rules.sentiment import Stated, read_sentiment
from rules.sentiment_story import label_of
from tests.rules.quotes import agent, assert_quoted, caller, dialogue, linear_time, quotes, unknown
from vocabulary import Speaker, Turn

TURNED = """
    agent: thank you for calling how can i help
    caller: hi you were so sweet to me last time i love my new smile
    agent: thank you what can i do for you
    caller: i wanted to ask about my bill
    agent: please hold
    caller: i've been on hold for an hour this is unacceptable
    """


def read(*texts: str) -> dict[str, Any]:
    return read_sentiment([caller(text) for text in texts]).value


def test_a_call_that_turns_bad_is_told_with_its_words() -> None:
    turns = dialogue(TURNED)
    finding = read_sentiment(turns)
    assert_quoted(finding, turns)
    assert (finding.kind, finding.version) == ("sentiment", "1")
    assert finding.value["summary"] == "The caller was friendly at first and grew annoyed about the wait."
    first, middle, last = finding.value["course"]
    assert first > 0.6
    assert middle == 0.5
    assert last < 0.4
    assert finding.value["by"] == "words"
    assert finding.value["urgency"] == "low"


def test_an_unhappy_caller_is_quoted() -> None:
    finding = read_sentiment([caller("this is ridiculous"), caller("you charged me twice"), caller("okay thanks")])
    assert finding.value["label"] == "negative"
    assert finding.value["score"] < 0.4
    assert finding.value["summary"] == "The caller was annoyed about the money at first and calmer at the end."
    assert quotes(finding) == ["ridiculous", "charged me twice"]


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("no no problem at all", "neutral"),
        ("yeah no that's not bad", "neutral"),
        ("i'm sorry could you please repeat that please", "neutral"),
        ("i'm in a lot of pain and i think it's an emergency", "neutral"),
        ("does it hurt when you kill the nerve", "neutral"),
        ("my father has cancer and i'd like a second opinion", "neutral"),
        ("okay great thank you perfect", "neutral"),
        ("i'll tell my wife we'll call you back", "neutral"),
        ("i have a bad knee and terrible headaches", "neutral"),
        ("is it terrible", "neutral"),
        ("i hate to bother you", "neutral"),
        ("it didn't hurt", "neutral"),
        ("i need to cancel my appointment", "neutral"),
        ("i can't wait to see the results i'm so excited", "positive"),
        ("i love it thank you so much", "positive"),
        ("you've been so helpful", "positive"),
        ("best experience i've ever had at a dentist", "positive"),
        ("i'm not happy with how it looks", "negative"),
        ("it was not a helpful conversation it was awful", "negative"),
        ("nobody ever calls me back", "negative"),
        ("why is this so hard", "negative"),
        ("stop calling me", "negative"),
        ("it looks incredible", "positive"),
        ("you guys have never been rude to me", "neutral"),
        ("the receptionist was so rude", "negative"),
    ],
)
def test_phone_talk_is_no_film_review(words: str, label: str) -> None:
    value = read(words)
    assert value["label"] == label, value


@pytest.mark.parametrize(
    ("words", "urgency"),
    [
        ("i'm having chest pain", "high"),
        ("i've got chest pain right now please hurry", "high"),
        ("my lips are swelling up", "high"),
        ("the socket won't stop bleeding", "high"),
        ("my tooth hurts and it's getting worse", "high"),
        ("there's water pouring through the ceiling", "high"),
        ("i've had a toothache since sunday", "medium"),
        ("i need to see someone as soon as possible", "medium"),
        ("i need someone out here today", "medium"),
        ("she's running a fever", "medium"),
        ("my crown fell out", "medium"),
        ("our furnace quit", "medium"),
        ("any chance you could squeeze us in today she's running a fever", "medium"),
        ("if you don't fix this i'm leaving", "medium"),
        ("it's not urgent", "low"),
        ("it's not an emergency whenever you have something is fine", "low"),
        ("i don't have any pain or swelling", "low"),
        ("i had chest pain years ago", "low"),
        ("does it hurt", "low"),
        ("will there be any swelling", "low"),
        ("is the treatment painful", "low"),
        ("i don't have a fever or any swelling", "low"),
        ("can i come in today for a haircut", "low"),
        ("are you open right now", "low"),
        ("you can find us next to the emergency room", "low"),
    ],
)
def test_urgency_is_what_the_caller_needs_now(words: str, urgency: str) -> None:
    value = read(words)
    assert value["urgency"] == urgency, value


def test_what_makes_a_call_urgent_is_quoted_and_told() -> None:
    finding = read_sentiment([caller("hello"), caller("i can't breathe")])
    assert quotes(finding) == ["can't breathe"]
    assert finding.value["summary"] == "The caller was neither pleased nor annoyed, and it is urgent."


def test_an_agents_words_say_nothing_about_the_caller() -> None:
    quiet = [caller("i'd like to book a cleaning"), caller("tuesday is fine")]
    loud = [agent("this is terrible and ridiculous i hate it"), *quiet, agent("it's an emergency")]
    assert read_sentiment(loud).value == read_sentiment(quiet).value


def test_unknown_speakers_count_where_nobody_is_known_to_be_the_caller() -> None:
    angry = unknown("this is ridiculous i want my money back")
    assert read_sentiment([angry]).value["label"] == "negative"
    assert read_sentiment([angry, caller("hello how are you")]).value["label"] == "neutral"


@pytest.mark.parametrize(
    "turns",
    [[], [agent("thank you for calling")], [caller("")], [caller("...")], [caller("hola necesito una cita mañana")]],
)
def test_nothing_is_made_up_where_nothing_is_understood(turns: list[Turn]) -> None:
    finding = read_sentiment(turns)
    value = finding.value
    assert (value["label"], value["score"], value["urgency"], value["by"]) == (None, None, None, "nothing")
    assert value["course"] == []
    assert finding.evidence == ()


def test_the_summary_says_why_nothing_is_known() -> None:
    assert read_sentiment([]).value["summary"] == "The caller said nothing."
    assert "not in English" in read("ich hätte gern einen Termin am Dienstag")["summary"]


def test_the_providers_analysis_wins_part_by_part() -> None:
    stated = Stated("Negative", Decimal("0.1"), "A bad call.", "high")
    finding = read_sentiment([caller("i love it thank you so much")], stated)
    assert finding.value["label"] == "negative"
    assert finding.value["score"] == 0.1
    assert finding.value["summary"] == "A bad call."
    assert finding.value["urgency"] == "high"
    assert finding.value["by"] == "provider"
    assert quotes(finding) == [
        "provider: negative",
        "provider score: 0.1",
        "provider urgency: high",
        "provider summary: given",
    ]


def test_a_label_of_the_providers_keeps_our_score_where_it_agrees() -> None:
    turns = [caller("this is ridiculous i want my money back")]
    ours_alone = read_sentiment(turns).value["score"]
    assert read_sentiment(turns, Stated("negative")).value["score"] == ours_alone
    assert read_sentiment(turns, Stated("positive")).value["score"] == 0.8
    assert read_sentiment([], Stated("neutral")).value["score"] == 0.5
    assert read_sentiment(turns, Stated("positive")).value["summary"].startswith("The caller was friendly")


def test_a_score_of_the_providers_alone_names_the_label() -> None:
    assert read_sentiment([], Stated(score=0.95)).value["label"] == "positive"


def test_a_stated_score_that_contradicts_its_label_is_on_another_scale() -> None:
    assert read_sentiment([], Stated("negative", 0.97)).value["score"] == 0.2


@pytest.mark.parametrize("stated", [Stated("mixed", 7, " ", "soon"), Stated(score=float("nan")), Stated(score=-0.1)])
def test_what_is_not_in_our_terms_counts_as_not_stated(stated: Stated) -> None:
    turns = [caller("hello i have a question")]
    assert read_sentiment(turns, stated) == read_sentiment(turns)


def test_a_long_call_has_a_course_of_twelve() -> None:
    course = read(*["this is fine"] * 20, *["this is ridiculous"] * 20)["course"]
    assert len(course) == 12
    assert course[0] == 0.5
    assert course[-1] < 0.3


def test_one_sigh_in_a_long_call_weighs_less_than_in_a_short_one() -> None:
    sigh, calm = "i'm a little annoyed", ["i have a question about tuesday"] * 40
    assert read(sigh)["score"] < read(sigh, *calm)["score"] < 0.5


FLOORS = {"tuned on": (0.97, 0.97), "held out": (0.89, 0.87), "more": (0.95, 0.88), "fresh": (0.95, 0.9)}
"""Of the accuracy of label and urgency; plain VADER gets 0.38 to 0.50 of the labels right."""


@pytest.mark.parametrize("part", FLOORS)
def test_labelled_callers_are_understood(part: str) -> None:
    for what, floor in zip(("label", "urgency"), FLOORS[part], strict=True):
        items = parts()[part]
        accuracy, _ = agreement([item[what] for item in items], [ours(item, what) for item in items])
        assert accuracy >= floor, (what, accuracy)


@pytest.mark.storm
@pytest.mark.parametrize(
    "word",
    ["hate ", "no ", "not ", "not really very good ", "is it terrible ", "on hold ", "thank you so so ", "'", "? ",
     "pain and swelling years ", "a", "[PHONE_1] ", "so ", "right now "],
)  # fmt: skip
def test_a_megabyte_of_one_word_takes_linear_time(word: str) -> None:
    turn = Turn(Speaker.CALLER, (word * (1_000_000 // len(word)))[:1_000_000])
    with linear_time():
        finding = read_sentiment([turn])
    assert_quoted(finding, [turn])
    assert len(finding.evidence) <= 5


@pytest.mark.storm
def test_a_hundred_thousand_turns_take_linear_time() -> None:
    with linear_time():
        assert len(read_sentiment([caller("i hate it")] * 100_000).value["course"]) == 12


phrases = st.sampled_from(
    ["no", "not", "I love", "it", "the pain", "is", "terrible", "so", "thank you so much", "?", ".", "can't wait",
     "don't", "rude", "chest pain", "[NAME_1]", "right now", "never", "ÀÉ", "İ", "ago"]
)  # fmt: skip
texts = st.one_of(st.lists(phrases, max_size=12).map(" ".join), st.text(max_size=40))
talks = st.lists(st.builds(Turn, st.sampled_from(list(Speaker)), texts), max_size=8)
known = st.builds(
    Stated,
    st.one_of(st.none(), st.sampled_from(["positive", "neutral", "negative"]), st.text(max_size=9)),
    st.one_of(st.none(), st.floats(), st.decimals()),
    st.one_of(st.none(), st.text(max_size=9)),
    st.one_of(st.none(), st.sampled_from(["low", "medium", "high"]), st.text(max_size=9)),
)


@settings(max_examples=200, deadline=None)
@given(talks, st.one_of(st.just(Stated()), known))
def test_whatever_is_said_the_figures_agree_and_the_quotes_are_exact(turns: Sequence[Turn], stated: Stated) -> None:
    finding = read_sentiment(turns, stated)
    value = finding.value
    assert_quoted(finding, turns)
    assert sum(evidence.turn is not None for evidence in finding.evidence) <= 5
    assert (value["label"] is None) == (value["score"] is None) == (value["by"] == "nothing")
    if value["label"]:
        assert isinstance(value["score"], float)
        assert 0 <= value["score"] <= 1
        assert label_of(value["score"]) == value["label"]
    assert value["urgency"] in (None, "low", "medium", "high")
    assert value["summary"]
    assert all(0 <= mood <= 1 for mood in value["course"])
