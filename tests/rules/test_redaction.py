"""What identifies a person goes, what a clinic talks about stays, measured on lines labelled before the rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.redaction import BLIND, SECOND, THIRD, is_held_out, lines, score
from rules.redaction import redact
from tests.rules.quotes import dialogue
from vocabulary import Speaker, Turn

NUMERIC = ("SSN", "CARD", "PHONE", "MEMBER_ID", "DOB")


def test_numeric_identifiers_are_found_on_the_labelled_lines() -> None:
    assert len(lines()) >= 300
    measured = score(lines())
    assert measured.recall(NUMERIC) >= 0.99
    assert measured.precision(NUMERIC) >= 0.9


def test_lines_that_the_rules_were_not_tuned_on_do_as_well() -> None:
    measured = score([line for line in lines() if is_held_out(line)])
    assert measured.recall(NUMERIC) >= 0.98
    assert measured.precision(NUMERIC) >= 0.9


@pytest.mark.parametrize("path", [BLIND, SECOND, THIRD])
def test_what_calls_said_that_were_written_without_the_rules_is_found_by_now(path: Path) -> None:
    measured = score(lines(path))
    assert measured.recall(NUMERIC) >= 0.97
    assert measured.precision(NUMERIC) >= 0.97


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("404 555 0165 no wait six not five", "[PHONE_1] no wait [PHONE_2] not [PHONE_3]"),
        (
            "my phone is five one two hang on let me look 555 0177",
            "my phone is [PHONE_1] hang on let me look [PHONE_1]",
        ),
        ("member id gee kay four four one two", "member id [MEMBER_ID_1]"),
        ("it's actually 2 not 3 on the fifteenth", "it's actually 2 not 3 on the fifteenth"),
    ],
)
def test_corrections_asides_and_letters_by_name_belong_to_the_number(said: str, kept: str) -> None:
    assert redact((Turn(Speaker.CALLER, said),)).turns[0].text == kept


@pytest.mark.parametrize(
    "kept", ["that is four hundred dollars", "at ten thirty on tuesday the third", "fifty milligrams"]
)
def test_prices_times_and_doses_stay(kept: str) -> None:
    assert redact((Turn(Speaker.CALLER, kept),)).turns[0].text == kept


def test_the_same_number_is_the_same_placeholder_across_turns() -> None:
    said = dialogue("caller: my number is 415-555-0123\nagent: so four one five five five five oh one two three")
    texts = [turn.text for turn in redact(said).turns]
    assert ["[PHONE_1]" in text for text in texts] == [True, True]
    assert not any("555" in text or "five five" in text for text in texts)


@given(st.text(max_size=300))
def test_any_text_comes_through_and_a_second_pass_changes_nothing(text: str) -> None:
    once = redact((Turn(Speaker.CALLER, text),)).turns
    assert redact(once).turns == once
