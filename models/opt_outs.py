"""Who wants no more messages from an organization: kept for ever, also when they changed their mind."""

from __future__ import annotations

from uuid import UUID

from models.database import Transaction


def is_out(tx: Transaction, org_id: UUID, recipient: str) -> bool:
    """Whether this number or address may not be written to."""
    return bool(
        tx.value("SELECT true FROM opt_outs WHERE org_id = %s AND recipient = %s AND is_out", (org_id, recipient))
    )


def record(tx: Transaction, org_id: UUID, recipient: str, out: bool, source: str) -> bool:
    """What somebody wants from now on; False where that was known.

    `source`: word, request, carrier, provider or person.
    """
    changed = tx.run(
        "INSERT INTO opt_outs (org_id, recipient, is_out, source) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (org_id, recipient) DO UPDATE SET is_out = excluded.is_out, source = excluded.source,"
        " changed_at = clock_timestamp() WHERE opt_outs.is_out <> excluded.is_out",
        (org_id, recipient, out, source),
    )
    return changed == 1


def record_for_number(
    tx: Transaction, account: str, our_number: str, person: str, out: bool, source: str
) -> list[UUID]:
    """The same for every organization that writes from the number which they answered; returns those."""
    return [
        row["opt_out"]
        for row in tx.rows("SELECT opt_out(%s, %s, %s, %s, %s)", (account, our_number, person, out, source))
    ]
