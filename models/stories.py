"""What `why` asks: whose an id is, wherever it may be, and the rows that tell how one thing led to another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.database import Transaction, system
from models.events import OUR_MESSAGE

PLACES = {
    "call": "SELECT org_id, id FROM calls WHERE id = %s",
    "message": "SELECT org_id, id FROM messages WHERE id = %s",
    "event": "SELECT org_id, id FROM webhook_events WHERE id = %s",
    "job": "SELECT org_id, id FROM jobs WHERE id = %s",
}
"""Where an id of ours may stand, in the order in which it is looked for."""
NAMED = {
    "call": "SELECT DISTINCT org_id, call_id AS id FROM call_refs WHERE ref = %s",
    "message": "SELECT org_id, id FROM messages WHERE external_message_id = %s",
}
"""Where a provider's own name for something stands."""
JOB = (
    "SELECT org_id, id, actor, args, state, attempts, run_at, lease_until, last_error, created_at, started_at,"
    " finished_at FROM jobs WHERE org_id = %s"
)
MESSAGE = (
    "SELECT id, direction, method, purpose, status, reason, call_id, appointment_id, requested_by, service_provider,"
    " external_message_id, attempts, looks, plans, send_at, claimed_at, sent_at, delivered_at, created_at, updated_at"
    " FROM messages WHERE org_id = %s"
)
EVENT = (
    "SELECT org_id, id, provider, endpoint, kind, call_ref, named, received_at, state, error, answer, processed_at"
    " FROM webhook_events WHERE org_id = %s"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What an id names: a call, message, event or job, and whose it is."""

    kind: str
    org_id: UUID
    id: UUID


def find(given: str) -> list[Found]:
    """Everything of any organization that has this id, or this name at a provider (system role)."""
    try:
        known: tuple[UUID | str, dict[str, str]] = UUID(given), PLACES
    except ValueError:
        known = given, {}
    with system() as tx:
        found = [Found(kind, **row) for kind, query in known[1].items() for row in tx.rows(query, (known[0],))]
        return found or [Found(kind, **row) for kind, query in NAMED.items() for row in tx.rows(query, (given,))]


def job(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    return tx.row(f"{JOB} AND id = %s", (org_id, id))


def jobs_about(tx: Transaction, org_id: UUID, name: str, ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Jobs with one of these ids as their argument of that name, in the order in which they were owed."""
    return tx.rows(
        f"{JOB} AND args ->> %s = ANY(%s) ORDER BY created_at, id", (org_id, name, [str(one) for one in ids])
    )


def jobs_of_event(tx: Transaction, org_id: UUID, event_id: UUID) -> list[dict[str, Any]]:
    """The work that an event owed, by its key: at once, however many jobs there are."""
    return tx.rows(f"{JOB} AND actor = 'process_event' AND key = %s", (org_id, str(event_id)))


def message(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    """A message without its words and whom it went to."""
    return tx.row(f"{MESSAGE} AND id = %s", (org_id, id))


def messages_of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> list[dict[str, Any]]:
    return tx.rows(f"{MESSAGE} AND call_id = %s ORDER BY created_at, id", (org_id, call_id))


def event(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    return tx.row(f"{EVENT} AND id = %s", (org_id, id))


def reports_on(tx: Transaction, org_id: UUID, message_id: UUID) -> list[dict[str, Any]]:
    """Stored webhooks whose address named the message, oldest first."""
    return tx.rows(f"{EVENT} AND headers ->> %s = %s ORDER BY received_at, id", (org_id, OUR_MESSAGE, str(message_id)))


def call_named(tx: Transaction, org_id: UUID, name: str) -> UUID | None:
    """The call that a provider knows by this name, given as provider:ref."""
    provider, _, ref = name.partition(":")
    found: UUID | None = tx.value(
        "SELECT call_id FROM call_refs WHERE org_id = %s AND provider = %s AND ref = %s", (org_id, provider, ref)
    )
    return found


def placings_of(tx: Transaction, org_id: UUID, call_id: UUID) -> list[dict[str, Any]]:
    """How it came that we placed a call, oldest first."""
    return tx.rows(
        "SELECT id, status, reason, requested_by, attempts, claimed_at, created_at, updated_at FROM placed_calls"
        " WHERE org_id = %s AND call_id = %s ORDER BY created_at, id",
        (org_id, call_id),
    )
