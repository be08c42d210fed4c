"""A booking that somebody made weighs more than what was said of it."""

from __future__ import annotations

import pytest

from rules.booking import Proofs, decide_booking
from tests.rules.quotes import dialogue
from vocabulary import Evidence, ToolUse, Turn

AGREED = dialogue("agent: i have got wednesday at three\ncaller: that works\nagent: okay you're all set for wednesday")
ASKED = dialogue("caller: how much is botox\nagent: twelve a unit\ncaller: okay thanks bye")


def decided(
    *tools: ToolUse, turns: list[Turn] = ASKED, appointment: str | None = None, stated: bool | None = None
) -> tuple[str, str]:
    finding = decide_booking(turns, Proofs(tools, appointment, stated))
    return finding.value["booking"], finding.value["by"]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("book_appointment", "confirmed"),
        ("createBooking", "confirmed"),
        ("scheduleAppointment", "confirmed"),
        ("google.calendar.event.create", "confirmed"),
        ("google_calendar_create_event", "confirmed"),
        ("gohighlevel.calendar.event.create", "confirmed"),
        ("check_availability_and_book", "confirmed"),
        ("make-reservation", "confirmed"),
        ("BookSlot", "confirmed"),
        ("cancel_appointment", "cancelled"),
        ("deleteCalendarEvent", "cancelled"),
        ("reschedule_appointment", "rescheduled"),
        ("updateBooking", "rescheduled"),
    ],
)
def test_the_name_of_a_tool_that_succeeded_says_what_was_done(name: str, verdict: str) -> None:
    assert decided(ToolUse(name, "Success", False)) == (verdict, "tool")


@pytest.mark.parametrize(
    "name",
    [
        "check_availability",
        "google.calendar.availability.check",
        "getAppointments",
        "list_booked_slots",
        "send_booking_link",
        "schedule_callback",
        "book_reminder_sms",
        "create_lead",
        "confirm_appointment",
        "transferCall",
        "endCall",
        "",
        "é",
    ],
)
def test_other_tools_prove_no_booking(name: str) -> None:
    assert decided(ToolUse(name, "Success", False)) == ("not_booked", "words")


@pytest.mark.parametrize(
    "result",
    [
        "Appointment booked for Thursday at 2:15 PM. Call us if you are unable to come.",
        "success",
        "Created without errors",
        '{"success": true, "message": "Appointment confirmed"}',
        '{"status": "confirmed", "error": null}',
        '{"id": "abc123", "start": {"dateTime": "2026-01-08T14:15:00"}}',
        '{"data": {"booking": {"uid": "x1"}}}',
    ],
)
def test_an_answer_that_says_done_proves_the_booking(result: str) -> None:
    assert decided(ToolUse("book_appointment", result)) == ("confirmed", "tool")


@pytest.mark.parametrize(
    "result",
    [
        "Error: the slot is not available",
        "That slot is already booked.",
        "Could not be booked",
        "Appointment was not created",
        "I couldn't book it, please try another time",
        "unable to get this booked",
        "fully booked",
        '{"success": false, "message": "booked"}',
        '{"error": "conflict", "id": "7"}',
        '{"status": "pending"}',
        '{"booked": false}',
        "2:15 or 3:30",
        "",
        "[" * 100_000,
        None,
    ],
)
def test_an_answer_of_failure_or_none_proves_nothing(result: str | None) -> None:
    assert decided(ToolUse("book_appointment", result)) == ("not_booked", "words")


def test_a_failed_tool_proves_nothing_and_the_words_still_count() -> None:
    assert decided(ToolUse("book_appointment", "booked", True), turns=AGREED) == ("confirmed", "words")


def test_a_second_try_that_succeeds_books() -> None:
    assert decided(ToolUse("book_appointment", "Error", True), ToolUse("book_appointment", "Booked")) == (
        "confirmed",
        "tool",
    )


def test_taken_out_and_made_anew_is_moved() -> None:
    tools = ToolUse("cancel_appointment", "ok"), ToolUse("book_appointment", "booked")
    assert decided(*tools) == ("rescheduled", "tool")


def test_the_last_act_counts_after_a_move() -> None:
    tools = ToolUse("reschedule_appointment", "ok"), ToolUse("cancel_appointment", "ok")
    assert decided(*tools) == ("cancelled", "tool")


def test_the_fact_is_the_evidence() -> None:
    finding = decide_booking(AGREED, Proofs((ToolUse("book_appointment", "Booked"),)))
    assert finding.evidence == (Evidence(quote="tool book_appointment succeeded", turn=None),)


def test_a_tool_weighs_more_than_an_appointment_and_that_more_than_the_provider() -> None:
    book = ToolUse("book_appointment", "Booked")
    assert decided(book, appointment="cancelled", stated=False) == ("confirmed", "tool")
    assert decided(appointment="moved", stated=False) == ("rescheduled", "appointment")
    assert decided(appointment="booked", stated=False) == ("confirmed", "appointment")
    assert decided(appointment="something", stated=True) == ("confirmed", "provider")
    assert decided(turns=AGREED, stated=False) == ("not_booked", "provider")
    assert decided(turns=AGREED) == ("confirmed", "words")


def test_the_words_may_say_how_the_provider_means_its_no() -> None:
    cancelling = dialogue("caller: i need to cancel my appointment\nagent: okay i've taken you off the schedule")
    assert decided(turns=cancelling, stated=False) == ("cancelled", "provider")
    assert decided(turns=cancelling, stated=True) == ("confirmed", "provider")
