"""Reminders follow their appointment: with which words, to whom, and what becomes of those that reach nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.appointments import Booking, appointment_of
from models.database import organization
from models.templates import Draft, create_template
from tasks.appointments import Change, book, change
from tasks.reminders import plan_reminders
from tests.edge.said import make_contact
from tests.tasks import texting

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
"""A Friday; on Sunday New York's clocks are put forward."""
START = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def booked(org_id: UUID, now: datetime = NOW, title: str = "Appointment", **contact: Any) -> dict[str, Any]:
    contact_id = make_contact(org_id, **contact)
    with organization(org_id) as tx:
        return book(tx, org_id, Booking(START, START + HOUR, contact_id, title=title), now)[0]


def changed(org_id: UUID, id: UUID, wanted: Change, now: datetime = NOW) -> None:
    with organization(org_id) as tx:
        assert change(tx, org_id, id, wanted, now) is not None


def sent(org_id: UUID) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows("SELECT * FROM messages ORDER BY appointment_version, send_at, method")


def jobs(org_id: UUID) -> list[datetime]:
    with organization(org_id) as tx:
        return [row["run_at"] for row in tx.rows("SELECT run_at FROM jobs WHERE actor = 'send_message' ORDER BY 1")]


def use(org_id: UUID, methods: list[str]) -> None:
    with organization(org_id) as tx:
        tx.run("UPDATE organizations SET reminder_methods = %s", (methods,))


def test_the_words_name_the_clinics_time_and_not_what_it_is_for(alice_org: UUID) -> None:
    use(alice_org, ["sms", "email"])
    booked(alice_org, title="Botox", name="Ann Lee", phone="+13125550123", email="ann@example.com")
    email, text = sent(alice_org)[:2]
    assert text["content"] == (
        "Hi Ann, a reminder from Alice's clinic: Appointment on Tuesday, March 10 at 2:30 PM. "
        "If you cannot come, please call us. Reply STOP to opt out."
    )
    assert (email["recipient"], email["subject"]) == (
        "ann@example.com", "Your appointment at Alice's clinic on Tuesday, March 10"
    )  # fmt: skip
    assert "Tuesday, March 10 at 2:30 PM" in email["content"]
    assert "Botox" not in email["content"] + text["content"]


def test_each_is_owed_for_its_time_and_names_the_version(alice_org: UUID) -> None:
    made = booked(alice_org, phone="+13125550123")
    assert [(row["intent_key"], row["send_at"], row["appointment_version"]) for row in sent(alice_org)] == [
        (f"reminder:{made['id']}:1:1440:sms", START - 24 * HOUR, 1),
        (f"reminder:{made['id']}:1:120:sms", START - 2 * HOUR, 1),
    ]
    assert jobs(alice_org) == [START - 24 * HOUR, START - 2 * HOUR]


def test_planned_again_nothing_is_new(alice_org: UUID) -> None:
    made = booked(alice_org, phone="+13125550123")
    before = sent(alice_org)
    for name in ("Ann", "Eve"):
        with organization(alice_org) as tx:
            plan_reminders(tx, alice_org, made | {"contact_name": name}, NOW)
    assert sent(alice_org) == before
    assert len(jobs(alice_org)) == 2


def test_who_cannot_be_reached_has_it_as_skipped_with_the_reason(alice_org: UUID) -> None:
    use(alice_org, ["sms", "email"])
    booked(alice_org, phone="+13125550123")
    assert [(row["method"], row["status"], row["reason"]) for row in sent(alice_org)] == [
        ("email", "skipped", "The contact has no e-mail address"), ("sms", "planned", None),
        ("email", "skipped", "The contact has no e-mail address"), ("sms", "planned", None),
    ]  # fmt: skip


def test_a_move_there_and_back_plans_each_time_anew(alice_org: UUID) -> None:
    made = booked(alice_org, phone="+13125550123")
    changed(alice_org, made["id"], Change(starts_at=START + HOUR))
    changed(alice_org, made["id"], Change(starts_at=START))
    rows = sent(alice_org)
    assert [row["status"] for row in rows] == ["skipped"] * 4 + ["planned"] * 2
    assert {row["reason"] for row in rows[:4]} == {"The appointment was moved"}
    assert [row["send_at"] for row in rows[4:]] == [START - 24 * HOUR, START - 2 * HOUR]


def test_an_appointment_made_late_gets_what_is_left(alice_org: UUID) -> None:
    booked(alice_org, START - HOUR - timedelta(minutes=50), phone="+13125550123")
    assert [row["send_at"] for row in sent(alice_org)] == [START - HOUR - timedelta(minutes=50)]


def test_an_organizations_own_words_win_and_may_say_what_it_is_for(alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        body = "{{ title }} at {{ time }}, {{ first_name }}"
        create_template(tx, alice_org, Draft("Ours", "reminder", "sms", None, body, []))
    booked(alice_org, title="Check", phone="+13125550123")
    assert {row["content"] for row in sent(alice_org)} == {"Check at 2:30 PM, there"}


def test_a_template_that_cannot_be_sent_gives_way_to_our_words(alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        create_template(tx, alice_org, Draft("Odd", "reminder", "sms", None, "{{ of_another_version }}", []))
    booked(alice_org, phone="+13125550123")
    assert {row["content"][:9] for row in sent(alice_org)} == {"Hi there,"}


def test_a_reminder_that_the_provider_took_confirms_its_appointment(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with texting.providers(monkeypatch) as side:
        texting.equip(alice_org)
        made = booked(alice_org, phone=texting.ANN)
        texting.send_at(alice_org, START - 24 * HOUR)
        taken = texting.sent(side)
    assert [one["to"] for one in taken] == [texting.ANN]
    with organization(alice_org) as tx:
        seen = appointment_of(tx, alice_org, made["id"])
    assert seen is not None
    assert (seen["confirmation_sent"], seen["confirmation_sent_at"]) == (True, START - 24 * HOUR)
    assert [row["status"] for row in sent(alice_org)] == ["sent", "planned"]
