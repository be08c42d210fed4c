"""What super admins read across all organizations, in one exchange of the system role that leaves a trace in each."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.dashboard_stats import SUMS, Figures
from models.database import Transaction, system
from models.tables import Call
from vocabulary import LAST_RESERVED

COLUMNS = ", ".join(f"c.{field.column_name}" for field in Call._meta.sorted_fields)
MOST = 500
NEWEST = f"""
with homes as (select org_id, name from organizations where org_id > %s),
oldest as (
    select min(happened_at) as at, count(*) as found from (
        select c.happened_at from homes h cross join lateral (
            select happened_at from calls where org_id = h.org_id order by happened_at desc, id desc
            limit (select {MOST} / greatest(count(*), 1) + 1 from homes)) c
        order by 1 desc limit {MOST}) x)
select {COLUMNS}, h.name as agency_name, (
    select r.id from recordings r where r.org_id = c.org_id and r.call_id = c.id and r.state = 'completed'
    and r.storage_key is not null) as recording_id
from homes h cross join lateral (
    select * from calls where org_id = h.org_id
      and happened_at >= (select case when found = {MOST} then at else '-infinity' end from oldest)
    order by happened_at desc, id desc limit {MOST}) c
order by c.happened_at desc, c.id desc limit {MOST}
"""
"""A few calls of each organization tell how far back the newest of all reach; only those are then read in full."""


def newest_calls(by: str, route: str) -> list[dict[str, Any]]:
    """The MOST newest calls of all, with agency_name and recording_id; noted wherever one of them is shown."""
    with system() as tx:
        rows = tx.rows(NEWEST, (LAST_RESERVED,))
        _note(tx, {row["org_id"] for row in rows}, by, route)
    return rows


def figures(first: date, last: date, by: str, route: str) -> dict[UUID, Figures]:
    """The sums of each organization that had calls within these days; noted in each."""
    with system() as tx:
        rows = tx.rows(
            f"SELECT org_id, {SUMS} FROM call_stats_daily WHERE org_id > %s AND day BETWEEN %s AND %s GROUP BY org_id",
            (LAST_RESERVED, first, last),
        )
        _note(tx, {row["org_id"] for row in rows}, by, route)
    return {row.pop("org_id"): Figures(**row) for row in rows}


def _note(tx: Transaction, org_ids: set[UUID], by: str, route: str) -> None:
    tx.run(
        "INSERT INTO audit_log (org_id, actor, action, subject, details)"
        " SELECT unnest(%s::uuid[]), %s, 'super_admin.visit', %s, %s",
        (sorted(org_ids), by, route, Json({"method": "GET"})),
    )
