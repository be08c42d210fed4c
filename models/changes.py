"""Whether anything has changed for people who look at calls: asked so cheaply that a page may ask every second."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from models.database import Transaction

LOOKED_AT = 20
"""Transactions do not end in the order of their times: one that ends late still stands among so many of the newest."""
REST = """
select array(select (e.id, e.state)::text from webhook_events e where e.org_id = %(org)s
             order by e.received_at desc limit 10) as events,
       array(select (w.subject_id, w.marked_at)::text from work_marks w where w.org_id = %(org)s
             order by w.marked_at desc limit 20) as marks,
       array(select (m.id, m.status)::text from messages m where m.org_id = %(org)s
             and m.status in ('failed', 'undelivered', 'unknown', 'skipped')
             order by m.updated_at desc, m.id desc limit 20) as messages
"""


def newest_changes(tx: Transaction, org_id: UUID) -> list[Any]:
    """The calls that changed last, and when: from an index alone, whatever the number of calls."""
    rows = tx.rows(
        "SELECT id, updated_at FROM calls WHERE org_id = %s ORDER BY updated_at DESC, id DESC LIMIT %s",
        (org_id, LOOKED_AT),
    )
    return [(row["id"], row["updated_at"]) for row in rows]


def newest_of_the_rest(tx: Transaction, org_id: UUID) -> dict[str, Any] | None:
    """What else the day's page shows: how the newest events, marks, and messages that need a person stand."""
    return tx.row(REST, {"org": org_id})
