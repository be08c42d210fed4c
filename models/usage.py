"""What OpenAI costs an organization, by its own days: reserved before a request, settled after it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from models.database import Transaction

RESERVE = """
insert into openai_usage as u (org_id, day, requests, cost)
select org_id, %s, 1, %s from organizations where org_id = %s and %s <= openai_budget_per_day
on conflict (org_id, day) do update set requests = u.requests + 1, cost = u.cost + excluded.cost
where u.cost + excluded.cost <= (select o.openai_budget_per_day from organizations o where o.org_id = u.org_id)
"""
TELL = """
insert into audit_log (org_id, actor, action, subject)
select %s, 'refine_call', 'openai.budget_reached', %s
where not exists (select from audit_log where org_id = %s and at > now() - interval '2 days'
                  and action = 'openai.budget_reached' and subject = %s)
"""


def reserve(tx: Transaction, org_id: UUID, day: date, most: Decimal) -> bool:
    """Takes the most that a request may cost, in dollars, from the day's budget; False where that is not left.

    However many ask at once, together they stay within the budget.
    """
    return tx.run(RESERVE, (day, most, org_id, most)) == 1


def tell_budget_reached(tx: Transaction, org_id: UUID, day: date) -> None:
    """Leaves one line a day in the audit log."""
    tx.run(TELL, (org_id, day.isoformat(), org_id, day.isoformat()))


def settle(
    tx: Transaction, org_id: UUID, day: date, reserved: Decimal, cost: Decimal, input_tokens: int, output_tokens: int
) -> None:
    """Puts what a request really took in the place of what was reserved for it, with the commit."""
    tx.at_end(
        "UPDATE openai_usage SET cost = greatest(cost - %s + %s, 0), input_tokens = input_tokens + %s,"
        " output_tokens = output_tokens + %s WHERE org_id = %s AND day = %s",
        (reserved, cost, input_tokens, output_tokens, org_id, day),
    )
