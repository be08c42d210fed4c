"""Contacts: people, known by a call centre's lead id or by their phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg2 import sql
from psycopg2.extras import Json

from models.context import HISTORY_LIMIT
from models.database import Transaction
from models.ids import new_id

STATED = ("name", "first_name", "last_name", "email", "phone", "campaign", "status", "source")
HELD = ("lead_status", "temperature")
"""What a colleague may set by hand."""
HISTORY = (
    "SELECT c.id::text, happened_at, revision, status, result, booking, interested, lead_score, temperature, service"
    " FROM calls c WHERE org_id = %s AND contact_id = %s ORDER BY happened_at DESC, c.id DESC LIMIT %s"
)
SPOKE = (
    "UPDATE contacts k SET last_contacted_at = c.latest FROM"
    " (SELECT max(coalesce(ended_at, started_at)) AS latest FROM"
    "   (SELECT ended_at, started_at FROM calls WHERE org_id = %s AND contact_id = %s"
    "    ORDER BY happened_at DESC, id DESC LIMIT 20) newest) c"
    " WHERE k.org_id = %s AND k.id = %s AND k.last_contacted_at IS DISTINCT FROM c.latest"
)
"""Of the newest calls, whichever ended last: calls of one person may overlap, but not by twenty."""


def of_lead(tx: Transaction, org_id: UUID, lead_id: str) -> dict[str, Any] | None:
    return tx.row("SELECT * FROM contacts WHERE org_id = %s AND lead_id = %s FOR UPDATE", (org_id, lead_id))


def of_phone(tx: Transaction, org_id: UUID, phone: str) -> tuple[bool, dict[str, Any] | None]:
    """Whether this is a line of the organization's own, which is nobody to write to, and else who has this phone.

    A lead comes before a phone alone, the oldest of several first.
    """
    row = tx.row(
        "SELECT l.is_own, k.* FROM"
        " (SELECT EXISTS (SELECT FROM phone_numbers WHERE org_id = %s AND number = %s AND verified_at IS NOT NULL)"
        "   AS is_own) l"
        " LEFT JOIN LATERAL (SELECT * FROM contacts WHERE org_id = %s AND phone = %s"
        " ORDER BY lead_id IS NULL, created_at, id LIMIT 1 FOR UPDATE) k ON NOT l.is_own",
        (org_id, phone, org_id, phone),
    )
    assert row is not None, "EXISTS always answers"
    return row.pop("is_own"), row if row["id"] is not None else None


def insert(
    tx: Transaction, org_id: UUID, lead_id: str | None, columns: Mapping[str, Any], stamps: Mapping[str, Any]
) -> UUID:
    """A new contact with `columns` of STATED."""
    new = new_id()
    names = ["org_id", "id", "lead_id", "stamps", *(name for name in STATED if columns.get(name) is not None)]
    values = [org_id, new, lead_id, Json(dict(stamps)), *(columns[name] for name in names[4:])]
    tx.at_end(
        sql.SQL("INSERT INTO contacts ({}) VALUES ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join([sql.Placeholder()] * len(names))
        ),
        values,
    )
    return new


def update(
    tx: Transaction, org_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any], stamps: Mapping[str, Any]
) -> None:
    """Writes what differs of STATED and lead_id."""
    changed = [name for name in (*STATED, "lead_id") if after.get(name) != before.get(name)]
    if not changed and stamps == before["stamps"]:
        return
    sets = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in changed] + [
        sql.SQL("stamps = %s, updated_at = now()")
    ]
    tx.at_end(
        sql.SQL("UPDATE contacts SET {} WHERE org_id = %s AND id = %s").format(sql.SQL(", ").join(sets)),
        [*(after[name] for name in changed), Json(dict(stamps)), org_id, before["id"]],
    )


def absorb(tx: Transaction, org_id: UUID, keep: UUID, other: UUID) -> None:
    """A lead takes over the row that its phone alone had, with its calls and with what a colleague had set there.

    Where a colleague has set something on both, the lead's stands.
    """
    for table in ("calls", "appointments", "messages", "placed_calls"):
        tx.run(f"UPDATE {table} SET contact_id = %s WHERE org_id = %s AND contact_id = %s", (keep, org_id, other))
    tx.run(
        "UPDATE contacts k SET"
        + ", ".join(
            f" {name} = CASE WHEN o.{name}_held AND NOT k.{name}_held THEN o.{name} ELSE k.{name} END,"
            f" {name}_held = k.{name}_held OR o.{name}_held"
            for name in HELD
        )
        + " FROM contacts o WHERE k.org_id = %s AND k.id = %s AND o.org_id = %s AND o.id = %s",
        (org_id, keep, org_id, other),
    )
    tx.run("DELETE FROM contacts WHERE org_id = %s AND id = %s", (org_id, other))


def locked(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    return tx.row("SELECT * FROM contacts WHERE org_id = %s AND id = %s FOR UPDATE", (org_id, id))


def history(tx: Transaction, org_id: UUID, id: UUID) -> list[dict[str, Any]]:
    """What a person's calls led to, oldest first, of the newest HISTORY_LIMIT."""
    newest = tx.rows(HISTORY, (org_id, id, HISTORY_LIMIT))
    return newest[::-1]


def call_after(tx: Transaction, org_id: UUID, id: UUID, call: Mapping[str, Any]) -> UUID | None:
    """The person's next call after this one."""
    following: UUID | None = tx.value(
        "SELECT id FROM calls WHERE org_id = %s AND contact_id = %s AND (happened_at, id) > (%s, %s)"
        " ORDER BY happened_at, id LIMIT 1",
        (org_id, id, call["happened_at"], call["id"]),
    )
    return following


def spoke(tx: Transaction, org_id: UUID, id: UUID) -> None:
    """Remembers the latest time that this person was on the line, as their calls have it by now."""
    tx.at_end(SPOKE, (org_id, id, org_id, id))


def conclude(tx: Transaction, org_id: UUID, contact: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Writes with the commit what a person's calls lead to, all but what a colleague has set by hand."""
    held = [name for name in HELD if contact[f"{name}_held"]]
    changed = {name: value for name, value in after.items() if name not in held and value != contact[name]}
    if changed:
        sets = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in changed)
        tx.at_end(
            sql.SQL("UPDATE contacts SET {}, updated_at = now() WHERE org_id = %s AND id = %s").format(sets),
            [*changed.values(), org_id, contact["id"]],
        )
