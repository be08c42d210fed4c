"""How an organization is set up: what its admins may see of it, and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg2 import sql

from models.database import Transaction

CHANGEABLE = (
    "name", "timezone", "alert_number", "send_from", "send_until", "reminder_minutes", "reminder_methods",
    "body_retention_days", "recording_retention_days", "keeps_originals",
)  # fmt: skip
SHOWN = (
    *CHANGEABLE, "sms_number", "openai_enabled", "openai_budget_per_day", "default_region", "qa_weights",
)  # fmt: skip
READ = sql.SQL("SELECT org_id, {} FROM organizations WHERE org_id = %s").format(
    sql.SQL(", ").join(map(sql.Identifier, SHOWN))
)


def settings_of(tx: Transaction, org_id: UUID) -> dict[str, Any] | None:
    return tx.row(READ, (org_id,))


def locked(tx: Transaction, org_id: UUID) -> dict[str, Any] | None:
    """The same; nobody else changes it before the commit."""
    return tx.row(sql.Composed([READ, sql.SQL(" FOR NO KEY UPDATE")]), (org_id,))


def write(tx: Transaction, org_id: UUID, columns: Mapping[str, Any]) -> None:
    """Sets these columns, each one of CHANGEABLE."""
    names = [name for name in CHANGEABLE if name in columns]
    if names:
        pairs = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)
        values = [columns[name] for name in names]
        tx.run(sql.SQL("UPDATE organizations SET {} WHERE org_id = %s").format(pairs), (*values, org_id))
