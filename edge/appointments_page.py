"""The pages of appointments: who comes when, by day in the organization's time, and what became of each reminder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from edge import asked
from edge.agenda import MINUTES, days, local_text, place_words, zone_words
from edge.auth import caller
from edge.errors import Problem, not_found
from edge.messages import seen_by
from edge.reading import reading
from models import appointments as booked
from models import contact_queries
from models.appointments import BOOKED, AppointmentFilter
from models.contact_queries import ContactFilter
from models.people import Membership
from models.queries import Place
from rules.moments import is_twice
from vocabulary import Method, Role

blueprint = Blueprint("appointments_page", __name__)

PAGE_LENGTH = 30
FOUND = 8
"""So many people are offered to choose from."""
VIEWS = {"": "All upcoming", "today": "Today", "week": "This week", "past": "Past"}
ADDRESSES = {Method.SMS: "contact_phone", Method.EMAIL: "contact_email"}

Row = dict[str, Any]


@blueprint.get("/o/<uuid:org_id>/appointments")
def appointments(org_id: UUID) -> str:
    here = caller().within(org_id, Role.VIEWER)
    view, after, complaint = _asked()
    now = datetime.now(UTC)
    span = _span(view, here.timezone, now)
    with reading(org_id) as tx:
        query = booked.latest_appointments if view == "past" else booked.list_appointments
        rows = query(tx, org_id, span, PAGE_LENGTH + 1, after)
        shown = rows[:PAGE_LENGTH]
        messages = booked.messages_of_appointments(tx, org_id, [row["id"] for row in shown])
    return render_template(
        "appointments.html",
        here=here,
        days=days([_with_reminders(row, messages[row["id"]], here) for row in shown], here.timezone, now),
        next=asked.cursor(Place(shown[-1]["starts_at"], shown[-1]["id"])) if len(rows) > PAGE_LENGTH else None,
        view=view,
        views=[(name, label, _address(view=name)) for name, label in VIEWS.items()],
        zone=zone_words(here.timezone, now),
        may_act=here.may(Role.OPERATOR),
        complaint=complaint,
        address=_address,
    )


@blueprint.get("/o/<uuid:org_id>/appointments/<uuid:appointment_id>")
def appointment(org_id: UUID, appointment_id: UUID) -> str:
    return show_appointment(caller().within(org_id, Role.VIEWER), appointment_id)


@blueprint.get("/o/<uuid:org_id>/appointments/new")
def new(org_id: UUID) -> str:
    return show_new(caller().within(org_id, Role.OPERATOR), request.args)


def show_appointment(
    here: Membership, appointment_id: UUID, complaint: str = "", draft: Mapping[str, str] | None = None
) -> str:
    """The page of one; with what was wrong with a form of it, and what was typed there, where one was refused."""
    now = datetime.now(UTC)
    with reading(here.org_id) as tx:
        row = booked.appointment_of(tx, here.org_id, appointment_id)
        if row is None:
            raise not_found()
        messages = booked.messages_of_appointments(tx, here.org_id, [appointment_id])[appointment_id]
    lasts = (row["ends_at"] or row["starts_at"]) - row["starts_at"]
    minutes = int(lasts.total_seconds() // 60)
    return render_template(
        "appointment.html",
        here=here,
        row=row,
        day=days([row], here.timezone, now)[0],
        messages=[seen_by(message, here) for message in messages],
        is_standing=row["status"] == BOOKED,
        has_begun=row["starts_at"] <= now,
        is_twice=is_twice(row["starts_at"], here.timezone),
        typed_time=local_text(row["starts_at"], here.timezone),
        minutes=minutes,
        lengths=sorted({*MINUTES, minutes} - {0}),
        methods=[method for method, address in ADDRESSES.items() if row[address]],
        zone=zone_words(here.timezone, row["starts_at"]),
        place=place_words(here.timezone),
        may_act=here.may(Role.OPERATOR),
        complaint=complaint,
        draft=draft or {},
        key=uuid4(),
    )


def show_new(here: Membership, given: Mapping[str, str], complaint: str = "") -> str:
    """The form that books: first whom it is with, then when."""
    text = given.get("q", "").strip()[: asked.TEXT_LIMIT]
    with reading(here.org_id) as tx:
        contact = _chosen(given.get("contact_id", ""))
        person = contact_queries.contact_of(tx, here.org_id, contact) if contact else None
        if contact is not None and person is None:
            raise not_found()
        wanted = ContactFilter(text=text or None)
        found = contact_queries.newest_contacts(tx, here.org_id, wanted, FOUND) if person is None else []
        customs = booked.reminder_customs(tx, here.org_id)
    return render_template(
        "appointment_new.html",
        here=here,
        person=person,
        found=found,
        text=text,
        given=given,
        lengths=MINUTES,
        customs=customs,
        place=place_words(here.timezone),
        complaint=complaint,
        key=uuid4(),
    )


def _chosen(given: str) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        raise not_found() from None


def _asked() -> tuple[str, Place | None, str]:
    """Which of the views, and the place in it, or what is wrong with that: the page shows it where the API refuses."""
    view = request.args.get("view", "").strip()
    try:
        return view if view in VIEWS else "", asked.place(request.args), ""
    except Problem as problem:
        return "", None, problem.error


def _span(view: str, timezone: str, now: datetime) -> AppointmentFilter:
    """Days of the organization, from midnight to midnight; a week is today and the six days that follow."""
    if view == "past":
        return AppointmentFilter(until=now)
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    until = {"today": 1, "week": 7}.get(view)
    return AppointmentFilter(
        datetime.combine(today, time(), zone),
        datetime.combine(today + timedelta(days=until), time(), zone) if until else None,
    )


def _with_reminders(row: Row, messages: list[Row], here: Membership) -> Row:
    """Beside the appointment what goes with its time as it stands, and how many were dropped with earlier times."""
    standing = [one for one in messages if one["appointment_version"] == row["version"]]
    dropped = [one for one in messages if one not in standing and one["status"] == "skipped"]
    left = [one for one in messages if one not in standing and one["status"] != "skipped"]
    return row | {"reminders": [seen_by(one, here) for one in (*left, *standing)], "dropped": len(dropped)}


def _address(**changes: str | None) -> str:
    given = {"view": request.args.get("view", "").strip()}
    query = {name: value for name, value in (given | changes).items() if value}
    return f"{request.path}?{urlencode(query)}" if query else request.path
