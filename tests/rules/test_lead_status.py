"""A contact goes from new over contacted to booked or lost, and stays where a person has put it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.lead_score import Interest
from rules.lead_status import STATUSES, CallEnd, next_lead_status, status_after

KEEN, COOL, UNCLEAR = Interest(True, "asked"), Interest(False, "said no"), Interest(None, "nothing known")


def call(booking: str | None, interest: Interest, *, ended: bool = True, reached: bool = True) -> CallEnd:
    return CallEnd(ended, reached, booking, interest)


CALLS = st.builds(
    CallEnd,
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, "confirmed", "requested", "not_booked", "rescheduled", "cancelled"]),
    st.sampled_from([KEEN, COOL, UNCLEAR]),
)


@pytest.mark.parametrize(
    ("before", "end", "after"),
    [
        ("new", call("confirmed", KEEN), "booked"),
        ("contacted", call("rescheduled", UNCLEAR), "booked"),
        ("lost", call("confirmed", COOL), "booked"),
        ("new", call("confirmed", KEEN, ended=False), "booked"),
        ("new", call("requested", KEEN), "contacted"),
        ("new", call("requested", COOL), "contacted"),
        ("new", call("not_booked", KEEN), "contacted"),
        ("new", call("not_booked", COOL), "lost"),
        ("contacted", call(None, COOL), "lost"),
        ("new", call("not_booked", UNCLEAR), "contacted"),
        ("new", call("not_booked", COOL, ended=False), "contacted"),
        ("new", call(None, COOL, reached=False), "new"),
        ("contacted", call(None, COOL, reached=False), "contacted"),
        ("lost", call("not_booked", KEEN), "contacted"),
        ("lost", call(None, UNCLEAR), "lost"),
        ("booked", call("not_booked", COOL), "booked"),
        ("booked", call("requested", KEEN), "booked"),
        ("booked", call("cancelled", COOL), "lost"),
        ("booked", call("cancelled", KEEN), "contacted"),
        ("booked", call("cancelled", UNCLEAR), "contacted"),
        (None, call("not_booked", KEEN), "contacted"),
        ("a word of somebody's own", call(None, KEEN, reached=False), "new"),
    ],
)
def test_a_call_moves_a_contact(before: str | None, end: CallEnd, after: str) -> None:
    finding = next_lead_status(before, False, end)
    assert finding.value["status"] == after
    assert finding.value["changed"] == (after != finding.value["before"])
    assert finding.value["why"]


@settings(deadline=None)
@given(st.sampled_from(STATUSES), CALLS)
def test_what_a_person_has_set_is_never_overwritten(status: str, end: CallEnd) -> None:
    finding = next_lead_status(status, True, end)
    assert (finding.value["status"], finding.value["changed"]) == (status, False)


@settings(deadline=None)
@given(st.sampled_from(STATUSES), CALLS)
def test_the_same_call_again_changes_nothing(status: str, end: CallEnd) -> None:
    after = next_lead_status(status, False, end).value["status"]
    assert after in STATUSES
    assert next_lead_status(after, False, end).value["status"] == after


@settings(deadline=None)
@given(st.lists(CALLS))
def test_a_booking_that_nobody_cancels_ends_as_booked(calls: list[CallEnd]) -> None:
    kept = [end for end in calls if end.booking != "cancelled"]
    assert status_after([*kept, call("confirmed", COOL), *kept]) == "booked"


def test_a_corrected_booking_is_forgotten_when_the_calls_are_told_again() -> None:
    asked, later = call("not_booked", KEEN), call(None, UNCLEAR, reached=False)
    assert status_after([asked, call("confirmed", KEEN), later]) == "booked"
    assert status_after([asked, call("not_booked", COOL), later]) == "lost"
    assert status_after([]) == "new"
