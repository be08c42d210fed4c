"""Where a person stands after all of their calls: told with each analysis, and anew when calls change hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from models import contacts
from models.database import Transaction
from rules.lead_score import Interest
from rules.lead_status import CallEnd, status_after
from rules.merge import has_ended
from rules.outcome import SPOKE
from tasks.ledger import work


@work()
def place_person(tx: Transaction, org_id: UUID, contact_id: str) -> None:
    """Please work out where this person stands after all of their calls. Done again, it changes nothing."""
    contact = contacts.locked(tx, org_id, UUID(contact_id))
    if contact is not None:
        place(tx, org_id, contact, contacts.history(tx, org_id, contact["id"]))


def place(tx: Transaction, org_id: UUID, contact: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> None:
    """Writes where a person stands after these calls, oldest first; what a colleague has set stays.

    The contact is locked, so that nobody else writes from an older history.
    """
    scored = [one for one in history if one["lead_score"] is not None and has_ended(one)]
    asked = dict.fromkeys(one["service"] for one in reversed(history) if one["service"])
    after = {
        "lead_status": status_after(map(_call_end, history)),
        "temperature": scored[-1]["temperature"] if scored else None,
        "lead_score": scored[-1]["lead_score"] if scored else None,
        "services_interested": ", ".join(asked) or None,
    }
    contacts.conclude(tx, org_id, contact, after)


def _call_end(call: Mapping[str, Any]) -> CallEnd:
    return CallEnd(
        ended=has_ended(call),
        reached=call["result"] in SPOKE,
        booking=call["booking"],
        interest=Interest(call["interested"], "As the call showed"),
    )
