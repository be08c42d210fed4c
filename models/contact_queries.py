"""The contacts that people read, and what a person decides about one: a decision that calls do not overwrite."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.queries import Place
from models.search import BEGINNING
from models.search_words import GRAM, LONGEST_WORD, MOST_TERMS, folded

COLUMNS = (
    "org_id, id, lead_id, name, phone, email, campaign, source, status, services_interested, lead_status, temperature,"
    " lead_score, last_contacted_at, lead_status_held, temperature_held, created_at, updated_at, heard_at"
)
TEMPERATURES = ("hot", "warm", "cold")
DEPTH = 2_000
"""So many of the newest contacts are looked at before the index of names is asked: about as long as that takes."""
WORD = re.compile(r"[^\W_]+")
"""As migration 0013 parts names and addresses."""
MANY = 10_000
"""A page counts no further: ten times as many take ten times as long, and look the same."""


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Which contacts are wanted; None asks nothing."""

    lead_status: str | None = None
    temperature: str | None = None
    text: str | None = None
    """Beginnings of words of a name or an address, or part of a number: three digits or more, and no letters."""


def newest_contacts(
    tx: Transaction, org_id: UUID, wanted: ContactFilter, limit: int, after: Place | None = None
) -> list[dict[str, Any]]:
    """Contacts that match, those last heard of first, from the one that follows `after`."""
    conditions: list[str] = ["org_id = %s"]
    params: list[Any] = [org_id]
    if wanted.text:
        conditions.append("id = ANY(%s)")
        params.append(_sought(tx, org_id, wanted, limit, after))
    for condition, values in _conditions(wanted, after):
        conditions.append(condition)
        params += values
    return tx.rows(
        f"SELECT {COLUMNS} FROM contacts WHERE {' AND '.join(conditions)} ORDER BY heard_at DESC, id DESC LIMIT %s",
        (*params, limit),
    )


def contact_of(tx: Transaction, org_id: UUID, contact_id: UUID) -> dict[str, Any] | None:
    return tx.row(f"SELECT {COLUMNS} FROM contacts WHERE org_id = %s AND id = %s", (org_id, contact_id))


def contact_counts(tx: Transaction, org_id: UUID) -> dict[str, int]:
    """How many contacts there are, and how many of each temperature: total, hot, warm, cold."""
    rows = tx.rows("SELECT temperature, count(*) AS found FROM contacts WHERE org_id = %s GROUP BY 1", (org_id,))
    found = {row["temperature"]: int(row["found"]) for row in rows}
    return {"total": sum(found.values())} | {name: found.get(name, 0) for name in TEMPERATURES}


def counts_for_people(tx: Transaction, org_id: UUID) -> dict[str, int]:
    """The same for a page, each at most MANY: quick at any size."""
    counts = {"total": _at_most(tx, "org_id = %s", (org_id,))}
    return counts | {name: _at_most(tx, "org_id = %s AND temperature = %s", (org_id, name)) for name in TEMPERATURES}


def calls_of_contact(tx: Transaction, org_id: UUID, contact_id: UUID, limit: int) -> list[dict[str, Any]]:
    """The newest calls of a person, with what a list shows of them."""
    return tx.rows(
        "SELECT id, direction, status, disposition, outcome, result, happened_at, duration_seconds, booking_confirmed,"
        " financial_value FROM calls WHERE org_id = %s AND contact_id = %s ORDER BY happened_at DESC, id DESC LIMIT %s",
        (org_id, contact_id, limit),
    )


def wishes(tx: Transaction, org_id: UUID, recipients: list[str]) -> list[dict[str, Any]]:
    """What was said about being written to at these numbers and addresses: recipient, is_out, source, changed_at."""
    return tx.rows(
        "SELECT recipient, is_out, source, changed_at FROM opt_outs WHERE org_id = %s AND recipient = ANY(%s)"
        " ORDER BY recipient",
        (org_id, [one.lower() for one in recipients]),
    )


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
    return conditions


def _sought(tx: Transaction, org_id: UUID, wanted: ContactFilter, limit: int, after: Place | None) -> list[UUID]:
    """Whom the words fit, by the index of migration 0013, which row security would leave unused."""
    start, text = after or BEGINNING, wanted.text or ""
    digits = "".join(character for character in text if character in "0123456789")
    is_number = len(digits) >= GRAM and not any(character.isalpha() for character in text)
    terms = _grams(digits) if is_number else [f"'{word[:LONGEST_WORD]}':*" for word in WORD.findall(folded(text)[0])]
    if not terms:
        return []
    found: list[UUID] = tx.value(
        "SELECT search_contacts(%s, %s::tsquery, %s, %s, %s, %s, %s, %s, %s)",
        (
            org_id,
            " & ".join(terms[: 20 if is_number else MOST_TERMS]),
            digits if is_number else None,
            wanted.lead_status,
            wanted.temperature,
            start.happened_at,
            start.id,
            DEPTH,
            limit,
        ),
    )
    return found


def _grams(digits: str) -> list[str]:
    return [f"'#{digits[start : start + GRAM]}'" for start in range(len(digits) - GRAM + 1)]


def _at_most(tx: Transaction, condition: str, params: tuple[Any, ...]) -> int:
    found: int = tx.value(f"SELECT count(*) FROM (SELECT FROM contacts WHERE {condition} LIMIT %s) k", (*params, MANY))
    return found
