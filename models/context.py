"""Everything that the analysis of a call looks at, locked and read in one exchange."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from models.analyses import NEWEST, VERSIONS
from models.database import Transaction

HISTORY_LIMIT = 100
"""Calls of one person that are looked at, the newest: enough to tell where somebody stands."""

LOCK = """
select from calls where org_id = %s and id = %s for update;
select from contacts where org_id = %s and id = (select contact_id from calls where org_id = %s and id = %s) for update;
"""
READ = f"""
select c.*, o.timezone, o.qa_weights, o.openai_enabled, o.openai_budget_per_day, o.name as clinic, o.alert_number,
    array(select array_to_string(m.after_results, ' ') from message_templates m where m.org_id = c.org_id) as followed,
    t.turns, t.tools, t.revision as transcript_revision, t.updated_at as spoken_at,
    {NEWEST} as analyses, {VERSIONS} as versions,
    (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'price', s.price::text,
            'price_version', s.price_version, 'keywords', s.keywords) order by s.name, s.id), '[]')
     from services s where s.org_id = c.org_id and s.deleted_at is null) as services,
    (select a.status from appointments a where a.org_id = c.org_id and a.call_id = c.id
     order by a.updated_at desc limit 1) as appointment,
    to_jsonb(k) as contact,
    exists (select from calls x where x.org_id = c.org_id and x.contact_id = c.contact_id
            and (x.happened_at, x.id) < (c.happened_at, c.id)) as is_returning,
    (select jsonb_build_object('id', x.id) from calls x where x.org_id = c.org_id and x.contact_id = c.contact_id
     and (x.happened_at, x.id) > (c.happened_at, c.id) order by x.happened_at, x.id limit 1) as next_call,
    (select coalesce(jsonb_agg(to_jsonb(h) order by h.happened_at, h.id), '[]') from (
        select x.id, x.happened_at, x.revision, x.status, x.result, x.booking, x.interested, x.lead_score,
               x.temperature, x.service
        from calls x where x.org_id = c.org_id and x.contact_id = c.contact_id
        order by x.happened_at desc, x.id desc limit {HISTORY_LIMIT}) h) as history
from calls c join organizations o on o.org_id = c.org_id
left join transcripts t on t.org_id = c.org_id and t.call_id = c.id
left join contacts k on k.org_id = c.org_id and k.id = c.contact_id
where c.org_id = %s and c.id = %s
"""


def read(tx: Transaction, org_id: UUID, call_id: UUID, locked: bool = True) -> dict[str, Any] | None:
    """A call's row with its transcript, newest results, person, that person's calls and the organization's services.

    Locked, call and person stay as they are until the transaction ends; the read-only role cannot lock.
    """
    lock = (org_id, call_id, org_id, org_id, call_id) if locked else ()
    return tx.row((LOCK if locked else "") + READ, (*lock, org_id, call_id))
