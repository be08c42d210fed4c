"""Contacts: people who called or are on a call centre's lists, and what a colleague decides about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from edge.asked import TEXT_LIMIT
from edge.shapes.base import Answer, Row
from edge.shapes.changes import Change
from edge.shapes.paging import Next, Paged
from models.contact_queries import TEMPERATURES

LEAD_STATUSES = ("new", "contacted", "booked", "lost")
CHOICES = {"lead_status": LEAD_STATUSES, "temperature": TEMPERATURES}
RULES = "null gives it back to the rules, which follow the calls"

LeadStatus = Literal["new", "contacted", "booked", "lost"]
Temperature = Literal["hot", "warm", "cold"]


def _one_of(name: str) -> BeforeValidator:
    def check(given: Any) -> Any:
        word = given.strip().lower() if isinstance(given, str) else given
        if word not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}")
        return word

    return BeforeValidator(check)


def _decided(name: str) -> BeforeValidator:
    def check(given: Any) -> Any:
        if given is not None and given not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}, or null to give it back to the rules")
        return given

    return BeforeValidator(check)


def _text(given: Any) -> str | None:
    return str(given).replace("\0", "").strip()[:TEXT_LIMIT] or None


class ContactsAsked(Paged):
    lead_status: Annotated[LeadStatus | None, _one_of("lead_status")] = None
    temperature: Annotated[Temperature | None, _one_of("temperature")] = None
    q: Annotated[str | None, BeforeValidator(_text)] = Field(
        None, description="Beginnings of words of a name or an address, or three digits or more of a number"
    )


class ContactRow(Row):
    org_id: UUID
    id: UUID
    lead_id: str | None = Field(description="The call centre's id of the person")
    name: str | None
    contact_name: str | None = Field(description="The same as name")
    phone: str | None = Field(description="E.164")
    phone_number: str | None = Field(description="The same as phone")
    email: str | None
    campaign: str | None
    source: str | None = Field(description="Where we know them from: call or lead")
    status: str | None = Field(description="The call centre's own word for how the lead stands")
    services_interested: str | None
    lead_status: LeadStatus
    temperature: Temperature | None
    lead_score: int | None = Field(description="0 to 100")
    last_contacted_at: datetime | None = Field(description="When they were last on the line")
    lead_status_held: bool = Field(description="A colleague set it: calls leave it as it is")
    temperature_held: bool = Field(description="A colleague set it: calls leave it as it is")
    created_at: datetime
    updated_at: datetime


class Contacts(Answer):
    data: list[ContactRow] = Field(description="Those last heard of first")
    next: Next


class OneContact(Answer):
    data: ContactRow


class ContactCounts(Answer):
    total: int
    hot: int
    warm: int
    cold: int
    total_leads: int = Field(description="The same as total")
    hot_leads: int = Field(description="The same as hot")
    warm_leads: int = Field(description="The same as warm")
    cold_leads: int = Field(description="The same as cold")


class ContactDecision(Change):
    """A person's word, which calls do not overwrite: one of the two at least."""

    lead_status: Annotated[LeadStatus | None, _decided("lead_status")] = Field(None, description=RULES)
    temperature: Annotated[Temperature | None, _decided("temperature")] = Field(None, description=RULES)
