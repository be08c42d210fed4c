"""The daily figures: kept by adding differences, read by the dashboard, recounted at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg2 import sql

from models.database import Transaction

COUNTS = (
    "calls", "inbound", "inbound_bookings", "answered", "bookings", "value", "seconds", "cost", "positive", "neutral",
    "negative", "qa_sum", "qa_count",
)  # fmt: skip
KEY = ("day", "campaign", "agent")

_names = sql.SQL(", ").join(map(sql.Identifier, COUNTS))
_added = sql.SQL(", ").join(sql.SQL("{0} = s.{0} + excluded.{0}").format(sql.Identifier(name)) for name in COUNTS)
ADD = sql.SQL(
    "INSERT INTO call_stats_daily AS s (org_id, day, campaign, agent, {}) VALUES (%s, %s, %s, %s, {})"
    " ON CONFLICT (org_id, day, campaign, agent) DO UPDATE SET {}"
).format(_names, sql.SQL(", ").join([sql.Placeholder()] * len(COUNTS)), _added)  # fmt: skip

COUNTED = ", ".join(f"sum(coalesce((c.counted ->> '{name}')::numeric, 0)) AS {name}" for name in COUNTS)
OFF = " OR ".join(f"coalesce(k.{name}, 0) <> coalesce(s.{name}, 0)" for name in COUNTS)
DELTAS = ", ".join(f"coalesce(k.{name}, 0) - coalesce(s.{name}, 0) AS {name}" for name in COUNTS)
DIFFERENCES = f"""
select day, campaign, agent, {DELTAS}
from (select (c.counted ->> 'day')::date as day, c.counted ->> 'campaign' as campaign, c.counted ->> 'agent' as agent,
             {COUNTED} from calls c where c.org_id = %s and c.counted is not null group by 1, 2, 3) k
full join (select * from call_stats_daily where org_id = %s) s using (day, campaign, agent)
where {OFF} order by day, campaign, agent
"""
"""What the figures lack, or have too much, against what calls are counted for: one statement, one moment."""

Change = tuple[date, str, str, Mapping[str, int | Decimal]]
"""A row's key, and what to add to it."""


def add(tx: Transaction, org_id: UUID, changes: Iterable[Change]) -> None:
    """Adds to rows, in the order of their keys, with the commit: the rows are locked for a moment only."""
    for day, campaign, agent, counts in sorted(changes, key=lambda change: change[:3]):
        tx.at_end(ADD, (org_id, day, campaign, agent, *(counts.get(name, 0) for name in COUNTS)))


def differences(tx: Transaction, org_id: UUID) -> list[Change]:
    """By how much the daily figures differ from the sum of what each call is counted for."""
    rows = tx.rows(DIFFERENCES, (org_id, org_id))
    return [(row["day"], row["campaign"], row["agent"], {name: row[name] for name in COUNTS}) for row in rows]


def drop_empty(tx: Transaction, org_id: UUID) -> int:
    """Removes rows that no call counts for any more."""
    zeros = " AND ".join(f"{name} = 0" for name in COUNTS)
    return tx.run(f"DELETE FROM call_stats_daily WHERE org_id = %s AND {zeros}", (org_id,))
