"""Appointments: what is asked of one, field by field, and what is told of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from edge.shapes.base import Answer, Row, Sent
from edge.shapes.changes import Change
from edge.shapes.paging import Next, Paged
from models.appointments import BOOKED, STATUSES
from models.people import clean_email
from rules.moments import LONGEST
from vocabulary import MessageStatus, Method

LONGEST_LINE = 120
LONGEST_NOTES = 2_000
MOST_MINUTES = int(LONGEST.total_seconds() // 60)
ENDS = tuple(status for status in STATUSES if status != BOOKED)
TIME = "ISO 8601, such as 2026-01-31T09:00: by the organization's clock where it names no zone"
ENDING = "When it ends, in place of duration_minutes"

Status = Literal["booked", "cancelled", "completed", "no_show"]
Ending = Literal["cancelled", "completed", "no_show"]


def _text(field: str, most: int) -> BeforeValidator:
    """A text without blanks around it, None where nothing was given."""
    return BeforeValidator(lambda given: _clean(given, field, most))


def _clean(given: Any, field: str, most: int) -> str | None:
    if given is None:
        return None
    words = given.replace("\0", "").strip() if isinstance(given, str) else ""
    if not 1 <= len(words) <= most:
        raise ValueError(f"{field} must be a text of 1 to {most} characters")
    return words


def _notes(given: Any) -> str | None:
    return "" if given == "" else _clean(given, "notes", LONGEST_NOTES)


def _id(field: str) -> BeforeValidator:
    def clean(given: Any) -> UUID | None:
        try:
            return UUID(given) if given is not None else None
        except (ValueError, AttributeError, TypeError):
            raise ValueError(f"{field} must be an id") from None

    return BeforeValidator(clean)


def _minutes(given: Any) -> int | None:
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_MINUTES:
        raise ValueError(f"duration_minutes must be a whole number from 1 to {MOST_MINUTES}")
    return given


def _email(given: Any) -> str | None:
    address = _clean(given, "email", LONGEST_LINE * 2)
    try:
        return clean_email(address) if address is not None else None
    except ValueError:
        raise ValueError("email must be written like name@example.com") from None


def _ending(given: Any) -> Any:
    if given is not None and given not in ENDS:
        raise ValueError(f"status must be one of {', '.join(ENDS)}")
    return given


def _status(given: Any) -> Any:
    word = given.strip().lower()
    if word not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(STATUSES)}")
    return word


def _method(given: Any) -> Any:
    if given not in list(Method):
        raise ValueError("method must be sms or email")
    return Method(given)


# A time is read where the organization's clock is known.
Time = Annotated[Any, PlainValidator(lambda given: given), WithJsonSchema({"type": "string"})]
MaybeTime = Annotated[
    Any, PlainValidator(lambda g: g), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]})
]
# Bounds are those of the value: None has no length.
Minutes = Annotated[Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None, BeforeValidator(_minutes)]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]
Notes = Annotated[str, Field(max_length=LONGEST_NOTES)]


class NewAppointment(Sent):
    """With a contact of the organization's, or with whoever has a number: one of contact_id and phone."""

    starts_at: Time = Field(description=TIME)
    ends_at: MaybeTime = Field(None, description=ENDING)
    duration_minutes: Minutes = Field(None, description="How long it takes: 30 minutes unless told")
    contact_id: Annotated[UUID | None, _id("contact_id")] = None
    call_id: Annotated[UUID | None, _id("call_id")] = Field(None, description="The call that it was made on")
    phone: Annotated[Line | None, _text("phone", LONGEST_LINE)] = Field(
        None,
        min_length=1,
        max_length=LONGEST_LINE,
        description="As it is dialled where the organization is, or E.164",
    )
    name: Annotated[Line | None, _text("name", LONGEST_LINE)] = Field(
        None, min_length=1, max_length=LONGEST_LINE, description="Of whom has the number"
    )
    email: Annotated[str | None, BeforeValidator(_email)] = Field(
        None, min_length=1, max_length=LONGEST_LINE * 2, description="Of whom has the number"
    )
    title: Annotated[Line | None, _text("title", LONGEST_LINE)] = None
    notes: Annotated[Notes | None, _text("notes", LONGEST_NOTES)] = None


class ChangedAppointment(Change):
    """Only what is given is changed; a new start alone keeps the length. The status goes by itself."""

    starts_at: MaybeTime = Field(None, description=TIME)
    ends_at: MaybeTime = Field(None, description=ENDING)
    duration_minutes: Minutes = Field(None, description="How long it takes")
    title: Annotated[Line | None, _text("title", LONGEST_LINE)] = None
    notes: Annotated[Notes | None, BeforeValidator(_notes)] = Field(None, description="An empty text takes them away")
    status: Annotated[Ending | None, BeforeValidator(_ending)] = Field(None, description="How it ended")


class ReminderAsked(Sent):
    method: Annotated[Method, BeforeValidator(_method)]


class AppointmentsAsked(Paged):
    date: str | None = Field(None, description="A day of the organization, such as 2026-01-31, in place of from and to")
    from_: str | None = Field(None, alias="from", description="The first day, or a time in ISO 8601")
    to: str | None = Field(None, description="The last day, or the first moment that no longer counts")
    status: Annotated[Status | None, BeforeValidator(_status)] = None
    contact_id: Annotated[UUID | None, _id("contact_id")] = None


class AppointmentRow(Row):
    org_id: UUID
    id: UUID
    starts_at: datetime
    scheduled_time: datetime = Field(description="The same as starts_at")
    scheduled_at: datetime = Field(description="The same as starts_at")
    ends_at: datetime | None
    title: str
    notes: str | None
    status: Status
    version: int = Field(description="Counts the moves, from 1")
    confirmation_sent: bool = Field(description="A reminder of this time was taken by a provider")
    confirmation_sent_at: datetime | None
    cancelled_at: datetime | None
    call_id: UUID | None
    contact_id: UUID | None
    contact_name: str | None
    contact_first_name: str | None
    contact_phone: str | None = Field(description="E.164")
    phone_number: str | None = Field(description="The same as contact_phone")
    contact_email: str | None
    created_at: datetime
    updated_at: datetime


class Appointments(Answer):
    data: list[AppointmentRow] = Field(description="The earliest first")
    next: Next


class OneAppointment(Answer):
    data: AppointmentRow


class ReminderOwed(Answer):
    success: Literal[True]
    recipient: str
    method: Method
    messageId: UUID  # noqa: N815
    status: MessageStatus
