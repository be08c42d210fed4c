"""Templates: the words that an organization has written itself, one of a kind where only one can be sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import Any
from uuid import UUID

import psycopg2

from models.database import Transaction
from models.ids import new_id

COLUMNS = "org_id, id, name, purpose, method, subject, body, after_results, created_at, updated_at"


class DuplicateName(ValueError):
    """The organization has a template of this name; upper and lower case count as the same."""


class AlreadyCovered(ValueError):
    """Another template is sent in this case already; the message says which, and in what case."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as it is to stand, checked; only mail has a subject."""

    name: str
    purpose: str
    method: str
    subject: str | None
    body: str
    after_results: list[str]


def list_templates(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """The organization's templates, by purpose and name."""
    return tx.rows(
        f"SELECT {COLUMNS} FROM message_templates WHERE org_id = %s ORDER BY purpose, lower(name), id", (org_id,)
    )


def template_of(tx: Transaction, org_id: UUID, template_id: UUID) -> dict[str, Any] | None:
    return tx.row(f"SELECT {COLUMNS} FROM message_templates WHERE org_id = %s AND id = %s", (org_id, template_id))


def template_for(tx: Transaction, org_id: UUID, purpose: str, method: str) -> dict[str, Any] | None:
    """What an organization sends as its reminder or its alert; None where it has written nothing of its own."""
    return tx.row(
        f"SELECT {COLUMNS} FROM message_templates WHERE org_id = %s AND purpose = %s AND method = %s"
        " ORDER BY created_at, id LIMIT 1",
        (org_id, purpose, method),
    )


def template_after(tx: Transaction, org_id: UUID, result: str | None) -> dict[str, Any] | None:
    """The follow-up that is sent by itself after calls of this result."""
    rows = (row for row in list_templates(tx, org_id) if row["purpose"] == "followup")
    return next((row for row in rows if result in row["after_results"]), None)


def create_template(tx: Transaction, org_id: UUID, draft: Draft) -> dict[str, Any]:
    """A new template; raises DuplicateName and AlreadyCovered, which end the transaction."""
    template_id = new_id()
    _find_room(tx, org_id, template_id, draft)
    with _one_of_a_name(draft.name):
        made = tx.row(
            "INSERT INTO message_templates (org_id, id, name, purpose, method, subject, body, after_results)"
            f" VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING {COLUMNS}",
            (org_id, template_id, *astuple(draft)),
        )
    assert made is not None
    return made


def change_template(tx: Transaction, org_id: UUID, template_id: UUID, draft: Draft) -> dict[str, Any] | None:
    """The template as it is now, None where there is no such one; raises DuplicateName and AlreadyCovered."""
    _find_room(tx, org_id, template_id, draft)
    with _one_of_a_name(draft.name):
        return tx.row(
            "UPDATE message_templates SET name = %s, purpose = %s, method = %s, subject = %s, body = %s,"
            " after_results = %s, updated_at = clock_timestamp()"
            f" WHERE org_id = %s AND id = %s RETURNING {COLUMNS}",
            (*astuple(draft), org_id, template_id),
        )


def remove_template(tx: Transaction, org_id: UUID, template_id: UUID) -> bool:
    """Takes a template away; what was sent with it stays as it was sent."""
    return bool(tx.run("DELETE FROM message_templates WHERE org_id = %s AND id = %s", (org_id, template_id)))


def _find_room(tx: Transaction, org_id: UUID, template_id: UUID, draft: Draft) -> None:
    """One reminder and one alert by each method, one follow-up after each result: else which is sent were chance."""
    tx.run("SELECT FROM organizations WHERE org_id = %s FOR NO KEY UPDATE", (org_id,))
    others = [row for row in list_templates(tx, org_id) if row["id"] != template_id and row["purpose"] == draft.purpose]
    for other in others:
        if draft.purpose == "followup":
            shared = set(other["after_results"]) & set(draft.after_results)
            if shared:
                raise AlreadyCovered(f"{other['name']} is sent after {', '.join(sorted(shared))} already")
        elif other["method"] == draft.method:
            raise AlreadyCovered(f"{other['name']} is sent in this case already: change that one")


@contextmanager
def _one_of_a_name(name: str) -> Iterator[None]:
    try:
        yield
    except psycopg2.errors.UniqueViolation:
        raise DuplicateName(f"There is a template named {name!r} already") from None
