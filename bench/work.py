"""What became of the events that a load generator posted: read from the ledger, by the database's clock."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bench.drive import LoadFailed
from bench.ground import Ground
from models.database import organization

DRAIN_SECONDS = 120.0
"""What a backlog of a benchmark's size may take on a busy machine before it is given up."""


@dataclass(frozen=True, slots=True)
class Done:
    """One event's job from its arrival to its end. Times are seconds since the epoch."""

    call: int
    """The call's number in its plan."""
    received_at: float
    """When the event was being stored: before its commit, and so before anybody had an answer."""
    started_at: float
    finished_at: float


def await_drained(ground: Ground) -> None:
    """Waits until no event of this ground waits for its job; raises NotReady."""
    ground.await_that(lambda: owed(ground.org_id) == 0, DRAIN_SECONDS, "the workers do not get through")


CALLS_OWN = ["process_event", "analyse"]
"""Actors that a call waits for; a recording may be looked for all day."""


def owed(org_id: UUID) -> int:
    """Jobs that calls wait for and that are not at their end."""
    with organization(org_id) as tx:
        return int(
            tx.value(
                "SELECT count(*) FROM jobs WHERE org_id = %s AND state = 'ready' AND actor = ANY(%s)",
                (org_id, CALLS_OWN),
            )
        )


def done_of(org_id: UUID, prefix: str) -> list[Done]:
    """The jobs of all events of a plan, in the order of their arrival; raises LoadFailed where one is not done."""
    with organization(org_id) as tx:
        rows = tx.rows(
            "SELECT right(e.call_ref, 12) AS call, j.state, extract(epoch FROM e.received_at)::float8 AS received_at,"
            " extract(epoch FROM j.started_at)::float8 AS started_at,"
            " extract(epoch FROM j.finished_at)::float8 AS finished_at"
            " FROM webhook_events e JOIN jobs j ON j.org_id = e.org_id AND j.actor = 'process_event'"
            " AND j.key = e.id::text WHERE e.org_id = %s AND e.call_ref LIKE %s ORDER BY e.received_at",
            (org_id, f"vapi:{prefix}-%"),
        )
    unfinished = sum(row.pop("state") != "done" for row in rows)
    if unfinished:
        raise LoadFailed(f"{unfinished} of {len(rows)} jobs are not done")
    return [Done(**row | {"call": int(row["call"], 16)}) for row in rows]
