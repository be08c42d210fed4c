"""Calls that somebody asked us to place: each row is the intent and what became of it; it dials at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.intents import IntentTaken

BEFORE = {
    "dialling": ("planned",),
    "unknown": ("dialling",),
    "placed": ("dialling", "unknown"),
    "failed": ("planned", "dialling", "unknown"),
    "skipped": ("planned",),
}
"""From where an intent comes to each of its places, beside the way back to `planned` of what surely did not dial."""
OPEN = ("planned", "dialling", "unknown")
PERSON = """
select k.phone, k.lead_id, k.name, k.timezone as contact_zone, o.timezone as org_zone, o.send_from, o.send_until,
       exists (select from phone_numbers n where n.org_id = k.org_id and n.number = k.phone
               and n.verified_at is not null) as is_own
from contacts k join organizations o on o.org_id = k.org_id where k.org_id = %s and k.id = %s
"""
LOCKED = """
select p.*, k.timezone as contact_zone, o.timezone as org_zone, o.send_from, o.send_until
from placed_calls p join contacts k on k.org_id = p.org_id and k.id = p.contact_id
join organizations o on o.org_id = p.org_id where p.org_id = %s and p.id = %s for update of p
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that is to be placed once. `intent_key` names the wish: the same one again is the same call."""

    id: UUID
    call_id: UUID
    contact_id: UUID
    phone: str
    assistant_id: str
    phone_number_id: str
    intent_key: str
    requested_by: str


def hold_contact(tx: Transaction, org_id: UUID, contact_id: UUID) -> None:
    """Until the commit nobody else asks for a call to this contact."""
    tx.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"callback:{org_id}:{contact_id}",))


def of_key(tx: Transaction, org_id: UUID, contact_id: UUID, intent_key: str) -> dict[str, Any] | None:
    """What was asked for under this key. Raises IntentTaken where that was a call to somebody else."""
    found = tx.row("SELECT * FROM placed_calls WHERE org_id = %s AND intent_key = %s", (org_id, intent_key))
    if found is not None and found["contact_id"] != contact_id:
        raise IntentTaken("This key was used for a call to somebody else")
    return found


def of_contact(tx: Transaction, org_id: UUID, contact_id: UUID, since: datetime) -> dict[str, Any] | None:
    """The newest call to this contact that is still open, or was asked for since then."""
    return tx.row(
        "SELECT * FROM placed_calls WHERE org_id = %s AND contact_id = %s AND (status = ANY(%s) OR created_at >= %s)"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        (org_id, contact_id, list(OPEN), since),
    )


def person(tx: Transaction, org_id: UUID, contact_id: UUID) -> dict[str, Any] | None:
    """Whom to call, and what decides on when; `is_own` where the number is a line of the organization's own."""
    return tx.row(PERSON, (org_id, contact_id))


def assistant_for(tx: Transaction, org_id: UUID) -> str | None:
    """Vapi's id of the assistant that calls people back: the one that is marked, else the only one."""
    rows = tx.rows(
        "SELECT vapi_assistant_id, is_outbound FROM assistants WHERE org_id = %s ORDER BY is_outbound DESC LIMIT 2",
        (org_id,),
    )
    return rows[0]["vapi_assistant_id"] if rows and (rows[0]["is_outbound"] or len(rows) == 1) else None


def line_for(tx: Transaction, org_id: UUID) -> dict[str, Any] | None:
    """The line that people are called back from, `number` and `vapi_phone_number_id`, chosen likewise."""
    rows = tx.rows(
        "SELECT number, vapi_phone_number_id, is_outbound FROM phone_numbers WHERE org_id = %s"
        " AND vapi_phone_number_id IS NOT NULL ORDER BY is_outbound DESC LIMIT 2",
        (org_id,),
    )
    return rows[0] if rows and (rows[0]["is_outbound"] or len(rows) == 1) else None


def insert(tx: Transaction, org_id: UUID, wish: Wish) -> dict[str, Any]:
    """Writes the intent; its call stands already. Raises IntentTaken where its key went to another just now."""
    tx.flush()
    row = tx.row(
        "INSERT INTO placed_calls (org_id, id, call_id, contact_id, phone, assistant_id, phone_number_id, intent_key,"
        " requested_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, intent_key) DO NOTHING"
        " RETURNING *",
        (
            org_id,
            wish.id,
            wish.call_id,
            wish.contact_id,
            wish.phone,
            wish.assistant_id,
            wish.phone_number_id,
            wish.intent_key,
            wish.requested_by,
        ),
    )
    if row is None:
        raise IntentTaken("This key was used for a call to somebody else")
    return row


def get(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    return tx.row("SELECT * FROM placed_calls WHERE org_id = %s AND id = %s", (org_id, id))


def locked(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    """An intent with what decides on when its person may be called."""
    return tx.row(LOCKED, (org_id, id))


def claim(tx: Transaction, org_id: UUID, id: UUID, now: datetime) -> None:
    """The call is as good as dialled from the commit on."""
    tx.at_end(
        "UPDATE placed_calls SET status = 'dialling', claimed_at = %s, attempts = attempts + 1, reason = NULL,"
        " updated_at = clock_timestamp() WHERE org_id = %s AND id = %s AND status = 'planned'",
        (now, org_id, id),
    )


def move(
    tx: Transaction, org_id: UUID, id: UUID, status: str, reason: str | None = None, vapi_call_id: str | None = None
) -> bool:
    """Moves an intent on, never back; False where it stands there or further already."""
    return bool(
        tx.run(
            "UPDATE placed_calls SET status = %s, reason = %s, vapi_call_id = coalesce(vapi_call_id, %s),"
            " updated_at = clock_timestamp() WHERE org_id = %s AND id = %s AND status = ANY(%s)",
            (status, reason, vapi_call_id, org_id, id, list(BEFORE[status])),
        )
    )


def put_off(tx: Transaction, org_id: UUID, id: UUID, reason: str) -> int:
    """Nothing was dialled: planned again, for later; how often that makes, 0 where it stands elsewhere by now."""
    plans: int | None = tx.value(
        "UPDATE placed_calls SET status = 'planned', reason = %s, claimed_at = NULL, plans = plans + 1,"
        " updated_at = clock_timestamp()"
        " WHERE org_id = %s AND id = %s AND status IN ('planned', 'dialling') RETURNING plans",
        (reason, org_id, id),
    )
    return plans or 0


def looked(tx: Transaction, org_id: UUID, id: UUID) -> None:
    """Counts a look at Vapi that found nothing."""
    tx.run(
        "UPDATE placed_calls SET looks = looks + 1, updated_at = clock_timestamp() WHERE org_id = %s AND id = %s",
        (org_id, id),
    )


def landed(tx: Transaction, org_id: UUID, id: str, vapi_call_id: str) -> None:
    """Notes with the commit that Vapi tells of the call: it was placed, also where nobody had found it before."""
    tx.at_end(
        "UPDATE placed_calls SET status = 'placed', reason = NULL, vapi_call_id = coalesce(vapi_call_id, %s),"
        " updated_at = clock_timestamp() WHERE org_id = %s AND id = %s AND claimed_at IS NOT NULL"
        " AND status IN ('dialling', 'unknown', 'failed')",
        (vapi_call_id, org_id, id),
    )


def stranded(tx: Transaction, org_id: UUID, before: datetime) -> list[dict[str, Any]]:
    """Intents that should have moved on since then, and that no job is left to move."""
    return tx.rows(
        "SELECT id, status, looks FROM placed_calls p WHERE org_id = %s AND status = ANY(%s) AND updated_at < %s"
        " AND NOT EXISTS (SELECT FROM jobs j WHERE j.org_id = p.org_id AND j.state = 'ready'"
        " AND j.actor IN ('place_call', 'settle_call') AND j.args->>'placed_id' = p.id::text)"
        " ORDER BY created_at LIMIT 1000 FOR UPDATE OF p SKIP LOCKED",
        (org_id, list(OPEN), before),
    )


def of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any] | None:
    """How the placing of a call stands; None for one that nobody asked us to place."""
    return tx.row(
        "SELECT status, reason, attempts, created_at, updated_at FROM placed_calls"
        " WHERE org_id = %s AND call_id = %s ORDER BY created_at DESC, id DESC LIMIT 1",
        (org_id, call_id),
    )
