"""Appointments over the API: made, moved, ended and listed; their reminders follow by themselves, or go out at once."""

from __future__ import annotations

import heapq
from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, Response, request

from edge import asked as places
from edge.appointment_bodies import Wish
from edge.appointment_desk import alter, book, remind
from edge.declared import asked, declared, read, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.sending import intent_key
from edge.shapes.appointments import (
    Appointments,
    AppointmentsAsked,
    ChangedAppointment,
    NewAppointment,
    OneAppointment,
    ReminderAsked,
    ReminderOwed,
)
from edge.shapes.base import Sent
from models import appointments
from models.appointments import CANCELLED, AppointmentFilter
from models.people import Membership
from models.queries import Place
from vocabulary import Role

blueprint = Blueprint("appointments", __name__)

PATH = "/api/appointments"


@blueprint.get(PATH)
@declared(Appointments, Role.VIEWER, query=AppointmentsAsked)
def show_all() -> Response:
    """Appointments, the earliest first"""
    given = asked(AppointmentsAsked)
    found = [_page(here, given) for here in readable()]
    merged = list(heapq.merge(*found, key=lambda row: (row["starts_at"], row["id"].int)))
    shown = merged[: given.limit]
    last = Place(shown[-1]["starts_at"], shown[-1]["id"]) if len(merged) > given.limit else None
    return json_response({"ok": True, "data": shown, "next": places.cursor(last) if last else None})


@blueprint.get(f"{PATH}/<uuid:appointment_id>")
@declared(OneAppointment, Role.VIEWER)
def show(appointment_id: UUID) -> Response:
    """One appointment"""
    for here in readable():
        with reading(here.org_id) as tx:
            row = appointments.appointment_of(tx, here.org_id, appointment_id)
        if row is not None:
            return json_response({"ok": True, "data": row})
    raise not_found()


@blueprint.post(PATH)
@declared(OneAppointment, Role.OPERATOR, body=NewAppointment, status=(201, 200), is_idempotent=True)
def create() -> Response:
    """Books an appointment, and plans its reminders

    Answered with 200 where the same wish under the same Idempotency-Key has been booked before.
    """
    here = writable(Role.OPERATOR, json_body())
    row, is_new = book(here, sent(NewAppointment), actor(), _named)
    return json_response({"ok": True, "data": row}, 201 if is_new else 200)


@blueprint.patch(f"{PATH}/<uuid:appointment_id>")
@declared(OneAppointment, Role.OPERATOR, body=ChangedAppointment, problems=(409,))
def change(appointment_id: UUID) -> Response:
    """Moves an appointment, describes it, or says how it ended

    Its reminders go along: what was planned for another time is dropped.
    """
    here = writable(Role.OPERATOR, json_body())
    row = alter(here, appointment_id, sent(ChangedAppointment), actor())
    return json_response({"ok": True, "data": row})


@blueprint.delete(f"{PATH}/<uuid:appointment_id>")
@declared(OneAppointment, Role.OPERATOR, body=Sent, problems=(409,))
def cancel(appointment_id: UUID) -> Response:
    """Cancels an appointment

    The row stays, cancelled; once more changes nothing.
    """
    here = writable(Role.OPERATOR, json_body())
    row = alter(here, appointment_id, read(ChangedAppointment, {"status": CANCELLED}), actor())
    return json_response({"ok": True, "data": row})


@blueprint.post(f"{PATH}/<uuid:appointment_id>/send-reminder")
@declared(ReminderOwed, Role.OPERATOR, body=ReminderAsked, problems=(409, 422, 429), is_idempotent=True)
def send_reminder(appointment_id: UUID) -> Response:
    """Sends a reminder at once

    The same Idempotency-Key is the same reminder.
    """
    here = writable(Role.OPERATOR, json_body())
    method = sent(ReminderAsked).method
    owed = remind(here, appointment_id, method, actor(), intent_key(actor(), "click"))
    facts = {"recipient": owed.recipient, "method": method, "messageId": owed.message.id, "status": owed.message.status}
    return json_response({"success": True, "ok": True} | facts)


def _page(here: Membership, given: AppointmentsAsked) -> list[dict[str, Any]]:
    """Days in from and to are days of the organization, as they are in a list of calls."""
    days = {"date": given.date, "from": given.from_, "to": given.to}
    span = places.call_filter({name: day for name, day in days.items() if day is not None}, here.timezone)
    wanted = AppointmentFilter(span.since, span.until, given.contact_id, given.status)
    with reading(here.org_id) as tx:
        return appointments.list_appointments(tx, here.org_id, wanted, given.limit + 1, given.next)


def _named(org_id: UUID, contact_id: UUID, wish: Wish) -> UUID | None:
    """The same id for the same wish under one Idempotency-Key, so that a second click books nothing."""
    if not request.headers.get("Idempotency-Key", "").strip():
        return None
    return uuid5(org_id, f"{intent_key(actor(), 'appointment')}:{contact_id}:{wish.starts_at.isoformat()}")
