"""What was said on a call and what it was found to mean, as people read it: the transcript and every analysis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from models.database import Transaction

PERSON = "person"
RANK = {PERSON: 0, "provider": 1, "openai": 2, "rules": 3}
"""Whose result counts before whose; of the same engine the newest version."""


def transcript_of(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any] | None:
    """The redacted transcript with what its header tells; None where there is no such call or it has none."""
    return tx.row(
        "SELECT t.call_id, t.language, t.engine, t.turns, t.translated_text, t.revision, c.started_at, c.happened_at,"
        " c.duration_seconds, c.agent_name, c.phone_number"
        " FROM transcripts t JOIN calls c ON c.org_id = t.org_id AND c.id = t.call_id"
        " WHERE t.org_id = %s AND t.call_id = %s",
        (org_id, call_id),
    )


def analyses_of(tx: Transaction, org_id: UUID, call_id: UUID) -> list[dict[str, Any]]:
    """Every result of the call, the newest version of each kind first; `is_current` marks those that stand."""
    rows = tx.rows(
        "SELECT kind, version, engine, rule_version, value, evidence, author, created_at FROM analyses"
        " WHERE org_id = %s AND call_id = %s ORDER BY kind, version DESC",
        (org_id, call_id),
    )
    standing = _standing(rows)
    return [row | {"is_current": standing.get(row["kind"]) == row["version"]} for row in rows]


def names_of_people(tx: Transaction, user_ids: Iterable[UUID]) -> dict[str, str]:
    """Id → name, or the address where somebody has none: to say who corrected a result."""
    rows = tx.rows("SELECT id, name, email FROM users WHERE id = ANY(%s)", (list(user_ids),))
    return {str(row["id"]): row["name"] or row["email"] for row in rows}


def _standing(rows: list[dict[str, Any]]) -> dict[str, int]:
    """The version of each kind that counts. A person's newest word wins until it is withdrawn (a null value)."""
    best: dict[str, Mapping[str, Any]] = {}
    for engine in sorted(RANK, key=RANK.__getitem__, reverse=True):
        newest: dict[str, Mapping[str, Any]] = {}
        for row in rows:
            if row["engine"] == engine:
                newest.setdefault(row["kind"], row)
        best |= {kind: row for kind, row in newest.items() if row["value"] is not None}
    return {kind: int(row["version"]) for kind, row in best.items()}
