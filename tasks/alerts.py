"""What a call sets off by itself once it is understood: an alert about a hot lead, and a follow-up to the caller.

It is asked after every analysis, so whatever costs an exchange with the database waits for something to send.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models import follow_ups, templates
from models.database import Transaction
from models.intents import Intent, IntentTaken
from rules.lead_score import HOT
from rules.wording import Missing, TooLong, Words, person_values, write
from rules.wording_defaults import DEFAULTS
from settings import settings
from tasks.analysis import Assessment
from tasks.follow_ups import is_recent, owe_follow_up
from tasks.messages import owe_message
from vocabulary import Method, Purpose

RULE = "rule:hot_lead"
KIND = (Purpose.HOT_LEAD, Method.SMS)


def set_off(tx: Transaction, org_id: UUID, found: Assessment, now: datetime) -> None:
    """Owes what follows from a call of the last day. Done again, it owes nothing new."""
    call, result = found.call, found.columns["result"]
    if not is_recent(call["happened_at"], now):
        return
    if (found.columns["lead_score"] or 0) >= HOT and _is_worth_telling(call):
        _alert(tx, org_id, found)
    if call["phone_number"] and any(result in words.split() for words in call["followed"]):
        owe_follow_up(tx, org_id, call["id"], result, now)


def _is_worth_telling(call: Mapping[str, Any]) -> bool:
    """Somebody is to be told, and is not the caller."""
    return call["alert_number"] is not None and call["alert_number"] != call["phone_number"]


def _alert(tx: Transaction, org_id: UUID, found: Assessment) -> None:
    """One text for each lead and day of the organization, and never another one about the same call.

    It is told to the organization, so it carries no contact: quiet hours are those of its own number.
    """
    call = found.call
    if follow_ups.is_alerted(tx, org_id, call["id"]):
        return
    lead = call["contact"]["id"] if call["contact"] else call["id"]
    day = call["happened_at"].astimezone(ZoneInfo(call["timezone"])).date()
    intent = Intent(
        Method.SMS,
        Purpose.HOT_LEAD,
        call["alert_number"],
        _words(tx, org_id, found),
        f"hot_lead:{lead}:{day}",
        RULE,
        call_id=call["id"],
    )
    # Another call of the same lead was told of that day.
    with suppress(IntentTaken):
        owe_message(tx, org_id, intent)


def _words(tx: Transaction, org_id: UUID, found: Assessment) -> str:
    own = templates.template_for(tx, org_id, *KIND)
    template = Words(own["body"]) if own else DEFAULTS[KIND]
    values = _values(org_id, found)
    try:
        return write(template, values, *KIND).content
    except (Missing, TooLong):
        return write(DEFAULTS[KIND], values, *KIND).content


def _values(org_id: UUID, found: Assessment) -> dict[str, object]:
    call, columns = found.call, found.columns
    contact = call["contact"] or {}
    known: dict[str, object] = {
        "clinic": call["clinic"],
        "phone": call["phone_number"],
        "score": columns["lead_score"],
        "service": columns["service"],
        "result": (columns["result_sentence"] or "").rstrip("."),
        "link": f"{settings().public_url}/o/{org_id}/calls/{call['id']}",
    }
    return known | person_values(contact.get("first_name"), contact.get("name"))
