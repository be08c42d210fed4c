"""The audit trail: who read or changed what. Rows are only ever added."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Transaction


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
