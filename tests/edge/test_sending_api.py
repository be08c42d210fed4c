"""What is sent about a call over the API: follow-ups, shared recordings and exports, with every way to be refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models import opt_outs
from models.database import organization
from models.organizations import add_number
from tests.edge.people import bearer_of, keep_recording, key_of, make_call
from tests.edge.said import TURNS, make_contact, make_transcript, trail
from tests.standin.side import Side
from tests.tasks import texting
from tests.tasks.texting import ANN
from vocabulary import Role

CALLS = "/api/calls-dashboard"
MESSAGES = "/api/messages"
BODIES: dict[str, dict[str, str]] = {
    "followup": {"message": "See you"},
    "share": {"email": "ann@example.com"},
    "transcript/export": {"format": "txt"},
}
Headers = dict[str, str]


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    with texting.providers(monkeypatch) as side:
        yield side


@pytest.fixture
def call_id(side: Side, alice_org: UUID) -> UUID:
    """A call of Ann's about which everything can be done."""
    texting.equip(alice_org)
    made = make_call(alice_org, phone_number="(212) 555-0101", contact_id=make_contact(alice_org, phone=ANN))
    make_transcript(alice_org, made)
    keep_recording(alice_org, made)
    return made


def of(org_id: UUID, role: Role = Role.OPERATOR) -> Headers:
    return bearer_of((org_id, role), selected=org_id)


@pytest.fixture
def operator(alice_org: UUID) -> Headers:
    return of(alice_org)


def ask(client: FlaskClient, headers: Headers, call_id: UUID, what: str, key: str = "", **fields: Any) -> Any:
    more = {"Idempotency-Key": key} if key else {}
    return client.post(f"{CALLS}/{call_id}/{what}", json=BODIES[what] | fields, headers=headers | more)


def kept(org_id: UUID) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows("SELECT * FROM messages ORDER BY created_at, id")


def refused(answer: Any) -> tuple[int, str, str]:
    said = answer.get_json()
    assert said["ok"] is False
    return answer.status_code, said["code"], said["error"]


def test_a_follow_up_is_answered_before_it_leaves(
    client: FlaskClient, side: Side, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    said = ask(client, operator, call_id, "followup").get_json()
    (message,) = kept(alice_org)
    assert said == {
        "ok": True, "success": True, "messageId": str(message["id"]), "phone": ANN, "status": "planned",
    }  # fmt: skip
    assert (message["purpose"], message["call_id"]) == ("followup", call_id)
    assert message["contact_id"] is not None
    assert texting.sent(side) == []
    texting.run(alice_org)
    assert [(one["to"], one["body"]) for one in texting.sent(side)] == [(ANN, "See you")]
    (noted,) = trail(alice_org, "message.ask")
    assert (noted["subject"], noted["details"]) == (str(message["id"]), {"purpose": "followup"})


def test_a_shared_recording_is_a_signed_link_in_a_mail(
    client: FlaskClient, side: Side, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    said = ask(client, operator, call_id, "share", email=" Ann.Lee+1@Example.com ").get_json()
    (message,) = kept(alice_org)
    assert said == {
        "ok": True, "success": True, "messageId": str(message["id"]), "email": "Ann.Lee+1@Example.com",
        "status": "planned",
    }  # fmt: skip
    texting.run(alice_org)
    (mail,) = texting.sent(side)
    assert mail["to"] == "Ann.Lee+1@Example.com"
    assert f"http://localhost:8000/recordings/{alice_org}/" in str(mail)
    assert [row["subject"] for row in trail(alice_org, "recording.share")] == [str(call_id)]
    assert "/recordings/" not in client.get(f"{MESSAGES}/{message['id']}", headers=operator).text


def test_an_exported_transcript_is_a_file_and_on_the_trail(client: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    answer = ask(client, of(alice_org, Role.ANALYST), call_id, "transcript/export")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="call-{call_id}.txt"'
    assert TURNS[2]["text"] in answer.text
    assert [row["subject"] for row in trail(alice_org, "transcript.export")] == [str(call_id)]


@pytest.mark.parametrize(
    ("what", "role", "status"),
    [
        ("followup", Role.ANALYST, 403), ("followup", Role.OPERATOR, 200),
        ("share", Role.ANALYST, 403), ("share", Role.OPERATOR, 200),
        ("transcript/export", Role.VIEWER, 403), ("transcript/export", Role.ANALYST, 200),
    ],
)  # fmt: skip
def test_each_call_has_its_role(
    client: FlaskClient, alice_org: UUID, call_id: UUID, what: str, role: Role, status: int
) -> None:
    assert ask(client, of(alice_org, role), call_id, what).status_code == status
    assert len(kept(alice_org)) == (1 if status == 200 and what != "transcript/export" else 0)


@pytest.mark.parametrize("what", BODIES)
def test_a_stranger_sends_nothing_about_anothers_call(
    client: FlaskClient, alice_org: UUID, bob_org: UUID, call_id: UUID, what: str
) -> None:
    charlie, path = bearer_of((bob_org, Role.OWNER)), f"{CALLS}/{call_id}/{what}"
    answers = [
        client.post(path, json=BODIES[what] | {"org_id": str(org_id)}, headers=charlie)
        for org_id in (alice_org, bob_org)
    ]
    answers.append(ask(client, of(bob_org), uuid4(), what))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.post(path, json=BODIES[what]).status_code == 401
    assert kept(alice_org) == kept(bob_org) == trail(alice_org, "transcript.export") == []


@pytest.mark.parametrize("what", ["followup", "share"])
def test_who_belongs_to_several_says_where(
    client: FlaskClient, alice_org: UUID, bob_org: UUID, call_id: UUID, what: str
) -> None:
    headers = bearer_of((alice_org, Role.OPERATOR), (bob_org, Role.OPERATOR))
    assert refused(ask(client, headers, call_id, what))[:2] == (400, "org_required")
    assert ask(client, headers, call_id, what, org_id=str(alice_org)).status_code == 200


@pytest.mark.parametrize("what", ["followup", "share"])
def test_a_key_is_one_message(
    client: FlaskClient, side: Side, alice_org: UUID, operator: Headers, call_id: UUID, what: str
) -> None:
    first, again = (ask(client, operator, call_id, what, "k").get_json() for _ in range(2))
    assert first == again
    texting.run(alice_org)
    assert ask(client, operator, call_id, what, "k").get_json() == first | {"status": "sent"}
    assert len(texting.sent(side)) == 1
    assert ask(client, operator, call_id, what, "another").get_json()["messageId"] != first["messageId"]


def test_a_key_is_not_taken_for_other_words_another_call_or_another_person(
    client: FlaskClient, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    first = ask(client, operator, call_id, "followup", "k").get_json()
    sentence = "This Idempotency-Key was used for something else: take a new one"
    words = ask(client, operator, call_id, "followup", "k", message="Other words")
    call = ask(client, operator, make_call(alice_org, phone_number=ANN), "followup", "k")
    assert [refused(one) for one in (words, call)] == [(422, "idempotency_key_reused", sentence)] * 2
    assert ask(client, of(alice_org), call_id, "followup", "k").get_json()["messageId"] != first["messageId"]
    assert ask(client, operator, call_id, "share", "k").status_code == 200
    assert len(kept(alice_org)) == 3


def test_without_a_key_every_request_is_a_message_of_its_own(
    client: FlaskClient, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    assert len({ask(client, operator, call_id, "share").get_json()["messageId"] for _ in range(2)}) == 2


@pytest.mark.parametrize(
    ("what", "fields", "sentence"),
    [
        ("followup", {"message": "x" * 161}, "message must be a text of 1 to 160 characters"),
        ("followup", {"message": " \0\n"}, "message must be a text of 1 to 160 characters"),
        ("followup", {"message": 7}, "message must be a text of 1 to 160 characters"),
        ("share", {"email": "ann"}, "email must be one address like name@example.com"),
        ("share", {"email": "a@example.com,b@example.com"}, "email must be one address like name@example.com"),
        ("share", {"email": "a@example.com\r\nBcc: b@example.com"}, "email must be one address like name@example.com"),
        ("share", {"email": ["a@example.com"]}, "email must be one address like name@example.com"),
        ("transcript/export", {"format": "pdf"}, "format must be txt"),
    ],
)
def test_what_cannot_be_understood_is_said(
    client: FlaskClient, alice_org: UUID, operator: Headers, call_id: UUID, what: str, fields: Any, sentence: str
) -> None:
    assert refused(ask(client, operator, call_id, what, **fields)) == (400, "bad_request", sentence)
    assert kept(alice_org) == []


@pytest.mark.parametrize("body", [b"[]", b"{", b'"text"'])
def test_a_body_that_is_no_object_is_refused(
    client: FlaskClient, operator: Headers, call_id: UUID, body: bytes
) -> None:
    answer = client.post(f"{CALLS}/{call_id}/followup", data=body, headers=operator)
    assert refused(answer) == (400, "bad_request", "The body must be a JSON object")


def test_a_long_or_unprintable_key_is_refused(client: FlaskClient, operator: Headers, call_id: UUID) -> None:
    sentence = "Idempotency-Key must be at most 200 printable characters"
    for key in ("k" * 201, "a\tb"):
        assert refused(ask(client, operator, call_id, "followup", key)) == (400, "bad_request", sentence)


def test_160_characters_are_counted_as_people_count_them(
    client: FlaskClient, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    assert ask(client, operator, call_id, "followup", message="é" * 160 + "\n").status_code == 200
    assert kept(alice_org)[0]["content"] == "é" * 160


def test_what_is_not_connected_is_told_with_its_cure(client: FlaskClient, alice_org: UUID, operator: Headers) -> None:
    call_id = make_call(alice_org, phone_number=ANN)
    keep_recording(alice_org, call_id)
    assert [refused(ask(client, operator, call_id, what)) for what in ("followup", "share")] == [
        (400, "not_connected", "Twilio is not connected. Connect it in settings."),
        (400, "not_connected", "Resend is not connected. Connect it in settings."),
    ]  # fmt: skip
    assert kept(alice_org) == []


@pytest.mark.parametrize("number", [None, "anonymous", "+12025550143"])
def test_a_call_without_a_persons_number_has_nobody_to_write_to(
    client: FlaskClient, side: Side, alice_org: UUID, operator: Headers, number: str | None
) -> None:
    texting.equip(alice_org)
    add_number(alice_org, "+12025550143")
    answer = ask(client, operator, make_call(alice_org, phone_number=number), "followup")
    assert refused(answer) == (400, "bad_request", "This call has no number that can be written to")


def test_a_call_without_a_recording_or_transcript_has_none_to_give(
    client: FlaskClient, side: Side, alice_org: UUID, operator: Headers
) -> None:
    call_id = make_call(alice_org)
    assert refused(ask(client, operator, call_id, "share")) == (
        409, "no_recording", "This call has no recording that can be heard",
    )  # fmt: skip
    assert refused(ask(client, operator, call_id, "transcript/export"))[:2] == (404, "transcript_not_found")


def test_who_asked_for_silence_is_not_written_to(
    client: FlaskClient, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    with organization(alice_org) as tx:
        for recipient in (ANN, "ann@example.com"):
            opt_outs.record(tx, alice_org, recipient, True, "word")
    sentence = "They asked not to be written to"
    assert [refused(ask(client, operator, call_id, what)) for what in ("followup", "share")] == [
        (409, "opted_out", sentence), (409, "opted_out", sentence),
    ]  # fmt: skip
    assert kept(alice_org) == []


def test_a_fourth_text_within_the_hour_has_to_wait_and_a_repetition_has_not(
    client: FlaskClient, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    first = [ask(client, operator, call_id, "followup", f"k{number}").get_json() for number in range(3)]
    fourth = ask(client, of(alice_org), call_id, "followup", "k3")
    assert refused(fourth) == (429, "too_many_texts", "They got 3 texts within the last hour; wait before the next")
    assert 3500 <= int(fourth.headers["Retry-After"]) <= 3600
    told = [fourth.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
    assert told == ["3", "0", fourth.headers["Retry-After"]]
    assert ask(client, operator, call_id, "followup", "k0").get_json() == first[0]
    assert len(kept(alice_org)) == 3


def test_a_program_with_a_key_texts_nobody_oftener_than_a_person(
    client: FlaskClient, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    program = key_of(alice_org, Role.OPERATOR)
    answers = [ask(client, headers, call_id, "followup") for headers in (program, operator, program, program)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_what_a_provider_says_reaches_nobody_but_in_our_words(
    client: FlaskClient, side: Side, alice_org: UUID, operator: Headers, call_id: UUID
) -> None:
    side.fault("/2010-04-01/", "status", status=400, body={"code": 21614, "message": "+12125550101 secret words"})
    message_id = ask(client, operator, call_id, "followup").get_json()["messageId"]
    texting.run(alice_org)
    answer = client.get(f"{MESSAGES}/{message_id}", headers=operator)
    shown = answer.get_json()["data"]
    assert (shown["status"], shown["reason"]) == ("failed", "This number is not a mobile phone (21614)")
    assert "secret words" not in answer.text
