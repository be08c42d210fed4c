"""The contacts that people read, and what a person decides about one: a decision that calls do not overwrite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.queries import Place

COLUMNS = (
    "org_id, id, lead_id, name, phone, email, campaign, source, status, services_interested, lead_status, temperature,"
    " lead_score, last_contacted_at, lead_status_held, temperature_held, created_at, updated_at, heard_at"
)
TEMPERATURES = ("hot", "warm", "cold")


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Which contacts are wanted; None asks nothing."""

    lead_status: str | None = None
    temperature: str | None = None
    text: str | None = None
    """Part of a name or an address, or of a number when it has at least three digits and no letters."""


def newest_contacts(
    tx: Transaction, org_id: UUID, wanted: ContactFilter, limit: int, after: Place | None = None
) -> list[dict[str, Any]]:
    """Contacts that match, those last heard of first, from the one that follows `after`."""
    conditions, params = ["org_id = %s"], [org_id]
    for condition, values in _conditions(wanted, after):
        conditions.append(condition)
        params += values
    return tx.rows(
        f"SELECT {COLUMNS} FROM contacts WHERE {' AND '.join(conditions)} ORDER BY heard_at DESC, id DESC LIMIT %s",
        (*params, limit),
    )


def contact_counts(tx: Transaction, org_id: UUID) -> dict[str, int]:
    """How many contacts there are, and how many of each temperature: total, hot, warm, cold."""
    rows = tx.rows("SELECT temperature, count(*) AS found FROM contacts WHERE org_id = %s GROUP BY 1", (org_id,))
    found = {row["temperature"]: int(row["found"]) for row in rows}
    return {"total": sum(found.values())} | {name: found.get(name, 0) for name in TEMPERATURES}


def decide(tx: Transaction, org_id: UUID, contact_id: UUID, decided: dict[str, str | None]) -> dict[str, Any] | None:
    """Sets lead_status, temperature or both by a person's word, which holds; None gives one back to the rules.

    What is given back keeps its value until a call leads to another. None where there is no such contact.
    """
    sets, params = [], []
    for column, value in decided.items():
        sets += [f"{column} = coalesce(%s, {column})", f"{column}_held = %s"]
        params += [value, value is not None]
    return tx.row(
        f"UPDATE contacts SET {', '.join(sets)}, updated_at = now() WHERE org_id = %s AND id = %s RETURNING {COLUMNS}",
        (*params, org_id, contact_id),
    )


def _conditions(wanted: ContactFilter, after: Place | None) -> list[tuple[str, list[Any]]]:
    conditions: list[tuple[str, list[Any]]] = []
    if after is not None:
        conditions.append(("(heard_at, id) < (%s, %s)", [after.happened_at, after.id]))
    if wanted.lead_status is not None:
        conditions.append(("lead_status = %s", [wanted.lead_status]))
    if wanted.temperature is not None:
        conditions.append(("temperature = %s", [wanted.temperature]))
    if wanted.text:
        conditions.append(_mentions(wanted.text))
    return conditions


def _mentions(text: str) -> tuple[str, list[Any]]:
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) >= 3 and not any(character.isalpha() for character in text):
        return "strpos(phone, %s) > 0", [digits]
    return "(strpos(lower(name), %s) > 0 OR strpos(lower(email), %s) > 0)", [text.lower()] * 2
