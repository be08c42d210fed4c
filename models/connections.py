"""A connection in its making: its steps with their state, and the number that it brings along.

A step has a revision, which grows whenever it is owed anew: what an older run brings home is not written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Transaction
from models.ids import new_id
from models.organizations import AlreadyRegistered

STEPS = {"twilio": ("check", "store", "sync", "import", "link")}
"""Provider → what has to be done, in this order. Providers without steps are connected at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """`state`: waiting, done or failed; a waiting step with an error waits for what the error says."""

    name: str
    state: str
    error: str | None
    details: dict[str, Any]
    revision: int


def begin(tx: Transaction, org_id: UUID, provider: str) -> Step:
    """All of a connection's steps are owed, from the first one on, which is returned."""
    for position, name in enumerate(STEPS[provider]):
        tx.run(
            "INSERT INTO connection_steps (org_id, provider, step, position) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (org_id, provider, step) DO UPDATE SET state = 'waiting', error = null, attempts = 0,"
            " revision = connection_steps.revision + 1, updated_at = clock_timestamp()",
            (org_id, provider, name, position),
        )
    return steps_of(tx, org_id, provider)[0]


def steps_of(tx: Transaction, org_id: UUID, provider: str) -> list[Step]:
    """Every step in its order; none where the provider was never connected."""
    rows = tx.rows(
        "SELECT step AS name, state, error, details, revision FROM connection_steps"
        " WHERE org_id = %s AND provider = %s ORDER BY position",
        (org_id, provider),
    )
    return [Step(**row) for row in rows]


def take(tx: Transaction, org_id: UUID, provider: str, name: str, revision: int) -> bool:
    """Counts an attempt at a step; False where it is not, or no more, to be done under this revision."""
    changed = tx.run(
        "UPDATE connection_steps SET attempts = attempts + 1, updated_at = clock_timestamp()"
        " WHERE org_id = %s AND provider = %s AND step = %s AND revision = %s AND state = 'waiting'",
        (org_id, provider, name, revision),
    )
    return changed == 1


def settle(
    tx: Transaction,
    org_id: UUID,
    provider: str,
    step: Step,
    state: str,
    error: str | None = None,
    details: dict[str, Any] | None = None,
) -> bool:
    """What came of a step; False where it has been owed anew meanwhile, and nothing of this run counts."""
    changed = tx.run(
        "UPDATE connection_steps SET state = %s, error = %s, details = details || %s::jsonb,"
        " updated_at = clock_timestamp()"
        " WHERE org_id = %s AND provider = %s AND step = %s AND revision = %s AND state = 'waiting'",
        (state, error, Json(details or {}), org_id, provider, step.name, step.revision),
    )
    return changed == 1


def again(tx: Transaction, org_id: UUID, provider: str, name: str | None = None) -> Step:
    """Owes one step anew: the named one, else the first that is not done.

    Raises LookupError where there is none, or one before it is not done.
    """
    steps = steps_of(tx, org_id, provider)
    first = next((step for step in steps if step.state != "done"), None)
    step = first if name is None else next((one for one in steps if one.name == name), None)
    if step is None:
        raise LookupError("There is nothing to retry" if name is None else "There is no such step to retry")
    if first is not None and steps.index(first) < steps.index(step):
        raise LookupError(f"The step {first.name} comes first")
    tx.run(
        "UPDATE connection_steps SET state = 'waiting', error = null, attempts = 0, revision = revision + 1,"
        " updated_at = clock_timestamp() WHERE org_id = %s AND provider = %s AND step = %s",
        (org_id, provider, step.name),
    )
    return Step(step.name, "waiting", None, step.details, step.revision + 1)


def is_at_vapi(tx: Transaction, org_id: UUID, provider: str) -> bool:
    """Whether Vapi was given the account or its number."""
    return any(step.details for step in steps_of(tx, org_id, provider) if step.name in ("sync", "import"))


def disconnect(tx: Transaction, org_id: UUID, provider: str) -> bool:
    """Forgets a connection and the number that it brought; False where there was none.

    What is known of things outside stays with the steps: a new connection goes on from there.
    """
    tx.run(
        "UPDATE connection_steps SET state = 'waiting', error = null, attempts = 0, revision = revision + 1,"
        " updated_at = clock_timestamp() WHERE org_id = %s AND provider = %s",
        (org_id, provider),
    )
    tx.run(
        "UPDATE organizations SET sms_number = null, sms_account = null WHERE org_id = %s AND sms_account ="
        " (SELECT account FROM org_credentials WHERE org_id = %s AND provider = %s AND provider = 'twilio')",
        (org_id, org_id, provider),
    )
    return tx.run("DELETE FROM org_credentials WHERE org_id = %s AND provider = %s", (org_id, provider)) == 1


def send_from(tx: Transaction, org_id: UUID, number: str, account: str) -> None:
    """The number that texts go out from, which the account was seen to own."""
    tx.run("UPDATE organizations SET sms_number = %s, sms_account = %s WHERE org_id = %s", (number, account, org_id))


def claim_line(tx: Transaction, org_id: UUID, number: str) -> UUID | None:
    """The number is a verified line of this organization from now on; its id where it is new.

    Raises AlreadyRegistered where it is another's own.
    """
    _claim(tx, org_id, "line", number, "number")
    made: UUID | None = tx.value(
        "INSERT INTO phone_numbers (org_id, id, number, label, verified_at)"
        " VALUES (%s, %s, %s, 'Twilio', clock_timestamp()) ON CONFLICT (org_id, number) DO NOTHING RETURNING id",
        (org_id, new_id(), number),
    )
    return made


def claim_at_vapi(tx: Transaction, org_id: UUID, number: str, vapi_id: str) -> None:
    """The line is known to Vapi by this id, and what Vapi sends about it comes here. Raises AlreadyRegistered."""
    tx.run("SELECT outrank_unverified(%s, %s)", (org_id, vapi_id))
    _claim(tx, org_id, "vapi_number", vapi_id, "number at Vapi")
    older = tx.value(
        "SELECT vapi_phone_number_id FROM phone_numbers WHERE org_id = %s AND number = %s FOR UPDATE", (org_id, number)
    )
    if older not in (None, vapi_id):
        tx.run("DELETE FROM routes WHERE org_id = %s AND kind = 'vapi_number' AND value = %s", (org_id, older))
    tx.run(
        "UPDATE phone_numbers SET vapi_phone_number_id = %s WHERE org_id = %s AND number = %s",
        (vapi_id, org_id, number),
    )


def assistant_for(tx: Transaction, org_id: UUID, number: str) -> str | None:
    """Which assistant answers the number: its own, else the only one there is for calls that come in."""
    chosen = tx.value(
        "SELECT a.vapi_assistant_id FROM phone_numbers n JOIN assistants a ON a.org_id = n.org_id"
        " AND a.id = n.assistant_id WHERE n.org_id = %s AND n.number = %s",
        (org_id, number),
    )
    if chosen is not None:
        return str(chosen)
    rows = tx.rows("SELECT vapi_assistant_id, is_outbound FROM assistants WHERE org_id = %s", (org_id,))
    inbound = [row for row in rows if not row["is_outbound"]] or rows
    return inbound[0]["vapi_assistant_id"] if len(inbound) == 1 else None


def answered_by(tx: Transaction, org_id: UUID, number: str, vapi_assistant_id: str) -> UUID | None:
    """Notes which assistant answers the line; the line's id where that is news."""
    changed: UUID | None = tx.value(
        "UPDATE phone_numbers n SET assistant_id = a.id FROM assistants a WHERE n.org_id = %s AND n.number = %s"
        " AND a.org_id = n.org_id AND a.vapi_assistant_id = %s AND n.assistant_id IS DISTINCT FROM a.id RETURNING n.id",
        (org_id, number, vapi_assistant_id),
    )
    return changed


def _claim(tx: Transaction, org_id: UUID, kind: str, value: str, what: str) -> None:
    """Another organization's route cannot be seen: it shows in that ours is not there afterwards."""
    tx.run("INSERT INTO routes (kind, value, org_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", (kind, value, org_id))
    if not tx.value("SELECT true FROM routes WHERE org_id = %s AND kind = %s AND value = %s", (org_id, kind, value)):
        raise AlreadyRegistered(f"The {what} is registered already; each belongs to one organization")
    tx.run("SELECT release_quarantined(naming => %s)", (f"{kind}:{value}",))
