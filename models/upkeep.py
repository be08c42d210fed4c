"""What the periodic jobs do to the tables of one organization."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Transaction
from models.events import owe_again

KEEP_DONE_JOBS_DAYS = 7
"""Longer than any catch-up looks back: a tick's job must still be there to be recognized."""
KEEP_CALL_ROUTES_DAYS = 90
"""How long a late event of a call still finds its organization by the call alone."""
BATCH = 200_000

STRANDED = """
select e.id from webhook_events e
where e.org_id = %s and e.state = 'accepted' and e.received_at < now() - interval '15 minutes'
  and not exists (select from jobs j where j.org_id = e.org_id and j.actor = 'process_event' and j.key = e.id::text
                  and j.state <> 'done')
order by e.received_at limit %s
"""

FINDINGS = {
    "calls_without_a_name": """
        select count(*) from calls c where c.org_id = %s
        and not exists (select from call_refs r where r.org_id = c.org_id and r.call_id = c.id)""",
    "ended_calls_without_an_end_state": """
        select count(*) from calls c where c.org_id = %s and c.ended_at is not null
        and c.status in ('unknown', 'queued', 'ringing', 'in_progress')
        and c.updated_at < now() - interval '1 hour'""",
    "recordings_owed_but_unknown": """
        select count(*) from calls c where c.org_id = %s and c.recording_status = 'pending'
        and not exists (select from recordings r where r.org_id = c.org_id and r.call_id = c.id)""",
    "bodies_past_their_retention": """
        select count(*) from webhook_events e join organizations o on o.org_id = e.org_id
        where e.org_id = %s and e.raw is not null
        and e.received_at < now() - make_interval(days => o.body_retention_days + 1)""",
}


def expire_bodies(tx: Transaction, org_id: UUID) -> int:
    """Forgets bodies older than the organization's retention, once they were read; returns how many."""
    return tx.run(
        "UPDATE webhook_events SET raw = NULL WHERE org_id = %s AND raw IS NOT NULL AND state <> 'accepted'"
        " AND received_at < now() -"
        " make_interval(days => (SELECT body_retention_days FROM organizations WHERE org_id = %s))",
        (org_id, org_id),
    )


def trim_jobs(tx: Transaction, org_id: UUID) -> int:
    """Removes done jobs after KEEP_DONE_JOBS_DAYS, at most a batch a time; returns how many."""
    return tx.run(
        "DELETE FROM jobs WHERE org_id = %s AND id IN (SELECT id FROM jobs WHERE org_id = %s AND state = 'done'"
        " AND finished_at < now() - make_interval(days => %s) ORDER BY finished_at LIMIT %s)",
        (org_id, org_id, KEEP_DONE_JOBS_DAYS, BATCH),
    )


def trim_call_routes(tx: Transaction, org_id: UUID) -> int:
    """Removes what leads from calls of long ago to the organization; returns how many."""
    return tx.run(
        "DELETE FROM routes WHERE (kind, value) IN (SELECT kind, value FROM routes WHERE org_id = %s AND kind = 'call'"
        " AND created_at < now() - make_interval(days => %s) LIMIT %s)",
        (org_id, KEEP_CALL_ROUTES_DAYS, BATCH),
    )


def check_consistency(tx: Transaction, org_id: UUID) -> dict[str, Any]:
    """Counts what should not be, owes again the work of stranded events, and writes the report to the audit log.

    Returns the counts, and under `bells` what to ring.
    """
    stranded = [row["id"] for row in tx.rows(STRANDED, (org_id, BATCH))]
    report: dict[str, Any] = {"stranded_events": len(stranded)}
    report |= {name: tx.value(query, (org_id,)) for name, query in FINDINGS.items()}
    bells = [bell for event_id in stranded if (bell := owe_again(tx, org_id, event_id))]
    tx.run(
        "INSERT INTO audit_log (org_id, actor, action, details)"
        " VALUES (%s, 'check_consistency', 'consistency.checked', %s)",
        (org_id, Json(report)),
    )
    return report | {"bells": bells}
