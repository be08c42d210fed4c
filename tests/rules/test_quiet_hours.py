"""Quiet hours: nobody is written to outside their own day, and everybody as early as that allows."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.quiet_hours import HORIZON, is_zone, next_allowed, within, zones_of, zones_of_number

EIGHT, NINE_PM = time(8), time(21)
NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
TOLL_FREE = "+18005550100"
US_ZONES = (
    "America/New_York", "America/Detroit", "America/Kentucky/Louisville", "America/Kentucky/Monticello",
    "America/Indiana/Indianapolis", "America/Indiana/Vincennes", "America/Indiana/Winamac", "America/Indiana/Marengo",
    "America/Indiana/Petersburg", "America/Indiana/Vevay", "America/Chicago", "America/Indiana/Tell_City",
    "America/Indiana/Knox", "America/Menominee", "America/North_Dakota/Center", "America/North_Dakota/New_Salem",
    "America/North_Dakota/Beulah", "America/Denver", "America/Boise", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Juneau", "America/Sitka", "America/Metlakatla", "America/Yakutat", "America/Nome",
    "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan",
    "Pacific/Pago_Pago",
)  # fmt: skip
DST_CHANGES = tuple(
    datetime(*day, tzinfo=UTC)
    for day in ((2025, 11, 2), (2026, 3, 8), (2026, 11, 1), (2027, 3, 14), (2027, 11, 7), (2028, 3, 12))
)

around_a_change = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(DST_CHANGES), st.integers(-2880, 2880)
)
any_instant = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
instants = around_a_change | any_instant
windows = st.tuples(st.times(), st.times()).filter(lambda window: window[0] < window[1])
usual_windows = st.just((EIGHT, NINE_PM)) | windows
some_zones = st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=3, unique=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@settings(max_examples=300, deadline=None)
@given(now=instants, zones=some_zones, window=usual_windows)
def test_what_is_allowed_lies_within_the_window_of_every_zone_and_not_in_the_past(
    now: datetime, zones: list[str], window: tuple[time, time]
) -> None:
    allowed = next_allowed(now, zones, *window)
    if allowed is None:
        return
    assert now <= allowed <= now + HORIZON
    for zone in zones:
        assert window[0] <= allowed.astimezone(ZoneInfo(zone)).time() < window[1]


@settings(max_examples=120, deadline=None)
@given(now=around_a_change, zones=some_zones, window=usual_windows)
def test_no_earlier_minute_would_have_been_allowed(now: datetime, zones: list[str], window: tuple[time, time]) -> None:
    allowed = next_allowed(now, zones, *window)
    step, end = timedelta(minutes=7), allowed or now + HORIZON
    earlier = (now + step * n for n in range((end - now) // step + 1))
    assert [moment for moment in earlier if moment < end and within(moment, zones, *window)] == []


@pytest.mark.parametrize("zone", US_ZONES)
@pytest.mark.parametrize("change", DST_CHANGES)
def test_every_hour_around_a_change_of_clocks_is_deferred_to_eight_and_no_later(zone: str, change: datetime) -> None:
    for hour in range(-24, 60):
        now = change + timedelta(hours=hour, minutes=13)
        local, allowed = now.astimezone(ZoneInfo(zone)), next_allowed(now, [zone], EIGHT, NINE_PM)
        assert allowed is not None
        if EIGHT <= local.time() < NINE_PM:
            assert allowed == now
        else:
            morning = local.date() + timedelta(days=local.time() >= NINE_PM)
            assert allowed.astimezone(ZoneInfo(zone)) == datetime.combine(morning, EIGHT, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "window", "expected"),
    [
        ("2026-03-08T01:00:00-05:00", (time(2, 30), time(2, 45)), "2026-03-09T02:30:00-04:00"),  # a gap: not that day
        ("2026-03-08T01:00:00-05:00", (time(2, 30), time(9)), "2026-03-08T03:00:00-04:00"),  # a gap over its start
        ("2026-11-01T01:50:00-04:00", (time(1, 15), time(1, 45)), "2026-11-01T01:15:00-05:00"),  # that time twice
        ("2026-11-01T01:50:00-04:00", (time(0, 30), time(1, 30)), "2026-11-01T01:00:00-05:00"),  # set back into it
        ("2026-11-01T00:50:00-04:00", (time(1), time(2)), "2026-11-01T01:00:00-04:00"),
        ("2026-07-01T20:59:59-04:00", (EIGHT, NINE_PM), "2026-07-01T20:59:59-04:00"),
        ("2026-07-01T21:00:00-04:00", (EIGHT, NINE_PM), "2026-07-02T08:00:00-04:00"),
    ],
)
def test_the_edges_of_a_window(now: str, window: tuple[time, time], expected: str) -> None:
    assert next_allowed(at(now), [NEW_YORK], *window) == at(expected)


def test_two_zones_leave_the_hours_that_they_share() -> None:
    assert next_allowed(at("2026-07-01T08:30:00-04:00"), [NEW_YORK, LOS_ANGELES], EIGHT, NINE_PM) == at(
        "2026-07-01T08:00:00-07:00"
    )
    assert next_allowed(at("2026-07-01T18:30:00-07:00"), [NEW_YORK, LOS_ANGELES], EIGHT, NINE_PM) == at(
        "2026-07-02T08:00:00-07:00"
    )


def test_zones_that_share_no_hour_leave_nothing() -> None:
    assert next_allowed(at("2026-07-01T08:30:00-04:00"), [NEW_YORK, "Asia/Shanghai"], time(10), time(12)) is None


def test_a_toll_free_number_is_written_to_when_it_is_day_in_all_of_north_america() -> None:
    zones = zones_of(None, TOLL_FREE, NEW_YORK)
    assert {NEW_YORK, "Pacific/Honolulu", "Pacific/Guam"} <= set(zones)
    allowed = next_allowed(at("2026-07-01T08:00:00-04:00"), zones, EIGHT, NINE_PM)
    assert allowed == at("2026-07-02T08:00:00+10:00")  # 18:00 in New York, where Guam's next day begins


def test_a_contacts_own_zone_comes_first_then_their_numbers_then_the_organizations() -> None:
    number = "+12125550101"
    assert zones_of("America/Denver", number, LOS_ANGELES) == ("America/Denver",)
    assert zones_of(None, number, LOS_ANGELES) == (NEW_YORK,)
    assert zones_of("Mars/Olympus", number, LOS_ANGELES) == (NEW_YORK,)
    assert zones_of("", "+19075550100", LOS_ANGELES) == ("America/Adak", "America/Anchorage")
    assert zones_of(None, "+447700900123", LOS_ANGELES) == (LOS_ANGELES,)
    assert zones_of(None, "somebody@example.com", LOS_ANGELES) == (LOS_ANGELES,)


@pytest.mark.parametrize("number", ["", "anonymous", "+", "12", "+883510000000094", "sip:front@example.com"])
def test_what_has_no_place_has_no_zone(number: str) -> None:
    assert zones_of_number(number) == ()


def test_every_zone_of_the_table_exists() -> None:
    assert [zone for zone in US_ZONES if not is_zone(zone)] == []


def test_without_a_zone_nothing_is_guessed() -> None:
    with pytest.raises(ValueError, match="No zone"):
        next_allowed(at("2026-07-01T08:30:00-04:00"), [], EIGHT, NINE_PM)
