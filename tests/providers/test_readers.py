"""Single values: telephone numbers, times, durations, money and the texts that hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from providers.local_times import local_moment, local_span, zone_of
from providers.phones import as_dialled, e164
from providers.values import fraction, identifier, moment, money, seconds, text
from vocabulary import Customs

PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("given", "region", "expected"),
    [
        ("(555) 010-0001", "US", "+15550100001"),
        ("1-555-010-0001", "US", "+15550100001"),
        ("+44 20 7946 0018", "US", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+1 555 010 0001 ext. 12", "US", "+15550100001"),
        ("911", "US", None),
        ("anonymous", "US", None),
        ("+266696687", "US", None),
        ("+86282452253", "US", None),
        ("1" * 300, "US", None),
        ("", "US", None),
        (None, "US", None),
        ("5550100001", "no region", None),
    ],
)
def test_a_number_in_e164(given: str | None, region: str, expected: str | None) -> None:
    assert e164(given, region) == expected


def test_a_caller_without_a_number_keeps_the_words_given() -> None:
    assert as_dialled("anonymous") == "anonymous"
    assert as_dialled("sip:desk@pbx.example.com") == "sip:desk@pbx.example.com"
    assert as_dialled(None) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1749546450909, datetime(2025, 6, 10, 9, 7, 30, 909_000, UTC)),
        (1749546450, datetime(2025, 6, 10, 9, 7, 30, 0, UTC)),
        ("1749546450.5", datetime(2025, 6, 10, 9, 7, 30, 500_000, UTC)),
        ("2025-06-10T09:07:25.925Z", datetime(2025, 6, 10, 9, 7, 25, 925_000, UTC)),
        (" 2025-06-10T02:07:25-07:00 ", datetime(2025, 6, 10, 9, 7, 25, 0, UTC)),
        ("2025-06-10T09:07:25", datetime(2025, 6, 10, 9, 7, 25, 0, UTC)),
        ("1999-12-31T23:59:59Z", None),
        ("2101-01-01T00:00:00Z", None),
        (0, None),
        (-1, None),
        (1e300, None),
        (float("nan"), None),
        (True, None),
        ("tomorrow", None),
        ([], None),
    ],
)
def test_a_moment(given: Any, expected: datetime | None) -> None:
    assert moment(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("185", "185.000"),
        (12.3456, "12.346"),
        ("1:05", "65.000"),
        ("1:00:05.5", "3605.500"),
        ("0", "0.000"),
        ("-1", None),
        ("1:2:3:4", None),
        ("1:-5", None),
        ("1e9", None),
        ("1e-400", None),
        ("٣", "3.000"),
        ("Infinity", None),
        ("sNaN", None),
        (None, None),
    ],
)
def test_a_duration_in_seconds(given: Any, expected: str | None) -> None:
    assert seconds(given) == (Decimal(expected) if expected else None)


def test_money_has_four_places_and_fits_its_column() -> None:
    assert str(money(0.1 + 0.2)) == "0.3000"
    assert str(money("99999998.99994")) == "99999998.9999"
    assert money("99999999.99999") is None
    assert money(-0.01) is None
    assert money("1e1000000000000000000") is None


def test_a_fraction_lies_between_zero_and_one() -> None:
    assert (fraction("0.5"), fraction(0), fraction(1), fraction(1.01), fraction("good")) == (0.5, 0.0, 1.0, None, None)


def test_a_text_is_trimmed_and_storable() -> None:
    assert text("  a\0b ") == "a\ufffdb"
    assert text(4711.0) == "4711"
    assert text(0) == "0"
    assert (text("  "), text(True), text(None), text([]), text({}), text(float("inf"))) == (None,) * 6


def test_two_long_identifiers_stay_two() -> None:
    one, other = identifier("x" * 300 + "a"), identifier("x" * 300 + "b")
    assert one != other
    assert one is not None
    assert len(one) == len("sha256:") + 64


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "America", "\0"])
def test_a_zone_that_does_not_exist_is_the_usual_one(zone: str) -> None:
    assert zone_of(Customs(convoso_timezone=zone)) == PACIFIC


def test_the_hour_that_comes_twice_is_read_as_the_first() -> None:
    assert local_moment("2026-11-01 01:30:00", PACIFIC) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert local_moment("2026-11-01 01:30:00-08:00", PACIFIC) == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def test_the_duration_decides_between_two_readings() -> None:
    start, end = "2026-11-01 00:50:00", "2026-11-01 01:50:00"
    first = datetime(2026, 11, 1, 8, 50, tzinfo=UTC)
    second = datetime(2026, 11, 1, 9, 50, tzinfo=UTC)
    assert local_span(start, end, Decimal(3600), PACIFIC)[1] == first
    assert local_span(start, end, Decimal(7200), PACIFIC)[1] == second


def test_a_span_that_runs_backwards_is_kept_as_said() -> None:
    span = local_span("2026-06-02 10:00:00", "2026-06-01 10:00:00", None, PACIFIC)
    assert span == (datetime(2026, 6, 2, 17, tzinfo=UTC), datetime(2026, 6, 1, 17, tzinfo=UTC))
