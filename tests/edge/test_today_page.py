"""The front page: what waits for a person, how the days went, and that both follow what happens."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import organization
from models.events import OUR_MESSAGE
from models.ids import new_id
from models.organizations import add_assistant
from tests.edge.desk import Desk, report
from tests.edge.people import bearer_of, make_call, make_person
from tests.edge.said import make_contact, make_day
from tests.edge.test_appointments_page import booked
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, callers, page
from tests.edge.test_messages_page import make_message
from vocabulary import Role


def today() -> date:
    """In the zone of a new organization."""
    return datetime.now(ZoneInfo("America/New_York")).date()


@pytest.fixture
def alice(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.OPERATOR)))


def address(org_id: UUID, query: str = "") -> str:
    return f"/o/{org_id}/today{query}"


def todo(text: str) -> list[str]:
    """What is to do: kind and who."""
    found = re.findall(r'todo-kind"><span[^>]*>([^<]+)<.*?class="todo-link"[^>]*>([^<]*)<', text, re.DOTALL)
    return [f"{kind}: {unescape(name)}" for kind, name in found]


def test_it_is_the_front_page(alice: FlaskClient, alice_org: UUID) -> None:
    assert alice.get("/").location == address(alice_org)
    assert alice.get(f"/o/{alice_org}").location == address(alice_org)


def test_a_new_organization_is_told_what_to_do_next(app: Flask, alice: FlaskClient, alice_org: UUID) -> None:
    text = page(alice, address(alice_org))
    assert "No calls yet." in text
    assert "See how to send a first call" in text
    assert "tile" not in text


def test_figures_are_those_of_the_api_each_beside_the_days_before(
    app: Flask, alice: FlaskClient, alice_org: UUID
) -> None:
    make_day(alice_org, today(), calls=1200, inbound=8, inbound_bookings=3, bookings=4, value="1250.40")
    make_day(alice_org, today() - timedelta(days=6), calls=34, bookings=1)
    make_day(
        alice_org, today() - timedelta(days=7), calls=1300, inbound=4, inbound_bookings=2, bookings=5, value="50.40"
    )
    text = page(alice, address(alice_org))
    figures = re.findall(r'<strong class="tile-value">([^<]+)<', text)
    assert figures == ["1,234", "5", "37.5%", "$1,250"]
    changes = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'class="tile-change[^"]*">(.*?)</span>', text)]
    assert changes == [
        "66 fewer than the 7 days before", "As the 7 days before", "12.5 points lower than the 7 days before",
        "$1,200 more than the 7 days before",
    ]  # fmt: skip
    headers = bearer_of((alice_org, Role.VIEWER))
    told = app.test_client().get("/api/dashboard/stats?range=7d", headers=headers).get_json()
    assert (told["calls"], told["bookings"], told["success_rate"], told["pipeline_value"]) == (1234, 5, 37.5, 1250.4)
    drawn = json.loads(unescape(re.findall(r'data-chart="([^"]+)"', text)[0]))
    assert drawn["days"] == [day["day"] for day in told["by_day"]]
    assert (drawn["calls"], drawn["bookings"]) == ([34, 0, 0, 0, 0, 0, 1200], [1, 0, 0, 0, 0, 0, 4])
    assert re.findall(r'<th scope="row">([^<]+)</th><td>(\d+)</td>', text)[-1] == (today().isoformat(), "1200")


@pytest.mark.parametrize(("name", "days"), [("today", 1), ("30d", 30), ("90d", 90)])
def test_a_span_is_chosen_by_the_address(alice: FlaskClient, alice_org: UUID, name: str, days: int) -> None:
    make_day(alice_org, today() - timedelta(days=days - 1), calls=5)
    make_day(alice_org, today() - timedelta(days=days), calls=7)
    text = page(alice, address(alice_org, f"?range={name}"))
    assert re.findall(r'<strong class="tile-value">([^<]+)<', text)[0] == "5"
    assert len(re.findall(rf'href="[^"]*range={name}" aria-current="true"', text)) == 1
    assert ("data-chart" in text) is (days > 1)


def test_a_span_that_is_none_is_told(alice: FlaskClient, alice_org: UUID) -> None:
    make_day(alice_org, today(), calls=5)
    text = page(alice, address(alice_org, "?range=8d"))
    assert "Range must be one of today, 7d, 30d, 90d. The last 7 days are shown." in text


def test_every_figure_leads_to_exactly_its_calls(desk: Desk, alice: FlaskClient, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    at = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    times = {"startedAt": at.isoformat(), "endedAt": (at + timedelta(minutes=2)).isoformat()}
    booking = [
        {"role": "user", "message": "I would like to book an appointment for a nose job.", "secondsFromStart": 3},
        {"role": "bot", "message": "I have Tuesday at two, does that work?", "secondsFromStart": 8},
        {"role": "user", "message": "Yes, Tuesday at two is perfect.", "secondsFromStart": 12},
        {"role": "bot", "message": "Great, you are booked for Tuesday at two.", "secondsFromStart": 15},
    ]
    price = [{"role": "user", "message": "How much is botox? I will think about it.", "secondsFromStart": 3}]
    for number, said in enumerate((booking, price, [])):
        desk.vapi(report(f"v-{number}", "a-1", artifact={"messages": said}, **times))
    past = at - timedelta(days=365)
    old = {"startedAt": past.isoformat(), "endedAt": (past + timedelta(minutes=2)).isoformat()}
    desk.vapi(report("v-old", "a-1", artifact={"messages": booking}, **old))
    desk.work()
    text = page(alice, address(alice_org))
    links = [unescape(link) for link in re.findall(r'class="tile" href="([^"]+)"', text)]
    values = re.findall(r'<strong class="tile-value">([^<]+)<', text)
    listed = [len(callers(page(alice, link))) for link in links]
    assert values[:3] == ["3", "1", "33.3%"]
    assert listed[:3] == [3, 1, 1]
    assert "1 of 3 inbound calls" in text
    worth = desk.rows("select financial_value as v from calls where financial_value > 0 and started_at >= %s", (at,))
    assert listed[3] == len(worth)
    assert values[3] == f"${sum(row['v'] for row in worth):,.0f}"


def test_recent_activity_is_told_in_plain_words(desk: Desk, alice: FlaskClient, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    desk.vapi(report("v-1", "a-1", call_customer={"number": "+13125550123", "name": "Ann Lee"}))
    desk.work()
    text = page(alice, address(alice_org)).partition('id="lately"')[2]
    (call,) = desk.calls(alice_org)
    assert f'href="/o/{alice_org}/calls/{call["id"]}">A call ended and was reported</a> <span>Ann Lee</span>' in text


def test_a_receipt_names_whom_the_text_went_to_and_leads_to_what_it_was_about(app: Flask, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, name="Ann Lee", phone="+13125550123")
    appointment_id = booked(alice_org, datetime.now(UTC) + timedelta(days=1), contact_id)["id"]
    message_id = make_message(alice_org, contact_id=contact_id, appointment_id=appointment_id)
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, state, headers)"
            " VALUES (%s, %s, 'twilio', 'twilio_sms', 'delivered', 'd', 'processed', %s)",
            (alice_org, new_id(), json.dumps({OUR_MESSAGE: str(message_id)})),
        )
    lately = {role: _lately(app, alice_org, role) for role in (Role.ANALYST, Role.VIEWER)}
    link = f'href="/o/{alice_org}/appointments/{appointment_id}">A text was delivered</a>'
    assert f"{link} <span>Ann Lee</span>" in lately[Role.ANALYST]
    assert link in lately[Role.VIEWER]
    assert "Ann Lee" not in lately[Role.VIEWER]


def _lately(app: Flask, org_id: UUID, role: Role) -> str:
    return page(browser_of(app, make_person((org_id, role))), address(org_id)).partition('id="lately"')[2]


def test_a_new_call_shows_without_a_reload_and_nothing_new_costs_nothing(alice: FlaskClient, alice_org: UUID) -> None:
    make_day(alice_org, today(), calls=1)
    text = page(alice, address(alice_org))
    beat = lambda state: alice.get(  # noqa: E731
        address(alice_org), query_string={"live": state}, headers={"HX-Request": "true"}
    )
    state = re.findall(r'name="live" value="([^"]+)"', text)[0]
    assert beat(state).status_code == 204
    make_call(alice_org, caller_name="Ann", sentiment_urgency="high")
    answer = beat(state)
    assert todo(answer.text) == ["Urgent: Ann"]
    assert '<p id="live-news" hx-swap-oob="innerHTML">1 to do.</p>' in answer.text
    assert "<html" not in answer.text
    state = re.findall(r'name="live" value="([^"]+)"', answer.text)[0]
    assert beat(state).status_code == 204


def test_a_change_that_does_not_show_exchanges_nothing(alice: FlaskClient, alice_org: UUID) -> None:
    make_day(alice_org, today(), calls=1)
    state = re.findall(r'name="live" value="([^"]+)"', page(alice, address(alice_org)))[0]
    make_call(alice_org, caller_name="Ann")
    answer = alice.get(address(alice_org), query_string={"live": state}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (200, "none")
    assert "todo" not in answer.text


def test_what_is_shown_is_never_markup(alice: FlaskClient, alice_org: UUID) -> None:
    for _ in range(2):
        make_call(alice_org, caller_name=HOSTILE, phone_number=HOSTILE, outcome_summary=HOSTILE, result="callback")
    text = page(alice, address(alice_org, f"?range={HOSTILE}&all={HOSTILE}&marked={HOSTILE}"))
    assert len(todo(text)) == 2
    assert "<script" not in OUR_SCRIPT.sub("", text)
    assert not re.search(r"\sstyle=|<style", text)


def test_a_stranger_finds_no_page(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    make_call(alice_org, caller_name="Ann", sentiment_urgency="high")
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert charlie.get(address(alice_org)).status_code == 404
    assert "Ann" not in page(charlie, address(bob_org, f"?org_id={alice_org}"))
    assert app.test_client().get(address(alice_org)).status_code == 303


def test_a_super_admins_look_is_noted_once_and_does_not_follow(app: Flask, alice_org: UUID) -> None:
    admin = browser_of(app, make_person(super_admin=True))
    make_day(alice_org, today(), calls=1)
    assert "hx-trigger" not in page(admin, address(alice_org))
    with organization(alice_org) as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'super_admin.visit'") == 1


def test_a_lot_stays_small(alice: FlaskClient, alice_org: UUID) -> None:
    for number in range(39):
        make_call(alice_org, caller_name=f"Caller {number}", result="callback", outcome_summary="Wants a call. " * 20)
    text = page(alice, address(alice_org, "?range=90d"))
    assert len(todo(text)) == 12
    assert "Show all 39" in text
    assert len(text.encode()) < 60_000
    assert len(todo(page(alice, address(alice_org, "?all=1")))) == 39
    make_call(alice_org, result="callback")
    make_call(alice_org, result="callback")
    assert '<span class="count">40+</span>' in page(alice, address(alice_org))
