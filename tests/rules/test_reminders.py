"""Which reminders an appointment gets: each so long before it, and none that would come too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.reminders import Reminder, reminders
from vocabulary import Method

START = datetime(2026, 3, 10, 15, tzinfo=UTC)
SMS, EMAIL = Method.SMS, Method.EMAIL


def before(**span: int) -> datetime:
    return START - timedelta(**span)


def test_a_day_and_two_hours_before_by_each_way() -> None:
    assert reminders(START, before(days=3), (120, 1440), (SMS, EMAIL)) == (
        Reminder(before(hours=24), 1440, EMAIL),
        Reminder(before(hours=24), 1440, SMS),
        Reminder(before(hours=2), 120, EMAIL),
        Reminder(before(hours=2), 120, SMS),
    )


def test_what_is_due_is_sent_at_once_and_what_is_long_past_is_left_out() -> None:
    a_little_late = before(hours=24) + timedelta(minutes=15)
    assert reminders(START, a_little_late, (1440, 120), (SMS,)) == (
        Reminder(a_little_late, 1440, SMS),
        Reminder(before(hours=2), 120, SMS),
    )
    too_late = a_little_late + timedelta(seconds=1)
    assert reminders(START, too_late, (1440, 120), (SMS,)) == (Reminder(before(hours=2), 120, SMS),)


def test_what_has_begun_is_not_announced() -> None:
    assert reminders(START, START, (10,), (SMS,)) == ()
    assert reminders(START, before(minutes=1), (0, -60), (SMS,)) == ()


def test_the_same_wish_twice_is_one_reminder() -> None:
    assert len(reminders(START, before(days=3), (60, 60), (SMS, SMS))) == 1


@given(
    ahead=st.integers(-3000, 5000),
    minutes=st.lists(st.integers(-10, 4000), max_size=5),
    methods=st.lists(st.sampled_from((SMS, EMAIL)), max_size=3),
)
def test_none_is_sent_in_the_past_or_after_the_start(ahead: int, minutes: list[int], methods: list[Method]) -> None:
    now = before(minutes=ahead)
    found = reminders(START, now, minutes, methods)
    assert all(now <= one.send_at < START for one in found)
    assert all(one.send_at - before(minutes=one.minutes) <= timedelta(minutes=15) for one in found)
    assert len({(one.minutes, one.method) for one in found}) == len(found)
    assert list(found) == sorted(found, key=lambda one: (one.send_at, -one.minutes, one.method))
