"""The audit trail: whatever is sent, shared, used or changed leaves one row that says who; and no row ever changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg2
import psycopg2.errors
import pytest

from models.database import organization
from models.organizations import add_number
from models.templates import Draft, create_template
from settings import settings
from tasks.alerts import set_off
from tasks.follow_ups import plan_follow_up
from tasks.receipts import record_delivery, record_text
from tests.commands.test_connecting import run as command
from tests.conftest import TestDatabase
from tests.edge.people import bearer_of, keep_recording, make_call
from tests.edge.promises import holding
from tests.edge.said import make_contact, make_transcript, trail
from tests.standin.side import Side, playing
from tests.tasks import calling, texting
from tests.tasks.talks import BOOKED, Clinic
from tests.tasks.texting import ACCOUNT, ANN, OURS
from tests.tasks.vapi import ASSISTANT
from vocabulary import Delivery, InboundText, MessageStatus, Provider, Role

KEYS = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": texting.TOKEN,
    "RESEND_API_KEY": texting.MAIL_KEY,
    "VAPI_PRIVATE_KEY": calling.KEY,
}
TEMPLATE = {"name": "Hello", "purpose": "followup", "method": "sms", "body": "Hello from {{ clinic }}"}
ROLES = ("DATABASE_URL", "DATABASE_READ_URL", "DATABASE_SYSTEM_URL")
BEN = "+12025550177"
STATED = "+12125550144"

Noted = list[tuple[str, str]]


class Front:
    """One admin at the API, the workers behind it, and what was noted since anybody looked last."""

    def __init__(self, org_id: UUID, side: Side) -> None:
        from edge import create_app

        self.org_id, self.side, self._seen = org_id, side, set[UUID]()
        self._client = holding(create_app())
        self._headers = bearer_of((org_id, Role.OWNER), selected=org_id)

    def ask(self, method: str, path: str, body: Any = None, expected: int = 200, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.open(path, method=method, json=body or {}, headers=self._headers | named)
        assert answer.status_code == expected, answer.text
        return answer.get_json(silent=True)

    def send(self) -> None:
        texting.run(self.org_id)

    def noted(self) -> Noted:
        """Who did what, in order; a person goes by `user`."""
        with organization(self.org_id) as tx:
            rows = tx.rows("SELECT id, actor, action FROM audit_log ORDER BY at, id")
        news = [row for row in rows if row["id"] not in self._seen]
        self._seen |= {row["id"] for row in news}
        return [("user" if row["actor"].startswith("user:") else row["actor"], row["action"]) for row in news]


@pytest.fixture
def front(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    with playing(KEYS, monkeypatch) as side:
        for name, value in (KEYS | {"RESEND_FROM": "Clinic <desk@example.com>"}).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        texting.equip(alice_org)
        yield Front(alice_org, side)


def test_what_is_sent_from_a_call(front: Front) -> None:
    call_id = make_call(front.org_id, phone_number=ANN)
    keep_recording(front.org_id, call_id)
    make_transcript(front.org_id, call_id)
    path = f"/api/calls-dashboard/{call_id}"
    for _ in range(2):
        front.ask("POST", f"{path}/followup", {"message": "See you"}, Idempotency_Key="one")
        front.send()
    assert front.noted() == [("user", "message.ask"), ("user", "message.send")]
    front.ask("POST", f"{path}/share", {"email": "ann@example.com"})
    front.send()
    assert front.noted() == [("user", "recording.share"), ("user", "message.send")]
    front.ask("POST", f"{path}/transcript/export")
    assert front.noted() == [("user", "transcript.export")]
    front.ask("POST", f"{path}/followup", {"message": ""}, 400)
    front.ask("POST", f"{path}/followup", {"message": "Other words"}, 422, Idempotency_Key="one")
    assert front.noted() == []


def test_templates_and_their_tests(front: Front) -> None:
    made = front.ask("POST", "/api/templates", TEMPLATE, 201)["data"]
    path = f"/api/templates/{made['id']}"
    front.ask("PATCH", path, {"body": "Good day from {{ clinic }}"})
    front.ask("POST", f"{path}/test", {"to": ANN}, 202)
    front.send()
    front.ask("DELETE", path)
    expected = ["templates.create", "templates.change", "templates.test", "message.send", "templates.remove"]
    assert front.noted() == [("user", action) for action in expected]


def test_settings_lines_and_assistants_with_their_tools(front: Front) -> None:
    front.ask("PATCH", "/api/settings", {"alert_number": BEN})
    number = front.ask("POST", "/api/numbers", {"number": calling.LINE}, 201)["data"]["id"]
    front.ask("PATCH", f"/api/numbers/{number}", {"label": "Desk"})
    operator = bearer_of((front.org_id, Role.ADMIN), selected=front.org_id, super_admin=True)
    for _ in range(2):
        front.ask("POST", f"/api/numbers/{number}/verify", Authorization=operator["Authorization"])
    front.ask("DELETE", f"/api/numbers/{number}")
    actions = ["settings.change", "numbers.create", "numbers.change", "numbers.verify", "numbers.remove"]
    assert front.noted() == [("user", action) for action in actions]
    front.side.tell("assistants", {"id": ASSISTANT})
    body = {"vapi_assistant_id": ASSISTANT, "name": "Ada"}
    assistant = front.ask("POST", "/api/assistants", body, 201)["data"]["id"]
    calling.do(front.org_id, "link_tools")
    front.ask("PATCH", f"/api/assistants/{assistant}", {"name": "Ada Lee"})
    calling.do(front.org_id, "link_tools")
    front.ask("DELETE", f"/api/assistants/{assistant}")
    calling.do(front.org_id, "unlink_tools")
    assert front.noted() == [
        ("user", "assistants.create"), ("link_tools", "tools.link"), ("user", "assistants.change"),
        ("user", "assistants.remove"), ("unlink_tools", "tools.unlink"),
    ]  # fmt: skip


def test_appointments_and_their_reminders(front: Front) -> None:
    at = datetime.now(UTC) + timedelta(days=3)
    body = {"starts_at": at.isoformat(), "phone": ANN, "name": "Ann Lee"}
    made = front.ask("POST", "/api/appointments", body, 201)["data"]["id"]
    path = f"/api/appointments/{made}"
    front.ask("POST", f"{path}/send-reminder", {"method": "sms"})
    front.ask("PATCH", path, {"starts_at": (at + timedelta(days=1)).isoformat()})
    assert front.noted() == [
        ("user", "appointments.create"), ("user", "appointments.remind"), ("user", "appointments.change")
    ]  # fmt: skip
    front.send()
    sent = [("rule:reminders", "message.send")] * 2
    assert [one for one in front.noted() if one[1] == "message.send"] == sent
    front.ask("DELETE", path)
    front.send()
    assert front.noted() == [("user", "appointments.change")]


def test_a_call_back(front: Front) -> None:
    calling.equip(front.org_id)
    contact_id = make_contact(front.org_id, phone=BEN, name="Ben")
    for _ in range(2):
        front.ask("POST", f"/api/contacts/{contact_id}/call-back", {}, 202)
    calling.do(front.org_id, "place_call")
    assert front.noted() == [("user", "callback.ask"), ("user", "callback.dial")]


def test_every_use_of_an_organizations_own_credential(front: Front) -> None:
    own = {"api_key": texting.MAIL_KEY, "from": "Clinic <own@example.com>"}
    front.ask("PUT", "/api/credentials/resend", own)
    texting.owe(front.org_id, texting.MAIL)
    front.side.fault("/emails", "reset_after")
    front.send()
    texting.run(front.org_id, "settle_message")
    front.ask("DELETE", "/api/credentials/resend")
    assert front.noted() == [
        ("user", "credentials.set"), ("rule:test", "message.send"), ("send_message", "credentials.use"),
        ("settle_message", "credentials.use"), ("user", "credentials.remove"),
    ]  # fmt: skip


def say(org_id: UUID, body: str, sid: str) -> None:
    said = InboundText(Provider.TWILIO, ACCOUNT, ANN, OURS, body, sid, datetime.now(UTC), None)
    with organization(org_id) as tx:
        record_text(tx, org_id, said, datetime.now(UTC))


def test_opt_outs_whoever_tells_of_them(front: Front) -> None:
    for _ in range(2):
        say(front.org_id, "STOP", "SM1")
    texting.owe(front.org_id)
    front.send()
    assert front.noted() == [("rule:opt_out", "opt_out.set"), ("rule:test", "message.skip")]
    say(front.org_id, "START", "SM2")
    say(front.org_id, "See you at five", "SM3")
    assert front.noted() == [("rule:opt_out", "opt_out.undo")]
    front.side.fault("/2010-04-01/", "status", status=400, body={"code": 21610, "message": "unsubscribed"})
    texting.owe(front.org_id, intent_key="wish:3")
    front.send()
    assert front.noted() == [("rule:test", "message.send"), ("rule:opt_out", "opt_out.set")]
    complained = texting.owe(front.org_id, texting.MAIL).id
    told = Delivery(Provider.RESEND, None, "m-1", MessageStatus.DELIVERED, complained, opts_out=True)
    for _ in range(2):
        with organization(front.org_id) as tx:
            record_delivery(tx, front.org_id, told, datetime.now(UTC))
    assert front.noted() == [("rule:opt_out", "opt_out.set")]


def test_an_opt_out_is_noted_by_everybody_who_writes_from_the_number(front: Front, bob_org: UUID) -> None:
    texting.equip(bob_org)
    for _ in range(2):
        say(front.org_id, "STOP", "SM1")
    for org_id in (front.org_id, bob_org):
        assert [one["actor"] for one in trail(org_id, "opt_out.set")] == ["rule:opt_out"]


def test_what_rules_send(front: Front) -> None:
    with organization(front.org_id) as tx:
        tx.run("UPDATE organizations SET alert_number = %s", (BEN,))
        create_template(tx, front.org_id, Draft("After", "followup", "sms", None, "Thank you", ["booked"]))
    clinic, now = Clinic(front.org_id), datetime.now(UTC)
    call_id = clinic.tell("1", at=now - timedelta(minutes=5), talk=BOOKED).call_id
    found = clinic.analyse(call_id)
    assert found is not None
    with organization(front.org_id) as tx:
        set_off(tx, front.org_id, found, now)
        plan_follow_up(tx, front.org_id, call_id, now)
    front.send()
    assert sorted(front.noted()) == [("rule:follow_up", "message.send"), ("rule:hot_lead", "message.send")]


def test_what_is_done_from_the_command_line(front: Front) -> None:
    org, soon = ("--org", front.org_id), f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT%H:%M}"
    message_id = texting.owe(front.org_id).id
    add_number(front.org_id, STATED, is_verified=False)
    lines: tuple[tuple[tuple[object, ...], str], ...] = (
        (("numbers", "add", front.org_id, calling.LINE), "numbers.create"),
        (("numbers", "verify", front.org_id, STATED), "numbers.verify"),
        (("assistants", "add", front.org_id, ASSISTANT), "assistants.create"),
        (("orgs", "set", front.org_id, "--retention-days", 9), "settings.change"),
        (("orgs", "set", front.org_id, "--send-from", "09:00"), "settings.change"),
        (("templates", "set", *org, "A", "--purpose", "followup", "--body", "Hello"), "templates.create"),
        (("templates", "remove", *org, "A"), "templates.remove"),
        (("appointments", "add", *org, soon, "--phone", BEN), "appointments.create"),
        (("credentials", "set", *org, "convoso"), "credentials.set"),
        (("credentials", "remove", *org, "convoso"), "credentials.remove"),
        (("messages", "show", message_id, *org, "--content"), "messages.read"),
    )
    for words, action in lines:
        result = command(*words, given="token-of-convoso\n")
        assert result.exit_code == 0, result.output
        ((actor, noted),) = front.noted()
        assert (actor.partition(":")[0], noted) in [("command line", action), ("shell", action)]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'somebody else'",
        "UPDATE audit_log SET at = at - interval '1 day'",
        "INSERT INTO audit_log SELECT * FROM audit_log ON CONFLICT (org_id, id) DO UPDATE SET actor = 'nobody'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "TRUNCATE organizations CASCADE",
        "DROP TABLE audit_log",
        "ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY",
        "SET ROLE aftercall_owner",
    ],
)
def test_no_role_that_runs_changes_or_takes_back_a_row(
    database: TestDatabase, alice_org: UUID, role: str, statement: str
) -> None:
    with organization(alice_org) as tx:
        tx.run("INSERT INTO audit_log (org_id, actor, action) VALUES (%s, 'test', 'note')", (alice_org,))
    kept = rows_of(database)
    connection = psycopg2.connect(database.environment[role])
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ WRITE")
        cursor.execute("SELECT set_config('app.org_id', %s, false)", (str(alice_org),))
        cursor.execute(statement)
    connection.close()
    assert rows_of(database) == kept


def rows_of(database: TestDatabase) -> list[tuple[Any, ...]]:
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_log ORDER BY at")
        return cursor.fetchall()
