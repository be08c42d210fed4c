"""What identifies a person goes, what a clinic talks about stays, measured on lines labelled before the rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.redaction import is_held_out, lines, score
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
