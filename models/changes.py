"""Whether anything has changed for people who look at calls: asked so cheaply that a page may ask every second."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from models.database import Transaction

LOOKED_AT = 20
"""Transactions do not end in the order of their times: one that ends late still stands among so many of the newest."""


def newest_changes(tx: Transaction, org_id: UUID) -> list[Any]:
    """The calls that changed last, and when: from an index alone, whatever the number of calls."""
    rows = tx.rows(
        "SELECT id, updated_at FROM calls WHERE org_id = %s ORDER BY updated_at DESC, id DESC LIMIT %s",
        (org_id, LOOKED_AT),
    )
    return [(row["id"], row["updated_at"]) for row in rows]
