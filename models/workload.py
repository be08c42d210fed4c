"""What an organization's operations page reads: its events and jobs as they stand, and its latest periodic work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.queries import Place
from vocabulary import EventState, JobState

EVENT = "id, provider, endpoint, kind, state, received_at, processed_at, error, answer, attempts, call_ref"
JOB = "id, actor, state, attempts, run_at, lease_until, last_error, created_at, finished_at"
ASIDE = (EventState.REFUSED, EventState.QUARANTINED, EventState.DEAD)
"""States that have an index of their own."""
WINDOW = 2_000
"""So many rows are looked through for one page; where fewer match than a page holds, the next page looks on."""
COUNTED = 1_001
"""What is counted for a glance is counted this far."""
RECENT_KINDS = 500
DUE = "org_id = %s AND state = 'ready' AND run_at <= now() AND (lease_until IS NULL OR lease_until < now())"


@dataclass(frozen=True, slots=True)
class Looked:
    """A page of rows, and where the next one begins; None at the end."""

    rows: list[dict[str, Any]]
    next: Place | None


@dataclass(frozen=True, slots=True)
class EventFilter:
    state: str | None = None
    provider: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class JobFilter:
    state: str = JobState.READY
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that is due and that no worker has; `count` goes up to COUNTED."""

    count: int
    oldest_at: datetime | None


def newest_events(tx: Transaction, org_id: UUID, wanted: EventFilter, limit: int, after: Place | None) -> Looked:
    """Webhooks as they were received, newest first, without their bodies."""
    is_aside = wanted.state in ASIDE
    within = ["org_id = %s", "state = %s"] if is_aside else ["org_id = %s"]
    params: list[Any] = [org_id, wanted.state] if is_aside else [org_id]
    chosen = {"state": None if is_aside else wanted.state, "provider": wanted.provider, "kind": wanted.kind}
    return _look(tx, f"SELECT {EVENT} FROM webhook_events", "received_at", within, params, chosen, limit, after)


def listed_jobs(tx: Transaction, org_id: UUID, wanted: JobFilter, limit: int, after: Place | None) -> Looked:
    """Jobs: those that wait by when they are due, those that ended by when that was, latest first."""
    by = "run_at" if wanted.state == JobState.READY else "finished_at"
    query, within = f"SELECT {JOB} FROM jobs", ["org_id = %s", "state = %s"]
    return _look(tx, query, by, within, [org_id, wanted.state], {"actor": wanted.actor}, limit, after)


def _look(
    tx: Transaction,
    query: str,
    by: str,
    within: list[str],
    params: list[Any],
    chosen: Mapping[str, str | None],
    limit: int,
    after: Place | None,
) -> Looked:
    """Rows in the order of `by`, out of a window of them: what is chosen may be rare, and none of it be there."""
    way, than = ("", ">") if by == "run_at" else (" DESC", "<")
    if after is not None:
        within, params = [*within, f"({by}, id) {than} (%s, %s)"], [*params, after.happened_at, after.id]
    window = f"{query} WHERE {' AND '.join(within)} ORDER BY {by}{way}, id{way} LIMIT {WINDOW}"
    given = {name: value for name, value in chosen.items() if value is not None}
    matches = " AND ".join(f"{name} = %s" for name in given) or "true"
    rows = tx.rows(f"SELECT * FROM ({window}) looked WHERE {matches} LIMIT {limit + 1}", [*params, *given.values()])
    if len(rows) > limit:
        return Looked(rows[:limit], Place(rows[limit - 1][by], rows[limit - 1]["id"]))
    last = tx.row(f"{window} OFFSET {WINDOW - 1}", params) if given else None
    return Looked(rows, Place(last[by], last["id"]) if last else None)


def recent_kinds(tx: Transaction, org_id: UUID) -> list[str]:
    """The kinds of the newest events, by name: what a filter offers."""
    rows = tx.rows(
        "SELECT DISTINCT kind FROM (SELECT kind FROM webhook_events WHERE org_id = %s ORDER BY received_at DESC"
        f" LIMIT {RECENT_KINDS}) recent ORDER BY kind",
        (org_id,),
    )
    return [row["kind"] for row in rows]


def waiting(tx: Transaction, org_id: UUID) -> Waiting:
    row = tx.row(
        f"SELECT count(*) AS count, min(run_at) AS oldest_at FROM (SELECT run_at FROM jobs WHERE {DUE} ORDER BY run_at"
        f" LIMIT {COUNTED}) due",
        (org_id,),
    )
    assert row is not None, "a count is a row"
    return Waiting(**row)


def dead_letters(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """Dead jobs by their kind, most first: actor, count (of the newest COUNTED in all) and when the last one died."""
    return tx.rows(
        "SELECT actor, count(*) AS count, max(finished_at) AS last_at FROM (SELECT actor, finished_at FROM jobs"
        f" WHERE org_id = %s AND state = 'dead' ORDER BY finished_at DESC LIMIT {COUNTED}) dead"
        " GROUP BY actor ORDER BY count DESC, actor",
        (org_id,),
    )


def count_aside(tx: Transaction, org_id: UUID, state: str, since: datetime | None = None) -> int:
    """How many events stand in one of the states ASIDE, counted up to COUNTED."""
    return int(
        tx.value(
            "SELECT count(*) FROM (SELECT FROM webhook_events WHERE org_id = %s AND state = %s"
            f" AND received_at >= coalesce(%s::timestamptz, '-infinity') LIMIT {COUNTED}) aside",
            (org_id, state, since),
        )
    )


def latest_ticks(tx: Transaction, org_id: UUID, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The latest job that the timetable owed under each of these names: key (its moment), state, finished_at, id.

    As text a moment sorts behind the ids under which a tick's own work goes on.
    """
    rows = tx.rows(
        "SELECT wanted.actor, j.* FROM unnest(%s::text[]) AS wanted (actor) CROSS JOIN LATERAL ("
        "SELECT id, key, state, finished_at FROM jobs WHERE org_id = %s AND actor = wanted.actor"
        " ORDER BY key DESC LIMIT 1) j",
        (list(names), org_id),
    )
    return {row["actor"]: row for row in rows}


def body_bytes(tx: Transaction, org_id: UUID, event_id: UUID) -> int:
    """How long an event's body was as it came."""
    query = "SELECT raw_bytes FROM webhook_events WHERE org_id = %s AND id = %s"
    return int(tx.value(query, (org_id, event_id)) or 0)
