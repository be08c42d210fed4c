"""What people have put aside of the worklist: done, or snoozed until later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import Transaction
from models.worklist import OF_CALLS, Work

SHOWN = 30
"""So many of those put aside are listed."""


@dataclass(frozen=True, slots=True)
class Mark:
    kind: Work
    subject_id: UUID
    until: datetime | None
    """When it comes back; None where it is done."""
    outcome: str | None
    """reached, booked, no_answer or not_needed; None where it was only snoozed."""

    @property
    def state(self) -> str:
        return "snoozed" if self.until else "done"


MARKS = """
select w.kind, w.subject_id, w.state, w.snoozed_until, w.outcome, w.marked_by, w.marked_at,
       coalesce(nullif(c.caller_name, 'Unknown Caller'), k.name) as name, coalesce(c.phone_number, m.recipient) as phone
from work_marks w
left join calls c on c.org_id = %(org)s and c.id = w.subject_id
left join messages m on m.org_id = %(org)s and m.id = w.subject_id
left join contacts k on k.org_id = %(org)s and k.id = m.contact_id
where w.org_id = %(org)s
"""


def is_there(tx: Transaction, org_id: UUID, kind: Work, subject_id: UUID) -> bool:
    """Whether the organization has such a call or message at all."""
    table = "calls" if kind in OF_CALLS else "messages"
    return tx.row(f"SELECT FROM {table} WHERE org_id = %s AND id = %s", (org_id, subject_id)) is not None


def put_aside(tx: Transaction, org_id: UUID, mark: Mark, by: str) -> bool:
    """Marks it, whatever it was marked as before; False where it is marked so already."""
    return bool(
        tx.run(
            "INSERT INTO work_marks AS w (org_id, kind, subject_id, state, snoozed_until, outcome, marked_by)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, subject_id, kind) DO UPDATE"
            " SET state = excluded.state, snoozed_until = excluded.snoozed_until, outcome = excluded.outcome,"
            " marked_by = excluded.marked_by, marked_at = clock_timestamp()"
            " WHERE w.state = 'snoozed' OR w.outcome IS DISTINCT FROM excluded.outcome",
            (org_id, mark.kind, mark.subject_id, mark.state, mark.until, mark.outcome, by),
        )
    )


def take_back(tx: Transaction, org_id: UUID, kind: Work, subject_id: UUID) -> bool:
    """Removes the mark; False where there is none."""
    return bool(
        tx.run("DELETE FROM work_marks WHERE org_id = %s AND kind = %s AND subject_id = %s", (org_id, kind, subject_id))
    )


def mark_of(tx: Transaction, org_id: UUID, kind: str, subject_id: UUID) -> dict[str, Any] | None:
    """A mark with whom it is about: name, phone."""
    asked = {"org": org_id, "kind": kind, "subject": subject_id}
    return tx.row(f"{MARKS} and w.kind = %(kind)s and w.subject_id = %(subject)s", asked)


def newest_marks(tx: Transaction, org_id: UUID, since: datetime) -> list[dict[str, Any]]:
    """What was put aside since then, newest first."""
    asked = {"org": org_id, "since": since, "limit": SHOWN}
    return tx.rows(f"{MARKS} and w.marked_at >= %(since)s order by w.marked_at desc limit %(limit)s", asked)
