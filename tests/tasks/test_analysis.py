"""What a call meant: found after its report, explained by its words, the same however often it is asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from models import transcripts
from models.analyses import add
from models.database import organization
from rules.correction import Impossible
from tasks.analysis import correct
from tasks.calls import record_call
from tasks.errors import Refused
from tasks.ledger import perform
from tests.tasks.talks import ASKED, BOOKED, NOON, Clinic
from tests.tasks.test_calls import TWILIO, VAPI, tell
from vocabulary import Authority, CallFacts, CallRef, Customs, Finding, Provider, ToolUse


def perform_analysis(clinic: Clinic, call_id: UUID) -> None:
    owed = "SELECT id FROM jobs WHERE actor = 'analyse' AND state = 'ready' AND key LIKE %s ORDER BY created_at"
    for job in clinic.rows(owed, f"{call_id}:%"):
        perform(clinic.org_id, job["id"])


@pytest.fixture
def clinic(alice_org: UUID) -> Clinic:
    return Clinic(alice_org)


def test_a_report_ends_with_results_that_quote_the_callers_words(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED).call_id
    clinic.analyse(call_id)
    call = clinic.call(call_id)
    assert (call["booking"], call["result"], call["service"]) == ("confirmed", "booked", "Botox")
    assert (call["financial_value"], call["sentiment_label"], call["temperature"]) == (Decimal(400), "neutral", "hot")
    assert call["qa_score"] > 50
    evidence = clinic.rows("SELECT evidence FROM analyses WHERE kind = 'value'")[0]["evidence"]
    turns = clinic.rows("SELECT turns FROM transcripts")[0]["turns"]
    assert turns[evidence[0]["turn"]]["text"][evidence[0]["start"] : evidence[0]["end"]] == "botox"


def test_a_transcript_is_stored_without_what_identifies_the_caller(clinic: Clinic) -> None:
    clinic.tell("1", talk=BOOKED, outcome_summary="Call back at 202-555-0178.")
    stored = clinic.rows(
        "SELECT turns::text AS words, original, outcome_summary FROM transcripts t JOIN calls c ON true"
    )[0]
    assert "[PHONE_1]" in stored["words"]
    assert "0178" not in stored["words"] + stored["outcome_summary"]
    assert stored["original"] is None


def test_an_organization_may_keep_the_untouched_words_encrypted(clinic: Clinic) -> None:
    keeping = Clinic(clinic.org_id, Customs(keeps_originals=True))
    call_id = keeping.tell("1", talk=BOOKED).call_id
    sealed = bytes(keeping.rows("SELECT original FROM transcripts")[0]["original"])
    assert b"0178" not in sealed
    assert "202 555 0178" in transcripts.original(clinic.org_id, call_id, sealed).turns[1].text


def test_analysing_again_changes_nothing(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED).call_id
    clinic.analyse(call_id)
    everything = "SELECT to_jsonb(c) AS c, (SELECT jsonb_agg(to_jsonb(a)) FROM analyses a) AS a FROM calls c"
    before, figures = clinic.rows(everything), clinic.figures()
    found = clinic.analyse(call_id)
    assert found is not None
    assert found.made == []
    after = clinic.rows(everything)
    for row in (before[0]["c"], after[0]["c"]):
        row.pop("analysed_at")
    assert (after, clinic.figures()) == (before, figures)


def test_every_call_owes_one_analysis_a_revision(clinic: Clinic) -> None:
    clinic.tell("1", talk=BOOKED)
    clinic.tell("1", talk=BOOKED)
    assert len(clinic.rows("SELECT id FROM jobs WHERE actor = 'analyse'")) == 1
    clinic.tell("1", at=NOON + timedelta(seconds=9), transfer_to="+12025550190")
    assert len(clinic.rows("SELECT id FROM jobs WHERE actor = 'analyse'")) == 2


def test_a_call_that_has_not_ended_owes_none(clinic: Clinic) -> None:
    clinic.tell("1", status="in_progress", outcome=None, ended_reason=None)
    assert clinic.rows("SELECT id FROM jobs WHERE actor = 'analyse'") == []


def test_a_transcript_that_comes_late_changes_what_is_known(clinic: Clinic) -> None:
    call_id = clinic.tell("1").call_id
    clinic.analyse(call_id)
    assert clinic.call(call_id)["booking"] is None
    clinic.tell("1", at=NOON + timedelta(minutes=5), talk=BOOKED)
    clinic.analyse(call_id)
    assert clinic.call(call_id)["booking"] == "confirmed"
    versions = clinic.rows("SELECT version FROM analyses WHERE kind = 'booking' ORDER BY version")
    assert versions == [{"version": 1}, {"version": 2}]


def test_of_two_transcripts_the_later_stands_whatever_order_they_come_in(clinic: Clinic) -> None:
    for ref, order in (("1", (0, 5)), ("2", (5, 0))):
        for minutes in order:
            clinic.tell(ref, at=NOON + timedelta(minutes=minutes), talk=BOOKED if minutes else ASKED)
    lengths = clinic.rows("SELECT jsonb_array_length(turns) AS turns FROM transcripts")
    assert lengths == [{"turns": 5}, {"turns": 5}]


def test_a_booking_tool_that_worked_outweighs_the_words(clinic: Clinic) -> None:
    tool = ToolUse("bookAppointment", "Appointment booked for Thursday 10:00", False, 40.0)
    call_id = clinic.tell("1", talk=ASKED, tools=(tool,)).call_id
    clinic.analyse(call_id)
    assert clinic.call(call_id)["booking"] == "confirmed"
    assert clinic.rows("SELECT value ->> 'by' AS by FROM analyses WHERE kind = 'booking'") == [{"by": "tool"}]


def test_the_providers_own_mood_stands_before_ours(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED, sentiment_label="negative", sentiment_score=0.1).call_id
    clinic.analyse(call_id)
    assert clinic.call(call_id)["sentiment_label"] == "negative"
    assert clinic.rows("SELECT engine FROM analyses WHERE kind = 'sentiment'") == [{"engine": "provider"}]


def test_a_persons_word_wins_and_what_was_before_is_kept(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=ASKED).call_id
    clinic.analyse(call_id)
    assert clinic.call(call_id)["booking"] == "not_booked"
    with organization(clinic.org_id) as tx:
        correct(tx, clinic.org_id, call_id, "booking", "confirmed", author="kim")
    clinic.tell("1", at=NOON + timedelta(minutes=5), talk=ASKED, booking_confirmed=False)
    clinic.analyse(call_id)
    call = clinic.call(call_id)
    assert (call["booking"], call["booking_confirmed"], call["result"]) == ("confirmed", True, "booked")
    engines = clinic.rows("SELECT engine, author FROM analyses WHERE kind = 'booking' ORDER BY version")
    assert engines[:2] == [{"engine": "rules", "author": None}, {"engine": "person", "author": "kim"}]
    assert clinic.figures()[0]["bookings"] == 1


def test_a_correction_that_is_taken_back_gives_the_providers_word_back(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED, sentiment_label="negative", sentiment_score=0.1).call_id
    with organization(clinic.org_id) as tx:
        correct(tx, clinic.org_id, call_id, "sentiment", "positive", author="kim")
    assert clinic.call(call_id)["sentiment_label"] == "positive"
    with organization(clinic.org_id) as tx:
        correct(tx, clinic.org_id, call_id, "sentiment", None, author="kim")
    assert clinic.call(call_id)["sentiment_label"] == "negative"


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_the_provider_said_comes_back_whenever_it_said_it(clinic: Clinic, when: str) -> None:
    said = {"sentiment_label": "negative", "booking_confirmed": True, "outcome_summary": "Wants a facelift."}
    call_id = clinic.tell("1", talk=ASKED, **(said if when == "before" else {})).call_id
    for kind, word in (("sentiment", "positive"), ("booking", "not_booked"), ("summary", "Nothing.")):
        with organization(clinic.org_id) as tx:
            correct(tx, clinic.org_id, call_id, kind, word, author="kim")
    if when == "after":
        clinic.tell("1", at=NOON + timedelta(minutes=1), **said)
        clinic.analyse(call_id)
    assert clinic.call(call_id)["sentiment_label"] == "positive"
    for kind in ("sentiment", "booking", "summary"):
        with organization(clinic.org_id) as tx:
            correct(tx, clinic.org_id, call_id, kind, None, author="kim")
    for _ in range(2):
        call = clinic.call(call_id)
        assert (call["sentiment_label"], call["booking"], call["outcome_summary"]) == (
            "negative", "confirmed", "Wants a facelift."
        )  # fmt: skip
        assert clinic.figures()[0]["bookings"] == 1
        clinic.analyse(call_id)


@pytest.mark.parametrize("first", ["older", "younger"])
def test_of_two_calls_that_become_one_the_newer_correction_stands(clinic: Clinic, first: str) -> None:
    calls = {"older": tell(clinic.org_id, TWILIO, status="ringing"), "younger": tell(clinic.org_id, VAPI)}
    second = next(name for name in calls if name != first)
    for name, amount in ((first, "111"), (second, "222")):
        with organization(clinic.org_id) as tx:
            correct(tx, clinic.org_id, calls[name].call_id, "value", amount, author="kim")
    joined = tell(clinic.org_id, VAPI, TWILIO)
    perform_analysis(clinic, joined.call_id)
    assert clinic.call(joined.call_id)["financial_value"] == Decimal(222)


def test_a_first_call_whose_caller_is_known_late_makes_the_next_one_returning(clinic: Clinic) -> None:
    first = clinic.tell("1", talk=ASKED, phone_number=None)
    clinic.analyse(first.call_id)
    second = clinic.tell("2", at=NOON + timedelta(hours=1), talk=ASKED)
    clinic.analyse(second.call_id)
    alone = clinic.call(second.call_id)["lead_score"]
    late = clinic.tell("1", at=NOON + timedelta(minutes=2), talk=ASKED)
    owed = clinic.rows("SELECT id FROM jobs WHERE key = %s", f"{first.call_id}:{late.revision}")
    perform(clinic.org_id, owed[0]["id"])
    owed = clinic.rows("SELECT id FROM jobs WHERE key LIKE %s", f"{second.call_id}:after:{first.call_id}:%")
    perform(clinic.org_id, owed[0]["id"])
    assert clinic.call(second.call_id)["lead_score"] > alone


def test_what_a_model_said_of_words_that_gave_way_does_not_stand(clinic: Clinic) -> None:
    kept = clinic.tell("1", talk=ASKED)
    other = clinic.tell("2", at=NOON + timedelta(minutes=1), talk=BOOKED)
    with organization(clinic.org_id) as tx:
        add(tx, clinic.org_id, kept.call_id, "openai", [Finding("summary", "gpt", {"summary": "Old words", "by": "m"})])
    clinic.analyse(kept.call_id)
    assert clinic.call(kept.call_id)["outcome_summary"] == "Old words"
    refs = (CallRef(Provider.VAPI, "1"), CallRef(Provider.VAPI, "2"))
    with organization(clinic.org_id) as tx:
        said = CallFacts(refs, Provider.VAPI, NOON, Authority.REPORT, {"status": "completed"})
        joined = record_call(tx, clinic.org_id, said, NOON)
    perform_analysis(clinic, joined.call_id)
    assert clinic.call(joined.call_id)["outcome_summary"] != "Old words"
    assert joined.call_id != other.call_id
    assert clinic.rows("SELECT revision FROM transcripts") == [{"revision": 2}]


def test_what_a_result_cannot_be_is_refused_with_what_it_can_be(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=ASKED).call_id
    with organization(clinic.org_id) as tx, pytest.raises(Impossible, match="one of confirmed, requested"):
        correct(tx, clinic.org_id, call_id, "booking", "perhaps", author="kim")


def test_another_organizations_call_cannot_be_corrected(clinic: Clinic, bob_org: UUID) -> None:
    call_id = clinic.tell("1", talk=ASKED).call_id
    with organization(bob_org) as tx, pytest.raises(Refused):
        correct(tx, bob_org, call_id, "booking", "confirmed", author="bob")


def test_a_person_stands_where_all_of_their_calls_lead(clinic: Clinic) -> None:
    first = clinic.tell("1", talk=BOOKED).call_id
    second = clinic.tell("2", at=NOON + timedelta(hours=1), talk=ASKED).call_id
    for call_id in (second, first):
        clinic.analyse(call_id)
    contact = clinic.rows("SELECT lead_status, services_interested, lead_score FROM contacts")[0]
    assert (contact["lead_status"], contact["services_interested"]) == ("booked", "Facelift, Botox")
    assert contact["lead_score"] == clinic.call(second)["lead_score"]


def test_a_call_that_proves_to_be_the_second_is_asked_anew(clinic: Clinic) -> None:
    second = clinic.tell("2", at=NOON + timedelta(hours=1), talk=ASKED)
    clinic.analyse(second.call_id)
    alone = clinic.call(second.call_id)["lead_score"]
    perform_analysis(clinic, clinic.tell("1", talk=ASKED).call_id)
    owed = clinic.rows("SELECT id FROM jobs WHERE actor = 'analyse' AND key LIKE %s", f"{second.call_id}:after:%")
    perform(clinic.org_id, owed[0]["id"])
    assert clinic.call(second.call_id)["lead_score"] > alone


def perform_all(clinic: Clinic) -> None:
    while owed := clinic.rows("SELECT id FROM jobs WHERE actor = 'analyse' AND state = 'ready' ORDER BY created_at"):
        for job in owed:
            perform(clinic.org_id, job["id"])


def test_a_call_before_which_two_turn_up_at_once_is_a_returning_callers(clinic: Clinic) -> None:
    third = clinic.tell("3", at=NOON + timedelta(hours=2), talk=ASKED).call_id
    perform_all(clinic)
    alone = clinic.call(third)["lead_score"]
    for name, hours in (("2", 1), ("1", 0)):
        clinic.tell(name, at=NOON + timedelta(hours=hours), talk=ASKED)
    perform_all(clinic)
    assert clinic.call(third)["lead_score"] > alone


def test_a_call_that_proves_to_be_the_first_after_all_is_asked_anew(clinic: Clinic) -> None:
    first = clinic.tell("1", talk=ASKED, started_at=NOON).call_id
    second = clinic.tell("2", at=NOON + timedelta(hours=1), talk=ASKED, started_at=NOON + timedelta(hours=1)).call_id
    perform_all(clinic)
    scores = [clinic.call(one)["lead_score"] for one in (first, second)]
    clinic.tell("1", at=NOON + timedelta(hours=3), talk=ASKED, started_at=NOON + timedelta(hours=2))
    perform_all(clinic)
    assert [clinic.call(one)["lead_score"] for one in (second, first)] == scores


def test_what_a_colleague_set_stays(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED).call_id
    clinic.rows("UPDATE contacts SET lead_status = 'lost', lead_status_held = true RETURNING id")
    clinic.analyse(call_id)
    assert clinic.rows("SELECT lead_status, temperature FROM contacts") == [
        {"lead_status": "lost", "temperature": "hot"}
    ]


def test_the_day_is_the_organizations_own(clinic: Clinic) -> None:
    late = NOON.replace(day=2, hour=3)
    clinic.analyse(clinic.tell("1", at=late, talk=BOOKED, campaign="spring", agent_name="Ada").call_id)
    row = clinic.figures()[0]
    assert (row["day"], row["campaign"], row["agent"]) == (date(2026, 3, 1), "spring", "Ada")
    assert (row["calls"], row["inbound"], row["bookings"], row["value"]) == (1, 1, 1, Decimal(400))


def test_two_calls_that_become_one_are_counted_once_and_keep_a_persons_word(clinic: Clinic) -> None:
    kept = tell(clinic.org_id, TWILIO, status="completed", started_at=NOON).call_id
    other = tell(clinic.org_id, VAPI, status="completed", started_at=NOON).call_id
    with organization(clinic.org_id) as tx:
        correct(tx, clinic.org_id, other, "value", "250", author="kim")
    tell(clinic.org_id, VAPI, TWILIO, status="completed", started_at=NOON)
    clinic.analyse(kept)
    assert [(row["calls"], row["value"]) for row in clinic.figures() if row["calls"]] == [(1, Decimal(250))]
    assert clinic.call(kept)["financial_value"] == Decimal(250)
