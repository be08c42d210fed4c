"""However calls change, the sum of the differences is what a recount gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.stats import Call, Contribution, Counts, Key, contribution, difference

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 8, 16, tzinfo=UTC)


def test_a_call_is_counted_once_in_everything_that_it_was() -> None:
    call = Call(
        NOON, "spring", "ann", "inbound", "completed", "booked", "confirmed", Decimal("400"), Decimal("95.5"),
        Decimal("0.1234"), "positive", 82,
    )  # fmt: skip
    assert contribution(call, NEW_YORK) == (
        Key(date(2026, 3, 8), "spring", "ann"),
        Counts(1, 1, 1, 1, 1, Decimal(400), Decimal("95.5"), Decimal("0.1234"), 1, 0, 0, 82, 1),
    )


def test_a_call_of_which_little_is_known_counts_as_a_call() -> None:
    assert contribution(Call(NOON), NEW_YORK) == (Key(date(2026, 3, 8), "", ""), Counts(calls=1))


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-03-08T04:59:59+00:00", "America/New_York", date(2026, 3, 7)),
        ("2026-03-08T05:00:00+00:00", "America/New_York", date(2026, 3, 8)),
        ("2026-03-09T03:59:59+00:00", "America/New_York", date(2026, 3, 8)),
        ("2026-03-09T04:00:00+00:00", "America/New_York", date(2026, 3, 9)),
        ("2026-11-01T03:59:59+00:00", "America/New_York", date(2026, 10, 31)),
        ("2026-11-02T04:59:59+00:00", "America/New_York", date(2026, 11, 1)),
        ("2026-11-02T05:00:00+00:00", "America/New_York", date(2026, 11, 2)),
        ("2026-03-08T18:14:59+00:00", "Asia/Kathmandu", date(2026, 3, 8)),
        ("2026-03-08T18:15:00+00:00", "Asia/Kathmandu", date(2026, 3, 9)),
        ("2011-12-30T09:59:59+00:00", "Pacific/Apia", date(2011, 12, 29)),
        ("2011-12-30T10:00:00+00:00", "Pacific/Apia", date(2011, 12, 31)),
        ("0001-01-01T00:00:00+00:00", "America/New_York", date(1, 1, 1)),
        ("9999-12-31T23:59:59+00:00", "Asia/Tokyo", date(9999, 12, 31)),
    ],
)
def test_a_day_is_the_organizations_day(at: str, zone: str, day: date) -> None:
    key, _ = contribution(Call(datetime.fromisoformat(at)), ZoneInfo(zone))
    assert key.day == day


def test_amounts_are_counted_as_their_columns_hold_them() -> None:
    counts = contribution(Call(NOON, value=Decimal("0.00005"), seconds=Decimal("-0.0005"), cost=Decimal("NaN")), UTC)[1]
    assert (counts.value, counts.seconds, counts.cost) == (Decimal("0.0001"), Decimal("-0.001"), Decimal(0))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="must have a zone"):
        contribution(Call(datetime(2026, 3, 8)), NEW_YORK)


@pytest.mark.parametrize(
    ("status", "outcome", "answered"),
    [
        ("completed", None, 1),
        ("in_progress", None, 1),
        ("ringing", None, 0),
        ("no_answer", None, 0),
        ("completed", "voicemail", 0),
        ("completed", "failed", 0),
        ("failed", "booked", 1),
        ("completed", "unknown", 1),
        ("completed", "transfer_failed", 1),
    ],
)
def test_answered_means_that_two_spoke(status: str, outcome: str | None, answered: int) -> None:
    assert contribution(Call(NOON, status=status, outcome=outcome), UTC)[1].answered == answered


@pytest.mark.parametrize(
    ("booking", "booked"), [("confirmed", 1), ("rescheduled", 1), ("requested", 0), ("cancelled", 0)]
)
def test_only_a_fixed_appointment_is_a_booking(booking: str, booked: int) -> None:
    inbound = contribution(Call(NOON, direction="inbound", booking=booking), UTC)[1]
    outbound = contribution(Call(NOON, direction="outbound", booking=booking), UTC)[1]
    assert (inbound.bookings, inbound.inbound_bookings) == (booked, booked)
    assert (outbound.bookings, outbound.inbound_bookings) == (booked, 0)


def test_a_change_within_a_row_is_one_difference() -> None:
    old = contribution(Call(NOON, "a", "b", value=Decimal(400), qa_score=50), UTC)
    new = contribution(Call(NOON, "a", "b", value=Decimal(150), qa_score=0), UTC)
    assert difference(old, new) == [(Key(date(2026, 3, 8), "a", "b"), Counts(value=Decimal(-250), qa_sum=-50))]


def test_a_change_of_the_row_is_two_differences_in_key_order() -> None:
    late = contribution(Call(NOON, "z"), UTC)
    early = contribution(Call(NOON, "a"), UTC)
    taken, given_ = (late[0], Counts(calls=-1)), (early[0], Counts(calls=1))
    assert difference(late, early) == [given_, taken]
    assert difference(early, late) == [(early[0], Counts(calls=-1)), (late[0], Counts(calls=1))]


def test_a_call_that_comes_and_goes_leaves_nothing() -> None:
    one = contribution(Call(NOON, seconds=Decimal(3)), UTC)
    assert difference(None, one) == [one]
    assert difference(one, one) == []
    assert difference(one, None) == [(one[0], Counts(calls=-1, seconds=Decimal(-3)))]
    assert difference(None, None) == []


CENTS = st.decimals(-(10**8), 10**8, places=4)
MINUTES = st.integers(-3000, 3000).map(lambda minutes: timedelta(minutes=minutes))
CHANGES_OF_CLOCKS = [
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
]
CALLS = st.builds(
    Call,
    st.builds(datetime.__add__, st.sampled_from(CHANGES_OF_CLOCKS), MINUTES),
    st.sampled_from([None, "", "spring", "été"]),
    st.sampled_from([None, "ann", "bea"]),
    st.sampled_from([None, "inbound", "outbound"]),
    st.sampled_from([None, "completed", "no_answer"]),
    st.sampled_from([None, "answered", "voicemail"]),
    st.sampled_from([None, "confirmed", "not_booked"]),
    st.one_of(st.none(), CENTS, st.decimals(0, 10**8, places=7)),
    st.one_of(st.none(), st.decimals(0, 10**8, places=5)),
    st.one_of(st.none(), CENTS),
    st.sampled_from([None, "positive", "neutral", "negative", "unheard of"]),
    st.one_of(st.none(), st.integers(0, 100)),
)  # fmt: skip
HISTORIES = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), CALLS), st.integers(1, 3)), max_size=30)
"""Which call becomes what (None: deleted), and how often the news of it arrives."""


def recount(contributions: list[Contribution]) -> dict[Key, Counts]:
    rows: dict[Key, Counts] = {}
    for key, counts in contributions:
        rows[key] = rows.get(key, Counts()) + counts
    return rows


@settings(deadline=None)
@given(HISTORIES, st.sampled_from(["America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]))
def test_the_sum_of_all_differences_is_a_recount(history: list[tuple[int, Call | None, int]], zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    standing: dict[int, Contribution] = {}
    rows: dict[Key, Counts] = {}
    for number, call, times in history:
        new = contribution(call, zone) if call else None
        for _ in range(times):
            changes = difference(standing.pop(number, None), new)
            assert changes == sorted(changes, key=lambda change: change[0])
            for key, change in changes:
                rows[key] = rows.get(key, Counts()) + change
            if new:
                standing[number] = new
    assert {key: counts for key, counts in rows.items() if counts} == recount(list(standing.values()))


@settings(deadline=None)
@given(CALLS)
def test_news_that_comes_again_changes_nothing(call: Call) -> None:
    once = contribution(call, NEW_YORK)
    assert difference(once, contribution(call, NEW_YORK)) == []
