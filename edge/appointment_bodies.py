"""What a body asks of an appointment, read field by field: who, when, how long, about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.appointments import BOOKED, STATUSES, Booking
from models.database import Transaction
from models.organizations import customs_of
from models.people import clean_email
from providers.phones import e164
from rules.moments import LONGEST, USUAL_LENGTH, ending, moment, near
from tasks.appointments import Change
from tasks.contacts import record_lead
from vocabulary import LeadFacts

LONGEST_LINE = 120
LONGEST_NOTES = 2_000
MOST_MINUTES = int(LONGEST.total_seconds() // 60)
ENDS = tuple(status for status in STATUSES if status != BOOKED)
CHANGEABLE = "starts_at, ends_at, duration_minutes, title, notes and status"
UNTITLED = "Appointment"

Body = dict[str, Any]


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


def wish_of(body: Body, timezone: str, now: datetime) -> Wish:
    """The appointment that a body asks for. Raises ValueError, naming the field."""
    starts_at = _start(body, timezone, now)
    if starts_at is None:
        raise ValueError("starts_at is missing")
    contact_id, phone = _id(body, "contact_id"), _text(body, "phone", LONGEST_LINE)
    if (contact_id is None) == (phone is None):
        raise ValueError("contact_id or phone must say whom it is with: one of them")
    return Wish(
        starts_at,
        ending(starts_at, _end(body, timezone) or starts_at + (_length(body) or USUAL_LENGTH)),
        contact_id,
        _id(body, "call_id"),
        phone,
        _text(body, "name", LONGEST_LINE),
        _email(body),
        _text(body, "title", LONGEST_LINE) or UNTITLED,
        _text(body, "notes", LONGEST_NOTES),
    )


def change_of(body: Body, timezone: str, now: datetime) -> Change:
    """What a body changes of an appointment: "" takes the notes away. Raises ValueError, naming the field."""
    wanted = Change(
        _start(body, timezone, now),
        _end(body, timezone),
        _length(body),
        _text(body, "title", LONGEST_LINE),
        "" if body.get("notes") == "" else _text(body, "notes", LONGEST_NOTES),
        _status(body),
    )
    if not wanted.names:
        raise ValueError(f"Give at least one of {CHANGEABLE}")
    if wanted.status is not None and wanted.is_in_time:
        raise ValueError("status must be changed by itself, not together with the time")
    return wanted


def _start(body: Body, timezone: str, now: datetime) -> datetime | None:
    given = body.get("starts_at")
    return near(moment(given, "starts_at", timezone), "starts_at", now) if given is not None else None


def _end(body: Body, timezone: str) -> datetime | None:
    given = body.get("ends_at")
    if given is not None and body.get("duration_minutes") is not None:
        raise ValueError("ends_at must be given without duration_minutes: one says what the other does")
    return moment(given, "ends_at", timezone) if given is not None else None


def _length(body: Body) -> timedelta | None:
    given = body.get("duration_minutes")
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_MINUTES:
        raise ValueError(f"duration_minutes must be a whole number from 1 to {MOST_MINUTES}")
    return timedelta(minutes=given)


def _status(body: Body) -> str | None:
    given = body.get("status")
    if given is not None and given not in ENDS:
        raise ValueError(f"status must be one of {', '.join(ENDS)}")
    return given


def _id(body: Body, field: str) -> UUID | None:
    given = body.get(field)
    try:
        return UUID(given) if given is not None else None
    except (ValueError, AttributeError, TypeError):
        raise ValueError(f"{field} must be an id") from None


def _text(body: Body, field: str, most: int) -> str | None:
    """A text without blanks around it, None where nothing was given. Raises ValueError."""
    given = body.get(field)
    if given is None:
        return None
    text = given.replace("\0", "").strip() if isinstance(given, str) else ""
    if not 1 <= len(text) <= most:
        raise ValueError(f"{field} must be a text of 1 to {most} characters")
    return text


def _email(body: Body) -> str | None:
    given = _text(body, "email", LONGEST_LINE * 2)
    try:
        return clean_email(given) if given is not None else None
    except ValueError:
        raise ValueError("email must be written like name@example.com") from None
