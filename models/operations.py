"""What an operator asks across organizations, from the command line: events and jobs by state, whoever's they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import system

EVENT = (
    "SELECT e.id, e.org_id, o.name AS organization, e.provider, e.endpoint, e.kind, e.state, e.attempts, e.received_at,"
    " e.error, e.answer, e.raw_bytes, e.raw IS NOT NULL AS has_body, e.call_ref"
    " FROM webhook_events e JOIN organizations o ON o.org_id = e.org_id"
)
JOB = (
    "SELECT j.id, j.org_id, o.name AS organization, j.actor, j.key, j.state, j.attempts, j.run_at, j.created_at,"
    " j.finished_at, j.last_error FROM jobs j JOIN organizations o ON o.org_id = j.org_id"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events or jobs are meant; None asks nothing. `actor` is for jobs, `provider` and `since` for events."""

    state: str | None = None
    org_id: UUID | None = None
    provider: str | None = None
    actor: str | None = None
    since: datetime | None = None

    def asks_nothing(self) -> bool:
        return self == Wanted()


def list_events(wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Stored webhooks, newest first, without their bodies."""
    where, params = _where(
        ("e.state = %s", wanted.state),
        ("e.org_id = %s", wanted.org_id),
        ("e.provider = %s", wanted.provider),
        ("e.received_at >= %s", wanted.since),
    )
    with system() as tx:
        return tx.rows(f"{EVENT}{where} ORDER BY e.received_at DESC, e.id DESC LIMIT %s", [*params, limit])


def find_event(event_id: UUID) -> dict[str, Any] | None:
    """One event of any organization."""
    with system() as tx:
        return tx.row(f"{EVENT} WHERE e.id = %s", (event_id,))


def list_jobs(wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Jobs of the ledger, newest first."""
    where, params = _where(
        ("j.state = %s", wanted.state), ("j.org_id = %s", wanted.org_id), ("j.actor = %s", wanted.actor)
    )
    with system() as tx:
        return tx.rows(f"{JOB}{where} ORDER BY j.created_at DESC, j.id DESC LIMIT %s", [*params, limit])


def dead_jobs(wanted: Wanted, job_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Dead jobs that are meant, by organization: those named, or those that match where none is named."""
    where, params = _where(
        ("j.state = %s", "dead"),
        ("j.org_id = %s", wanted.org_id),
        ("j.actor = %s", wanted.actor),
        ("j.id = ANY(%s::uuid[])", list(job_ids) or None),
    )
    found: dict[UUID, list[UUID]] = {}
    with system() as tx:
        for row in tx.rows(f"SELECT j.org_id, j.id FROM jobs j{where}", params):
            found.setdefault(row["org_id"], []).append(row["id"])
    return found


def unknown_jobs(job_ids: Sequence[UUID]) -> list[UUID]:
    """Those that no organization has: a job that was done is forgotten after a week."""
    with system() as tx:
        known = {row["id"] for row in tx.rows("SELECT id FROM jobs WHERE id = ANY(%s::uuid[])", (list(job_ids),))}
    return [job_id for job_id in job_ids if job_id not in known]


def organization_of_call(call_id: UUID) -> UUID | None:
    """Whose call this is; None where nobody has it."""
    with system() as tx:
        found: UUID | None = tx.value("SELECT org_id FROM calls WHERE id = %s", (call_id,))
    return found


def find_organization(given: str) -> UUID:
    """An organization by its id or its name; raises LookupError where none or several are meant."""
    try:
        column, value = "org_id", str(UUID(given))
    except ValueError:
        column, value = "name", given
    with system() as tx:
        rows = tx.rows(f"SELECT org_id FROM organizations WHERE {column} = %s", (value,))
    if not rows:
        raise LookupError(f"There is no organization {given!r}; `./aftercall orgs list` shows them")
    if len(rows) > 1:
        raise LookupError(f"{len(rows)} organizations are named {given!r}; give the id of one")
    found: UUID = rows[0]["org_id"]
    return found


def _where(*conditions: tuple[str, Any]) -> tuple[str, list[Any]]:
    given = [(words, value) for words, value in conditions if value is not None]
    if not given:
        return "", []
    return " WHERE " + " AND ".join(words for words, _ in given), [value for _, value in given]
