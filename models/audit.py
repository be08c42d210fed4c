"""The audit trail: who read or changed what. Rows are only ever added."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Transaction


def record(
    tx: Transaction, org_id: UUID, actor: str, action: str, subject: str, details: dict[str, Any] | None = None
) -> None:
    """Adds one row. `actor` is like user:<id>; `details` holds ids and counts, never a secret."""
    tx.run(
        "INSERT INTO audit_log (org_id, actor, action, subject, details) VALUES (%s, %s, %s, %s, %s)",
        (org_id, actor, action, subject, Json(details or {})),
    )
