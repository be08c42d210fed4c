"""The audit trail: who read or changed what. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Transaction


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None asks nothing. `until` is the first moment that no longer counts."""

    since: datetime | None = None
    until: datetime | None = None
    action: str | None = None
    actor: str | None = None
    subject: str | None = None


def entries(
    tx: Transaction, org_id: UUID, wanted: AuditFilter, limit: int, after: tuple[datetime, UUID] | None = None
) -> list[dict[str, Any]]:
    """Entries that match, newest first, from the one that follows `after`: (at, id)."""
    given: tuple[tuple[str, Any], ...] = (
        ("at >= %s", wanted.since),
        ("at < %s", wanted.until),
        ("action = %s", wanted.action),
        ("actor = %s", wanted.actor),
        ("subject = %s", wanted.subject),
        ("(at, id) < %s", after),
    )
    asked = [(condition, value) for condition, value in given if value is not None]
    where = " AND ".join(["org_id = %s", *(condition for condition, _ in asked)])
    return tx.rows(
        f"SELECT org_id, id, at, actor, action, subject, details FROM audit_log WHERE {where}"
        " ORDER BY at DESC, id DESC LIMIT %s",
        [org_id, *(value for _, value in asked), limit],
    )


def last_of_subjects(tx: Transaction, org_id: UUID, action: str, among: int) -> dict[str, datetime]:
    """When this was last done to each subject, as far as the newest entries tell."""
    rows = tx.rows(
        "SELECT subject, max(at) AS at FROM (SELECT subject, action, at FROM audit_log WHERE org_id = %s"
        " ORDER BY at DESC LIMIT %s) newest WHERE action = %s GROUP BY subject",
        (org_id, among, action),
    )
    return {row["subject"]: row["at"] for row in rows}


def record(
    tx: Transaction,
    org_id: UUID,
    actor: str,
    action: str,
    subject: str,
    details: dict[str, Any] | None = None,
    id: UUID | None = None,
) -> None:
    """Adds one row. `actor` is like user:<id>; `details` holds ids and counts, never a secret.

    What may be told of more than once and is to be noted once has an `id` that follows from it.
    """
    tx.run(
        "INSERT INTO audit_log (org_id, id, actor, action, subject, details)"
        " VALUES (%s, coalesce(%s, gen_random_uuid()), %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (org_id, id, actor, action, subject, Json(details or {})),
    )
