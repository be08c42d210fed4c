"""Transcripts over the API: for analysts, on the trail before they are seen, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.edge.people import bearer_of, make_call
from tests.edge.said import TURNS, make_transcript, trail
from vocabulary import Role

PATH = "/api/ui/call/transcript"


@pytest.fixture
def call_id(alice_org: UUID) -> UUID:
    started = datetime(2026, 3, 2, 17, 4, 5, tzinfo=UTC)
    facts = {"agent_name": "Ana", "phone_number": "+13125550123", "duration_seconds": 75}
    made = make_call(alice_org, started_at=started, **facts)
    make_transcript(alice_org, made)
    return made


def test_a_transcript_comes_with_its_turns_and_its_call(client: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    answer = client.get(f"{PATH}?id={call_id}", headers=bearer_of((alice_org, Role.ANALYST)))
    assert answer.status_code == 200
    said = answer.get_json()
    assert said.pop("text").splitlines()[:2] == [
        "Agent: Glow clinic, how can I help?",
        "Caller: Hi, I would like to ask about a nose job.",
    ]
    assert said == {
        "ok": True, "call_id": str(call_id), "lang": "en", "engine": "vapi", "translated_text": None,
        "segments": TURNS, "words": [],
        "metadata": {
            "started_at": "2026-03-02T17:04:05Z", "duration_sec": 75, "agent_name": "Ana",
            "customer_phone": "+13125550123",
        },
    }  # fmt: skip


def test_as_text_it_has_a_header_and_a_block_for_each_turn(client: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    answer = client.get(f"{PATH}?id={call_id}&format=txt", headers=bearer_of((alice_org, Role.OWNER)))
    assert answer.mimetype == "text/plain"
    assert answer.text == (
        f"Call: {call_id}\nDate: 2026-03-02 12:04:05 EST\nDuration: 1 min 15 s\nLanguage: en\nEngine: vapi\n\n"
        "Agent [0:00]:\nGlow clinic, how can I help?\n\n"
        "Caller [0:02]:\nHi, I would like to ask about a nose job.\n\n"
        "Agent [1:01]:\nYou are booked for Tuesday at two.\n\n"
        "Caller:\nGreat, my number is [PHONE_1].\n"
    )


def test_every_reading_is_on_the_trail(client: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    headers = bearer_of((alice_org, Role.ANALYST))
    for form in ("json", "txt"):
        client.get(f"{PATH}?id={call_id}&format={form}", headers=headers)
    rows = trail(alice_org, "transcript.read")
    assert [row["subject"] for row in rows] == [str(call_id)] * 2
    assert rows[0]["actor"].startswith("user:")


def test_a_viewer_may_not(client: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    answer = client.get(f"{PATH}?id={call_id}", headers=bearer_of((alice_org, Role.VIEWER)))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert trail(alice_org, "transcript.read") == []


def test_a_stranger_an_unknown_call_and_one_without_words_are_the_same(
    client: FlaskClient, alice_org: UUID, bob_org: UUID, call_id: UUID
) -> None:
    charlie = bearer_of((bob_org, Role.OWNER), (alice_org, Role.VIEWER))
    hers = bearer_of((alice_org, Role.ANALYST))
    tries = ((call_id, charlie), (uuid4(), hers), (make_call(alice_org), hers))
    answers = [client.get(f"{PATH}?id={wanted}", headers=headers) for wanted, headers in tries]
    codes = [(answer.status_code, answer.get_json()["code"]) for answer in answers]
    assert codes == [(404, "transcript_not_found")] * 3
    assert trail(alice_org, "transcript.read") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [("", "id_required"), ("id=", "id_required"), ("id=7", "id_required"), ("id={id}&format=pdf", "bad_request")],
)
def test_a_question_that_makes_no_sense_is_refused(
    client: FlaskClient, alice_org: UUID, call_id: UUID, query: str, code: str
) -> None:
    answer = client.get(f"{PATH}?{query.format(id=call_id)}", headers=bearer_of((alice_org, Role.ANALYST)))
    assert (answer.status_code, answer.get_json()["code"]) == (400, code)
