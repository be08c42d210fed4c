"""The pages of appointments: who comes when by the clinic's clock, and the forms that book, move, end and remind."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge import appointments_page
from models.appointments import Booking, locked
from models.database import organization
from settings import settings
from tasks.appointments import Change, book, change
from tests.edge.desk import Desk
from tests.edge.people import make_call, make_person
from tests.edge.said import make_contact, trail
from tests.edge.test_call_actions import key_in
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from tests.flows.instance import await_that
from vocabulary import Role

ZONE = ZoneInfo("America/New_York")
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
NOON = datetime.now(ZONE).replace(hour=12, minute=0, second=0, microsecond=0)
"""Of today, in the zone of a new organization."""
CSRF = "form-token"


def booked(org_id: UUID, starts_at: datetime, contact_id: UUID | None = None, **more: Any) -> dict[str, Any]:
    """An appointment made three days before it begins, or now where that is later."""
    contact_id = contact_id or make_contact(org_id, name="Ann Lee", phone="+13125550123")
    at = starts_at.astimezone(UTC)
    booking = Booking(at, at + timedelta(minutes=30), contact_id, **more)
    with organization(org_id) as tx:
        return book(tx, org_id, booking, min(NOW, at - timedelta(days=3)))[0]


@pytest.fixture
def operator(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.OPERATOR)))


def post(browser: FlaskClient, org_id: UUID, rest: str = "", **fields: str) -> Any:
    return browser.post(f"/o/{org_id}/appointments{rest}", data={"csrf": CSRF} | fields)


def rows(org_id: UUID) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows("SELECT * FROM appointments ORDER BY created_at, id")


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())


def people(text: str) -> list[str]:
    return [name.strip() for name in re.findall(r'class="row-link[^>]*>([^<]*)<', text)]


def complaint(text: str) -> str:
    found = re.search(r'class="complaint[^>]*>([^<]*)<', text)
    assert found is not None, words(text)
    return found.group(1)


def clock(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def test_without_appointments_it_says_how_there_will_be_some(
    app: Flask, operator: FlaskClient, alice_org: UUID
) -> None:
    text = page(operator, f"/o/{alice_org}/appointments")
    assert "No appointments ahead." in text
    assert f'href="/o/{alice_org}/appointments/new">Book the first</a>' in text
    viewer = page(browser_of(app, make_person((alice_org, Role.VIEWER))), f"/o/{alice_org}/appointments")
    assert "/appointments/new" not in viewer
    assert "Nobody comes today." in page(operator, f"/o/{alice_org}/appointments?view=today")


def test_who_comes_is_told_by_the_clinics_days(app: Flask, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run("UPDATE organizations SET timezone = 'Asia/Tokyo' WHERE org_id = %s", (alice_org,))
    noon = datetime.now(ZoneInfo("Asia/Tokyo")).replace(hour=12, minute=0, second=0, microsecond=0)
    for name, days in (("Past", -1), ("Today", 0), ("Tomorrow", 1), ("Sixth", 6), ("Seventh", 7), ("Far", 400)):
        booked(alice_org, noon + timedelta(days=days), make_contact(alice_org, name=name))
    browser = browser_of(app, make_person((alice_org, Role.VIEWER)))
    texts = {view: page(browser, f"/o/{alice_org}/appointments?view={view}") for view in ("", "today", "week", "past")}
    assert people(texts["today"]) == ["Today"]
    assert people(texts["week"]) == ["Today", "Tomorrow", "Sixth"]
    assert people(texts[""]) == ["Today", "Tomorrow", "Sixth", "Seventh", "Far"]
    assert people(texts["past"])[-1] == "Past"
    assert re.findall(r'<h2 id="day[^>]*>([^<]+)<', texts["today"]) == [f"Today, {noon:%A}, {noon:%B} {noon.day}"]
    assert "12:00 – 12:30 PM" in texts["today"]
    assert "Times are Tokyo time (JST)." in texts["today"]


def test_many_appointments_come_in_pages(
    operator: FlaskClient, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appointments_page, "PAGE_LENGTH", 2)
    for hours in range(5):
        for sign in (1, -1):
            starts_at = NOW + sign * timedelta(days=2, hours=hours)
            booked(alice_org, starts_at, make_contact(alice_org, name=f"{'Later' if sign > 0 else 'Before'} {hours}"))
    for view, word in (("", "Later"), ("past", "Before")):
        address, shown = f"/o/{alice_org}/appointments?view={view}", []
        for _ in range(3):
            text = page(operator, address)
            shown += people(text)
            onward = re.search(r'rel="next" href="([^"]+)"', text)
            address = onward.group(1).replace("&amp;", "&") if onward else ""
        assert (shown, address) == ([f"{word} {hours}" for hours in range(5)], "")
    assert "All upcoming appointments are shown." in page(operator, f"/o/{alice_org}/appointments?next=x")


def test_what_became_of_each_reminder_is_told(app: Flask, alice_org: UUID) -> None:
    ann = make_contact(alice_org, name="Ann Lee", phone="+13125550123")
    made = [booked(alice_org, NOON + timedelta(days=3, hours=hours), ann) for hours in range(3)]
    with organization(alice_org) as tx:
        change(tx, alice_org, made[1]["id"], Change(starts_at=made[1]["starts_at"] + timedelta(days=1)), NOW)
        change(tx, alice_org, made[2]["id"], Change(status="cancelled"), NOW)
        fates = [("delivered", None), ("failed", "This number is not a mobile phone (21614)")]
        ids = tx.rows("SELECT id FROM messages WHERE appointment_id = %s ORDER BY send_at", (made[0]["id"],))
        for (status, reason), row in zip(fates, ids, strict=True):
            tx.run(
                "UPDATE messages SET status = %s, reason = %s, delivered_at = send_at WHERE id = %s",
                (status, reason, row["id"]),
            )
    text = words(page(browser_of(app, make_person((alice_org, Role.VIEWER))), f"/o/{alice_org}/appointments"))
    assert re.search(
        r"Text Delivered \w+, \w+ \d+, 12:00 PM Text Failed This number is not a mobile phone \(21614\)", text
    )
    assert re.search(r"(Text Planned leaves [\w ,]+:00 [AP]M ){2}2 reminders for an earlier time dropped", text)
    assert "Cancelled Text Dropped The appointment is cancelled Text Dropped The appointment is cancelled" in text


def test_an_appointment_is_booked_once_however_often_its_form_is_sent(operator: FlaskClient, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, name="Ann Lee", phone="+13125550123")
    form = page(operator, f"/o/{alice_org}/appointments/new?contact_id={contact_id}")
    assert "Reminders go out by text 1 day and 2 hours before." in words(form)
    starts_at = NOON + timedelta(days=9)
    fields = {
        "key": key_in(form), "contact_id": str(contact_id), "starts_at": clock(starts_at), "duration_minutes": "45",
        "title": "Botox", "notes": "Window\r\nseat",
    }  # fmt: skip
    answers = [post(operator, alice_org, **fields) for _ in range(3)]
    (row,) = rows(alice_org)
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, f"/o/{alice_org}/appointments/{row['id']}")
    }
    assert (row["starts_at"], row["ends_at"]) == (starts_at, starts_at + timedelta(minutes=45))
    assert len(trail(alice_org, "appointments.create")) == 1
    text = page(operator, answers[0].location)
    assert [part for part in ("Ann Lee", "12:00 – 12:45 PM", "Botox", "Window") if part not in text] == []
    other = post(operator, alice_org, **fields | {"starts_at": clock(starts_at + timedelta(hours=1))})
    assert other.status_code == 422
    assert complaint(other.text).startswith("This form has booked an appointment before")
    assert key_in(other.text) != fields["key"]
    again = fields | {"key": key_in(other.text), "starts_at": clock(starts_at + timedelta(hours=1))}
    assert post(operator, alice_org, **again).status_code == 303
    assert len(rows(alice_org)) == 2


def test_somebody_is_picked_by_search_or_written_down(operator: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    ann = make_contact(alice_org, name="Ann Lee", phone="+13125550123")
    make_contact(alice_org, name="Bea")
    theirs = make_contact(bob_org, name="Ann of Bob")
    new = f"/o/{alice_org}/appointments/new"
    assert re.findall(r"contact_id=([0-9a-f-]+)", page(operator, f"{new}?q=ann")) == [str(ann)]
    assert "Nobody matches. Write them down below." in page(operator, f"{new}?q=zoe")
    assert operator.get(f"{new}?contact_id={theirs}").status_code == 404
    post(operator, alice_org, key="k", phone="(212) 555-0101", name="Cy", starts_at=clock(NOON + timedelta(days=2)))
    with organization(alice_org) as tx:
        assert tx.value("SELECT k.phone FROM appointments a JOIN contacts k ON k.id = a.contact_id") == "+12125550101"


def test_moving_and_cancelling_show_with_the_reminders_that_went_along(operator: FlaskClient, alice_org: UUID) -> None:
    made = booked(alice_org, NOON + timedelta(days=3))
    here, was = f"/o/{alice_org}/appointments/{made['id']}", clock(made["starts_at"])
    standing = {"starts_at_was": was, "duration_minutes_was": "30", "duration_minutes": "30", "version": "1"}
    assert f'name="starts_at_was" value="{was}"' in page(operator, here)
    later = NOON + timedelta(days=4, hours=1)
    move = standing | {"starts_at": clock(later), "title": "Appointment", "title_was": "Appointment"}
    for _ in range(2):
        answer = post(operator, alice_org, f"/{made['id']}/change", **move)
        move["version"] = "2"
    assert (answer.status_code, answer.location) == (303, here)
    (row,) = rows(alice_org)
    assert (row["version"], row["starts_at"], row["ends_at"]) == (2, later, later + timedelta(minutes=30))
    text = words(page(operator, here))
    assert f"{later:%A}, {later:%B} {later.day}" in text
    assert text.count("Planned Leaves") == 2
    assert "For an earlier time Text to (312) 555-0123 Dropped Was to leave" in text
    assert text.count("The appointment was moved") == 2
    stale = post(
        operator, alice_org, f"/{made['id']}/change", **standing | {"starts_at": clock(later - timedelta(hours=3))}
    )
    assert stale.status_code == 409
    assert complaint(stale.text).startswith("Somebody has changed this appointment meanwhile")
    for _ in range(2):
        assert post(operator, alice_org, f"/{made['id']}/end", status="cancelled").status_code == 303
    text = words(page(operator, here))
    assert text.count("The appointment is cancelled") == 2
    assert "Move or change" not in text
    assert 'class="slot slot-cancelled"' in page(operator, f"/o/{alice_org}/appointments")


def test_of_two_moves_at_the_same_moment_the_second_is_not_made_unseen(
    operator: FlaskClient, desk: Desk, alice_org: UUID
) -> None:
    made = booked(alice_org, NOON + timedelta(days=3))
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    times = [clock(NOON + timedelta(days=days)) for days in (4, 5)]
    with ThreadPoolExecutor(2) as threads:
        with organization(alice_org) as tx:
            locked(tx, alice_org, made["id"])
            moves = [
                threads.submit(post, operator, alice_org, f"/{made['id']}/change", version="1", starts_at=at)
                for at in times
            ]
            await_that(lambda: desk.rows(waiting) == [{"count": 2}])
        assert sorted(move.result().status_code for move in moves) == [303, 409]
    assert [row["version"] for row in rows(alice_org)] == [2]


def test_other_fields_change_without_touching_the_time(operator: FlaskClient, alice_org: UUID) -> None:
    made = booked(alice_org, NOW - timedelta(days=3), notes="Old")
    same = {
        "starts_at": clock(made["starts_at"]),
        "starts_at_was": clock(made["starts_at"]),
        "title_was": "Appointment",
    }
    answer = post(operator, alice_org, f"/{made['id']}/change", **same, title="Check", notes="", notes_was="Old")
    assert answer.status_code == 303
    (row,) = rows(alice_org)
    assert (row["title"], row["notes"], row["version"]) == ("Check", None, 1)
    assert "They did not come" in page(operator, answer.location)
    post(operator, alice_org, f"/{made['id']}/end", status="no_show")
    assert "Did not come" in page(operator, answer.location)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts_at": ""}, "The time is missing."),
        (
            {"starts_at": "{dst}-03-{spring:02}T02:30"},
            "The time does not exist on that day: the clocks are put forward then.",
        ),
        ({"starts_at": "2020-01-01T09:00"}, "The time must be at most a day ago and at most five years ahead."),
        ({"duration_minutes": "x"}, "The length must be a whole number from 1 to 1440."),
        ({"phone": ""}, "A contact or a number must say whom it is with: one of them."),
        ({"phone": "12"}, "The number must be a number that can be written to, and none of your own lines."),
        ({"duration_minutes": "9" * 5000}, "The length must be a whole number from 1 to 1440."),
        ({"email": "ann"}, "Email must be written like name@example.com."),
        ({"key": "k" * 201}, "Idempotency-Key must be at most 200 printable characters."),
    ],
)
def test_what_cannot_be_booked_is_told_and_what_was_typed_stays(
    operator: FlaskClient, alice_org: UUID, fields: dict[str, str], sentence: str
) -> None:
    year = NOW.year + 1
    spring = next(day for day in range(8, 15) if datetime(year, 3, day, tzinfo=UTC).weekday() == 6)
    typed = {"phone": "(212) 555-0101", "name": "Zoë Typed", "starts_at": clock(NOON + timedelta(days=2))} | fields
    typed["starts_at"] = typed["starts_at"].format(dst=year, spring=spring)
    answer = post(operator, alice_org, **typed)
    assert (answer.status_code, complaint(answer.text)) == (400, sentence)
    assert 'value="Zoë Typed"' in answer.text
    assert f'name="starts_at" value="{typed["starts_at"]}"' in answer.text
    assert rows(alice_org) == []


def test_of_a_time_that_comes_twice_the_first_is_meant_and_told(operator: FlaskClient, alice_org: UUID) -> None:
    year = NOW.year + 1
    autumn = next(day for day in range(1, 8) if datetime(year, 11, day, tzinfo=UTC).weekday() == 6)
    answer = post(operator, alice_org, key="k", phone="2125550101", starts_at=f"{year}-11-{autumn:02}T01:30")
    assert rows(alice_org)[0]["starts_at"] == datetime(year, 11, autumn, 5, 30, tzinfo=UTC)
    text = words(page(operator, answer.location))
    assert "1:30 AM EDT – 1:00 AM EST" in text
    assert "Of the two, the one in EDT is meant." in text


def test_a_reminder_goes_out_once_for_a_double_click(operator: FlaskClient, alice_org: UUID) -> None:
    made = booked(alice_org, NOON + timedelta(days=3))
    answer = post(operator, alice_org, f"/{made['id']}/remind", method="sms", key="k")
    assert (answer.status_code, complaint(answer.text)) == (400, "Twilio is not connected. Connect it in settings.")
    with organization(alice_org) as tx:
        account = settings().twilio_account_sid
        tx.run("UPDATE organizations SET sms_number = '+12125550100', sms_account = %s", (account,))
    for _ in range(2):
        assert post(operator, alice_org, f"/{made['id']}/remind", method="sms", key="k").status_code == 303
    assert words(page(operator, f"/o/{alice_org}/appointments/{made['id']}")).count("asked for by a colleague") == 1


def test_nobody_else_sees_or_changes_an_appointment(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    made = booked(alice_org, NOON + timedelta(days=3))
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    forms: dict[str, dict[str, str]] = {
        "": {"starts_at": clock(NOON + timedelta(days=1)), "contact_id": str(made["contact_id"]), "key": "k"},
        f"/{made['id']}/change": {"title": "Mine"},
        f"/{made['id']}/end": {"status": "cancelled"},
        f"/{made['id']}/remind": {"method": "sms", "key": "k"},
    }
    call = {"call_id": str(make_call(alice_org)), "phone": "2125550101", "starts_at": clock(NOON + timedelta(days=1))}
    answers = [charlie.get(f"/o/{alice_org}/appointments{rest}") for rest in ("", "/new", f"/{made['id']}")]
    answers += [charlie.get(f"/o/{bob_org}/appointments/{one}") for one in (made["id"], uuid4())]
    answers += [post(charlie, at, rest, **fields) for at in (alice_org, bob_org) for rest, fields in forms.items()]
    answers.append(post(charlie, bob_org, **call))
    assert [answer.status_code for answer in answers] == [404] * 14
    assert "Ann" not in "".join(answer.text for answer in answers)
    assert people(page(charlie, f"/o/{bob_org}/appointments")) == []
    analyst = browser_of(app, make_person((alice_org, Role.ANALYST)))
    refused = [post(analyst, alice_org, rest, **fields) for rest, fields in forms.items()]
    refused.append(analyst.get(f"/o/{alice_org}/appointments/new"))
    owner = browser_of(app, make_person((alice_org, Role.OWNER)))
    refused += [post(owner, alice_org, rest, **fields | {"csrf": "x"}) for rest, fields in forms.items()]
    assert [answer.status_code for answer in refused] == [403] * 9
    assert "<form class" not in page(analyst, f"/o/{alice_org}/appointments/{made['id']}")
    assert [(row["title"], row["status"]) for row in rows(alice_org)] == [("Appointment", "booked")]


def test_viewers_see_no_words_of_reminders_and_nothing_typed_is_markup(app: Flask, alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, name=HOSTILE, phone="+13125550123", email=HOSTILE)
    made = booked(alice_org, NOON + timedelta(days=3), contact_id, title=HOSTILE, notes=HOSTILE)
    browser = browser_of(app, make_person((alice_org, Role.OPERATOR)))
    for rest in ("", f"/{made['id']}", f"/new?q={HOSTILE}", f"/new?contact_id={contact_id}"):
        text = OUR_SCRIPT.sub("", page(browser, f"/o/{alice_org}/appointments{rest}"))
        assert "<script" not in text
        assert not re.search(r"\sstyle=|<style", text)
    assert 'class="prose said"' in page(browser, f"/o/{alice_org}/appointments/{made['id']}")
    viewer = browser_of(app, make_person((alice_org, Role.VIEWER)))
    assert 'class="prose said"' not in page(viewer, f"/o/{alice_org}/appointments/{made['id']}")
