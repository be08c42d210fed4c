"""What is asked of an appointment, put together: who, when, how long, about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from edge.shapes.appointments import ChangedAppointment, NewAppointment
from models.appointments import Booking
from models.database import Transaction
from models.organizations import customs_of
from providers.phones import e164
from rules.moments import USUAL_LENGTH, ending, moment, near
from tasks.appointments import Change
from tasks.contacts import record_lead
from vocabulary import LeadFacts

CHANGEABLE = "starts_at, ends_at, duration_minutes, title, notes and status"
UNTITLED = "Appointment"


@dataclass(frozen=True, slots=True)
class Wish:
    """An appointment that is asked for, with a contact of ours or with whoever has a number."""

    starts_at: datetime
    ends_at: datetime
    contact_id: UUID | None
    call_id: UUID | None
    phone: str | None
    name: str | None
    email: str | None
    title: str
    notes: str | None

    def contact(self, tx: Transaction, org_id: UUID, now: datetime) -> UUID:
        """Whom it is with, found or made by the number, which is read as it is dialled there. Raises ValueError."""
        if self.contact_id is not None:
            return self.contact_id
        phone = e164(self.phone, customs_of(tx, org_id).default_region)
        said = {"name": self.name, "email": self.email}
        lead = LeadFacts(None, None, phone, {column: value for column, value in said.items() if value})
        found = record_lead(tx, org_id, lead, now)
        if found is None:
            raise ValueError("phone must be a number that can be written to, and none of your own lines")
        return found

    def booking(self, contact_id: UUID, id: UUID | None) -> Booking:
        return Booking(self.starts_at, self.ends_at, contact_id, self.call_id, self.title, self.notes, id)


def wish_of(asked: NewAppointment, timezone: str, now: datetime) -> Wish:
    """The appointment that a body asks for. Raises ValueError, naming the field."""
    starts_at = _start(asked.starts_at, timezone, now)
    if starts_at is None:
        raise ValueError("starts_at is missing")
    if (asked.contact_id is None) == (asked.phone is None):
        raise ValueError("contact_id or phone must say whom it is with: one of them")
    return Wish(
        starts_at,
        ending(starts_at, _end(asked, timezone) or starts_at + (_length(asked) or USUAL_LENGTH)),
        asked.contact_id,
        asked.call_id,
        asked.phone,
        asked.name,
        asked.email,
        asked.title or UNTITLED,
        asked.notes,
    )


def change_of(asked: ChangedAppointment, timezone: str, now: datetime) -> Change:
    """What a body changes of an appointment: "" takes the notes away. Raises ValueError, naming the field."""
    wanted = Change(
        _start(asked.starts_at, timezone, now),
        _end(asked, timezone),
        _length(asked),
        asked.title,
        asked.notes,
        asked.status,
    )
    if not wanted.names:
        raise ValueError(f"Give at least one of {CHANGEABLE}")
    if wanted.status is not None and wanted.is_in_time:
        raise ValueError("status must be changed by itself, not together with the time")
    return wanted


def _start(given: object, timezone: str, now: datetime) -> datetime | None:
    return near(moment(given, "starts_at", timezone), "starts_at", now) if given is not None else None


def _end(asked: NewAppointment | ChangedAppointment, timezone: str) -> datetime | None:
    if asked.ends_at is not None and asked.duration_minutes is not None:
        raise ValueError("ends_at must be given without duration_minutes: one says what the other does")
    return moment(asked.ends_at, "ends_at", timezone) if asked.ends_at is not None else None


def _length(asked: NewAppointment | ChangedAppointment) -> timedelta | None:
    return timedelta(minutes=asked.duration_minutes) if asked.duration_minutes is not None else None
