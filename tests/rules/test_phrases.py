"""Words keep their places, phrases are found whole, and a negation reaches a few words and no further."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.phrases import QUOTE_LIMIT, Lexicon, inflected, is_english, negated, said, singular
from tests.rules.quotes import caller
from vocabulary import Evidence


def hits(lexicon: Lexicon[str], text: str) -> list[tuple[str, ...]]:
    return [hit.labels for turn in said([caller(text)]) for hit in lexicon.find(turn.words)]


def test_words_are_plain_and_keep_their_places() -> None:
    (turn,) = said([caller("Um, I DON’T — it's [PHONE_12]!")])
    assert turn.words == ["i", "dont", "its", "[phone]"]
    assert turn.cite(1, 3) == Evidence("DON’T — it's [PHONE_12]", 0, 6, 29)


def test_turns_without_words_are_left_out_and_the_others_keep_their_number() -> None:
    assert [turn.index for turn in said([caller("..."), caller("uh"), caller("hi")])] == [2]


def test_a_long_citation_is_cut_and_stays_exact() -> None:
    (turn,) = said([caller("word " * 100)])
    assert turn.opening() == Evidence(("word " * 100)[:QUOTE_LIMIT], 0, 0, QUOTE_LIMIT)


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("injections", "injection"),
        ("noses", "nose"),
        ("boxes", "box"),
        ("bodies", "body"),
        ("lifting", "lift"),
        ("shaping", "shape"),
        ("slimming", "slim"),
        ("lifted", "lift"),
        ("botoxs", "botox"),
    ],
)
def test_a_form_leads_back_to_its_word(word: str, base: str) -> None:
    assert base in inflected(word)


@pytest.mark.parametrize(
    ("word", "kept"),
    [("wrinkles", "wrinkle"), ("glasses", "glass"), ("abs", "abs"), ("pelvis", "pelvis"), ("gloss", "gloss")],
)
def test_keywords_are_kept_in_the_singular(word: str, kept: str) -> None:
    assert singular(word) == kept


def test_the_longest_phrase_counts_and_none_inside_of_it() -> None:
    lexicon = Lexicon([("face", "face"), ("face lift", "lift"), ("lift", "up"), ("face lift", "second")])
    assert hits(lexicon, "a face um lift and a lift of the face") == [("lift", "second"), ("up",), ("face",)]


def test_a_phrase_of_too_many_words_is_never_found() -> None:
    assert hits(Lexicon([("a b c d e f g h i", "long"), ("", "empty")]), "a b c d e f g h i") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we can never really guarantee", True),
        ("no. we guarantee", False),
        ("not only do we guarantee", False),
        ("i do not know but we guarantee", False),
        ("that is not the way that things went we guarantee", False),
        ("guarantee", False),
    ],
)
def test_a_negation_reaches_a_few_words_of_its_own_clause(text: str, expected: bool) -> None:
    (turn,) = said([caller(text)])
    assert negated(turn, turn.words.index("guarantee")) is expected


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("yeah hi i wanted to know if you have anything on thursday", True),
        ("no me importa la hora quisiera una cita para el martes", False),
        ("ich hätte gern einen Termin für nächste Woche", False),
        ("je voudrais prendre un rendez-vous pour une injection", False),
        ("eu queria saber o preço do botox na terça do mês que vem", False),
        ("ik wil graag een afspraak maken in de ochtend", False),
        ("你好我想预约", False),
        ("", False),
    ],
)
def test_english_is_told_from_other_languages(text: str, english: bool) -> None:
    assert is_english(said([caller(text)])) is english


@settings(deadline=None)
@given(st.text())
def test_every_word_of_any_text_can_be_cited(text: str) -> None:
    for turn in said([caller(text)]):
        assert len(turn.words) == len(turn.places)
        for place in range(len(turn.words)):
            evidence = turn.cite(place, place)
            assert evidence.quote
            assert text[evidence.start : evidence.end] == evidence.quote
