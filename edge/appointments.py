"""Appointments over the API: made, moved, ended and listed; their reminders follow by themselves, or go out at once."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, Response, request

from edge import asked
from edge.appointment_bodies import Wish, change_of, wish_of
from edge.asked import bad
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.sending import intending, intent_key
from models import appointments, audit
from models.appointments import CANCELLED, STATUSES, AppointmentFilter
from models.database import organization
from models.people import Membership
from models.queries import Place
from tasks.appointments import Change, book, change
from tasks.reminders import CannotRemind, LeftAlone, NotStanding, TooOften, remind_now
from vocabulary import Method, Role

blueprint = Blueprint("appointments", __name__)

PATH = "/api/appointments"
NOT_CONNECTED = "not_connected"


@blueprint.get(PATH)
def show_all() -> Response:
    """The earliest first; `next` asks for the ones that follow."""
    most, after = asked.limit(request.args), asked.place(request.args)
    found = [_page(here, most + 1, after) for here in readable()]
    merged = list(heapq.merge(*found, key=lambda row: (row["starts_at"], row["id"].int)))
    shown = merged[:most]
    last = Place(shown[-1]["starts_at"], shown[-1]["id"]) if len(merged) > most else None
    return json_response({"ok": True, "data": shown, "next": asked.cursor(last) if last else None})


@blueprint.get(f"{PATH}/<uuid:appointment_id>")
def show(appointment_id: UUID) -> Response:
    for here in readable():
        with reading(here.org_id) as tx:
            row = appointments.appointment_of(tx, here.org_id, appointment_id)
        if row is not None:
            return json_response({"ok": True, "data": row})
    raise not_found()


@blueprint.post(PATH)
def create() -> Response:
    """With an Idempotency-Key the same wish again is the same appointment."""
    body = json_body()
    here = writable(Role.OPERATOR, body)
    now = datetime.now(UTC)
    with _refusing():
        wish = wish_of(body, here.timezone, now)
    with _refusing(), organization(here.org_id) as tx:
        contact_id = wish.contact(tx, here.org_id, now)
        if not appointments.belongs(tx, here.org_id, contact_id, wish.call_id):
            raise not_found()
        row, is_new = book(tx, here.org_id, wish.booking(contact_id, _named(here.org_id, contact_id, wish)), now)
        if is_new:
            audit.record(tx, here.org_id, actor(), "appointments.create", str(row["id"]))
    return json_response({"ok": True, "data": row}, 201 if is_new else 200)


@blueprint.patch(f"{PATH}/<uuid:appointment_id>")
def alter(appointment_id: UUID) -> Response:
    """Changes what is given: the time, the words, or how it ended."""
    body = json_body()
    here = writable(Role.OPERATOR, body)
    now = datetime.now(UTC)
    with _refusing():
        wanted = change_of(body, here.timezone, now)
    return _changed(here, appointment_id, wanted, now)


@blueprint.delete(f"{PATH}/<uuid:appointment_id>")
def cancel(appointment_id: UUID) -> Response:
    """The row stays, cancelled; once more changes nothing."""
    here = writable(Role.OPERATOR, json_body())
    return _changed(here, appointment_id, Change(status=CANCELLED), datetime.now(UTC))


@blueprint.post(f"{PATH}/<uuid:appointment_id>/send-reminder")
def send_reminder(appointment_id: UUID) -> Response:
    body = json_body()
    here = writable(Role.OPERATOR, body)
    method = body.get("method")
    if method not in list(Method):
        raise bad("method must be sms or email")
    key = intent_key(actor(), "click")
    with _refusing(), intending(), organization(here.org_id) as tx:
        owed = remind_now(tx, here.org_id, appointment_id, Method(method), actor(), key, datetime.now(UTC))
        if owed is None:
            raise not_found()
        if owed.message.is_new:
            details = {"message": str(owed.message.id), "method": method}
            audit.record(tx, here.org_id, actor(), "appointments.remind", str(appointment_id), details)
    facts = {"recipient": owed.recipient, "method": method, "messageId": owed.message.id, "status": owed.message.status}
    return json_response({"success": True, "ok": True} | facts)


def _changed(here: Membership, appointment_id: UUID, wanted: Change, now: datetime) -> Response:
    with _refusing(), organization(here.org_id) as tx:
        row = change(tx, here.org_id, appointment_id, wanted, now)
        if row is None:
            raise not_found()
        details = {"changed": wanted.names, "version": row["version"], "status": row["status"]}
        audit.record(tx, here.org_id, actor(), "appointments.change", str(appointment_id), details)
    return json_response({"ok": True, "data": row})


def _page(here: Membership, most: int, after: Place | None) -> list[dict[str, Any]]:
    wanted = _wanted(here.timezone)
    with reading(here.org_id) as tx:
        return appointments.list_appointments(tx, here.org_id, wanted, most, after)


def _wanted(timezone: str) -> AppointmentFilter:
    """Days in from and to are days of the organization, as they are in a list of calls."""
    spans = {name: value for name, value in request.args.items() if name in ("date", "from", "to")}
    span = asked.call_filter(spans, timezone)
    status = request.args.get("status", "").strip().lower()
    if status and status not in STATUSES:
        raise bad(f"status must be one of {', '.join(STATUSES)}")
    given = request.args.get("contact_id", "").strip()
    try:
        contact_id = UUID(given) if given else None
    except ValueError:
        raise bad("contact_id must be an id") from None
    return AppointmentFilter(span.since, span.until, contact_id, status or None)


def _named(org_id: UUID, contact_id: UUID, wish: Wish) -> UUID | None:
    """The same id for the same wish under one Idempotency-Key, so that a second click books nothing."""
    if not request.headers.get("Idempotency-Key", "").strip():
        return None
    return uuid5(org_id, f"{intent_key(actor(), 'appointment')}:{contact_id}:{wish.starts_at.isoformat()}")


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except NotStanding as error:
        raise Problem(409, "not_standing", str(error)) from None
    except LeftAlone as error:
        raise Problem(409, "opted_out", str(error)) from None
    except TooOften as error:
        raise Problem(429, "too_many_texts", str(error), {"Retry-After": str(error.seconds)}) from None
    except CannotRemind as error:
        raise Problem(400, NOT_CONNECTED, str(error)) from None
    except ValueError as error:
        raise bad(str(error)) from None
