"""How each provider fares with an organization: left alone while in trouble, tried by one, and not hurried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.database import Transaction

LOCK = "SELECT * FROM provider_health WHERE org_id = %s AND provider = %s FOR UPDATE"


def closed_until(tx: Transaction, org_id: UUID, provider: str, now: datetime) -> datetime | None:
    """None where the provider may be asked; else when to come again. The row is locked until the commit."""
    row = _locked(tx, org_id, provider)
    until = [at for at in (row["open_until"], row["probe_until"]) if at is not None and at > now]
    return max(until, default=None)


def begin_probe(tx: Transaction, org_id: UUID, provider: str, until: datetime) -> None:
    """After a pause for failures one has it for itself until then; after none, or where it only asked for patience,
    nobody has to wait for anybody."""
    tx.run(
        "UPDATE provider_health SET probe_until = %s WHERE org_id = %s AND provider = %s AND open_until IS NOT NULL"
        " AND failures > 0",
        (until, org_id, provider),
    )


def take_slot(tx: Transaction, org_id: UUID, provider: str, now: datetime, interval: timedelta) -> datetime:
    """Keeps the next free moment for one message, and the `interval` behind it."""
    row = _locked(tx, org_id, provider)
    slot: datetime = max(now, row["next_slot_at"] or now)
    _set(tx, org_id, provider, "next_slot_at = %s", slot + interval)
    return slot


def failures(tx: Transaction, org_id: UUID, provider: str) -> int:
    """In a row until now; the row is locked, for `failed` to add one."""
    return int(_locked(tx, org_id, provider)["failures"])


def failed(tx: Transaction, org_id: UUID, provider: str, counted: int, open_until: datetime | None, error: str) -> None:
    """Notes failures in a row, and until when the provider is left alone."""
    _set(
        tx, org_id, provider,
        "failures = %s, open_until = greatest(open_until, %s), probe_until = NULL, last_error = %s,"
        " failed_at = clock_timestamp()",
        counted, open_until, error,
    )  # fmt: skip


def succeeded(tx: Transaction, org_id: UUID, provider: str, since: datetime) -> None:
    """It took what was begun at `since`: nothing is written where that is no news, or older than its trouble."""
    tx.at_end(
        "UPDATE provider_health SET failures = 0, open_until = NULL, probe_until = NULL, last_error = NULL,"
        " updated_at = clock_timestamp() WHERE org_id = %s AND provider = %s"
        " AND (failures > 0 OR open_until IS NOT NULL) AND (failed_at IS NULL OR failed_at <= %s)",
        (org_id, provider, since),
    )


def list_health(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """Every provider that was asked for the organization: failures in a row, until when it is left alone, and why."""
    return tx.rows(
        "SELECT provider, failures, open_until, last_error, updated_at FROM provider_health WHERE org_id = %s"
        " ORDER BY provider",
        (org_id,),
    )


def _locked(tx: Transaction, org_id: UUID, provider: str) -> dict[str, Any]:
    row = tx.row(LOCK, (org_id, provider))
    if row is None:
        tx.run(
            "INSERT INTO provider_health (org_id, provider) VALUES (%s, %s) ON CONFLICT DO NOTHING", (org_id, provider)
        )
        row = tx.row(LOCK, (org_id, provider))
    assert row is not None, "it was made just now"
    return row


def _set(tx: Transaction, org_id: UUID, provider: str, sets: str, *values: Any) -> None:
    tx.run(
        f"UPDATE provider_health SET {sets}, updated_at = clock_timestamp() WHERE org_id = %s AND provider = %s",
        (*values, org_id, provider),
    )
