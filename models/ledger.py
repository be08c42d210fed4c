"""The ledger: work that is owed, claimed under a lease, and done in the same transaction as its effects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Transaction, organization, statement, system
from models.ids import new_id
from vocabulary import NOBODY

LEASE_SECONDS = 10
RENEW_MILLISECONDS = 1_500
"""A renewal that is held up must not hold up the others' of its process."""


@dataclass(frozen=True, slots=True)
class Bell:
    """Says that a job waits; whoever hears it looks the job up."""

    org_id: UUID
    job_id: UUID
    actor: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job until its lease ends; `fence` tells this claim from every other one of the job."""

    org_id: UUID
    job_id: UUID
    actor: str
    args: dict[str, Any]
    attempts: int
    fence: int
    last_error: str | None
    waited_seconds: float
    """Since it was due, by the database's clock."""


LOST_LEASE = "AC001"
"""SQLSTATE of a commit by somebody whose lease ended: another worker may have the job, nothing of this run is kept."""


def owe(
    tx: Transaction, org_id: UUID, actor: str, key: str, args: dict[str, Any], run_at: datetime | None = None
) -> UUID:
    """Writes a job with the commit of the facts that call for it, and returns its id.

    Where the same fact has a job already nothing is written, and the id is nobody's: a bell with it rings in vain.
    """
    job_id = new_id()
    tx.at_end(
        "INSERT INTO jobs (org_id, id, actor, key, args, run_at) VALUES (%s, %s, %s, %s, %s, coalesce(%s, now()))"
        " ON CONFLICT (org_id, actor, key) DO NOTHING",
        (org_id, job_id, actor, key, Json(args, dumps=_dumps), run_at),
    )
    return job_id


def claim(org_id: UUID, job_id: UUID) -> Claim | None:
    """Takes a job that is due and nobody's; None where another was first. Being taken counts as an attempt."""
    with statement() as tx:
        row = tx.row(
            "SELECT set_config('app.org_id', %s, true);"
            "UPDATE jobs SET lease_until = now() + make_interval(secs => %s), fence = fence + 1,"
            " attempts = attempts + 1, started_at = coalesce(started_at, clock_timestamp())"
            " WHERE org_id = %s AND id = (SELECT id FROM jobs WHERE org_id = %s AND id = %s AND state = 'ready'"
            " AND run_at <= now() AND (lease_until IS NULL OR lease_until < now()) FOR UPDATE SKIP LOCKED)"
            " RETURNING actor, args, attempts, fence, last_error,"
            " extract(epoch from clock_timestamp() - greatest(created_at, run_at))::float8 AS waited_seconds",
            (str(org_id), LEASE_SECONDS, org_id, org_id, job_id),
        )
    return None if row is None else Claim(org_id=org_id, job_id=job_id, **row)


def finish(tx: Transaction, held: Claim) -> None:
    """Marks the job done with the commit of its effects; that raises LOST_LEASE if it is another's by now."""
    tx.at_end("SELECT finish_job(%s, %s, %s)", (held.org_id, held.job_id, held.fence))


def hold(tx: Transaction, held: Claim) -> None:
    """Makes sure that the claim still stands as this transaction commits; that raises LOST_LEASE if it does not."""
    tx.at_end("SELECT hold_job(%s, %s, %s)", (held.org_id, held.job_id, held.fence))


def put_off(held: Claim, seconds: float, error: str, counts: bool = True) -> None:
    """Gives the job back for later. Where the attempt does not count, a busy world cannot wear the job out."""
    with organization(held.org_id) as tx:
        tx.run(
            "UPDATE jobs SET run_at = now() + make_interval(secs => %s), lease_until = NULL, last_error = %s,"
            " attempts = attempts - %s WHERE org_id = %s AND id = %s AND fence = %s AND state = 'ready'",
            (seconds, error, 0 if counts else 1, held.org_id, held.job_id, held.fence),
        )


def bury(tx: Transaction, held: Claim, error: str) -> bool:
    """Ends the job as dead, with the reason; False if it is another's by now."""
    return (
        tx.run(
            "UPDATE jobs SET state = 'dead', finished_at = clock_timestamp(), lease_until = NULL, last_error = %s"
            " WHERE org_id = %s AND id = %s AND fence = %s AND state = 'ready'",
            (error, held.org_id, held.job_id, held.fence),
        )
        == 1
    )


def renew(held: Claim, seconds: float) -> bool:
    """Prolongs a lease to `seconds` from now; False if it is another's by now."""
    with organization(held.org_id, timeout_ms=RENEW_MILLISECONDS) as tx:
        return (
            tx.run(
                "UPDATE jobs SET lease_until = now() + make_interval(secs => %s)"
                " WHERE org_id = %s AND id = %s AND fence = %s AND state = 'ready'",
                (seconds, held.org_id, held.job_id, held.fence),
            )
            == 1
        )


def due(tx: Transaction, at_most: int, grace_seconds: float, without: Iterable[str] = ()) -> list[Bell]:
    """Jobs of any organization that have waited past their time or their lease, oldest first (system role).

    Jobs of the actors in `without` are left out.
    """
    rows = tx.rows(
        "SELECT org_id, id AS job_id, actor FROM jobs WHERE state = 'ready'"
        " AND run_at <= now() - make_interval(secs => %s) AND (lease_until IS NULL OR lease_until < now())"
        " AND actor <> ALL(%s) ORDER BY run_at LIMIT %s",
        (grace_seconds, list(without), at_most),
    )
    return [Bell(**row) for row in rows]


def redrive(
    tx: Transaction, org_id: UUID, job_ids: Iterable[UUID] | None = None, actor: str | None = None
) -> list[Bell]:
    """Gives dead jobs of an organization another full set of attempts: those named, of one actor, or all.

    Returns their bells, to be rung after the commit.
    """
    chosen = None if job_ids is None else list(job_ids)
    rows = tx.rows(
        "UPDATE jobs SET state = 'ready', attempts = 0, run_at = now(), finished_at = NULL, lease_until = NULL"
        " WHERE org_id = %s AND state = 'dead' AND (%s::uuid[] IS NULL OR id = ANY(%s::uuid[]))"
        " AND (%s::text IS NULL OR actor = %s) RETURNING org_id, id AS job_id, actor",
        (org_id, chosen, chosen, actor, actor),
    )
    return [Bell(**row) for row in rows]


def owe_tick(actor: str, tick: datetime, each_organization: bool) -> list[Bell]:
    """Owes one tick of a periodic job, once however many schedulers call: to every organization, or to nobody."""
    return owe_widely(actor, tick.strftime("%Y-%m-%dT%H:%M:%SZ"), each_organization)


def owe_widely(actor: str, key: str, each_organization: bool = True) -> list[Bell]:
    """Owes a job to every organization, or to nobody: one each, however often it is asked for under this key."""
    with system() as tx:
        rows = tx.rows(
            "INSERT INTO jobs (org_id, actor, key) SELECT org_id, %s, %s FROM organizations"
            " WHERE org_id = %s OR %s ON CONFLICT (org_id, actor, key) DO NOTHING"
            " RETURNING org_id, id AS job_id, actor",
            (actor, key, NOBODY, each_organization),
        )
    return [Bell(**row) for row in rows]


def _dumps(value: Any) -> str:
    from json import dumps

    return dumps(value, default=str)
