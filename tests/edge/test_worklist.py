"""The worklist: what waits for a person and why, what is put aside, and what takes it off by itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from edge.worklist import wake
from models.database import organization, system
from models.ids import new_id
from models.organizations import add_number
from tests.edge.people import form_token, make_call, make_person
from tests.edge.said import make_contact, trail
from tests.edge.test_dashboard import browser_of, page
from tests.edge.test_messages_page import make_message
from vocabulary import NOBODY, Role

NOW = datetime.now(UTC)
ANN = "+12125550101"


@pytest.fixture
def alice(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.OPERATOR)))


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def called(org_id: UUID, hours: float = 1, **columns: Any) -> UUID:
    """A call so many hours ago."""
    return make_call(org_id, started_at=ago(hours), **{"direction": "inbound", "phone_number": ANN} | columns)


def book(org_id: UUID, contact_id: UUID, hours: float, **columns: Any) -> UUID:
    """An appointment in so many hours."""
    columns = {
        "org_id": org_id, "id": new_id(), "contact_id": contact_id, "starts_at": NOW + timedelta(hours=hours),
        "ends_at": NOW + timedelta(hours=hours + 1),
    } | columns  # fmt: skip
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with organization(org_id) as tx:
        tx.run(f"INSERT INTO appointments ({names}) VALUES ({marks})", list(columns.values()))
    return UUID(str(columns["id"]))


def todo(browser: FlaskClient, org_id: UUID) -> list[str]:
    """What stands on the list, as kind, who and why."""
    text = page(browser, f"/o/{org_id}/today")
    found = re.findall(
        r'todo-kind"><span[^>]*>([^<]+)<.*?todo-link"[^>]*>([^<]*)<.*?todo-why">([^<]*)<', text, re.DOTALL
    )
    return [f"{kind}: {who}: {why.strip()}" for kind, who, why in found]


def kinds(browser: FlaskClient, org_id: UUID) -> list[str]:
    return [": ".join(one.split(": ")[:2]) for one in todo(browser, org_id)]


def tap(browser: FlaskClient, org_id: UUID, key: str, **further: str) -> TestResponse:
    """Posts the form as a button of it would; the answer is the page that follows, or the refusal."""
    token = "form-token"
    answer = browser.post(f"/o/{org_id}/today/worklist", data={"csrf": token, "mark": key, **further})
    return browser.get(answer.location) if answer.status_code == 303 else answer


def test_calls_that_wait_stand_with_their_reason_the_gravest_first(alice: FlaskClient, alice_org: UUID) -> None:
    called(alice_org, 1, caller_name="Mia", result="no_answer")
    called(alice_org, 2, caller_name="Cleo", result="callback")
    called(alice_org, 3, caller_name="Rex", result="requested", financial_value=400)
    called(alice_org, 4, caller_name="Uma", result="requested", sentiment_urgency="high")
    called(alice_org, 5, caller_name="Vic", result="voicemail", direction="outbound")
    called(alice_org, 6, caller_name="Max", result="no_answer", phone_number=None)
    called(alice_org, 7, caller_name="Ada", result="answered", sentiment_urgency="low")
    called(alice_org, 8 * 24, caller_name="Old", result="callback")
    assert todo(alice, alice_org) == [
        "Urgent: Uma: What they said sounds urgent. The caller wants an appointment, but none is fixed yet.",
        "Call back: Cleo: The caller is to be called back.",
        "Call back: Rex: The caller wants an appointment, but none is fixed yet.",
        "Missed: Mia: Nobody answered them, and nobody has reached them since.",
    ]
    assert "Worth $400." in page(alice, f"/o/{alice_org}/today")


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ({"result": "answered"}, ["Urgent: Uma"]),
        ({"result": "answered", "direction": "outbound"}, ["Urgent: Uma"]),
        ({"result": "no_answer", "direction": "outbound"}, ["Urgent: Uma", "Call back: Cleo", "Missed: Mia"]),
        ({"result": "busy"}, ["Urgent: Uma", "Missed: Bea", "Missed: Bea", "Missed: Bea"]),
        ({"result": "callback"}, ["Urgent: Uma", "Call back: Bea", "Call back: Bea", "Call back: Bea"]),
        ({"sentiment_urgency": "high"}, [*["Urgent: Bea"] * 3, "Call back: Cleo", "Missed: Mia"]),
    ],
)  # fmt: skip
def test_the_newest_call_of_a_person_counts(
    alice: FlaskClient, alice_org: UUID, since: dict[str, Any], expected: list[str]
) -> None:
    people = {"Uma": {"sentiment_urgency": "high"}, "Cleo": {"result": "callback"}, "Mia": {"result": "no_answer"}}
    for name, columns in people.items():
        contact_id = make_contact(alice_org, name=name)
        called(alice_org, 5, caller_name=name, contact_id=contact_id, **columns)
        called(alice_org, 1, caller_name="Bea", contact_id=contact_id, **since)
    assert kinds(alice, alice_org) == expected


def test_an_appointment_since_is_what_was_wanted(alice: FlaskClient, alice_org: UUID) -> None:
    for name, made in (("Before", ago(3)), ("Since", ago(1))):
        contact_id = make_contact(alice_org, name=name)
        called(alice_org, 2, contact_id=contact_id, caller_name=name, result="requested")
        book(alice_org, contact_id, 48, created_at=made)
    assert kinds(alice, alice_org) == ["Call back: Before"]


def test_messages_that_did_not_arrive_wait_with_their_reason(alice: FlaskClient, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, name="Ann", phone=ANN)
    soon, begun = book(alice_org, contact_id, 20), book(alice_org, contact_id, -1)
    moved = book(alice_org, contact_id, 30, version=2)
    off = book(alice_org, contact_id, 40, status="cancelled")
    of: dict[str, Any] = {"contact_id": contact_id, "purpose": "reminder", "appointment_version": 1}
    make_message(alice_org, 5, status="failed", reason="No mobile phone (21614)", appointment_id=soon, **of)
    for appointment_id in (begun, moved, off):
        make_message(alice_org, 4, status="skipped", reason="It was moved", appointment_id=appointment_id, **of)
    make_message(alice_org, 3, status="unknown", contact_id=contact_id, recipient="+12125550102")
    make_message(alice_org, 2, status="undelivered", purpose="share", method="email", recipient="ann@example.com")
    make_message(alice_org, 1, status="skipped", recipient="+12125550103", reason="They asked not to be written to")
    told = [re.sub(r" \([A-Z][^)]*[AP]M\)", "", one) for one in todo(alice, alice_org)]
    assert told == [
        "Reminder: Ann: The reminder of the appointment could not be sent. No mobile phone (21614).",
        "Unclear: Ann: Nobody knows whether the follow-up went out. It is looked up, and never sent twice.",
        "Not sent: ann@example.com: The shared recording was not delivered.",
    ]
    leads = re.findall(r'todo-link"[^>]* href="/o/[^/]+/([^"]+)"', page(alice, f"/o/{alice_org}/today"))
    assert leads == [f"appointments/{soon}", *["messages?status=attention"] * 2]


def test_a_message_that_arrived_later_takes_the_failed_one_off(alice: FlaskClient, alice_org: UUID) -> None:
    make_message(alice_org, 9, status="failed", recipient=ANN)
    make_message(alice_org, 8, status="failed", recipient="+12125550102")
    make_message(alice_org, 7, status="unknown", recipient="+12125550102")
    make_message(alice_org, 2, status="planned", recipient="+12125550102")
    make_message(alice_org, 1, status="delivered", recipient=ANN)
    assert kinds(alice, alice_org) == ["Unclear: (212) 555-0102"]


def test_quarantined_events_wait_for_super_admins_only(app: Flask, alice: FlaskClient, alice_org: UUID) -> None:
    called(alice_org, result="callback")
    with system() as tx:
        tx.run(
            "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, state)"
            " VALUES (%s, %s, 'vapi', 'vapi', 'x', 'x', 'quarantined')",
            (NOBODY, new_id()),
        )
    admin = browser_of(app, make_person((alice_org, Role.ADMIN), super_admin=True))
    text = page(admin, f"/o/{alice_org}/today")
    assert "One webhook of unknown organizations waits for somebody" in text
    assert f'<a class="button" href="/o/{alice_org}/operations"' in text
    assert "Quarantined" not in page(alice, f"/o/{alice_org}/today")


def test_an_outcome_takes_it_off_and_undo_brings_it_back(alice: FlaskClient, alice_org: UUID) -> None:
    call_id = called(alice_org, caller_name="Cleo", result="callback")
    key = f"callback:{call_id}"
    assert f'name="mark" value="{key}:reached"' in page(alice, f"/o/{alice_org}/today")
    after = tap(alice, alice_org, f"{key}:reached", range="30d")
    assert "<b>Cleo:</b> Reached" in after.text
    assert 'range=30d" aria-current' in after.text
    assert f'name="mark" value="{key}:reopen"' in after.text
    assert todo(alice, alice_org) == []
    tap(alice, alice_org, f"{key}:reached")
    tap(alice, alice_org, f"{key}:reopen")
    tap(alice, alice_org, f"{key}:reopen")
    assert kinds(alice, alice_org) == ["Call back: Cleo"]
    (done,) = trail(alice_org, "worklist.done")
    assert (done["subject"], done["details"]) == (str(call_id), {"kind": "callback", "outcome": "reached"})
    (reopened,) = trail(alice_org, "worklist.reopen")
    assert (reopened["subject"], reopened["actor"]) == (str(call_id), done["actor"])


@pytest.mark.parametrize(("action", "hours"), [("hour", 1), ("no_answer", 2)])
def test_what_is_snoozed_comes_back(alice: FlaskClient, alice_org: UUID, action: str, hours: int) -> None:
    call_id = called(alice_org, caller_name="Cleo", result="callback")
    tap(alice, alice_org, f"callback:{call_id}:{action}")
    assert todo(alice, alice_org) == []
    (noted,) = trail(alice_org, "worklist.snooze")
    until = datetime.fromisoformat(noted["details"]["until"])
    assert abs(until - datetime.now(UTC) - timedelta(hours=hours)) < timedelta(minutes=1)
    with organization(alice_org) as tx:
        tx.run("UPDATE work_marks SET snoozed_until = now() - interval '1 second'")
    assert kinds(alice, alice_org) == ["Call back: Cleo"]


def test_mornings_are_the_organizations_own() -> None:
    zone = ZoneInfo("America/New_York")
    friday_night = datetime(2026, 3, 7, 3, 30, tzinfo=UTC)
    assert wake("hour", friday_night, "America/New_York") == friday_night + timedelta(hours=1)
    assert wake("tomorrow", friday_night, "America/New_York") == datetime(2026, 3, 7, 9, tzinfo=zone)
    # On Sunday the clocks go forward.
    assert wake("week", friday_night, "America/New_York") == datetime(2026, 3, 9, 13, tzinfo=UTC)


def test_whatever_can_be_focused_is_found_again_by_its_id(alice: FlaskClient, alice_org: UUID) -> None:
    call_id = called(alice_org, caller_name="Cleo", result="callback")
    called(alice_org, caller_name="Dora", result="callback", phone_number="+12025550177")
    text = tap(alice, alice_org, f"callback:{call_id}:reached").text
    part = re.sub(r'<div class="menu-list">.*?</div>', "", text[text.index('id="today-part"') :], flags=re.DOTALL)
    focusable = re.findall(r"<(?:a|button|summary)\b[^>]*>", part)
    ids = {found.group(1) for one in focusable if (found := re.search(r' id="([^"]+)"', one))}
    assert {"undo", "put-aside", "span-1", "tile-1"} < ids
    assert len(ids) == len(focusable), focusable


def test_nobody_is_to_dial_the_organizations_own_line(alice: FlaskClient, alice_org: UUID) -> None:
    add_number(alice_org, ANN)
    called(alice_org, caller_name="Cleo", result="callback")
    called(alice_org, caller_name="Dora", result="callback", phone_number="+12025550177")
    assert re.findall(r'href="tel:([^"]+)"', page(alice, f"/o/{alice_org}/today")) == ["+12025550177"]


def test_fresh_facts_are_a_new_item(alice: FlaskClient, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, name="Cleo", phone=ANN)
    first = called(alice_org, 3, caller_name="Cleo", contact_id=contact_id, result="callback")
    tap(alice, alice_org, f"callback:{first}:reached")
    second = called(alice_org, 2, caller_name="Cleo", contact_id=contact_id, result="callback")
    assert kinds(alice, alice_org) == ["Call back: Cleo"]
    tap(alice, alice_org, f"callback:{second}:reached")
    assert todo(alice, alice_org) == []
    with organization(alice_org) as tx:
        tx.run("UPDATE calls SET sentiment_urgency = 'high' WHERE id = %s", (second,))
    assert kinds(alice, alice_org) == ["Urgent: Cleo"]
    tap(alice, alice_org, f"urgent:{second}:not_needed")
    with organization(alice_org) as tx:
        tx.run("DELETE FROM work_marks WHERE kind = 'callback'")
        tx.run("UPDATE calls SET sentiment_urgency = 'low' WHERE id = %s", (second,))
    assert todo(alice, alice_org) == []


def test_what_was_put_aside_can_be_taken_back_for_a_day(alice: FlaskClient, alice_org: UUID) -> None:
    message_id = make_message(alice_org, status="failed", recipient=ANN)
    tap(alice, alice_org, f"message:{message_id}:not_needed")
    text = page(alice, f"/o/{alice_org}/today")
    assert re.search(r"<b>\(212\) 555-0101</b> <span class=\"soft\">Not sent · Not needed</span>", text)
    assert f'value="message:{message_id}:reopen">Take back' in text
    with organization(alice_org) as tx:
        tx.run("UPDATE work_marks SET marked_at = now() - interval '25 hours'")
    assert "Take back" not in page(alice, f"/o/{alice_org}/today")


@pytest.mark.parametrize(
    "mark",
    ["", "callback", "callback:x:reached", "pigeon:{id}:reached", "callback:{id}:forgotten", "message:{id}:booked"],
)
def test_what_makes_no_sense_is_refused(alice: FlaskClient, alice_org: UUID, mark: str) -> None:
    call_id = called(alice_org, result="callback")
    assert tap(alice, alice_org, mark.format(id=call_id)).status_code == 400
    assert len(todo(alice, alice_org)) == 1


def test_viewers_and_analysts_look_and_do_not_act(app: Flask, alice_org: UUID) -> None:
    call_id = called(alice_org, caller_name="Cleo", result="callback", outcome_summary="Asked for Dr. Kim.")
    make_message(alice_org, status="failed", recipient=ANN, purpose="share")
    for role in (Role.VIEWER, Role.ANALYST):
        browser = browser_of(app, make_person((alice_org, role)))
        assert tap(browser, alice_org, f"callback:{call_id}:reached").status_code == 403
        text = page(browser, f"/o/{alice_org}/today")
        assert 'name="mark"' not in text
        assert ("Asked for Dr. Kim." in text) is (role is Role.ANALYST)
        whom = "(212) 555-0101" if role is Role.ANALYST else "A shared recording"
        assert kinds(browser, alice_org) == ["Call back: Cleo", f"Not sent: {whom}"]


def test_another_organizations_items_are_not_there(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    call_id, message_id = called(alice_org, result="callback"), make_message(alice_org, status="failed")
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    for key in (f"callback:{call_id}", f"message:{message_id}", f"callback:{uuid4()}"):
        for action in ("reached", "hour", "reopen"):
            assert tap(charlie, alice_org, f"{key}:{action}").status_code == 404
            assert tap(charlie, bob_org, f"{key}:{action}").status_code == 404
    assert todo(charlie, bob_org) == []
    with system() as tx:
        assert tx.value("SELECT count(*) FROM work_marks") == 0


def test_a_form_without_its_token_does_nothing(alice: FlaskClient, alice_org: UUID) -> None:
    call_id = called(alice_org, result="callback")
    assert form_token(page(alice, f"/o/{alice_org}/today")) == "form-token"
    answer = alice.post(f"/o/{alice_org}/today/worklist", data={"mark": f"callback:{call_id}:reached"})
    assert answer.status_code == 403
    assert len(todo(alice, alice_org)) == 1
