"""A call's page and its results: every figure with its words, for those who may read them."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import organization, run_time
from models.ids import new_id
from models.organizations import add_assistant
from tests.edge.desk import Desk, report
from tests.edge.people import bearer_of, make_call, make_person
from tests.edge.said import make_analysis, make_transcript, quote, trail
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from vocabulary import Role

BOOKED = {"booking": "confirmed", "by": "words", "why": "A time was agreed."}
NOSE_JOB = {"service": "Rhinoplasty", "amount": "6000", "price_version": 2, "service_id": None}
SCORE = {
    "score": 62, "reason_primary": "No greeting was heard", "reason_secondary": None, "risk_flags": ["pressure"],
    "factors": [{"name": "greeting", "points": 0, "most": 10.5, "why": "No greeting was heard", "evidence": [
        quote("how can I help", 0), {"quote": "fact: none", "turn": None, "start": 0, "end": 0}]}],
}  # fmt: skip
WORDS = ("nose job", "how can I help", "booked for Tuesday")


@pytest.fixture
def call_id(alice_org: UUID) -> UUID:
    made = make_call(alice_org, caller_name="Ann Lee", status="completed")
    make_transcript(alice_org, made)
    make_analysis(alice_org, made, "booking", BOOKED, quote("booked for Tuesday", 2))
    make_analysis(alice_org, made, "value", NOSE_JOB, quote("nose job", 1))
    make_analysis(alice_org, made, "qa", SCORE, quote("how can I help", 0))
    return made


def seen(app: Flask, org_id: UUID, call_id: UUID, role: Role = Role.ANALYST) -> str:
    return page(browser_of(app, make_person((org_id, role))), f"/o/{org_id}/calls/{call_id}")


def result(text: str, kind: str) -> str:
    """The page's part about one result, as plain words."""
    found = re.search(rf'<article class="result" id="{kind}".*?</article>', text, re.DOTALL)
    assert found is not None, text
    return " ".join(re.sub(r"<[^>]+>", " ", found.group()).split())


def test_a_figure_comes_with_its_words_and_they_lead_to_their_line(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    text = seen(app, alice_org, call_id)
    assert '<a href="#t1"><q>nose job</q> <span>Caller, 0:02</span></a>' in text
    assert '<li id="t1" class="line line-caller" data-at="2.9">' in text
    assert re.search(r'<a href="#t1" aria-label="Link to 0:02">', text)
    assert 'ask about a <mark title="Value">nose job</mark>.' in text
    assert result(text, "value").startswith("Value $6,000 · Rhinoplasty Price version 2 nose job Caller, 0:02")
    assert result(text, "booking").startswith("Booking Confirmed A time was agreed. booked for Tuesday Agent, 1:01")
    assert "By our rules (booking 1) · version 1 · Today" in result(text, "booking")


def test_a_score_tells_its_reasons_flags_and_factors(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    told = result(seen(app, alice_org, call_id), "qa")
    assert told.startswith("Quality 62 of 100 Pressure No greeting was heard 1 factor, with their words")
    assert "Greeting 0 of 10.5 0 No greeting was heard how can I help Agent, 0:00 From fact: none" in told


def test_words_that_several_results_quote_are_marked_once(app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org)
    make_transcript(alice_org, call_id)
    make_analysis(alice_org, call_id, "booking", BOOKED, quote("booked for Tuesday", 2))
    make_analysis(alice_org, call_id, "summary", {"summary": "S", "by": "rules"}, quote("Tuesday at two", 2))
    assert (
        'You are <mark title="Booking">booked for </mark><mark title="Booking, Summary">Tuesday</mark>'
        '<mark title="Summary"> at two</mark>.'
    ) in seen(app, alice_org, call_id)


def test_a_persons_word_stands_and_what_it_corrects_stays_visible(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    author = make_person((alice_org, Role.OPERATOR))
    with run_time() as tx:
        tx.run("UPDATE users SET name = 'Rosa' WHERE id = %s", (author,))
    corrected = BOOKED | {"booking": "cancelled", "by": "person"}
    columns = {"version": 2, "engine": "person", "author": f"user:{author}"}
    make_analysis(alice_org, call_id, "booking", corrected, **columns)
    told = result(seen(app, alice_org, call_id), "booking")
    assert told.startswith("Booking Cancelled Corrected by a person Corrected by Rosa · version 2")
    assert "1 other version Confirmed By our rules (booking 1) · version 1" in told
    make_analysis(alice_org, call_id, "booking", None, **(columns | {"version": 3, "author": "command line"}))
    told = result(seen(app, alice_org, call_id), "booking")
    assert told.startswith("Booking Confirmed A time was agreed.")
    assert "Taken back Taken back by command line · version 3" in told


def test_a_viewer_sees_the_figures_and_none_of_the_words(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    text = seen(app, alice_org, call_id, Role.VIEWER)
    assert "62 of 100" in result(text, "qa")
    assert [words for words in WORDS if words in text] == []
    assert "you see the figures without the words" in text
    assert trail(alice_org, "transcript.read") == []


def test_reading_the_words_is_on_the_trail(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    seen(app, alice_org, call_id)
    assert [row["subject"] for row in trail(alice_org, "transcript.read")] == [str(call_id)]
    seen(app, alice_org, make_call(alice_org))
    assert len(trail(alice_org, "transcript.read")) == 1


def test_words_that_only_a_factor_quotes_are_on_the_trail_and_not_for_viewers(app: Flask, alice_org: UUID) -> None:
    call_id, heard = make_call(alice_org), quote("how can I help", 0)
    factor = {"name": "greeting", "points": 1, "most": 2, "why": "Heard", "evidence": [heard], "first": heard}
    make_analysis(alice_org, call_id, "qa", {"score": 62, "factors": [factor]})
    browser = app.test_client()
    for role, sees in ((Role.ANALYST, True), (Role.VIEWER, False)):
        told = browser.get(f"/api/calls/{call_id}", headers=bearer_of((alice_org, role))).text
        assert ("how can I help" in seen(app, alice_org, call_id, role), "how can I help" in told) == (sees, sees)
    assert len(trail(alice_org, "transcript.read")) == 2


def test_a_call_of_which_nothing_is_found_out_says_so(app: Flask, alice_org: UUID) -> None:
    text = seen(app, alice_org, make_call(alice_org, outcome_summary="Wants a cleaning."))
    assert "Nothing is found out yet." in text
    assert "No transcript has come with this call." in text
    assert "Wants a cleaning." in text


def test_words_of_an_earlier_transcript_lead_nowhere(app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org)
    evidence = {"quote": "gone", "turn": 9, "start": 2, "end": 6}
    make_analysis(alice_org, call_id, "booking", BOOKED, evidence)
    make_transcript(alice_org, call_id)
    assert "gone in an earlier transcript" in result(seen(app, alice_org, call_id), "booking")


def test_what_was_said_is_never_markup(app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org)
    make_transcript(alice_org, call_id, [{"speaker": "caller", "text": HOSTILE, "start": 1, "end": 2}])
    evidence = {"quote": HOSTILE, "turn": 0, "start": 0, "end": len(HOSTILE)}
    make_analysis(alice_org, call_id, "value", NOSE_JOB | {"service": HOSTILE}, evidence)
    make_analysis(alice_org, call_id, "summary", {"summary": HOSTILE}, {"quote": HOSTILE, "turn": None})
    text = seen(app, alice_org, call_id)
    assert "<script" not in OUR_SCRIPT.sub("", text)
    assert 'onmouseover="' not in text.replace("&#34;", "")
    assert not re.search(r"\sstyle=|<style|javascript:", text)


def test_every_result_renders_whatever_is_unknown_in_it(app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org)
    values: dict[str, dict[str, Any]] = {
        "summary": {"summary": "A call."}, "outcome": {"outcome": "unknown", "sentence": "It is not known."},
        "booking": {"booking": "not_booked", "by": "words"}, "value": {"service": None, "amount": None},
        "lead_score": {"score": 12, "temperature": "cold", "factors": []}, "interest": {"shown": None, "why": "x"},
        "qa": {"score": None, "reason_primary": "Too short to judge: 3 words", "factors": []},
        "sentiment": {"label": None, "score": None, "urgency": None, "summary": None},
    }  # fmt: skip
    for kind, value in values.items():
        make_analysis(alice_org, call_id, kind, value)
    text = seen(app, alice_org, call_id)
    assert result(text, "qa").startswith("Quality Not judged Too short to judge: 3 words")
    assert [result(text, kind).split(" By ")[0] for kind in ("value", "lead_score", "interest", "sentiment")] == [
        "Value No service asked for", "Lead score 12 of 100 · Cold", "Interest Not known x", "Caller’s mood Not known",
    ]  # fmt: skip


def test_the_api_gives_results_and_their_words_to_analysts(client: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    address = f"/api/calls/{call_id}"
    hers = client.get(address, headers=bearer_of((alice_org, Role.ANALYST))).get_json()["data"]
    assert [(one["kind"], one["engine"], one["is_current"]) for one in hers["analyses"]] == [
        ("booking", "rules", True), ("qa", "rules", True), ("value", "rules", True),
    ]  # fmt: skip
    assert hers["analyses"][2]["evidence"] == [{"quote": "nose job", "turn": 1, "start": 32, "end": 40}]
    assert hers["has_transcript"] is True
    assert len(trail(alice_org, "transcript.read")) == 1
    viewers = client.get(address, headers=bearer_of((alice_org, Role.VIEWER)))
    assert [words for words in WORDS if words in viewers.text] == []
    assert "fact: none" in viewers.text
    assert len(trail(alice_org, "transcript.read")) == 1


def test_a_stranger_finds_neither_results_nor_words(app: Flask, alice_org: UUID, bob_org: UUID, call_id: UUID) -> None:
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    for org_id in (alice_org, bob_org):
        assert charlie.get(f"/o/{org_id}/calls/{call_id}").status_code == 404
    assert trail(alice_org, "transcript.read") == []


def test_a_timeline_tells_summaries_as_they_are_kept_and_not_as_they_came(
    app: Flask, desk: Desk, alice_org: UUID
) -> None:
    add_assistant(alice_org, "a-1")
    desk.vapi(report("v-1", "a-1", analysis={"summary": "Call Ann back at 312-555-0123."}))
    desk.work()
    with organization(alice_org) as tx:
        call_id = tx.value("SELECT id FROM calls")
    text = seen(app, alice_org, call_id)
    assert "Call Ann back at [PHONE_1]." in text
    assert "555-0123" not in text


def make_recording(org_id: UUID, call_id: UUID, **columns: Any) -> UUID:
    recording_id = new_id()
    columns = {"org_id": org_id, "id": recording_id, "call_id": call_id} | columns
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with organization(org_id) as tx:
        tx.run("UPDATE calls SET recording_status = 'completed' WHERE id = %s", (call_id,))
        tx.run(f"INSERT INTO recordings ({names}) VALUES ({marks})", list(columns.values()))
    return recording_id


def test_a_recording_plays_beside_its_transcript_for_analysts(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    recording_id = make_recording(alice_org, call_id, state="completed", storage_key="a/b.wav")
    text = seen(app, alice_org, call_id)
    assert re.search(r'<script src="/static/player.js[^"]+" defer>', text)
    assert 'aria-label="Play from 0:02"' in text
    player = re.search(r'<audio controls preload="none" src="([^"]+)"', text)
    assert player is not None
    assert player.group(1).startswith(f"/recordings/{alice_org}/{recording_id}?exp=")
    assert [row["subject"] for row in trail(alice_org, "recording.link")] == [str(recording_id)]
    viewers = seen(app, alice_org, call_id, Role.VIEWER)
    assert "<audio" not in viewers
    assert "Recordings are for analysts and above." in viewers
    assert len(trail(alice_org, "recording.link")) == 1


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"state": "pending", "attempts": 1}, "To be fetched: 1 try so far."),
        ({"state": "failed", "error": "The provider has none"}, "Could not be fetched: The provider has none."),
        ({"state": "expired"}, "Deleted when its time to be kept was over."),
    ],
)
def test_a_recording_that_cannot_be_heard_says_why(
    app: Flask, alice_org: UUID, call_id: UUID, columns: dict[str, Any], expected: str
) -> None:
    make_recording(alice_org, call_id, **columns)
    text = seen(app, alice_org, call_id)
    assert expected in text
    assert "<audio" not in text
