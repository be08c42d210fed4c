"""What assistants and lines over the API have in common: their plain fields, and how a registration is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from edge.asked import bad
from edge.errors import Problem
from models import lines
from models.database import Transaction
from models.organizations import AlreadyRegistered, UnknownAssistant

LONGEST = 120


def words(name: str, given: object) -> str:
    """A text on one line, "" for none. Raises Problem 400."""
    found = " ".join(given.replace("\0", "").split()) if isinstance(given, str) else None
    if found is None or len(found) > LONGEST:
        raise bad(f"{name} must be a text of at most {LONGEST} characters")
    return found


def flag(name: str, given: object) -> bool:
    if not isinstance(given, bool):
        raise bad(f"{name} must be true or false")
    return given


def given(body: Mapping[str, Any], fields: Mapping[str, Callable[[str, object], Any]]) -> dict[str, Any]:
    """The fields that were sent, clean."""
    return {name: clean(name, body[name]) for name, clean in fields.items() if name in body}


def refuse_too_many(tx: Transaction, org_id: UUID, table: str, what: str) -> None:
    """Called once the new one stands. Raises Problem 409."""
    if lines.is_too_many(tx, org_id, table):
        raise Problem(409, "too_many", f"An organization can have {lines.MOST} {what}; take off one that is not used")


@contextmanager
def refusing() -> Iterator[None]:
    """What is registered already is a conflict, whoever has it: whose it is, nobody is told."""
    try:
        yield
    except AlreadyRegistered:
        raise Problem(409, "already_registered", "It is registered already; each belongs to one organization") from None
    except UnknownAssistant:
        raise bad("vapi_assistant_id must be that of an assistant which is registered here") from None
    except ValueError as error:
        raise bad(str(error)) from None
