"""The pages of contacts: who is found, what stands about one, and what colleagues decide there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from edge import contacts_page
from models import opt_outs, placed_calls
from models.contact_queries import contact_of
from models.database import organization
from tests.edge.desk import Desk
from tests.edge.people import make_call, make_person
from tests.edge.said import make_contact, trail
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from tests.edge.test_messages_page import make_message
from tests.flows.instance import await_that
from tests.standin.side import Side
from tests.tasks import calling
from vocabulary import Role

NOW = datetime.now(UTC).replace(microsecond=0)
ANN = "+13125550123"
CSRF = "form-token"


def seen(app: Flask, org_id: UUID, rest: str = "", role: Role = Role.ANALYST) -> str:
    return page(browser_of(app, make_person((org_id, role))), f"/o/{org_id}/contacts{rest}")


def names(text: str) -> list[str]:
    return [name.strip() for name in re.findall(r'class="row-link[^>]*>([^<]*)<', text)]


def post(app: Flask, at: UUID, contact_id: UUID, form: str, role: Role = Role.OPERATOR, **fields: str) -> Any:
    """A form sent by somebody of an organization; to another one's page where `of` names it."""
    browser = browser_of(app, make_person((UUID(fields.pop("of", str(at))), role)))
    return browser.post(f"/o/{at}/contacts/{contact_id}/{form}", data={"csrf": CSRF} | fields)


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    with calling.vapi(monkeypatch) as side:
        yield side


def test_without_contacts_it_says_where_they_come_from(app: Flask, alice_org: UUID) -> None:
    text = seen(app, alice_org)
    assert "No contacts yet." in text
    assert f'<a class="button" href="/o/{alice_org}/calls">Go to calls</a>' in text
    assert 'class="tallies"' not in text


def test_contacts_are_counted_found_and_chosen_by_the_address(app: Flask, alice_org: UUID) -> None:
    for age, (name, warmth, status) in enumerate(
        [("Ann Lee", "hot", "new"), ("Bea", "cold", "lost"), ("Cy", "hot", "booked")]
    ):
        make_contact(
            alice_org, name=name, temperature=warmth, lead_status=status, phone=f"+1312555010{age}",
            last_contacted_at=NOW - timedelta(hours=age),
        )  # fmt: skip
    expected = {
        "": ["Ann Lee", "Bea", "Cy"], "?temperature=hot": ["Ann Lee", "Cy"], "?lead_status=lost": ["Bea"],
        "?temperature=hot&lead_status=booked": ["Cy"], "?q=lee": ["Ann Lee"], "?q=0101": ["Bea"], "?q=nobody": [],
        "?temperature=tepid": ["Ann Lee", "Bea", "Cy"],
    }  # fmt: skip
    texts = {query: seen(app, alice_org, query) for query in expected}
    assert {query: names(text) for query, text in texts.items()} == expected
    tallies = re.findall(
        r'class="tally" href="([^"]*)"([^>]*)>\s*<span>(\w+)</span><b>(\d+)', texts["?temperature=hot"]
    )
    here = f"/o/{alice_org}/contacts"
    assert tallies == [
        (here, "", "All", "3"), (f"{here}?temperature=hot", ' aria-current="true"', "Hot", "2"),
        (f"{here}?temperature=warm", "", "Warm", "0"), (f"{here}?temperature=cold", "", "Cold", "1"),
    ]  # fmt: skip
    assert '<option value="booked" selected>' in texts["?temperature=hot&lead_status=booked"]
    assert "Nobody matches." in texts["?q=nobody"]
    assert "Temperature must be one of hot, warm, cold. All contacts are shown." in texts["?temperature=tepid"]


def test_many_contacts_come_in_pages_and_are_not_counted_to_the_end(
    app: Flask, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts_page, "PAGE_LENGTH", 2)
    monkeypatch.setattr(contacts_page, "MANY", 3)
    monkeypatch.setattr("models.contact_queries.MANY", 3)
    for age in range(5):
        make_contact(alice_org, name=f"Ann {age}", last_contacted_at=NOW - timedelta(hours=age))
    browser, address, shown = (
        browser_of(app, make_person((alice_org, Role.VIEWER))),
        f"/o/{alice_org}/contacts?q=ann",
        [],
    )
    for _ in range(3):
        text = page(browser, address)
        shown += names(text)
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        address = onward.group(1).replace("&amp;", "&") if onward else ""
    assert (shown, address) == ([f"Ann {age}" for age in range(5)], "")
    assert '<b>3<span aria-hidden="true">+</span><span class="unseen"> or more</span></b>' in text


def test_a_contact_has_their_calls_messages_and_wishes(app: Flask, alice_org: UUID) -> None:
    contact_id = make_contact(
        alice_org, name="Ann Lee", phone=ANN, email="ann@example.com", services_interested="Botox"
    )
    call_id = make_call(alice_org, contact_id=contact_id, disposition="Interested", duration_seconds=61)
    make_call(alice_org, contact_id=make_contact(alice_org, name="Bea"), disposition="Busy")
    make_message(alice_org, contact_id=contact_id, content="See you")
    make_message(alice_org, content="For somebody else")
    text = seen(app, alice_org, f"/{contact_id}")
    assert f'href="/o/{alice_org}/calls/{call_id}"' in text
    assert [
        word for word in ("(312) 555-0123", "Botox", "Interested", "1 min 01 s", "See you") if word not in text
    ] == []
    assert [
        word for word in ("Busy", "For somebody else", "Call back", "Book appointment", "<form class") if word in text
    ] == []
    assert "Yes: they have not asked to be left alone." in text
    with organization(alice_org) as tx:
        opt_outs.record(tx, alice_org, ANN, True, "word", NOW)
    assert "No messages and no calls to (312) 555-0123: they answered so to a text" in seen(
        app, alice_org, f"/{contact_id}"
    )
    assert "See you" not in seen(app, alice_org, f"/{contact_id}", Role.VIEWER)


def test_what_a_colleague_sets_stays_until_it_is_given_back(app: Flask, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, temperature="cold")
    for _ in range(2):
        answer = post(app, alice_org, contact_id, "decide", lead_status="booked", temperature="")
        assert (answer.status_code, answer.location) == (303, f"/o/{alice_org}/contacts/{contact_id}#standing")
    with organization(alice_org) as tx:
        row = contact_of(tx, alice_org, contact_id)
    assert row is not None
    assert (row["lead_status"], row["lead_status_held"], row["temperature_held"]) == ("booked", True, False)
    assert [entry["details"] for entry in trail(alice_org, "contacts.decide")] == [{"lead_status": "booked"}]
    text = seen(app, alice_org, f"/{contact_id}", Role.OPERATOR)
    assert '<option value="booked" selected>' in text
    assert "As calls tell: Cold" in text
    assert "Set by a colleague: lead status." in text
    post(app, alice_org, contact_id, "decide", lead_status="", temperature="")
    assert [entry["details"] for entry in trail(alice_org, "contacts.decide")][1:] == [{"lead_status": None}]
    refused = post(app, alice_org, contact_id, "decide", temperature="tepid")
    assert refused.status_code == 400
    assert "Temperature must be one of hot, warm, cold, or null" in refused.text


@pytest.mark.usefixtures("side")
def test_a_call_back_leads_to_the_call_and_is_one_however_often_it_is_clicked(app: Flask, alice_org: UUID) -> None:
    calling.equip(alice_org)
    contact_id = calling.a_contact(alice_org)
    assert "our assistant calls (202) 555-0123 at once" in seen(app, alice_org, f"/{contact_id}", Role.OPERATOR)
    places = {post(app, alice_org, contact_id, "call-back", key="k").location for _ in range(2)}
    with organization(alice_org) as tx:
        placed = tx.rows("SELECT call_id FROM placed_calls")
    assert places == {f"/o/{alice_org}/calls/{placed[0]['call_id']}"}
    assert len(placed) == 1
    text = seen(app, alice_org, f"/{contact_id}", Role.OPERATOR)
    assert "No call back. They are being called back just now." in text
    assert "/call-back" not in text


def test_two_colleagues_at_the_same_moment_call_back_once(app: Flask, side: Side, desk: Desk, alice_org: UUID) -> None:
    calling.equip(alice_org)
    contact_id = calling.a_contact(alice_org)
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'"
    with ThreadPoolExecutor(2) as threads:
        with organization(alice_org) as tx:
            placed_calls.hold_contact(tx, alice_org, contact_id)
            clicks = [threads.submit(post, app, alice_org, contact_id, "call-back", key=key) for key in "ab"]
            await_that(lambda: desk.rows(waiting) == [{"count": 2}])
        places = {click.result().location for click in clicks}
    with organization(alice_org) as tx:
        assert places == {f"/o/{alice_org}/calls/{tx.value('SELECT call_id FROM placed_calls')}"}


def test_without_a_connection_the_page_says_what_is_missing(app: Flask, alice_org: UUID) -> None:
    answer = post(app, alice_org, make_contact(alice_org, name="Ann"), "call-back", key="k")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "There is no phone number at which this contact can be called." in answer.text


def test_nobody_else_sees_or_changes_a_contact(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    contact_id = make_contact(alice_org, name="Ann Lee", phone=ANN)
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    tries = [f"/o/{alice_org}/contacts", f"/o/{alice_org}/contacts/{contact_id}", f"/o/{bob_org}/contacts/{contact_id}"]
    answers = [charlie.get(address) for address in (*tries, f"/o/{bob_org}/contacts/{uuid4()}")]
    for form in ("decide", "call-back"):
        answers += [post(app, at, contact_id, form, of=str(bob_org)) for at in (alice_org, bob_org)]
    assert [answer.status_code for answer in answers] == [404] * 8
    assert "Ann" not in "".join(answer.text for answer in answers)
    assert "Ann" not in page(charlie, f"/o/{bob_org}/contacts?q=ann")
    for form in ("decide", "call-back"):
        assert post(app, alice_org, contact_id, form, Role.ANALYST, lead_status="lost").status_code == 403
        assert post(app, alice_org, contact_id, form, csrf="no", lead_status="lost").status_code == 403
    assert trail(alice_org, "contacts.decide") == []


def test_what_people_are_called_is_never_markup(app: Flask, alice_org: UUID) -> None:
    facts = dict.fromkeys(("name", "email", "services_interested", "campaign", "status", "lead_id"), HOSTILE)
    contact_id = make_contact(alice_org, **facts)
    make_message(alice_org, contact_id=contact_id, content=HOSTILE)
    for rest in ("", f"?q={HOSTILE}", f"/{contact_id}"):
        text = OUR_SCRIPT.sub("", seen(app, alice_org, rest, Role.OPERATOR))
        assert "<script" not in text
        assert not re.search(r"\sstyle=|<style", text)
