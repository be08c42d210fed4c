"""The pages: what a front desk sees, in its own time, and nothing of anybody else's."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge import sessions
from edge.sessions import Session
from models.database import organization
from models.organizations import add_assistant
from tests.edge.desk import Desk, report
from tests.edge.people import make_call, make_person
from vocabulary import Role

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)


OUR_SCRIPT = re.compile(r'<script src="/static/(vendor/)?[a-z]+(\.min)?\.js\?v=[0-9a-f]+" defer></script>')


def browser_of(app: Flask, user_id: UUID) -> FlaskClient:
    """A browser in which this person is signed in."""
    client = app.test_client()
    with app.test_request_context():
        session = Session("form-token", str(user_id), time.time() + 1, time.time())
        client.set_cookie(sessions.cookie_name(), sessions._signer().dumps(asdict(session)))
    return client


@pytest.fixture
def alice(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.OWNER)))


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def callers(text: str) -> list[str]:
    return [name.strip() for name in re.findall(r'class="row-link[^>]*>([^<]*)<', text)]


def test_a_new_organization_is_told_how_to_get_its_first_call(alice: FlaskClient, alice_org: UUID) -> None:
    text = page(alice, f"/o/{alice_org}/calls")
    assert "No calls yet." in text
    assert f"./aftercall tokens create {alice_org} convoso_calls" in text
    assert "curl -X POST 'http://localhost:8000/api/webhooks/convoso-calls?token=TOKEN'" in text


def test_who_belongs_nowhere_is_told_what_to_ask_for(app: Flask, alice_org: UUID) -> None:
    assert "You belong to no organization yet." in page(browser_of(app, make_person()), "/")


def test_calls_are_listed_newest_first_in_the_organizations_time(alice: FlaskClient, alice_org: UUID) -> None:
    make_call(alice_org, caller_name="Ann", started_at=NOON, phone_number="+13125550123", direction="inbound")
    make_call(alice_org, caller_name="Bea", started_at=NOON + timedelta(hours=1), financial_value=Decimal("1250"))
    text = page(alice, f"/o/{alice_org}/calls")
    assert callers(text) == ["Bea", "Ann"]
    assert "12:00 PM" in text
    assert "(312) 555-0123" in text
    assert "$1,250" in text


def test_a_call_is_listed_with_what_became_of_it(alice: FlaskClient, alice_org: UUID) -> None:
    make_call(alice_org, caller_name="Ann", status="completed", outcome="human", result="voicemail")
    make_call(alice_org, caller_name="Bea", status="completed", outcome="human", result="unknown")
    text = page(alice, f"/o/{alice_org}/calls")
    assert re.findall(r'class="state state-\w+">([^<]+)<', text) == ["Answered", "Voicemail"]


def test_a_filter_in_the_address_is_applied_shown_and_removable(alice: FlaskClient, alice_org: UUID) -> None:
    make_call(alice_org, caller_name="Ann", direction="inbound", campaign="Spring & Co")
    make_call(alice_org, caller_name="Bea", direction="outbound")
    text = page(alice, f"/o/{alice_org}/calls?direction=inbound&campaign=Spring+%26+Co")
    assert callers(text) == ["Ann"]
    assert f'href="/o/{alice_org}/calls?direction=inbound"' in text
    assert f'href="/o/{alice_org}/calls?campaign=Spring+%26+Co"' in text
    assert '<option value="inbound" selected>Inbound</option>' in text


def test_filters_that_fit_nothing_offer_a_way_back(alice: FlaskClient, alice_org: UUID) -> None:
    make_call(alice_org)
    text = page(alice, f"/o/{alice_org}/calls?status=busy")
    assert "No call matches." in text
    assert "Show all calls" in text


def test_a_filter_that_makes_no_sense_is_explained_on_the_page(alice: FlaskClient, alice_org: UUID) -> None:
    make_call(alice_org, caller_name="Ann")
    text = page(alice, f"/o/{alice_org}/calls?from=yesterday")
    assert "from must be a day like 2026-01-31" in text
    assert callers(text) == ["Ann"]


def test_older_calls_are_a_page_away(alice: FlaskClient, alice_org: UUID) -> None:
    for minute in range(51):
        facts = {"campaign": "Spring", "agent_name": "Ana", "phone_number": "+13125550123", "direction": "inbound"}
        at = NOON + timedelta(minutes=minute)
        make_call(alice_org, caller_name=f"Caller {minute:02}", started_at=at, duration_seconds=90, **facts)
    first = page(alice, f"/o/{alice_org}/calls?direction=inbound")
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = page(alice, onward.group(1).replace("&amp;", "&"))
    assert len(callers(first)) == 50
    assert callers(second) == ["Caller 00"]
    assert 'rel="next"' not in second
    assert len(first.encode()) < 45_000


def test_a_calls_page_tells_what_came_and_what_it_changed(alice: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    desk.vapi(report("v-1", "a-1", cost=0.25, analysis={"summary": "Wants a cleaning on Thursday."}))
    desk.work()
    listing = page(alice, f"/o/{alice_org}/calls")
    address = re.search(r'href="(calls/[^"]+)"', listing)
    assert address is not None
    text = page(alice, f"/o/{alice_org}/{address.group(1)}")
    assert "Wants a cleaning on Thursday." in text
    assert "<b>Vapi told how the call went</b>" in text
    assert "<span>Summary</span> Wants a cleaning on Thursday." in text
    assert "Process event, done, 1 attempt" in text
    assert re.search(r"Changed \d+ facts", text)
    assert "Mar 2, 2026, 10:01:30 AM EST" in text


def test_a_dead_job_shows_its_error(alice: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    desk.vapi(report("v-1", "a-1"))
    desk.work()
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET state = 'dead', last_error = 'Refused: nothing to read', attempts = 6")
        call_id = tx.value("SELECT id FROM calls")
    text = page(alice, f"/o/{alice_org}/calls/{call_id}")
    assert "Refused: nothing to read" in text
    assert "6 attempts" in text


def test_an_expired_body_is_said_to_be_gone(alice: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    desk.vapi(report("v-1", "a-1"))
    desk.work()
    with organization(alice_org) as tx:
        tx.run("UPDATE webhook_events SET raw = NULL")
        call_id = tx.value("SELECT id FROM calls")
    assert "its body has expired" in page(alice, f"/o/{alice_org}/calls/{call_id}")


def test_a_providers_address_of_a_recording_is_for_nobody(app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org, recording_url="https://rec.example/1", recording_status="completed")
    address = f"/o/{alice_org}/calls/{call_id}"
    assert "rec.example" not in page(browser_of(app, make_person((alice_org, Role.OWNER))), address)
    viewers = page(browser_of(app, make_person((alice_org, Role.VIEWER))), address)
    assert "rec.example" not in viewers
    assert "Recordings are for analysts and above." in viewers


def test_a_stranger_and_an_unknown_call_get_the_same_page(
    app: Flask, alice: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    call_id = make_call(alice_org, caller_name="Ann Secret")
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    answers = [
        charlie.get(f"/o/{alice_org}/calls"),
        charlie.get(f"/o/{alice_org}/calls/{call_id}"),
        charlie.get(f"/o/{bob_org}/calls/{call_id}"),
        alice.get(f"/o/{alice_org}/calls/{uuid4()}"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert not any("Ann Secret" in answer.text or "Alice" in answer.text for answer in answers)


def test_a_person_switches_between_their_organizations(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    both = browser_of(app, make_person((alice_org, Role.VIEWER), (bob_org, Role.ADMIN)))
    text = page(both, f"/o/{bob_org}/calls")
    assert f'href="/o/{alice_org}"' in text
    assert f'href="/o/{bob_org}" aria-current="true"' in text
    assert both.get(f"/o/{alice_org}").location.startswith(f"/o/{alice_org}/")


def test_a_super_admins_visit_is_said_and_kept(app: Flask, bob_org: UUID) -> None:
    text = page(browser_of(app, make_person(super_admin=True)), f"/o/{bob_org}/calls")
    assert "This visit is on its audit trail." in text
    with organization(bob_org) as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'super_admin.visit'") == 1


HOSTILE = '<script>alert(1)</script>" onmouseover="alert(2)'


def test_what_a_caller_says_is_never_markup(alice: FlaskClient, alice_org: UUID) -> None:
    names = ("caller_name", "campaign", "agent_name", "disposition", "phone_number", "outcome_summary", "ended_reason")
    call_id = make_call(alice_org, recording_url="javascript:alert(3)", **dict.fromkeys(names, HOSTILE))
    for address in (f"/o/{alice_org}/calls", f"/o/{alice_org}/calls/{call_id}", f"/o/{alice_org}/calls?q={HOSTILE}"):
        text = page(alice, address)
        assert "<script" not in OUR_SCRIPT.sub("", text)
        assert 'onmouseover="' not in text.replace("&#34;", "")
        assert "javascript:" not in text


def test_no_page_needs_what_the_content_policy_forbids(alice: FlaskClient, app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org, caller_name="Ann")
    addresses = ("/sign-in", f"/o/{alice_org}/calls", f"/o/{alice_org}/calls/{call_id}", "/nowhere")
    texts = [alice.get(address).text for address in addresses] + [app.test_client().get("/sign-in").text]
    for text in texts:
        assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=|javascript:", OUR_SCRIPT.sub("", text))
        assert re.findall(r'(?:src|href)="(https?:|//)', text) == []


def test_every_field_has_a_label_and_every_page_a_heading(alice: FlaskClient, alice_org: UUID) -> None:
    make_call(alice_org)
    text = page(alice, f"/o/{alice_org}/calls")
    fields = re.findall(r'<(?:input|select)(?![^>]*type="hidden")[^>]*>', text)
    outside = re.sub(r"<label[^>]*>.*?</label>", "", text, flags=re.DOTALL)
    unlabelled: list[Any] = [field for field in fields if field in outside and 'id="q"' not in field]
    assert unlabelled == []
    assert '<label class="unseen" for="q">' in text
    assert len(re.findall("<h1", text)) == 1
    assert '<html lang="en">' in text
