"""The page of messages: what was sent, what needs attention, and how one leads to its call."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import organization
from models.ids import new_id
from settings import settings
from tests.edge.people import make_call, make_person
from tests.edge.said import make_contact
from tests.edge.test_appointments_page import booked
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from vocabulary import Role

NOW = datetime.now(UTC).replace(microsecond=0)
ANN = "+12125550101"
FAILED: dict[str, Any] = {"status": "failed", "reason": "This number is not a mobile phone (21614)"}
MAIL: dict[str, Any] = {"method": "email", "purpose": "share", "recipient": "ann@example.com"}
ANSWER: dict[str, Any] = {
    "direction": "inbound", "purpose": None, "status": "received", "sender": ANN, "recipient": "+12025550199",
}  # fmt: skip


def make_message(org_id: UUID, age: int = 0, **columns: Any) -> UUID:
    """A message that was asked for `age` minutes ago."""
    message_id = new_id()
    columns = {
        "org_id": org_id, "id": message_id, "direction": "outbound", "method": "sms", "purpose": "followup",
        "status": "delivered", "recipient": ANN, "content": "See you", "intent_key": str(message_id),
        "requested_by": "user:x", "created_at": NOW - timedelta(minutes=age), "send_at": NOW - timedelta(minutes=age),
    } | columns  # fmt: skip
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with organization(org_id) as tx:
        tx.run(f"INSERT INTO messages ({names}) VALUES ({marks})", list(columns.values()))
    return message_id


def seen(app: Flask, org_id: UUID, query: str = "", role: Role = Role.ANALYST) -> str:
    return page(browser_of(app, make_person((org_id, role))), f"/o/{org_id}/messages{query}")


def rows(text: str) -> list[str]:
    """The rows of the list, as plain words."""
    found = re.findall(r'<tr role="row">(.*?)</tr>', text.partition("<tbody")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def words(text: str) -> list[str]:
    return re.findall(r'<span class="two-lines">([^<]*)<', text)


def test_without_messages_it_says_where_to_send_one(app: Flask, alice_org: UUID) -> None:
    text = seen(app, alice_org)
    assert "No messages yet." in text
    assert f'<a class="button" href="/o/{alice_org}/calls">Go to calls</a>' in text
    assert '<form class="kinds"' not in text


def test_messages_stand_newest_first_with_what_became_of_them(app: Flask, alice_org: UUID) -> None:
    make_message(alice_org, 3, content="First")
    make_message(alice_org, 2, content="Second", **FAILED)
    make_message(alice_org, 1, content="Third", **MAIL)
    make_message(alice_org, 0, content="Fourth", **ANSWER)
    told = [re.sub(r"(Today|Yesterday), \S+ [AP]M ", "", row) for row in rows(seen(app, alice_org))]
    assert told == [
        "Answer Text from (212) 555-0101 Received Fourth",
        "Shared recording Mail to ann@example.com Delivered Third",
        "Follow-up Text to (212) 555-0101 Failed This number is not a mobile phone (21614) Second",
        "Follow-up Text to (212) 555-0101 Delivered First",
    ]  # fmt: skip


def test_a_message_leads_to_its_call(app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org)
    make_message(alice_org, call_id=call_id)
    make_message(alice_org, 1)
    assert re.findall(r'class="row-link" href="([^"]+)"', seen(app, alice_org)) == [
        f"/o/{alice_org}/calls/{call_id}#messages"
    ]  # fmt: skip


def test_a_message_about_no_call_leads_to_its_appointment_or_its_person(app: Flask, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, phone=ANN)
    appointment_id = booked(alice_org, NOW + timedelta(days=1), contact_id)["id"]
    make_message(alice_org, contact_id=contact_id, appointment_id=appointment_id, purpose="reminder")
    make_message(alice_org, age=1, contact_id=contact_id)
    links = set(re.findall(r'class="row-link" href="([^"]+)"', seen(app, alice_org)))
    assert links == {f"/o/{alice_org}/appointments/{appointment_id}", f"/o/{alice_org}/contacts/{contact_id}"}
    assert f"contacts/{contact_id}" not in seen(app, alice_org, role=Role.VIEWER)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?status=attention", ["Unclear", "Undelivered", "Failed"]),
        ("?status=attention&method=email", ["Unclear"]),
        ("?method=email", ["Unclear"]),
        ("?purpose=reminder", ["Undelivered"]),
        ("?direction=inbound", ["Answer"]),
        ("?status=received", ["Answer"]),
        ("?status=skipped", ["Skipped"]),
    ],
)
def test_messages_are_chosen_by_the_address(app: Flask, alice_org: UUID, query: str, expected: list[str]) -> None:
    make_message(alice_org, 0, content="Answer", **ANSWER)
    make_message(alice_org, 1, content="Unclear", **(MAIL | {"status": "unknown"}))
    make_message(alice_org, 2, content="Undelivered", purpose="reminder", status="undelivered")
    make_message(alice_org, 3, content="Failed", **FAILED)
    make_message(alice_org, 4, content="Skipped", status="skipped")
    make_message(alice_org, 5, content="Fine")
    text = seen(app, alice_org, query)
    assert words(text) == expected
    for name, value in re.findall(r"(\w+)=(\w+)", query):
        assert re.search(rf'(name="{name}" value="{value}"|<option value="{value}" selected>)', text), (name, value)


def test_the_choice_that_is_looked_at_is_marked(app: Flask, alice_org: UUID) -> None:
    make_message(alice_org)
    views = {"": "All", "?status=attention": "Needs attention", "?status=received&method=sms": "Answers"}
    marked = re.compile(r'<a href="[^"]*" aria-current="true">([^<]+)<')
    assert {query: marked.findall(seen(app, alice_org, query).partition("<h1>")[2]) for query in views} == {
        query: [label] for query, label in views.items()
    }


def test_a_filter_that_is_none_is_told_and_all_are_shown(app: Flask, alice_org: UUID) -> None:
    make_message(alice_org)
    text = seen(app, alice_org, "?method=pigeon")
    assert "Method must be one of sms, email. All messages are shown." in text
    assert len(rows(text)) == 1
    assert "pigeon" not in rows(text)[0]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("?status=attention", "Nothing needs attention."),
        ("?status=received", "Nobody has answered yet."),
        ("?method=email", "No message matches."),
    ],
)
def test_a_choice_without_messages_leads_back_to_all(app: Flask, alice_org: UUID, query: str, title: str) -> None:
    make_message(alice_org)
    text = seen(app, alice_org, query)
    assert title in text
    assert f'<a class="button" href="/o/{alice_org}/messages">Show all messages</a>' in text


def test_many_messages_come_in_pages(app: Flask, alice_org: UUID) -> None:
    for age in range(51):
        make_message(alice_org, age, content=f"Text {age}")
    browser = browser_of(app, make_person((alice_org, Role.ANALYST)))
    first = page(browser, f"/o/{alice_org}/messages?method=sms")
    assert words(first) == [f"Text {age}" for age in range(50)]
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = page(browser, older.group(1).replace("&amp;", "&"))
    assert words(second) == ["Text 50"]
    assert f'href="/o/{alice_org}/messages?method=sms">Newest messages' in second
    assert 'rel="next"' not in second


def test_viewers_see_what_became_of_messages_and_neither_words_nor_recipients(app: Flask, alice_org: UUID) -> None:
    make_message(alice_org, content="Only for Ann", subject="A subject", **FAILED)
    text = seen(app, alice_org, role=Role.VIEWER)
    assert re.sub(r"(Today|Yesterday), \S+ [AP]M ", "", rows(text)[0]) == (
        "Follow-up Text Failed This number is not a mobile phone (21614)"
    )
    assert [word for word in ("Only for Ann", "A subject", "555-0101", ANN) if word in text] == []


def test_what_was_sent_is_never_markup(app: Flask, alice_org: UUID) -> None:
    make_message(alice_org, content=HOSTILE, reason=HOSTILE, status="failed")
    make_message(alice_org, content=HOSTILE, recipient=HOSTILE, method="email")
    make_message(alice_org, **(ANSWER | {"sender": HOSTILE, "content": HOSTILE}))
    text = seen(app, alice_org)
    assert "<script" not in OUR_SCRIPT.sub("", text)
    assert 'onmouseover="' not in text.replace("&#34;", "")
    assert not re.search(r"\sstyle=|<style", text)


def test_a_stranger_finds_no_page_and_no_message(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    make_message(alice_org, content="Only for Ann")
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert charlie.get(f"/o/{alice_org}/messages").status_code == 404
    assert "Only for Ann" not in page(charlie, f"/o/{bob_org}/messages?org_id={alice_org}")
    assert app.test_client().get(f"/o/{alice_org}/messages").status_code == 303


def attention(app: Flask, org_id: UUID, of: str = "calls") -> list[str]:
    text = page(browser_of(app, make_person((org_id, Role.VIEWER))), f"/o/{org_id}/{of}")
    return re.findall(r'<span class="count count-bad">([^<]*)<', text)


def test_every_page_counts_what_lately_needs_attention(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    make_message(bob_org, **FAILED)
    make_message(alice_org)
    assert attention(app, alice_org) == []
    for status in ("failed", "undelivered", "unknown", "skipped"):
        make_message(alice_org, status=status)
    make_message(alice_org, 8 * 24 * 60, **FAILED)
    assert attention(app, alice_org) == attention(app, alice_org, "messages") == ["3"]


def test_a_hundred_are_many(app: Flask, alice_org: UUID) -> None:
    for _ in range(100):
        make_message(alice_org, **FAILED)
    assert attention(app, alice_org) == ["99+"]


@pytest.mark.parametrize(("room", "label"), [("calls", "Calls"), ("messages", "Messages")])
def test_the_navigation_says_where_one_is(app: Flask, alice_org: UUID, room: str, label: str) -> None:
    text = page(browser_of(app, make_person((alice_org, Role.VIEWER))), f"/o/{alice_org}/{room}")
    assert re.findall(r'aria-current="page"><svg.*?</svg><span>(\w+)', text) == [label]


def test_the_notice_stands_above_every_page(
    app: Flask, client: FlaskClient, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTICE", "Demo: <nobody> is reached")
    settings.cache_clear()
    browser = browser_of(app, make_person((alice_org, Role.VIEWER)))
    texts = [page(browser, f"/o/{alice_org}/{room}") for room in ("calls", "messages")]
    texts += [client.get("/sign-in").text, client.get("/nowhere").text]
    banner = '<p class="notice" role="note">Demo: &lt;nobody&gt; is reached</p>'
    assert [text.count(banner) for text in texts] == [1, 1, 1, 1]
