"""`appointments list|add|move|cancel`: an organization's appointments, whose reminders follow by themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from edge.appointment_bodies import change_of, wish_of
from edge.declared import Shape, read
from edge.errors import Problem
from edge.shapes.appointments import ChangedAppointment, NewAppointment
from models import appointments, audit
from models.appointments import CANCELLED, STATUSES, AppointmentFilter
from models.database import Transaction, organization
from models.organizations import customs_of
from tasks.appointments import Change, book, change
from tasks.reminders import NotStanding

ACTOR = "command line"
MOST = 200
SHOWN = ("id", "starts_at", "ends_at", "title", "status", "version", "contact_name", "contact_phone")

org_option = click.option("--org", type=ORGANIZATION, required=True, help="The organization, by id or name.")
minutes_option = click.option("--minutes", type=int, help="How long it lasts.")


@click.group("appointments", help="List, make, move and cancel appointments, with their reminders.")
def command() -> None:
    pass


@command.command("list")
@org_option
@click.option("--status", type=click.Choice(STATUSES), help="Only those that stand so.")
@click.option("--all", "with_past", is_flag=True, help="Also those that have begun.")
@with_json
def list_all(org: UUID, status: str | None, with_past: bool, as_json: bool) -> None:
    """List the coming appointments, the earliest first."""
    wanted = AppointmentFilter(since=None if with_past else datetime.now(UTC), status=status)
    with organization(org) as tx:
        rows = appointments.list_appointments(tx, org, wanted, MOST)
    show([_shown(row) for row in rows], as_json, empty="No appointment: `./aftercall appointments add` makes one.")


@command.command("add")
@org_option
@click.argument("at")
@click.option("--phone", help="With whom: their number.")
@click.option("--contact", help="With whom: the id of a contact.")
@click.option("--name", help="Whose number it is.")
@click.option("--title", help="What it is about.")
@minutes_option
@with_json
def add(org: UUID, at: str, as_json: bool, **given: Any) -> None:
    """Make an appointment AT a time like 2026-01-31T09:00, by the organization's clock where it has no zone."""
    now = datetime.now(UTC)
    body = {"starts_at": at, "duration_minutes": given["minutes"], "contact_id": given["contact"]}
    body |= {name: given[name] for name in ("phone", "name", "title")}
    with plainly(), organization(org) as tx:
        wish = wish_of(_read(NewAppointment, body), customs_of(tx, org).timezone, now)
        contact_id = wish.contact(tx, org, now)
        if not appointments.belongs(tx, org, contact_id, None):
            raise LookupError("There is no such contact")
        row, _ = book(tx, org, wish.booking(contact_id, None), now)
        audit.record(tx, org, ACTOR, "appointments.create", str(row["id"]))
    show_one(_shown(row), as_json)


@command.command("move")
@org_option
@click.argument("appointment", type=click.UUID)
@click.argument("at")
@minutes_option
@with_json
def move(org: UUID, appointment: UUID, at: str, minutes: int | None, as_json: bool) -> None:
    """Move an APPOINTMENT to another time AT; its reminders move along."""
    now = datetime.now(UTC)
    with plainly(), organization(org) as tx:
        body = {"starts_at": at, "duration_minutes": minutes}
        wanted = change_of(_read(ChangedAppointment, body), customs_of(tx, org).timezone, now)
        row = _changed(tx, org, appointment, wanted, now)
    show_one(_shown(row), as_json)


@command.command("cancel")
@org_option
@click.argument("appointment", type=click.UUID)
@with_json
def cancel(org: UUID, appointment: UUID, as_json: bool) -> None:
    """Cancel an APPOINTMENT; its reminders are dropped."""
    with plainly(), organization(org) as tx:
        row = _changed(tx, org, appointment, Change(status=CANCELLED), datetime.now(UTC))
    show_one(_shown(row), as_json)


def _read(shape: type[Shape], body: dict[str, Any]) -> Shape:
    """As the API reads it. Raises ValueError."""
    try:
        return read(shape, body)
    except Problem as problem:
        raise ValueError(problem.error) from None


def _changed(tx: Transaction, org_id: UUID, id: UUID, wanted: Change, now: datetime) -> dict[str, Any]:
    try:
        row = change(tx, org_id, id, wanted, now)
    except NotStanding as error:
        raise ValueError(str(error)) from None
    if row is None:
        raise LookupError("There is no such appointment; `./aftercall appointments list` shows them")
    details = {"changed": wanted.names, "version": row["version"], "status": row["status"]}
    audit.record(tx, org_id, ACTOR, "appointments.change", str(id), details)
    return row


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in SHOWN}
