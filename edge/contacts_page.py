"""The pages of contacts: who they are, the warmest at hand, and what there was with each of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request

from edge.auth import caller
from edge.contacts import NARROWER, cursor_of
from edge.declared import read
from edge.errors import Problem, not_found
from edge.messages import seen_by
from edge.reading import reading
from edge.shapes.contacts import LEAD_STATUSES, ContactsAsked
from models import appointments, contact_queries, message_queries
from models.appointments import AppointmentFilter
from models.contact_queries import MANY, TEMPERATURES, ContactFilter
from models.database import Transaction
from models.message_queries import MessageFilter
from models.people import Membership
from tasks.callbacks import Outlook, outlook
from vocabulary import Role

blueprint = Blueprint("contacts_page", __name__)

PAGE_LENGTH = 50
OF_ONE = 10
"""So many of a person's newest calls and messages are shown, and of their next appointments."""
FILTERS = ("q", "lead_status", "temperature")


@blueprint.get("/o/<uuid:org_id>/contacts")
def contacts(org_id: UUID) -> str:
    here = caller().within(org_id, Role.VIEWER)
    asked, complaint = _asked()
    wanted = ContactFilter(asked.lead_status, asked.temperature, asked.q)
    with reading(org_id, NARROWER) as tx:
        rows = contact_queries.newest_contacts(tx, org_id, wanted, PAGE_LENGTH + 1, asked.next)
        counts = contact_queries.counts_for_people(tx, org_id)
    return render_template(
        "contacts.html",
        here=here,
        contacts=rows[:PAGE_LENGTH],
        next=cursor_of(rows[PAGE_LENGTH - 1]) if len(rows) > PAGE_LENGTH else None,
        counts=counts,
        many=MANY,
        complaint=complaint,
        given=_given(),
        is_filtered=wanted != ContactFilter(),
        lead_statuses=LEAD_STATUSES,
        temperatures=TEMPERATURES,
        address=_address,
    )


@blueprint.get("/o/<uuid:org_id>/contacts/<uuid:contact_id>")
def contact(org_id: UUID, contact_id: UUID) -> str:
    return show_contact(caller().within(org_id, Role.VIEWER), contact_id)


def show_contact(here: Membership, contact_id: UUID, complaint: str = "") -> str:
    """The page of one; with what was wrong with a form of it, where one was refused."""
    org_id, now = here.org_id, datetime.now(UTC)
    with reading(org_id) as tx:
        row = contact_queries.contact_of(tx, org_id, contact_id)
        if row is None:
            raise not_found()
        calls = contact_queries.calls_of_contact(tx, org_id, contact_id, OF_ONE + 1)
        of_them = MessageFilter(contact_id=contact_id)
        messages = message_queries.newest_messages(tx, org_id, of_them, OF_ONE)
        wishes = contact_queries.wishes(tx, org_id, [one for one in (row["phone"], row["email"]) if one])
        coming, past = _appointments(tx, org_id, contact_id, now)
        back = outlook(tx, org_id, contact_id, now) if here.may(Role.OPERATOR) else Outlook(None, None)
    return render_template(
        "contact.html",
        here=here,
        contact=row,
        calls=calls[:OF_ONE],
        has_more_calls=len(calls) > OF_ONE,
        messages=[seen_by(message, here) for message in messages],
        wishes=wishes,
        coming=coming,
        past=past,
        back=back,
        may_act=here.may(Role.OPERATOR),
        lead_statuses=LEAD_STATUSES,
        temperatures=TEMPERATURES,
        complaint=complaint,
        key=uuid4(),
    )


def _appointments(
    tx: Transaction, org_id: UUID, contact_id: UUID, now: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those to come, the next first, and those before, the last first."""
    coming = AppointmentFilter(since=now, contact_id=contact_id)
    past = AppointmentFilter(until=now, contact_id=contact_id)
    return (
        appointments.list_appointments(tx, org_id, coming, OF_ONE),
        appointments.latest_appointments(tx, org_id, past, OF_ONE),
    )


def _asked() -> tuple[ContactsAsked, str]:
    """The filters and the place, or what is wrong with them: the page shows that where the API refuses."""
    try:
        return read(ContactsAsked, {name: value for name, value in request.args.items() if value.strip()}), ""
    except Problem as problem:
        return read(ContactsAsked, {}), problem.error


def _given() -> dict[str, str]:
    return {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}


def _address(**changes: str | None) -> str:
    """This page with some of its filters changed, or dropped where None; back on its first page."""
    query = {name: value for name, value in (_given() | changes).items() if value}
    return f"{request.path}?{urlencode(query)}" if query else request.path
