"""Opt-outs: nobody who asks for silence is missed, and who cancels an appointment still hears from us."""

from __future__ import annotations

import time

import pytest

from rules.opt_out import Wish, read_wish
from tests.rules import opt_out_unseen
from tests.rules.opt_out_texts import HARDER_NOTHING, HARDER_REQUESTS, IN, NOTHING, OUT_REQUESTS, OUT_WORDS

OUT = Wish(True, "request")


def goes_out(text: str) -> bool:
    wish = read_wish(text)
    return wish is not None and wish.is_out


@pytest.mark.parametrize("text", OUT_WORDS)
def test_a_word_alone_ends_it_however_it_is_written(text: str) -> None:
    assert read_wish(text) == Wish(True, "word")


@pytest.mark.parametrize("text", OUT_REQUESTS + HARDER_REQUESTS)
def test_a_request_in_a_sentence_ends_it(text: str) -> None:
    assert read_wish(text) == OUT


@pytest.mark.parametrize("text", IN)
def test_start_takes_it_back(text: str) -> None:
    assert read_wish(text) == Wish(False, "word")


@pytest.mark.parametrize("text", NOTHING + HARDER_NOTHING)
def test_anything_else_changes_nothing(text: str) -> None:
    assert read_wish(text) is None


def test_of_texts_that_the_rules_were_not_made_by_nearly_all_are_read_right() -> None:
    missed = [text for text in opt_out_unseen.OUT if not goes_out(text)]
    mistaken = [text for text in opt_out_unseen.NOTHING if goes_out(text)]
    assert len(missed) / len(opt_out_unseen.OUT) <= 0.02, missed
    assert len(mistaken) / len(opt_out_unseen.NOTHING) <= 0.05, mistaken


def test_the_providers_reading_of_a_word_counts() -> None:
    assert read_wish("ARRET", opt_word="STOP") == Wish(True, "word")
    assert read_wish("YES", opt_word="START") == Wish(False, "word")
    assert read_wish("HELP", opt_word="HELP") is None
    assert read_wish("please stop texting me", opt_word="HELP") == OUT


def test_a_yes_alone_confirms_an_appointment_and_brings_no_texts_back() -> None:
    assert read_wish("YES") is None


@pytest.mark.parametrize(
    "words", ["stop ", "do not ", "take me off ", "stop the me my your ", "wrong ", "dont want my "]
)
def test_a_long_text_made_to_be_slow_is_read_at_once(words: str) -> None:
    began = time.process_time()
    read_wish(words * 50_000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text",
    ["DO NOT CALL", "dont call", "No calls", "Add me to your DNC", "put me on the do not call list", "I want out"],
)
def test_who_wants_no_calls_wants_no_texts_of_ours_either(text: str) -> None:
    wish = read_wish(text)
    assert wish is not None
    assert wish.is_out


def test_who_would_rather_be_texted_is() -> None:
    assert read_wish("No calls please, text me instead") is None
