"""An organization's assistants and lines once they are registered: shown, changed, and taken off with their routes."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from models.database import Transaction

VAPI_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
MOST = 200
"""Of assistants, and of lines, that an organization registers by itself."""
TAKEN_OFF = "The line was taken off; retry this step to have it back"
NOT_AT_VAPI = "A line calls people back only through Vapi: it needs vapi_phone_number_id, Vapi's id of it"

ASSISTANT = "org_id, id, vapi_assistant_id, name, is_outbound, created_at, updated_at"
LINE = (
    "n.org_id, n.id, n.number, n.label, n.assistant_number, a.vapi_assistant_id, n.vapi_phone_number_id,"
    " n.is_outbound, n.verified_at IS NOT NULL AS is_verified, n.created_at"
)
LINES = "phone_numbers n LEFT JOIN assistants a ON a.org_id = n.org_id AND a.id = n.assistant_id"


def clean_vapi_id(given: object, what: str) -> str:
    """Vapi's id of something, as it is kept; raises ValueError."""
    found = given.strip() if isinstance(given, str) else ""
    if not VAPI_ID.fullmatch(found):
        raise ValueError(f"Vapi's id of the {what} must be 1 to 128 letters, digits, - or _")
    return found


def assistants(tx: Transaction, org_id: UUID, id: UUID | None = None) -> list[dict[str, Any]]:
    """The organization's assistants, oldest first; or the one of this id."""
    return tx.rows(
        f"SELECT {ASSISTANT} FROM assistants WHERE org_id = %s AND (%s::uuid IS NULL OR id = %s)"
        " ORDER BY created_at, id",
        (org_id, id, id),
    )


def change_assistant(
    tx: Transaction, org_id: UUID, id: UUID, name: str | None = None, is_outbound: bool | None = None
) -> dict[str, Any] | None:
    """The assistant as it is now; None where there is none. Another one that called people back does so no more."""
    if is_outbound:
        clear_outbound(tx, org_id, "assistants", id)
    return tx.row(
        "UPDATE assistants SET name = coalesce(%s, name), is_outbound = coalesce(%s, is_outbound),"
        f" updated_at = clock_timestamp() WHERE org_id = %s AND id = %s RETURNING {ASSISTANT}",
        (name, is_outbound, org_id, id),
    )


def remove_assistant(tx: Transaction, org_id: UUID, id: UUID) -> str | None:
    """Takes an assistant off with its route: its events are nobody's from now on. Returns Vapi's id of it, or None."""
    tx.run("UPDATE phone_numbers SET assistant_id = NULL WHERE org_id = %s AND assistant_id = %s", (org_id, id))
    vapi_id: str | None = tx.value(
        "DELETE FROM assistants WHERE org_id = %s AND id = %s RETURNING vapi_assistant_id", (org_id, id)
    )
    if vapi_id is not None:
        remove_route(tx, org_id, "vapi_assistant", vapi_id)
    return vapi_id


def numbers(tx: Transaction, org_id: UUID, id: UUID | None = None) -> list[dict[str, Any]]:
    """The organization's lines, oldest first; or the one of this id."""
    return tx.rows(
        f"SELECT {LINE} FROM {LINES} WHERE n.org_id = %s AND (%s::uuid IS NULL OR n.id = %s)"
        " ORDER BY n.created_at, n.id",
        (org_id, id, id),
    )


def change_number(
    tx: Transaction, org_id: UUID, id: UUID, label: str | None = None, is_outbound: bool | None = None
) -> dict[str, Any] | None:
    """The line as it is now; None where there is none. Raises ValueError where Vapi could not call from it."""
    found = tx.row("SELECT vapi_phone_number_id FROM phone_numbers WHERE org_id = %s AND id = %s", (org_id, id))
    if found is None:
        return None
    if is_outbound and found["vapi_phone_number_id"] is None:
        raise ValueError(NOT_AT_VAPI)
    if is_outbound:
        clear_outbound(tx, org_id, "phone_numbers", id)
    tx.run(
        "UPDATE phone_numbers SET label = coalesce(%s, label), is_outbound = coalesce(%s, is_outbound)"
        " WHERE org_id = %s AND id = %s",
        (label, is_outbound, org_id, id),
    )
    return next(iter(numbers(tx, org_id, id)), None)


def verify_number(tx: Transaction, org_id: UUID, number: str) -> UUID | None:
    """The line counts as the organization's own from now on, if its route leads here; its id where that is news."""
    verified: UUID | None = tx.value(
        "UPDATE phone_numbers SET verified_at = clock_timestamp() WHERE org_id = %s AND number = %s"
        " AND verified_at IS NULL RETURNING id",
        (org_id, number),
    )
    return verified


def is_too_many(tx: Transaction, org_id: UUID, table: str) -> bool:
    """Whether there are more than MOST by now; of those who add at once each counts those before."""
    tx.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"room:{table}:{org_id}",))
    return bool(tx.value(f"SELECT count(*) > %s FROM {table} WHERE org_id = %s", (MOST, org_id)))


def remove_number(tx: Transaction, org_id: UUID, id: UUID) -> bool:
    """Takes a line off with its routes: who calls from it is nobody's line any more. False where there was none."""
    row = tx.row("SELECT number, vapi_phone_number_id FROM phone_numbers WHERE org_id = %s AND id = %s", (org_id, id))
    if row is None:
        return False
    _reopen_connection(tx, org_id, row["number"], row["vapi_phone_number_id"])
    if not tx.run("DELETE FROM phone_numbers WHERE org_id = %s AND id = %s", (org_id, id)):
        return False
    remove_route(tx, org_id, "line", row["number"])
    if row["vapi_phone_number_id"] is not None:
        remove_route(tx, org_id, "vapi_number", row["vapi_phone_number_id"])
    return True


def _reopen_connection(tx: Transaction, org_id: UUID, number: str, vapi_id: str | None) -> None:
    """What a connection had brought of this line counts no more: to have it again is to prove it again."""
    tx.run(
        "UPDATE connection_steps s SET state = 'waiting', error = %s, attempts = 0, revision = s.revision + 1,"
        " updated_at = clock_timestamp() WHERE s.org_id = %s AND s.provider = 'twilio'"
        " AND s.step IN ('import', 'link') AND (EXISTS (SELECT FROM organizations o JOIN org_credentials c"
        "  ON c.org_id = o.org_id AND c.provider = 'twilio' AND c.account = o.sms_account"
        "  WHERE o.org_id = %s AND o.sms_number = %s)"
        " OR EXISTS (SELECT FROM connection_steps i WHERE i.org_id = %s AND i.provider = 'twilio'"
        "  AND i.step = 'import' AND i.details->>'vapi_phone_number_id' = %s))",
        (TAKEN_OFF, org_id, org_id, number, org_id, vapi_id),
    )


def clear_outbound(tx: Transaction, org_id: UUID, table: str, but: UUID | None = None) -> None:
    """Makes room for the one that calls people back; two who choose at once do it one after the other."""
    tx.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"outbound:{table}:{org_id}",))
    tx.run(
        f"UPDATE {table} SET is_outbound = false WHERE org_id = %s AND is_outbound AND id IS DISTINCT FROM %s",
        (org_id, but),
    )


def remove_route(tx: Transaction, org_id: UUID, kind: str, value: str) -> None:
    tx.run("DELETE FROM routes WHERE org_id = %s AND kind = %s AND value = %s", (org_id, kind, value))
