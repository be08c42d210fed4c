"""What assistants and lines have in common over the API: how they are found, and how a registration is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from edge.asked import bad
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import readable
from models import lines
from models.database import Transaction
from models.organizations import AlreadyRegistered, UnknownAssistant
from vocabulary import Role

Shown = Callable[[Transaction, UUID, UUID | None], list[dict[str, Any]]]
"""An organization's rows as people see them: all, or the one of an id."""


def everywhere(shown: Shown) -> list[dict[str, Any]]:
    """The rows of every organization where the caller is an admin."""
    found: list[dict[str, Any]] = []
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            found += shown(tx, here.org_id, None)
    return found


def one_of(shown: Shown, id: UUID) -> dict[str, Any]:
    """Raises Problem 404."""
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            if found := shown(tx, here.org_id, id):
                return found[0]
    raise not_found()


def given(body: BaseModel) -> dict[str, Any]:
    """The fields that were sent, besides where they belong."""
    return body.model_dump(exclude_unset=True, exclude={"org_id"})


def changes(body: BaseModel, names: str) -> dict[str, Any]:
    """Raises Problem 400 where there are none."""
    wanted = given(body)
    if not wanted:
        raise bad(f"Give at least one of {names}")
    return wanted


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
