"""How facts look: times where the clinic is, numbers as they are dialled, words for codes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from edge import present

NOW = datetime(2026, 3, 9, 3, 30, tzinfo=UTC)
"""In New York it is still Sunday the 8th, the day on which its clocks went forward."""


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 3, 9, 3, 5, tzinfo=UTC), "Today, 11:05 PM"),
        (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "Today, 1:59 AM"),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "Today, 3:00 AM"),
        (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), "Yesterday, 11:59 PM"),
        (datetime(2026, 3, 2, 17, 0, tzinfo=UTC), "Mon, Mar 2, 12:00 PM"),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), "Dec 31, 2025, 12:00 PM"),
    ],
)
def test_a_time_is_told_as_it_is_where_the_clinic_is(at: datetime, shown: str) -> None:
    assert present.moment(at, "America/New_York", NOW) == shown


def test_an_exact_time_names_its_zone() -> None:
    at = datetime(2026, 7, 1, 4, 0, 9, tzinfo=UTC)
    assert present.exactly(at, "America/Chicago") == "Jun 30, 2026, 11:00:09 PM CDT"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, ""),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min 00 s"),
        (Decimal("754.2"), "12 min 34 s"),
        (3725, "1 h 02 min"),
    ],
)
def test_a_length_is_told_in_its_own_unit(seconds: Decimal | float | None, shown: str) -> None:
    assert present.duration(seconds) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+13125550123", "(312) 555-0123"),
        ("+442079460958", "+44 20 7946 0958"),
        ("anonymous", "anonymous"),
        ("sip:desk@example.com", "sip:desk@example.com"),
        (None, ""),
    ],
)
def test_a_number_is_written_as_it_is_dialled(number: str | None, shown: str) -> None:
    assert present.dialled(number) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [("no_answer", "No answer"), ("human", "Answered"), ("Not Interested", "Not Interested"), (True, "Yes"), ("", "")],
)
def test_a_code_is_told_in_words(code: object, shown: str) -> None:
    assert present.words(code) == shown


def test_money_has_cents_only_where_there_are_any() -> None:
    shown = [present.money(amount) for amount in (None, Decimal("1250.0000"), Decimal("99.5"), Decimal("0.4953"))]
    assert shown == ["", "$1,250", "$99.50", "$0.50"]
    assert present.money(Decimal("0.4953"), 4) == "$0.4953"


def test_a_state_has_a_tone_whoever_wrote_it() -> None:
    assert [present.tone(code) for code in ("Booked", "no_answer", "dead", "in_progress", None)] == [
        "good", "plain", "bad", "busy", "plain"
    ]  # fmt: skip
