"""What is asked of a call before something is sent because of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from models.database import Transaction

CASE = """
select c.result, c.phone_number, c.happened_at, c.contact_id, c.service, k.first_name, k.name, o.name as clinic,
    c.phone_number in (o.sms_number, o.alert_number) is true or exists (
        select from phone_numbers n
        where n.org_id = c.org_id and n.verified_at is not null
        and c.phone_number in (n.number, n.assistant_number)) as is_own_number,
    o.sms_number,
    exists (select from messages m where m.org_id = c.org_id and m.call_id = c.id and m.purpose = 'followup')
        as is_followed
from calls c join organizations o on o.org_id = c.org_id
left join contacts k on k.org_id = c.org_id and k.id = c.contact_id
where c.org_id = %s and c.id = %s for update of c
"""


def case_of(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any] | None:
    """A call that may be followed up, locked: its standing result, its person, and what speaks against it."""
    return tx.row(CASE, (org_id, call_id))


def is_alerted(tx: Transaction, org_id: UUID, call_id: UUID) -> bool:
    """Whether somebody was told of this call as a hot lead, by whatever name it went then."""
    return bool(
        tx.value(
            "SELECT true FROM messages WHERE org_id = %s AND call_id = %s AND purpose = 'hot_lead' LIMIT 1",
            (org_id, call_id),
        )
    )
