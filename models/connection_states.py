"""How an organization's connections stand, for people: what is connected, what is under way, what went wrong.

Of accounts and numbers the last four characters are told, of secrets nothing: this reads no sealed column.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from models.credential_fields import NAMES, PROVIDERS
from models.database import Transaction

HINT_LENGTH = 4
ROWS = """
select c.provider, c.is_active, c.last_verified_at, c.verification_error, c.updated_at,
       right(c.account, %s) as account_ends,
       case when o.sms_account = c.account then right(o.sms_number, %s) end as number_ends
from org_credentials c join organizations o on o.org_id = c.org_id where c.org_id = %s
"""
STEPS = """
select s.provider, s.step, s.state, s.error, s.attempts, s.updated_at from connection_steps s
where s.org_id = %s order by s.position
"""


def states(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """Every provider there is with its state: connected, waiting, failed or not_connected.

    `is_connected` tells whether it can be used now, also while something newer waits or has failed.
    """
    rows = {row["provider"]: row for row in tx.rows(ROWS, (HINT_LENGTH, HINT_LENGTH, org_id))}
    steps = tx.rows(STEPS, (org_id,))
    return [
        _state(org_id, provider, rows.get(provider), [step for step in steps if step["provider"] == provider])
        for provider in PROVIDERS
    ]


def state_of(tx: Transaction, org_id: UUID, provider: str) -> dict[str, Any]:
    """The state of one provider; raises LookupError where it is none of ours."""
    found = next((one for one in states(tx, org_id) if one["provider"] == provider), None)
    if found is None:
        raise LookupError("There is no such provider")
    return found


def _state(org_id: UUID, provider: str, row: dict[str, Any] | None, steps: list[dict[str, Any]]) -> dict[str, Any]:
    about = {"org_id": org_id, "provider": provider, "name": NAMES[provider]}
    if row is None:
        return about | {"state": "not_connected", "is_connected": False, "error": None, "steps": []}
    return about | {
        "state": _word(row, steps),
        "is_connected": row["is_active"],
        "error": next((step["error"] for step in steps if step["error"]), row["verification_error"]),
        "account_ends": row["account_ends"],
        "number_ends": row["number_ends"],
        "last_verified_at": row["last_verified_at"],
        "updated_at": row["updated_at"],
        "steps": [{name: value for name, value in step.items() if name != "provider"} for step in steps],
    }


def _word(row: dict[str, Any], steps: list[dict[str, Any]]) -> str:
    found = {step["state"] for step in steps}
    if "failed" in found or row["verification_error"]:
        return "failed"
    return "waiting" if "waiting" in found or not row["is_active"] else "connected"
