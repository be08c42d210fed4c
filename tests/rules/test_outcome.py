"""What became of a call is one plain word with a sentence and the facts that it was read from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dispositions import read
from rules.outcome import SENTENCES, SPOKE, Ended, plain_outcome
from tests.rules.quotes import assert_quoted, quotes
from vocabulary import CallStatus


def outcome_of(**known: object) -> str:
    finding = plain_outcome(Ended(**known))  # type: ignore[arg-type]
    assert_quoted(finding, [])
    return str(finding.value["outcome"])


def test_an_end_is_told_with_its_fault_and_facts() -> None:
    finding = plain_outcome(
        Ended("platform", "carrier", "phone-call-provider-closed-websocket", "failed", disposition="Completed")
    )
    assert (finding.kind, finding.version) == ("outcome", "1")
    assert finding.value == {
        "outcome": "failed",
        "sentence": "The call failed on the provider's side; it is for the telephone carrier to put right.",
        "spoke": False,
        "ending": "platform",
        "fault": "carrier",
    }
    assert quotes(finding) == [
        "ended reason: phone-call-provider-closed-websocket",
        "ending: platform",
        "fault: carrier",
    ]


def test_a_booking_counts_although_the_call_broke_off_later() -> None:
    finding = plain_outcome(Ended("platform", "vapi", status="failed", booking="confirmed"))
    assert finding.value["outcome"] == "booked"
    assert finding.value["sentence"] == "An appointment was booked; then the call broke off on the provider's side."
    assert quotes(finding) == ["booking: confirmed"]


def test_a_booking_that_an_agent_noted_and_nobody_found_is_said_and_not_counted() -> None:
    finding = plain_outcome(Ended(disposition="Appointment Set", booking="not_booked"))
    assert finding.value["outcome"] == "answered"
    assert finding.value["sentence"] == (
        "The two spoke with each other; the agent noted a booking, but none was found."
    )
    assert quotes(finding) == ["disposition: Appointment Set", "booking: not_booked"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"booking": "confirmed", "disposition": "Not Interested"}, "booked"),
        ({"booking": "rescheduled"}, "rescheduled"),
        ({"booking": "cancelled"}, "cancelled"),
        ({"booking": "requested", "ending": "human"}, "requested"),
        ({"booking": "requested", "disposition": "NI"}, "not_interested"),
        ({"disposition": "APPT SET"}, "booked"),
        ({"disposition": "Voicemail", "status": "completed"}, "voicemail"),
        ({"disposition": "Completed", "ending": "our_setup", "fault": "organization"}, "failed"),
        ({"ending": "account"}, "failed"),
        ({"ending": "not_reached", "status": "no_answer"}, "no_answer"),
        ({"ending": "not_reached", "status": "busy"}, "busy"),
        ({"ending": "not_reached", "status": "failed", "fault": "organization"}, "wrong_number"),
        ({"ending": "not_reached", "status": "failed", "fault": "carrier"}, "disconnected"),
        ({"ending": "not_reached", "status": "completed", "fault": "organization"}, "transfer_failed"),
        ({"ending": "human", "status": "completed"}, "answered"),
        ({"ending": "human", "status": "canceled"}, "called_off"),
        ({"ending": "human", "booking": "not_booked", "seconds": Decimal(40)}, "answered"),
        ({"ending": "unknown", "status": "completed"}, "answered"),
        ({"status": "completed", "seconds": 0}, "unknown"),
        ({"status": "completed", "seconds": 12.5}, "answered"),
        ({"status": "failed"}, "failed"),
        ({"status": "in_progress"}, "under_way"),
        ({"status": "in_progress", "booking": "confirmed"}, "booked"),
        ({"disposition": "Zebra"}, "unknown"),
        ({"disposition": "Zebra", "ending": "human"}, "answered"),
        ({}, "unknown"),
    ],
)
def test_the_weightiest_fact_decides(known: dict[str, object], expected: str) -> None:
    assert outcome_of(**known) == expected


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        ("Completed", "answered"),
        ("Success", "answered"),
        ("Connected", "answered"),
        ("Answered", "answered"),
        ("Failed", "failed"),
        ("No Answer", "no_answer"),
        ("Busy", "busy"),
        ("Voicemail", "voicemail"),
        ("Disconnected", "disconnected"),
        ("Rejected", "rejected"),
        ("NO_ANSWER", "no_answer"),
        ("no-answer", "no_answer"),
        ("SALE", "booked"),
        ("No Sale", "not_interested"),
        ("Appt. Scheduled - Dr. Lee", "booked"),
        ("Scheduled Callback", "callback"),
        ("CALLBK", "callback"),
        ("Call back tomorrow", "callback"),
        ("NI", "not_interested"),
        ("Not interested / hung up", "not_interested"),
        ("DNC", "do_not_call"),
        ("Don't call again", "do_not_call"),
        ("AA", "voicemail"),
        ("Left VM", "voicemail"),
        ("No answer, left message", "voicemail"),
        ("ADC", "disconnected"),
        ("Number not in service", "disconnected"),
        ("WN", "wrong_number"),
        ("Caller hung up", "dropped"),
        ("XFER", "transferred"),
        ("Call failed: busy", "busy"),
        ("Completed - Appointment set", "booked"),
        ("Appointment not scheduled", "answered"),
        ("not yet booked", "answered"),
        ("Rendez-vous pris", None),
        ("", None),
        (None, None),
        ("7", None),
    ],
)
def test_dispositions_are_read_whatever_their_spelling(disposition: str | None, expected: str | None) -> None:
    assert read(disposition) == expected


WORDS = st.one_of(st.none(), st.text(), st.sampled_from(["Booked", "DNC", "not", "No Answer", "human", "platform"]))


@settings(deadline=None)
@given(
    st.builds(
        Ended,
        WORDS | st.sampled_from(["human", "not_reached", "our_setup", "account", "platform", "unknown"]),
        WORDS | st.sampled_from(["nobody", "organization", "vapi", "vendor", "carrier", "unknown"]),
        WORDS,
        WORDS | st.sampled_from([status.value for status in CallStatus]),
        WORDS | st.sampled_from(["confirmed", "requested", "not_booked", "rescheduled", "cancelled"]),
        WORDS,
        st.one_of(st.none(), st.floats(), st.decimals()),
    )
)
def test_every_call_has_an_outcome_a_sentence_and_a_fact(call: Ended) -> None:
    finding = plain_outcome(call)
    assert_quoted(finding, [])
    assert finding.value["outcome"] in SENTENCES
    assert finding.value["sentence"].endswith(".")
    assert finding.value["spoke"] == (finding.value["outcome"] in SPOKE)
    assert finding.evidence
