"""The forms of appointments: the same functions as the API's, answered by the page that shows what they did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, make_response, redirect, request, url_for

from edge.appointment_bodies import Wish
from edge.appointment_desk import alter, book, remind
from edge.appointments_page import show_appointment, show_new
from edge.auth import caller
from edge.declared import read
from edge.errors import Problem
from edge.scope import actor
from edge.sending import intent_key
from edge.shapes.appointments import ChangedAppointment, NewAppointment, ReminderAsked
from models.people import Membership
from vocabulary import Role

blueprint = Blueprint("appointment_actions", __name__)

PATH = "/o/<uuid:org_id>/appointments"
ASKED = ("starts_at", "duration_minutes", "contact_id", "call_id", "phone", "name", "email", "title", "notes")
CHANGED = ("starts_at", "duration_minutes", "title", "notes")
WORDS = {
    "starts_at": "The time",
    "ends_at": "The end",
    "duration_minutes": "The length",
    "contact_id or phone": "A contact or a number",
    "phone": "The number",
}
"""What complaints call the fields that people see under other names."""
BOOKED_ALREADY = (
    "This form has booked an appointment before, for another time or person: see it in the list,"
    " then send this again if you want another one"
)


@blueprint.post(PATH)
def create(org_id: UUID) -> Any:
    """On to the appointment that stands now; the same form again is the same appointment."""
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        key = intent_key(actor(), "appointment-form", request.form.get("key", ""))
        asked, meant = read(NewAppointment, _typed(ASKED)), []

        def name(org: UUID, contact_id: UUID, wish: Wish) -> UUID:
            meant.append((contact_id, wish.starts_at))
            return uuid5(org, key)

        row, is_new = book(here, asked, actor(), name)
        if not is_new and (row["contact_id"], row["starts_at"]) not in meant:
            raise Problem(422, "idempotency_key_reused", BOOKED_ALREADY)
        return _address(here, row["id"])

    return _done(act, lambda words: show_new(here, request.form, words))


@blueprint.post(f"{PATH}/<uuid:appointment_id>/change")
def change(org_id: UUID, appointment_id: UUID) -> Any:
    """Changes what was typed anew: what the form had brought along stays as it is."""
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        typed = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in CHANGED}
        given = {name: text for name, text in typed.items() if text != request.form.get(f"{name}_was", "").strip()}
        moves = given.keys() & {"starts_at", "duration_minutes"}
        if given:
            seen = request.form.get("version") if moves else None
            alter(here, appointment_id, read(ChangedAppointment, _numbered(given)), actor(), seen)
        return _address(here, appointment_id)

    return _again(here, appointment_id, act)


@blueprint.post(f"{PATH}/<uuid:appointment_id>/end")
def end(org_id: UUID, appointment_id: UUID) -> Any:
    """Cancels it, or notes how it went."""
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        asked = read(ChangedAppointment, {"status": request.form.get("status", "")})
        alter(here, appointment_id, asked, actor())
        return _address(here, appointment_id)

    return _again(here, appointment_id, act)


@blueprint.post(f"{PATH}/<uuid:appointment_id>/remind")
def send_reminder(org_id: UUID, appointment_id: UUID) -> Any:
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        method = read(ReminderAsked, {"method": request.form.get("method", "")}).method
        remind(here, appointment_id, method, actor(), intent_key(actor(), "click", request.form.get("key", "")))
        return _address(here, appointment_id)

    return _again(here, appointment_id, act)


def _typed(fields: tuple[str, ...]) -> dict[str, Any]:
    """What was filled in."""
    return _numbered({name: text for name in fields if (text := request.form.get(name, "").strip())})


def _numbered(given: dict[str, Any]) -> dict[str, Any]:
    minutes = given.get("duration_minutes", "")
    is_number = minutes.isascii() and minutes.isdigit() and len(minutes) < 10
    return given | {"duration_minutes": int(minutes)} if is_number else given


def _again(here: Membership, appointment_id: UUID, act: Callable[[], str]) -> Any:
    draft = {name: request.form[name] for name in CHANGED if name in request.form}
    return _done(act, lambda words: show_appointment(here, appointment_id, words, draft))


def _done(act: Callable[[], str], show: Callable[[str], str]) -> Any:
    """On to where it is seen; or the page at once, with what was typed and what was wrong."""
    try:
        return make_response(redirect(act(), 303))
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return make_response(show(_in_words(problem.error)), problem.status, problem.headers)


def _in_words(error: str) -> str:
    for field, words in WORDS.items():
        if error.startswith(field):
            return words + error.removeprefix(field)
    return error


def _address(here: Membership, appointment_id: UUID) -> str:
    return url_for("appointments_page.appointment", org_id=here.org_id, appointment_id=appointment_id)
