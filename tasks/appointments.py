"""Appointments as people make, move and end them: their reminders go along, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models import appointments
from models.appointments import BOOKED, Booking
from models.database import Transaction
from models.messages import skip_of_appointment
from rules.moments import ending
from tasks.reminders import NotStanding, plan_reminders

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an appointment; None leaves as it is. A new start alone keeps the length."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    length: timedelta | None = None
    title: str | None = None
    notes: str | None = None
    status: str | None = None
    """How it ended: cancelled, completed or no_show."""

    @property
    def names(self) -> list[str]:
        """What is to be changed."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]

    @property
    def is_in_time(self) -> bool:
        return any(given is not None for given in (self.starts_at, self.ends_at, self.length))


def book(tx: Transaction, org_id: UUID, booking: Booking, now: datetime) -> tuple[Row, bool]:
    """The appointment with its reminders planned, and whether it is new: the same id again is the same appointment."""
    made = appointments.create(tx, org_id, booking)
    row = appointments.appointment_of(tx, org_id, made or booking.id or UUID(int=0))
    assert row is not None, "what is in the way of a row is there"
    if made:
        plan_reminders(tx, org_id, row, now)
    return row, made is not None


def change(tx: Transaction, org_id: UUID, id: UUID, wanted: Change, now: datetime) -> Row | None:
    """The appointment as it is after the change, or None where there is none.

    Raises NotStanding where one that has ended would be moved, and ValueError for a time that cannot be.
    """
    row = appointments.locked(tx, org_id, id)
    if row is None:
        return None
    if wanted.title is not None or wanted.notes is not None:
        appointments.describe(tx, org_id, id, wanted.title, wanted.notes)
    if wanted.is_in_time:
        _move(tx, org_id, row, wanted, now)
    if wanted.status is not None and wanted.status != row["status"]:
        _end(tx, org_id, row, wanted.status)
    return appointments.appointment_of(tx, org_id, id)


def _move(tx: Transaction, org_id: UUID, row: Row, wanted: Change, now: datetime) -> None:
    if row["status"] != BOOKED:
        raise NotStanding.of(row["status"])
    starts_at = wanted.starts_at or row["starts_at"]
    length = wanted.length or row["ends_at"] - row["starts_at"]
    ends_at = ending(starts_at, wanted.ends_at or starts_at + length)
    if appointments.move(tx, org_id, row, starts_at, ends_at):
        after = appointments.appointment_of(tx, org_id, row["id"])
        assert after is not None, "it is locked"
        plan_reminders(tx, org_id, after, now)


def _end(tx: Transaction, org_id: UUID, row: Row, status: str) -> None:
    if not appointments.end(tx, org_id, row["id"], status):
        raise NotStanding.of(row["status"])
    skip_of_appointment(tx, org_id, row["id"], f"The appointment is {status.replace('_', ' ')}")
