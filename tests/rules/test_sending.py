"""May a message leave now? Not to who wants none, not about what has lapsed, not too often, and not at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from rules.sending import Appointment, Case, Go, Skip, Wait, judge, worth_until
from vocabulary import Method, Purpose

NOON = datetime(2026, 6, 3, 16, tzinfo=UTC)
"""In New York."""
NIGHT = datetime(2026, 6, 4, 3, tzinfo=UTC)
"""Eleven in the evening there."""
MORNING = datetime(2026, 6, 4, 12, tzinfo=UTC)
VISIT = Appointment(NOON + timedelta(hours=24), "booked", 2)
PLAIN = Case(
    method=Method.SMS,
    purpose=Purpose.FOLLOWUP,
    by_person=False,
    is_opted_out=False,
    lately=(),
    zones=("America/New_York",),
    send_from=time(8),
    send_until=time(21),
)
REMINDER = replace(PLAIN, purpose=Purpose.REMINDER, appointment=VISIT, appointment_version=2)


def ago(*minutes: int) -> list[datetime]:
    return [NOON - timedelta(minutes=count) for count in minutes]


def test_a_text_at_noon_leaves_at_once() -> None:
    assert judge(PLAIN, NOON) == Go()


def test_a_text_at_night_waits_for_the_morning() -> None:
    assert judge(PLAIN, NIGHT) == Wait(MORNING, "It is outside of the hours in which they may be written to")


def test_a_click_at_night_waits_as_well() -> None:
    assert isinstance(judge(replace(PLAIN, by_person=True), NIGHT), Wait)


def test_mail_that_a_person_sends_leaves_at_night_and_a_rules_does_not() -> None:
    mail = replace(PLAIN, method=Method.EMAIL)
    assert judge(replace(mail, by_person=True), NIGHT) == Go()
    assert isinstance(judge(mail, NIGHT), Wait)


def test_the_hour_of_every_place_counts_where_they_may_be() -> None:
    both = replace(PLAIN, zones=("America/New_York", "America/Los_Angeles"))
    early = datetime(2026, 6, 3, 13, tzinfo=UTC)
    assert judge(both, early) == Wait(
        datetime(2026, 6, 3, 15, tzinfo=UTC), "It is outside of the hours in which they may be written to"
    )


@pytest.mark.parametrize("purpose", list(Purpose))
def test_who_asked_to_be_left_alone_gets_nothing(purpose: Purpose) -> None:
    assert judge(replace(PLAIN, purpose=purpose, is_opted_out=True), NOON) == Skip("They asked not to be written to")


def test_a_rule_sends_one_text_an_hour() -> None:
    case = replace(PLAIN, lately=ago(59))
    assert judge(case, NOON) == Wait(NOON + timedelta(minutes=1), "They got a text within the last hour")
    assert judge(replace(PLAIN, lately=ago(60)), NOON) == Go()


def test_a_person_sends_three_an_hour() -> None:
    clicks = replace(PLAIN, by_person=True)
    assert judge(replace(clicks, lately=ago(50, 40)), NOON) == Go()
    assert judge(replace(clicks, lately=ago(50, 40, 30)), NOON) == Skip("They got 3 texts within the last hour")


def test_reminders_are_as_many_as_their_appointment_has() -> None:
    assert judge(replace(REMINDER, lately=ago(50, 40, 30)), NOON) == Go()


@pytest.mark.parametrize(
    ("stands", "reason"),
    [
        (replace(VISIT, status="cancelled"), "The appointment is cancelled"),
        (replace(VISIT, status="no_show"), "The appointment is no show"),
        (replace(VISIT, version=3), "The appointment was moved"),
        (replace(VISIT, starts_at=NOON), "The appointment has begun"),
    ],
)
def test_a_reminder_of_what_has_lapsed_is_never_sent(stands: Appointment, reason: str) -> None:
    assert judge(replace(REMINDER, appointment=stands), NOON) == Skip(reason)


def test_a_message_is_worth_nothing_after_the_day_or_its_appointment() -> None:
    assert worth_until(PLAIN, NOON) == datetime(2026, 6, 4, 1, tzinfo=UTC)
    soon = replace(REMINDER, appointment=replace(VISIT, starts_at=NOON + timedelta(hours=2)))
    assert worth_until(soon, NOON) == NOON + timedelta(hours=2)


def test_a_reminder_waits_for_the_morning_but_not_past_its_appointment() -> None:
    before = replace(REMINDER, appointment=replace(VISIT, starts_at=MORNING + timedelta(hours=1)))
    assert isinstance(judge(before, NIGHT), Wait)
    too_early = replace(REMINDER, appointment=replace(VISIT, starts_at=MORNING))
    assert judge(too_early, NIGHT) == Skip(
        "It is outside of the hours in which they may be written to, and then the appointment has begun"
    )
