"""What waits for a person, derived from calls and messages as they stand; what somebody has put aside is left out.

Who was reached since, has an appointment since, or called again waits no longer for that call: the newest one counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from models.database import Transaction
from vocabulary import NOBODY

WINDOW = timedelta(days=7)
"""What is older is not shown: nobody calls back after a week, and what was never marked does not pile up."""
EACH = 40
"""At most so many of a kind, the newest: who has more to do than that needs a list of calls."""


class Work(StrEnum):
    """Why something waits, the gravest first."""

    URGENT = "urgent"
    CALLBACK = "callback"
    MISSED = "missed"
    REMINDER = "reminder"
    UNKNOWN = "unknown"
    MESSAGE = "message"


OF_CALLS = (Work.URGENT, Work.CALLBACK, Work.MISSED)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: a call (`result`, `summary`, `value` tell of it) or a message (`purpose` to `starts_at`)."""

    kind: Work
    subject_id: UUID
    at: datetime
    """When the call was; when the message took this state."""
    name: str | None
    phone: str | None
    call_id: UUID | None
    appointment_id: UUID | None = None
    result: str | None = None
    summary: str | None = None
    value: Decimal | None = None
    purpose: str | None = None
    method: str | None = None
    status: str | None = None
    reason: str | None = None
    starts_at: datetime | None = None
    """Of the appointment that a reminder is about."""


ASIDE = """exists (select from work_marks w where w.org_id = {0}.org_id and w.subject_id = {0}.id and w.kind in ({1})
    and (w.state = 'done' or w.snoozed_until > %(now)s))"""
OWN = "select from phone_numbers n where n.org_id = %(org)s and n.number = c.phone_number and n.verified_at is not null"
"""A call that was passed on comes from a line of the organization's own: nobody is reached there."""
CALL = """
(select {kind!r} as kind, c.id as subject_id, c.happened_at as at, nullif(c.caller_name, 'Unknown Caller') as name,
        (select c.phone_number where not exists ({own})) as phone,
        c.id as call_id, c.result, c.outcome_summary as summary, c.financial_value as value
 from calls c where c.org_id = %(org)s and c.happened_at >= %(since)s and {condition} and not {aside}
   and not exists (select from calls l where l.org_id = %(org)s and l.contact_id = c.contact_id
                   and l.happened_at > c.happened_at and {later}){also}
 order by c.happened_at desc, c.id desc limit %(limit)s)
"""
WANTING = "result in ('callback', 'requested')"
MISSED = (
    "direction = 'inbound' and {0}.result in"
    " ('no_answer', 'busy', 'voicemail', 'dropped', 'called_off', 'failed', 'transfer_failed')"
)
"""Word for word as the indexes say it."""
LATER = f"(l.result = any(%(spoke)s) or (l.{MISSED.format('l')}))"
UNBOOKED = """
   and not exists (select from appointments a where a.org_id = %(org)s and a.contact_id = c.contact_id
                   and a.created_at > c.happened_at)"""
OTHER = " and c.sentiment_urgency is distinct from 'high'"


def _arm(kind: Work, condition: str, later: str, also: str = "") -> str:
    aside = ASIDE.format("c", ", ".join(f"'{one}'" for one in OF_CALLS[: OF_CALLS.index(kind) + 1]))
    return CALL.format(kind=kind.value, condition=condition, aside=aside, later=later, also=also, own=OWN)


CALLS = " union all ".join(
    (
        _arm(Work.URGENT, "c.sentiment_urgency = 'high'", "l.sentiment_urgency = 'high'"),
        _arm(Work.CALLBACK, f"c.{WANTING}", LATER, UNBOOKED + OTHER),
        _arm(Work.MISSED, f"c.{MISSED.format('c')} and c.phone_number is not null", LATER, UNBOOKED + OTHER),
    )
)
MESSAGES = f"""
select case when m.status = 'unknown' then 'unknown' when m.purpose = 'reminder' then 'reminder' else 'message' end
           as kind,
       m.id as subject_id, m.updated_at as at, k.name, m.recipient as phone, m.call_id, m.appointment_id, m.purpose,
       m.method, m.status, m.reason, a.starts_at
from messages m
left join contacts k on k.org_id = %(org)s and k.id = m.contact_id
left join appointments a on a.org_id = %(org)s and a.id = m.appointment_id
where m.org_id = %(org)s and m.status in ('failed', 'undelivered', 'unknown', 'skipped') and m.updated_at >= %(since)s
  and m.direction = 'outbound'
  and (m.status <> 'skipped' or m.purpose = 'reminder')
  and (m.appointment_id is null or m.purpose <> 'reminder'
       or (a.status = 'booked' and a.starts_at > %(now)s and a.version = m.appointment_version))
  and not exists (select from messages l where l.org_id = %(org)s and l.recipient = m.recipient
                  and l.purpose = m.purpose and l.appointment_id is not distinct from m.appointment_id
                  and l.status not in ('planned', 'sending') and (l.send_at, l.id) > (m.send_at, m.id)
                  and (l.status <> 'skipped' or m.status = 'skipped'))
  and not {
    ASIDE.format(
        "m",
        "case when m.status = 'unknown' then 'unknown' when m.purpose = 'reminder' then 'reminder' else 'message' end",
    )
}
order by m.updated_at desc, m.id desc limit %(limit)s
"""


def worklist(tx: Transaction, org_id: UUID, now: datetime, spoke: list[str]) -> list[Item]:
    """What waits, the gravest kind first and of each the newest. `spoke`: results of calls on which people spoke."""
    asked: dict[str, Any] = {"org": org_id, "now": now, "since": now - WINDOW, "spoke": spoke, "limit": EACH}
    rows = tx.rows(CALLS, asked) + tx.rows(MESSAGES, asked)
    items = [Item(**row | {"kind": Work(row["kind"])}) for row in rows]
    order = list(Work)
    return sorted(items, key=lambda item: order.index(item.kind))


def count_quarantined(tx: Transaction, limit: int = 100) -> int:
    """Events that nobody's organization could be found for, up to a limit. Only the reserved organization sees them."""
    found: int = tx.value(
        "SELECT count(*) FROM (SELECT FROM webhook_events WHERE org_id = %s AND state = 'quarantined' LIMIT %s) e",
        (NOBODY, limit),
    )
    return found
