"""When each webhook of an organization was last heard of: so that a new user sees that an address works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.database import Transaction
from vocabulary import Endpoint

LOOKED_AT = 300
"""So many of the newest events are looked through; what came before them is only known to have come."""
NEWEST = """
select endpoint, max(received_at) as at from (
    select endpoint, received_at from webhook_events where org_id = %s order by received_at desc limit %s) newest
group by endpoint
"""
EVER = """
select of.endpoint from unnest(%s::text[], %s::text[]) as of (provider, endpoint)
cross join lateral (select from webhook_events e
                    where e.org_id = %s and e.provider = of.provider and e.endpoint = of.endpoint
                    order by e.dedupe_key limit 1) one
"""
"""In order, or the planner hopes to meet one soon and reads every event of an organization that has one kind only."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """`at`: when something came last; None with `has_come` where that is longer ago than anybody looked."""

    at: datetime | None = None
    has_come: bool = False


def last_arrivals(tx: Transaction, org_id: UUID) -> dict[str, Arrival]:
    """Every endpoint with its last event, whatever became of that."""
    newest = {row["endpoint"]: row["at"] for row in tx.rows(NEWEST, (org_id, LOOKED_AT))}
    older = [endpoint.value for endpoint in Endpoint if endpoint.value not in newest]
    providers = [name.partition("_")[0] for name in older]
    ever = {row["endpoint"] for row in tx.rows(EVER, (providers, older, org_id))} if older else set()
    return {
        endpoint.value: Arrival(newest.get(endpoint.value), endpoint.value in ever or endpoint.value in newest)
        for endpoint in Endpoint
    }
