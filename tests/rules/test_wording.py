"""Wording: variables become values, a person never reads "None", and a template's faults are told to who writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.outcome import SENTENCES
from rules.segments import FOLLOWUP_LIMIT, segments
from rules.wording import (
    VARIABLES,
    Missing,
    TooLong,
    Words,
    examples,
    person_values,
    problems,
    render,
    time_values,
    variables,
    write,
)
from rules.wording_defaults import DEFAULTS, FOLLOWUPS
from vocabulary import Method, Purpose

FOLLOWUP, REMINDER, HOT_LEAD = Purpose.FOLLOWUP, Purpose.REMINDER, Purpose.HOT_LEAD


def test_variables_become_values_however_they_are_spaced() -> None:
    text = "Hi {{first_name}}, {{  clinic }} here. {{ first_name }}!"
    assert variables(text) == ("first_name", "clinic")
    assert render(text, {"first_name": "Ann", "clinic": "Glow"}, FOLLOWUP) == "Hi Ann, Glow here. Ann!"


@pytest.mark.parametrize("unknown", [None, "", "  ", "\n"])
def test_what_is_not_known_has_a_word_that_stands_in_for_it(unknown: str | None) -> None:
    assert render("Hi {{ first_name }}", {"first_name": unknown}, FOLLOWUP) == "Hi there"


def test_a_value_that_nothing_can_stand_in_for_is_an_error() -> None:
    with pytest.raises(Missing, match="the day of the appointment is not known"):
        render("on {{ date }}", {"date": None}, REMINDER)


def test_values_are_words_and_never_read_as_variables_again() -> None:
    values = {"first_name": "{{ clinic }}\nBobby", "clinic": "Glow"}
    assert render("{{ first_name }} at {{ clinic }}", values, FOLLOWUP) == "{{ clinic }} Bobby at Glow"


@given(st.dictionaries(st.sampled_from(sorted(VARIABLES[HOT_LEAD])), st.sampled_from([None, "", " ", 0, 7, "x"])))
def test_a_person_never_reads_none_nor_braces(values: dict[str, str | int | None]) -> None:
    text = " ".join(f"<{{{{ {name} }}}}>" for name in VARIABLES[HOT_LEAD])
    rendered = render(text, values | {"clinic": "Glow", "score": 85, "link": "https://x"}, HOT_LEAD)
    assert "None" not in rendered
    assert "<>" not in rendered
    assert "{" not in rendered


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {{ firstname }}", "There is no variable firstname here; there are first_name, name, clinic"),
        ("At {{ date }}", "There is no variable date here"),
        ("Hi {{ first name }}", "Write a variable as two braces"),
        ("Hi {{ first_name }", "Write a variable as two braces"),
        ("Hi first_name }}", "Write a variable as two braces"),
        ("Hi {{ }}", "Write a variable as two braces"),
        ("{{ first_name.__class__ }}", "Write a variable as two braces"),
    ],
)
def test_a_fault_is_named_with_what_there_is(text: str, words: str) -> None:
    found = problems(text, FOLLOWUP)
    assert len(found) == 1
    assert found[0].startswith(words)


def test_a_plain_text_and_one_with_known_variables_have_no_problem() -> None:
    assert problems("See {you} soon", FOLLOWUP) == ()
    assert problems("{{ name }} on {{ date }} at {{time}}", REMINDER) == ()


@pytest.mark.parametrize("key", DEFAULTS)
def test_every_default_is_a_sound_template(key: tuple[Purpose, Method]) -> None:
    purpose, method = key
    template = DEFAULTS[key]
    assert problems(f"{template.content} {template.subject or ''}", purpose) == ()
    words = write(template, examples(purpose), purpose, method)
    assert (words.subject is not None) is (method is Method.EMAIL)


def test_a_default_reminder_reads_like_one_and_costs_two_segments_at_most() -> None:
    words = write(DEFAULTS[REMINDER, Method.SMS], examples(REMINDER), REMINDER, Method.SMS)
    assert words.content == (
        "Hi Maria, a reminder from Bright Clinic: Botox on Tuesday, March 3 at 2:30 PM. "
        "If you cannot come, please call us. Reply STOP to opt out."
    )
    assert (segments(words.content).encoding, segments(words.content).count) == ("GSM-7", 1)


@pytest.mark.parametrize("result", FOLLOWUPS)
def test_every_follow_up_to_begin_with_is_short_plain_and_of_a_known_result(result: str) -> None:
    assert result in SENTENCES
    assert problems(FOLLOWUPS[result], FOLLOWUP) == ()
    values = examples(FOLLOWUP) | {"clinic": "The Bright and Lovely Clinic"}
    words = write(Words(FOLLOWUPS[result]), values, FOLLOWUP, Method.SMS)
    assert (segments(words.content).encoding, segments(words.content).count) == ("GSM-7", 1)


def test_a_long_name_is_left_out_before_a_follow_up_gets_too_long() -> None:
    template = Words("Hi {{ first_name }}, " + "x" * (FOLLOWUP_LIMIT - 10))
    with_name = write(template, {"first_name": "Wolfeschlegelstein"}, FOLLOWUP, Method.SMS)
    assert with_name.content == "Hi there, " + "x" * (FOLLOWUP_LIMIT - 10)


def test_what_is_still_too_long_is_an_error_and_never_cut() -> None:
    with pytest.raises(TooLong, match="161 characters; at most 160"):
        write(Words("x" * 161), {}, FOLLOWUP, Method.SMS)
    assert write(Words("x" * 161, "Hi"), {}, FOLLOWUP, Method.EMAIL) == Words("x" * 161, "Hi")


def test_a_person_is_called_by_their_first_name() -> None:
    assert person_values(None, "Maria Lopez") == {"first_name": "Maria", "name": "Maria Lopez"}
    assert person_values("Mia", "Maria Lopez") == {"first_name": "Mia", "name": "Maria Lopez"}
    assert person_values("Mia", None) == {"first_name": "Mia", "name": "Mia"}
    assert person_values(" ", None) == {"first_name": None, "name": None}


@pytest.mark.parametrize(
    ("at", "zone", "date", "time"),
    [
        (datetime(2026, 3, 3, 19, 30, tzinfo=UTC), "America/New_York", "Tuesday, March 3", "2:30 PM"),
        (datetime(2026, 3, 3, 17, 0, tzinfo=UTC), "America/New_York", "Tuesday, March 3", "12:00 PM"),
        (datetime(2026, 3, 8, 4, 5, tzinfo=UTC), "America/Los_Angeles", "Saturday, March 7", "8:05 PM"),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), "America/Chicago", "Sunday, November 1", "1:00 AM"),
    ],
)
def test_a_time_is_said_as_people_say_it_there(at: datetime, zone: str, date: str, time: str) -> None:
    assert time_values(at, zone) == {"date": date, "time": time}
