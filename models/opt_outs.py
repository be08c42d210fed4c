"""Who wants no more messages from an organization: kept for ever, also when they changed their mind."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from models.database import Transaction
from vocabulary import InboundText


def is_out(tx: Transaction, org_id: UUID, recipient: str) -> bool:
    """Whether this number or address may not be written to."""
    return bool(
        tx.value(
            "SELECT true FROM opt_outs WHERE org_id = %s AND recipient = %s AND is_out", (org_id, recipient.lower())
        )
    )


def record(tx: Transaction, org_id: UUID, recipient: str, out: bool, source: str, at: datetime | None = None) -> bool:
    """What somebody wants from `at` on, now where None; False where that is no news, or older than what stands.

    `source`: word, request, carrier, provider or person.
    """
    return bool(
        tx.value(
            "SELECT note_wish(%s, %s, %s, %s, coalesce(%s, clock_timestamp()))",
            (org_id, recipient.lower(), out, source, at),
        )
    )


def record_for_number(tx: Transaction, said: InboundText, out: bool, source: str, at: datetime) -> list[UUID]:
    """The same for every organization that writes, or wrote to them, from the number which they answered.

    Returns for whom it was news.
    """
    rows = tx.rows(
        "SELECT opt_out(%s, %s, %s, %s, %s, %s, %s::uuid[]) AS org_id",
        (said.account, said.recipient, said.sender, out, source, at, list(said.among) or None),
    )
    return [row["org_id"] for row in rows]
