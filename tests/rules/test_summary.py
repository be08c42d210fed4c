"""A local summary says who called about what, what came of it and what is owed, and invents nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.lead_words import Sign
from rules.summary import Known, summarise
from tests.rules.quotes import assert_quoted, quotes


def summary(**known: object) -> str:
    return str(summarise(Known(**known)).value["summary"])  # type: ignore[arg-type]


def test_an_inbound_call_is_told_in_three_sentences_with_its_facts() -> None:
    facts = Known(
        direction="inbound",
        service="Botox",
        booking="requested",
        outcome_sentence="The caller wants an appointment, but none is fixed yet.",
        sentiment_label="negative",
        urgency="medium",
        asked=("asked_price", "asked_availability", "callback", "contact_details"),
        duration_seconds=Decimal("95.5"),
    )
    finding = summarise(facts)
    assert (finding.kind, finding.version) == ("summary", "1")
    assert finding.value == {
        "summary": (
            "A caller asked about Botox, the price and free appointments (2 minutes). "
            "The caller wants an appointment, but none is fixed yet. "
            "The caller was unhappy, an answer is wanted soon and a call back is owed."
        ),
        "by": "rules",
    }
    assert quotes(finding) == [
        "direction: inbound",
        "service: Botox",
        "asked: asked_price, asked_availability, callback",
        "duration: 95.5 seconds",
        "outcome: The caller wants an appointment, but none is fixed yet.",
        "booking: requested",
        "sentiment: negative",
        "urgency: medium",
    ]


def test_the_providers_own_summary_wins_and_is_passed_through() -> None:
    finding = summarise(Known(direction="inbound", booking="confirmed", stated=" They booked a cleaning. "))
    assert finding.value == {"summary": "They booked a cleaning.", "by": "provider"}
    assert quotes(finding) == ["the provider's summary"]


def test_an_empty_summary_of_the_provider_is_none() -> None:
    assert summarise(Known(direction="inbound", stated="  ")).value == {"summary": "Somebody called.", "by": "rules"}


@pytest.mark.parametrize(
    ("direction", "opening"),
    [
        ("inbound", "A caller asked about Fillers."),
        ("outbound", "We called somebody, who asked about Fillers."),
        ("web", "A visitor of the website asked about Fillers."),
        ("unknown", "In a call, somebody asked about Fillers."),
        ("sideways", "In a call, somebody asked about Fillers."),
        (None, "In a call, somebody asked about Fillers."),
    ],
)
def test_who_called_whom_is_said(direction: str | None, opening: str) -> None:
    assert summary(direction=direction, service="Fillers") == opening


def test_a_call_that_nobody_answered_is_short() -> None:
    told = summary(direction="outbound", outcome_sentence="Nobody answered.", duration_seconds=0)
    assert told == "We called somebody. Nobody answered."


def test_a_booking_speaks_where_no_outcome_is_known() -> None:
    assert summary(direction="inbound", booking="confirmed") == "Somebody called. An appointment was booked."
    assert summary(direction="inbound", booking="not_booked") == "Somebody called."


def test_a_wanted_appointment_is_owed_a_time() -> None:
    told = summary(booking="requested", outcome_sentence="The two spoke with each other.")
    assert told.endswith("A time for the appointment is still to be fixed.")


def test_a_call_back_is_said_once() -> None:
    told = summary(outcome_sentence="The caller is to be called back.", asked=(Sign.CALLBACK,))
    assert told == "There was a call. The caller is to be called back."


def test_a_good_mood_needs_no_words_and_an_emergency_does() -> None:
    assert summary(sentiment_label="positive", urgency="low") == "There was a call."
    assert summary(sentiment_label="positive", urgency="high") == "There was a call. It is urgent."


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (45, "Somebody called (45 seconds)."),
        (60, "Somebody called (1 minute)."),
        (0.4, "Somebody called."),
        (Decimal("NaN"), "Somebody called."),
        (float("inf"), "Somebody called."),
        (-5, "Somebody called."),
    ],
)
def test_the_length_is_told_as_people_say_it(seconds: float | Decimal, told: str) -> None:
    assert summary(direction="inbound", duration_seconds=seconds) == told


def test_a_service_of_many_lines_stays_in_its_sentence() -> None:
    assert summary(direction="inbound", service="Botox\n\n and   more") == "A caller asked about Botox and more."
    assert len(summary(service="x" * 100_000, outcome_sentence="y" * 100_000)) < 500


words = st.one_of(st.none(), st.text(max_size=30))


@given(
    st.builds(
        Known,
        direction=words,
        service=words,
        booking=st.one_of(words, st.sampled_from(["confirmed", "requested", "cancelled"])),
        outcome_sentence=words,
        sentiment_label=st.one_of(words, st.just("negative")),
        urgency=st.one_of(words, st.sampled_from(["low", "medium", "high"])),
        asked=st.lists(st.one_of(st.text(max_size=8), st.sampled_from(list(Sign)))).map(tuple),
        duration_seconds=st.one_of(st.none(), st.floats(), st.decimals()),
        stated=words,
    )
)
def test_whatever_is_known_makes_a_summary(facts: Known) -> None:
    finding = summarise(facts)
    assert_quoted(finding, [])
    assert finding.value["summary"].strip()
    assert finding.value["by"] == ("provider" if (facts.stated or "").strip() else "rules")
