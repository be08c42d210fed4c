"""What people do with appointments, over the API and on the pages alike: book, change, remind of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from edge.appointment_bodies import Wish, change_of, wish_of
from edge.asked import bad
from edge.errors import Problem, not_found
from edge.sending import intending
from edge.shapes.appointments import ChangedAppointment, NewAppointment
from models import appointments, audit
from models.database import organization
from models.people import Membership
from tasks import appointments as desk
from tasks.reminders import Asked, CannotRemind, LeftAlone, NotStanding, TooOften, remind_now
from vocabulary import Method

NOT_CONNECTED = "not_connected"
MOVED_MEANWHILE = (
    "Somebody has changed this appointment meanwhile: see how it stands, then change it if you still want to"
)

Row = dict[str, Any]
Naming = Callable[[UUID, UUID, Wish], UUID | None]
"""Organization, contact and wish → the id that the appointment gets, the same for the same; None for one of its own."""


def book(here: Membership, asked: NewAppointment, by: str, name: Naming) -> tuple[Row, bool]:
    """The appointment, and whether it is new. Raises Problem 400 and 404."""
    now = datetime.now(UTC)
    with refusing():
        wish = wish_of(asked, here.timezone, now)
    with refusing(), organization(here.org_id) as tx:
        contact_id = wish.contact(tx, here.org_id, now)
        if not appointments.belongs(tx, here.org_id, contact_id, wish.call_id):
            raise not_found()
        booking = wish.booking(contact_id, name(here.org_id, contact_id, wish))
        row, is_new = desk.book(tx, here.org_id, booking, now)
        if is_new:
            audit.record(tx, here.org_id, by, "appointments.create", str(row["id"]))
    return row, is_new


def alter(here: Membership, appointment_id: UUID, asked: ChangedAppointment, by: str, seen: str | None = None) -> Row:
    """The appointment after the change. Raises Problem 400, 404 and 409.

    With the version that was `seen`, a time that somebody else has given it meanwhile is not undone.
    """
    now = datetime.now(UTC)
    with refusing():
        wanted = change_of(asked, here.timezone, now)
    with refusing(), organization(here.org_id) as tx:
        standing = appointments.locked(tx, here.org_id, appointment_id)
        if standing and seen not in (None, str(standing["version"])):
            raise Problem(409, "moved_meanwhile", MOVED_MEANWHILE)
        row = desk.change(tx, here.org_id, appointment_id, wanted, now)
        if row is None:
            raise not_found()
        details = {"changed": wanted.names, "version": row["version"], "status": row["status"]}
        audit.record(tx, here.org_id, by, "appointments.change", str(appointment_id), details)
    return row


def remind(here: Membership, appointment_id: UUID, method: Method, by: str, key: str) -> Asked:
    """Owes a reminder at once, one for each key. Raises Problem 400, 404, 409, 422 and 429."""
    with refusing(), intending(), organization(here.org_id) as tx:
        owed = remind_now(tx, here.org_id, appointment_id, method, by, key, datetime.now(UTC))
        if owed is None:
            raise not_found()
        if owed.message.is_new:
            details = {"message": str(owed.message.id), "method": method}
            audit.record(tx, here.org_id, by, "appointments.remind", str(appointment_id), details)
    return owed


@contextmanager
def refusing() -> Iterator[None]:
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
