"""`why`: the whole story of a call, a message, an event and a job in plain words, told out in full."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from edge.story import of_call, of_event, of_job, of_message
from edge.story.scene import Scene
from models import messages
from models.database import organization
from models.tokens import create_token
from tests.commands.test_operating import run
from tests.commands.test_operating import told as shown
from tests.conftest import TestDatabase
from tests.edge.desk import Desk, call_body, report
from tests.edge.test_webhooks_messages import about, posted
from tests.tasks import texting
from tests.tasks.texting import ACCOUNT, ANN, OURS, TEXT, TOKEN, equip, owe, providers
from vocabulary import Endpoint, MessageStatus

TIME = re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M E[SD]T")
NOW = datetime(2026, 6, 3, 16, tzinfo=UTC)
SCENE = Scene(UUID(int=0xABC), "Alice's clinic", "America/New_York", NOW)
TALK = [
    {"role": "user", "message": "Hello, do you do Botox?", "secondsFromStart": 1.0},
    {"role": "bot", "message": "Yes, we do.", "secondsFromStart": 3.0},
]


@pytest.fixture
def desk(database: TestDatabase) -> Desk:
    from edge import create_app

    client: FlaskClient = create_app().test_client()
    return Desk(client, database.admin_url)


def told(asked: object, **names: object) -> str:
    """What `why` prints, with times as <at> and the ids of these rows by their names."""
    result = run("why", asked)
    assert result.exit_code == 0, result.output
    text = TIME.sub("<at>", result.output)
    for name, known in names.items():
        text = text.replace(str(known), f"<{name}>")
    return text


def test_a_call_tells_what_came_what_it_changed_and_what_followed(desk: Desk, alice_org: UUID) -> None:
    token = create_token(alice_org, Endpoint.CONVOSO_CALLS)["token"]
    for disposition in ("Sale", "No Sale"):
        desk.convoso(call_body(disposition=disposition), token)
        desk.work()
    (call,), (first, second) = desk.calls(), desk.events()
    assert told(call["id"], call=call["id"], first=first["id"], second=second["id"]) == (
        "Call <call> is of Alice's clinic; times are those of America/New_York.\n"
        "It stands as completed, 1 min 01 s long.\n"
        "<at>: Convoso sent “call” as event <first>.\n"
        "It was accepted, and processed at <at>.\n"
        "Its job “process event” was done at <at>, at attempt 1.\n"
        "It told provider call id, status, disposition, agent name and duration seconds.\n"
        "<at>: Convoso sent “call” as event <second>.\n"
        "It was accepted, and processed at <at>.\n"
        "Its job “process event” was done at <at>, at attempt 1.\n"
        "It told disposition.\n"
        "Its job “analyse” was done at <at>, at attempt 1.\n"
        "Its job “analyse” was done at <at>, at attempt 1.\n"
        "Found out: the result “not interested”.\n"
        "Its recording is looked for, next at <at>, after it was looked for once:"
        " No provider that we can ask knows this call.\n"
        "Its job “poll recording” was done at <at>, at attempt 1.\n"
        "Its job “poll recording” waits until <at>.\n"
        "Nothing was sent about it.\n"
    )


def test_a_call_is_found_by_its_providers_name_and_tells_its_messages(desk: Desk, alice_org: UUID) -> None:
    equip(alice_org)
    desk.vapi(report(artifact={"messages": TALK}), create_token(alice_org, Endpoint.VAPI)["token"])
    desk.work()
    (call,) = desk.calls()
    message_id = owe(alice_org, call_id=call["id"], requested_by="user:7").id
    with organization(alice_org) as tx:
        messages.skip(tx, alice_org, message_id, "They asked for no more texts")
    story = told("call-1", message=message_id).splitlines()
    assert "Found out: the result “answered”, the booking “not booked”" in "\n".join(story)
    assert "Its recording could not be had, after it was looked for once: Vapi is not connected" in "\n".join(story)
    assert story[-2:] == [
        "<at>: a person (user 7) asked for a follow-up by text as message <message>.",
        "<at>: the checks stopped it, and it was not sent: They asked for no more texts.",
    ]


def test_a_story_holds_no_words_that_were_said_and_no_number(desk: Desk, alice_org: UUID) -> None:
    equip(alice_org)
    body = report(artifact={"messages": TALK}, customer={"number": "+12125550177", "name": "Zelda Quick"})
    desk.vapi(body, create_token(alice_org, Endpoint.VAPI)["token"])
    desk.work()
    message_id = owe(alice_org, call_id=desk.calls()[0]["id"]).id
    shown = told("call-1") + told(message_id)
    assert "send message" in shown
    assert not any(word in shown for word in ("Hello", "5550177", "Zelda", ANN, OURS, TEXT.content))


def test_a_message_tells_from_the_wish_to_the_receipt(
    desk: Desk, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    equip(alice_org)
    with providers(monkeypatch):
        message_id = owe(alice_org).id
        texting.run(alice_org)
        sid = texting.row(alice_org, message_id)["external_message_id"]
        receipt = {"AccountSid": ACCOUNT, "MessageSid": sid, "MessageStatus": "delivered", "From": OURS}
        assert posted(desk, receipt, about(alice_org, message_id), TOKEN).status_code == 200
        desk.work()
    event_id = desk.events()[0]["id"]
    assert told(sid, message=message_id, sid=sid, event=event_id) == (
        "Message <message> is of Alice's clinic; times are those of America/New_York.\n"
        "<at>: the rule “test” asked for a follow-up by text.\n"
        "Its job “send message” was done at <at>, at attempt 1.\n"
        "<at>: the checks let it pass, and it went to Twilio (attempt 1).\n"
        "<at>: Twilio took it and called it <sid>.\n"
        "<at>: Twilio sent “delivered” as event <event>.\n"
        "It was accepted, and processed at <at>.\n"
        "<at>: Twilio reported it delivered.\n"
    )


def test_an_event_that_nobody_owns_tells_what_frees_it(desk: Desk, alice_org: UUID) -> None:
    desk.vapi(report(assistant="nobody-knows-it"))
    (event,) = desk.events()
    assert told(event["id"], event=event["id"]) == (
        "Event <event> is no organization's; times are those of America/New_York.\n"
        "<at>: Vapi sent “end of call report”.\n"
        "It waits in quarantine: it names an assistant that no organization has registered."
        " `./aftercall assistants add` or `./aftercall numbers add` frees it.\n"
    )


def test_a_processed_event_leads_to_its_call(desk: Desk, alice_org: UUID) -> None:
    desk.vapi(report(), create_token(alice_org, Endpoint.VAPI)["token"])
    desk.work()
    (event,), (call,) = desk.events(), desk.calls()
    assert told(event["id"], event=event["id"], call=call["id"]).splitlines() == [
        "Event <event> is of Alice's clinic; times are those of America/New_York.",
        "<at>: Vapi sent “end of call report”.",
        "It was accepted, and processed at <at>.",
        "Its job “process event” was done at <at>, at attempt 1.",
        "It is about call <call>: `./aftercall why <call>`.",
    ]


def test_a_dead_job_tells_its_error_and_the_cure(desk: Desk, alice_org: UUID) -> None:
    desk.vapi(report(), create_token(alice_org, Endpoint.VAPI)["token"])
    desk.rows("update webhook_events set raw = null returning 1")
    desk.work()
    (job,), (event,) = desk.jobs(), desk.events()
    assert told(job["id"], job=job["id"], event=event["id"]) == (
        "Job <job> is of Alice's clinic; times are those of America/New_York.\n"
        "It was owed at <at> for the event <event>.\n"
        "The job “process event” died at <at>, at attempt 1: Refused: the body was forgotten after its retention,"
        " or its key is gone: nothing can be read from it.\n"
        "Nothing here can mend that: ask the provider to send the event again.\n"
    )


def test_programs_get_the_same_sentences(alice_org: UUID) -> None:
    equip(alice_org)
    message_id = owe(alice_org).id
    (one,) = shown("why", message_id)
    assert (one["kind"], one["org_id"], one["id"]) == ("message", str(alice_org), str(message_id))
    assert one["story"] == run("why", message_id).output.splitlines()


def test_what_is_nobodys_says_where_was_looked(alice_org: UUID) -> None:
    for asked in (uuid4(), "SM-unknown"):
        result = run("why", asked)
        assert result.exit_code == 1
        assert result.output == (
            f"Error: Nothing is named {asked}: it is no call, message, event or job of any organization, and no"
            " provider's name of a call or message.\n"
            "Finished jobs are forgotten after 7 days; two calls that proved to be one keep one id; what was refused"
            " as not genuine is counted and not kept.\n"
        )


def job(**changes: Any) -> dict[str, Any]:
    known = {"id": "J", "actor": "send_message", "state": "ready", "attempts": 2, "last_error": None}
    return known | {"run_at": NOW, "lease_until": None, "finished_at": NOW} | changes


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"run_at": NOW + timedelta(hours=1), "last_error": "TimeoutError"}, [
            "Its job “send message” waits until Jun 3, 2026, 1:00:00 PM EDT. Its last attempt ended with TimeoutError."
        ]),
        ({"lease_until": NOW + timedelta(seconds=5)}, ["Its job “send message” is being done, at attempt 2."]),
        ({}, [
            ("Its job “send message” has been due since Jun 3, 2026, 12:00:00 PM EDT, and no worker has it:"
            " are workers running?")
        ]),
        ({"state": "dead", "last_error": "Refused: this version has no actor fly"}, [
            ("Its job “send message” died at Jun 3, 2026, 12:00:00 PM EDT, at attempt 2: Refused: this version has no"
            " actor fly."),
            "Start workers of the version that knows this work; then `./aftercall jobs redrive J`.",
        ]),
        ({"state": "dead", "last_error": "KeyError at tasks/a.py:1"}, [
            "Its job “send message” died at Jun 3, 2026, 12:00:00 PM EDT, at attempt 2: KeyError at tasks/a.py:1.",
            "When the cause is mended: `./aftercall jobs redrive J`.",
        ]),
    ],
)  # fmt: skip
def test_a_job_tells_how_it_stands(changes: dict[str, Any], lines: list[str]) -> None:
    assert of_job.lines(SCENE, job(**changes)) == lines


def sending(status: MessageStatus, **changes: Any) -> dict[str, Any]:
    known = {"direction": "outbound", "status": status, "reason": "Twilio did not answer", "plans": 1, "looks": 0}
    times = {"claimed_at": None, "sent_at": None, "delivered_at": None, "send_at": NOW, "updated_at": NOW}
    return known | times | {"service_provider": "twilio", "attempts": 1, "external_message_id": "SM1"} | changes


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (sending(MessageStatus.PLANNED, plans=2), [
            "It was planned twice, since it could not leave before.",
            "It has not left: it is planned for Jun 3, 2026, 12:00:00 PM EDT: Twilio did not answer.",
        ]),
        (sending(MessageStatus.UNKNOWN, looks=3, claimed_at=NOW), [
            "Jun 3, 2026, 12:00:00 PM EDT: the checks let it pass, and it went to Twilio (attempt 1).",
            ("Nobody knows whether it left: Twilio did not answer. It was looked up at the provider 3 times; it is not"
            " sent again by itself."),
        ]),
        (sending(MessageStatus.UNDELIVERED, sent_at=NOW, reason="The number cannot take texts (30006)"), [
            "Jun 3, 2026, 12:00:00 PM EDT: Twilio took it and called it SM1.",
            "Jun 3, 2026, 12:00:00 PM EDT: Twilio could not deliver it: The number cannot take texts (30006).",
        ]),
        (sending(MessageStatus.FAILED), [
            ("Jun 3, 2026, 12:00:00 PM EDT: it failed, and was not sent as far as anybody can tell:"
            " Twilio did not answer.")
        ]),
        (sending(MessageStatus.SENDING), ["It may be on its way this moment: no answer is written yet."]),
        (sending(MessageStatus.RECEIVED, direction="inbound"), []),
    ],
)  # fmt: skip
def test_a_message_tells_its_fate(message: dict[str, Any], lines: list[str]) -> None:
    assert of_message.fate(SCENE, message) == lines


def event(state: str, **changes: Any) -> dict[str, Any]:
    return {"state": state, "error": None, "answer": 200, "processed_at": None, "named": []} | changes


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (event("accepted"), "It was accepted, and its work is not done yet."),
        (event("ignored"), "It was kept and owed no work: we have no use for this kind."),
        (
            event("refused", answer=401, error="wrong_organization"),
            "It was genuine, and refused with 401: wrong_organization.",
        ),
        (
            event("quarantined", named=["vapi_number:1", "line:+12125550101", "call:vapi:1"]),
            (
                "It waits in quarantine: it names a number at Vapi and a line that no organization has registered."
                " `./aftercall assistants add` or `./aftercall numbers add` frees it."
            ),
        ),
    ],
)
def test_an_event_tells_its_verdict(row: dict[str, Any], sentence: str) -> None:
    assert of_event.verdict(SCENE, row) == sentence


def test_a_placed_call_tells_who_asked_and_what_came_of_it() -> None:
    row = {"created_at": NOW, "claimed_at": NOW, "updated_at": NOW + timedelta(seconds=2)}
    assert of_call._placing(SCENE, row | {"requested_by": "user:7", "status": "failed", "reason": "No line"}) == [
        "Jun 3, 2026, 12:00:00 PM EDT: a person (user 7) asked for this call to be placed.",
        "Jun 3, 2026, 12:00:00 PM EDT: Vapi was asked to dial.",
        "Jun 3, 2026, 12:00:02 PM EDT: the placing stands as failed: No line.",
    ]
