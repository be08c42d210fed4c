"""Appointments: a version counts the moves, a cancelled one stays, and nobody sees or changes another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models import appointments
from models.appointments import AppointmentFilter, Booking
from models.database import organization
from models.ids import new_id
from models.queries import Place
from tests.edge.said import make_contact

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def booked(org_id: UUID, at: datetime = NOON, **fields: Any) -> UUID:
    contact_id = fields.pop("contact_id", None) or make_contact(org_id)
    with organization(org_id) as tx:
        made = appointments.create(tx, org_id, Booking(at, at + HOUR, contact_id, **fields))
    assert made is not None
    return made


def seen(org_id: UUID, id: UUID) -> dict[str, Any]:
    with organization(org_id) as tx:
        row = appointments.appointment_of(tx, org_id, id)
    assert row is not None
    return row


def moved(org_id: UUID, id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    with organization(org_id) as tx:
        row = appointments.locked(tx, org_id, id)
        assert row is not None
        return appointments.move(tx, org_id, row, starts_at, ends_at)


def test_an_appointment_comes_with_its_contact_and_its_old_names(alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, name="Ann Lee", phone="+13125550123")
    row = seen(alice_org, booked(alice_org, title="Consult", contact_id=contact_id))
    assert row["starts_at"] == row["scheduled_time"] == row["scheduled_at"] == NOON
    assert (row["title"], row["status"], row["version"], row["confirmation_sent"]) == ("Consult", "booked", 1, False)
    assert (row["contact_name"], row["contact_phone"], row["phone_number"]) == ("Ann Lee", *["+13125550123"] * 2)


def test_another_time_is_a_new_version_and_another_length_is_none(alice_org: UUID) -> None:
    made = booked(alice_org)
    assert moved(alice_org, made, NOON, NOON + HOUR) is False
    assert moved(alice_org, made, NOON, NOON + 2 * HOUR) is False
    assert (seen(alice_org, made)["version"], seen(alice_org, made)["ends_at"]) == (1, NOON + 2 * HOUR)
    assert moved(alice_org, made, NOON + HOUR, NOON + 2 * HOUR) is True
    assert (seen(alice_org, made)["version"], seen(alice_org, made)["starts_at"]) == (2, NOON + HOUR)


def test_what_was_confirmed_was_the_time_before_the_move(alice_org: UUID) -> None:
    made = booked(alice_org)
    with organization(alice_org) as tx:
        appointments.confirm(tx, alice_org, made, NOON, version=1)
    assert (seen(alice_org, made)["confirmation_sent"], seen(alice_org, made)["confirmation_sent_at"]) == (True, NOON)
    moved(alice_org, made, NOON + HOUR, NOON + 2 * HOUR)
    with organization(alice_org) as tx:
        appointments.confirm(tx, alice_org, made, NOON, version=1)
    assert seen(alice_org, made)["confirmation_sent"] is False
    with organization(alice_org) as tx:
        appointments.confirm(tx, alice_org, made, NOON)
    assert seen(alice_org, made)["confirmation_sent"] is True


def test_a_cancelled_appointment_stays_and_stays_cancelled(alice_org: UUID) -> None:
    made = booked(alice_org)
    with organization(alice_org) as tx:
        assert appointments.end(tx, alice_org, made, "cancelled") is True
        assert appointments.end(tx, alice_org, made, "cancelled") is False
        assert appointments.end(tx, alice_org, made, "completed") is False
    assert seen(alice_org, made)["status"] == "cancelled"
    assert seen(alice_org, made)["cancelled_at"] is not None


def test_title_and_notes_change_by_themselves(alice_org: UUID) -> None:
    made = booked(alice_org, notes="bring the form")
    with organization(alice_org) as tx:
        appointments.describe(tx, alice_org, made, "Follow-up", None)
    assert (seen(alice_org, made)["title"], seen(alice_org, made)["notes"]) == ("Follow-up", "bring the form")
    with organization(alice_org) as tx:
        appointments.describe(tx, alice_org, made, None, "")
    assert (seen(alice_org, made)["title"], seen(alice_org, made)["notes"]) == ("Follow-up", None)


def test_the_same_id_again_makes_nothing(alice_org: UUID) -> None:
    made = booked(alice_org, id=new_id())
    contact_id = seen(alice_org, made)["contact_id"]
    with organization(alice_org) as tx:
        assert appointments.create(tx, alice_org, Booking(NOON, NOON + HOUR, contact_id, id=made)) is None


def test_they_come_earliest_first_page_after_page(alice_org: UUID) -> None:
    made = [booked(alice_org, NOON + hours * HOUR) for hours in (3, 1, 2, 2)]
    alike = sorted(made[2:])
    with organization(alice_org) as tx:
        first = appointments.list_appointments(tx, alice_org, AppointmentFilter(), 2)
        after = Place(first[-1]["starts_at"], first[-1]["id"])
        rest = appointments.list_appointments(tx, alice_org, AppointmentFilter(), 9, after)
    assert [row["id"] for row in first + rest] == [made[1], *alike, made[0]]


def test_a_filter_finds_what_fits_and_the_end_does_not_count(alice_org: UUID) -> None:
    contact_id = make_contact(alice_org)
    early, late = booked(alice_org, contact_id=contact_id), booked(alice_org, NOON + HOUR)
    with organization(alice_org) as tx:
        appointments.end(tx, alice_org, late, "cancelled")
        found = [
            [row["id"] for row in appointments.list_appointments(tx, alice_org, wanted, 9)]
            for wanted in (
                AppointmentFilter(since=NOON, until=NOON + HOUR),
                AppointmentFilter(contact_id=contact_id),
                AppointmentFilter(status="cancelled"),
            )
        ]
    assert found == [[early], [early], [late]]


def test_another_organization_sees_and_changes_nothing(alice_org: UUID, bob_org: UUID) -> None:
    made = booked(alice_org)
    row = seen(alice_org, made)
    with organization(bob_org) as tx:
        assert appointments.appointment_of(tx, bob_org, made) is None
        assert appointments.locked(tx, bob_org, made) is None
        assert appointments.list_appointments(tx, bob_org, AppointmentFilter(), 9) == []
        assert appointments.end(tx, bob_org, made, "cancelled") is False
        appointments.describe(tx, bob_org, made, "Mine", None)
        appointments.move(tx, bob_org, row, NOON + HOUR, NOON + 2 * HOUR)
        appointments.confirm(tx, bob_org, made, NOON)
    assert seen(alice_org, made) == row


def test_contact_and_call_must_be_the_organizations_own(alice_org: UUID, bob_org: UUID) -> None:
    contact_id = make_contact(alice_org)
    with organization(alice_org) as tx:
        assert appointments.belongs(tx, alice_org, contact_id, None) is True
        assert appointments.belongs(tx, alice_org, contact_id, new_id()) is False
    with organization(bob_org) as tx:
        assert appointments.belongs(tx, bob_org, contact_id, None) is False
