"""A person's number, address, name and words, and the keys of three providers, go every way that messages and calls go:
they are heard where they belong, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import requests

from models import credentials
from models.connections import send_from
from models.database import organization
from models.organizations import add_assistant, add_number
from models.people import add_membership, create_user
from settings import settings
from tests.commands.test_connecting import run as command
from tests.conftest import TestDatabase
from tests.edge.desk import encoded, report
from tests.edge.live import Edge
from tests.edge.people import PASSWORD, bearer_of, form_token, make_call
from tests.edge.said import make_contact
from tests.flows.canary import Flight, forbidden, overheard, working
from tests.flows.journey import DIGITS, ECHO, EMAIL, MAIL_KEY, NAME, SID, TOKEN, TOLD, VAPI_KEY, WORDS, Journey
from tests.rules.quotes import dialogue
from tests.standin.side import API_URLS, Side, playing
from tests.tasks.talks import BOOKED
from vocabulary import Role, Speaker

OURS, ALERTED, ASSISTANT, LINE = "+12125550199", "+12125550188", "assistant-of-canaries", "line-of-canaries"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: TestDatabase) -> Iterator[Side]:
    with playing({"VAPI_PRIVATE_KEY": VAPI_KEY, "RESEND_API_KEY": MAIL_KEY}, monkeypatch) as directed:
        yield directed


@pytest.fixture
def journey(side: Side, alice_org: UUID, database: TestDatabase, tmp_path: Path) -> Iterator[Journey]:
    add_assistant(alice_org, ASSISTANT)
    add_number(alice_org, "+12125550101", vapi_phone_number_id=LINE)
    with organization(alice_org) as tx:
        credentials.put(tx, alice_org, "twilio", {"account_sid": SID, "auth_token": TOKEN, "phone_number": OURS})
        credentials.put(tx, alice_org, "resend", {"api_key": MAIL_KEY, "from": "Clinic <clinic@example.com>"})
        send_from(tx, alice_org, OURS, SID)
        hours = "UPDATE organizations SET send_from = '00:00', send_until = '23:59:59.999999', alert_number = %s"
        tx.run(hours, (ALERTED,))
    environment = database.environment | dict.fromkeys(API_URLS, side.url)
    environment |= {"VAPI_PRIVATE_KEY": VAPI_KEY, "LOG_LEVEL": "debug"}
    edge = Edge(environment, tmp_path)
    edge.start()
    keys = {"VAPI_WEBHOOK_SECRET": environment["VAPI_WEBHOOK_SECRET"]}
    side.tell("webhooks", {"url": f"http://127.0.0.1:{edge.port}", "pace": 0.02, "keys": keys})
    headers = bearer_of((alice_org, Role.ADMIN), selected=alice_org)
    try:
        flight = Flight(edge, headers, database.admin_url, tmp_path / "worker.log")
        with overheard(environment["REDIS_URL"], flight.queued), working(environment, flight.worker_log):
            yield Journey(flight, side, alice_org)
    finally:
        edge.stop()


def texts(journey: Journey) -> None:
    """Every way that a text may fare."""
    journey.fares(journey.text(), "delivered")
    journey.fares(journey.text("status", status=400, body=ECHO), "failed")
    journey.fares(journey.text("status_after", status=500, body=ECHO), "delivered")
    journey.side.tell("webhooks", {"lose": 2})
    journey.fares(journey.text("reset_after"), "sent", "delivered")
    journey.fares(journey.text("timeout_after", seconds=0.2), "delivered")
    journey.fares(journey.text("status", status=429, body=ECHO), "delivered")
    with forbidden(journey.flight.rows, "messages", "status <> 'sent'"):
        stuck = journey.text()
        journey.arrives("select 1 from jobs where last_error like 'CheckViolation%'")
    journey.fares(stuck, "sent", "delivered")


def forged(journey: Journey, message_id: str) -> None:
    """News that nobody signed, about a message that is ours."""
    url = f"http://127.0.0.1:{journey.flight.edge.port}/api/webhooks"
    about = {"MessageSid": "SM1", "MessageStatus": "failed", "To": f"+1{DIGITS}0", "Body": WORDS, "AccountSid": SID}
    query = f"org={journey.org_id}&message={message_id}&to={DIGITS}0"
    for answer in (
        requests.post(f"{url}/twilio/sms?{query}", about, headers={"X-Twilio-Signature": TOKEN}, timeout=15),
        requests.post(f"{url}/resend", f"{EMAIL} {WORDS}", headers={"svix-signature": TOKEN}, timeout=15),
        requests.post(f"{url}/twilio/sms?token={TOKEN}", f"{WORDS} {DIGITS}", timeout=15),
    ):
        assert answer.status_code in (400, 401, 403), answer.text
        journey.flight.answers.append(f"{answer.headers} {answer.text}")


def mails(journey: Journey) -> None:
    journey.fares(journey.share(), "sent")
    journey.fares(journey.share("status", status=422, body=ECHO), "failed")
    journey.fares(journey.share("status_after", status=500, body=ECHO), "sent")


def templates(journey: Journey) -> None:
    """A test send, a hot lead, and a follow-up that nobody clicked for."""
    body = {"name": "After", "purpose": "followup", "method": "sms", "body": f"{{{{ first_name }}}} {WORDS}"}
    made = journey.ask("POST", "/api/templates", body | {"after_results": ["booked"]}, 201)["data"]["id"]
    sent = journey.ask("POST", f"/api/templates/{made}/test", {"to": journey.number()}, 202)
    journey.fares(sent["messageId"], "delivered")
    alert = {"name": "Hot", "purpose": "hot_lead", "method": "sms", "body": f"{{{{ phone }}}} {WORDS}"}
    journey.ask("POST", "/api/templates", alert, 201)
    ended = datetime.now(UTC) - timedelta(minutes=1)
    times = {"startedAt": (ended - timedelta(minutes=2)).isoformat(), "endedAt": ended.isoformat()}
    said = [
        {"role": "bot" if turn.speaker is Speaker.AGENT else "user", "message": turn.text, "secondsFromStart": number}
        for number, turn in enumerate(dialogue(BOOKED))
    ]
    customer = {"number": f"+1{DIGITS}9", "name": NAME}
    body = report("hot", ASSISTANT, artifact={"messages": said}, call_customer=customer, customer=customer, **times)
    url, secret = f"http://127.0.0.1:{journey.flight.edge.port}/api/vapi/webhook", settings().vapi_webhook_secret
    assert requests.post(url, encoded(body), headers={"X-Vapi-Secret": str(secret)}, timeout=15).ok
    for rule in ("rule:hot_lead", "rule:follow_up"):
        journey.arrives("select 1 from messages where requested_by = %s and status = 'delivered'", rule)


def appointments(journey: Journey) -> None:
    at = datetime.now(UTC) + timedelta(days=3)
    about = {"starts_at": at.isoformat(), "name": NAME, "title": WORDS, "email": EMAIL, "notes": WORDS}
    first, second = (
        journey.ask("POST", "/api/appointments", about | {"phone": journey.number()}, 201)["data"]["id"] for _ in "ab"
    )
    journey.ask("PATCH", f"/api/appointments/{first}", {"starts_at": (at + timedelta(days=1)).isoformat()}, 200)
    journey.ask("DELETE", f"/api/appointments/{second}", {}, 200)
    for method in ("sms", "email"):
        sent = journey.ask("POST", f"/api/appointments/{first}/send-reminder", {"method": method}, 200)
        journey.fares(sent["messageId"], "sent", "delivered")
    journey.arrives("select 1 from messages where requested_by = 'rule:reminders' and status = 'delivered'")
    journey.ask("POST", f"/api/appointments/{second}/send-reminder", {"method": "sms"}, 409)
    journey.ask("POST", "/api/appointments", about | {"phone": f"{DIGITS} {WORDS}"}, 400)


def call_backs(journey: Journey) -> None:
    contact_id = make_contact(journey.org_id, phone=f"+1{DIGITS}4", name=NAME, email=EMAIL)
    for fault, status in (("none", "placed"), ("status", "failed"), ("reset_after", "placed")):
        journey.side.fault("/call", fault, status=400, body=ECHO)
        asked = journey.ask("POST", f"/api/contacts/{contact_id}/call-back", {}, 202, Idempotency_Key=fault)
        journey.arrives("select 1 from placed_calls where call_id = %s and status = %s", asked["callId"], status)


def tools(journey: Journey) -> None:
    journey.side.fault("/assistant", "status", status=400, body=ECHO, times=9)
    journey.ask("POST", "/api/assistants", {"vapi_assistant_id": "another", "name": "Ada"}, 201)
    journey.arrives("select 1 from org_tools where error is not null and vapi_assistant_id = 'another'")


def answers(journey: Journey) -> None:
    """What people write back: words for people, and a wish to be left alone."""
    person = f"+1{DIGITS}3"
    for body in (f"{WORDS} says {NAME}", "STOP"):
        journey.side.tell("texts", {"from": person, "to": OURS, "body": body, "account": SID, "token": TOKEN,
                                    "url": "http://localhost:8000/api/webhooks/twilio/sms"})  # fmt: skip
    journey.arrives("select 1 from opt_outs where recipient = %s and is_out", person)
    journey.arrives("select 1 from messages where direction = 'inbound' and content like %s", f"%{WORDS}%")
    path = f"/api/calls-dashboard/{journey.call(person)}/followup"
    assert journey.ask("POST", path, {"message": WORDS}, 409)["code"] == "opted_out"


def refusals(journey: Journey, others_call: UUID) -> None:
    path = f"/api/calls-dashboard/{journey.call(f'+1{DIGITS}7')}"
    journey.ask("POST", f"{path}/followup", {"message": f"{WORDS} " * 20}, 400)
    journey.ask("POST", f"{path}/share", {"email": f"{EMAIL} {WORDS}"}, 400)
    journey.ask("POST", f"{path}/followup", {"message": [WORDS], "org_id": EMAIL}, 404)
    journey.ask("GET", f"/api/messages?status={WORDS}&contact_id={DIGITS}0", None, 400)
    journey.ask("GET", f"/api/messages?contact_id={DIGITS}0", None, 400)
    journey.ask("POST", "/api/templates", {"name": WORDS, "purpose": EMAIL, "method": WORDS, "body": WORDS}, 400)
    journey.ask("POST", f"/api/calls-dashboard/{others_call}/followup", {"message": WORDS}, 404)
    clicks = [("first", WORDS, 200), ("first", f"Other {WORDS}", 422), ("2", WORDS, 200), ("3", WORDS, 200)]
    for key, words, status in [*clicks, ("4", WORDS, 429)]:
        journey.ask("POST", f"{path}/followup", {"message": words}, status, Idempotency_Key=key)
    with forbidden(journey.flight.rows, "messages", "subject not like '%recording%'"):
        journey.ask("POST", f"{path}/share", {"email": EMAIL}, 500)


def forms(journey: Journey) -> None:
    """The page gives back to its author what was typed there, and to nobody else."""
    user_id = create_user("front-desk@example.com", "Front desk", PASSWORD)
    add_membership(journey.org_id, user_id, Role.OPERATOR)
    base, call_id = f"http://127.0.0.1:{journey.flight.edge.port}", journey.call(f"+1{DIGITS}8")
    browser = requests.Session()
    token = form_token(browser.get(f"{base}/sign-in", timeout=15).text)
    login = {"csrf": token, "email": "front-desk@example.com", "password": PASSWORD}
    page = browser.post(f"{base}/sign-in", login, timeout=15).text
    page = browser.get(f"{base}/o/{journey.org_id}/calls/{call_id}", timeout=15).text
    for name, field, given in (("followup", "message", f"{WORDS} " * 20), ("share", "email", f"{EMAIL} {DIGITS}")):
        form = {"csrf": form_token(page), field: given}
        answer = browser.post(f"{base}/o/{journey.org_id}/calls/{call_id}/{name}", form, timeout=15)
        assert (answer.status_code, WORDS in answer.text or EMAIL in answer.text) == (400, True)
        form["csrf"] = f"{TOKEN} {WORDS}"
        journey.flight.answers.append(browser.post(answer.url, form, timeout=15).text)


def told_by_commands(journey: Journey) -> None:
    org = ("--org", journey.org_id)
    (row,) = journey.flight.rows("select id from messages where status = 'failed' limit 1")
    lines = [("messages", "list", *org), ("messages", "show", row[0], *org), ("credentials", "list", *org)]
    for words in [*lines, ("jobs", "list"), ("jobs", "list", "--state", "dead"), ("orgs", "list")]:
        for more in ((), ("--json",)):
            result = command(*words, *more)
            assert result.exit_code == 0, result.output
            journey.flight.answers.append(result.output)


def test_no_canary_sings_on_its_way_to_a_person(journey: Journey, bob_org: UUID) -> None:
    texts(journey)
    (message_id,) = journey.flight.rows("select id from messages limit 1")
    forged(journey, message_id[0])
    mails(journey)
    templates(journey)
    appointments(journey)
    call_backs(journey)
    tools(journey)
    answers(journey)
    refusals(journey, make_call(bob_org, phone_number="+12125550111"))
    forms(journey)
    told_by_commands(journey)
    assert set(journey.flight.heard(str(journey.org_id))) >= {"the worker's log", "the queue", "jobs", "audit_log"}
    assert {canary: places for canary in TOLD if (places := journey.heard(canary))} == {}
    sent = requests.get(f"{journey.side.url}/__standin/sent", timeout=5).text
    assert all(canary in sent for canary in (WORDS, EMAIL, DIGITS)), "what should have gone out did not"
