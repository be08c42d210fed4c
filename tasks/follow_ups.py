"""A text to the caller after a call, by what became of it: where a template asks for it, and once for each call."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models import follow_ups, intents, templates
from models.database import Transaction
from models.intents import Intent, IntentTaken
from providers.phones import e164
from rules.wording import Missing, TooLong, Words, person_values, write
from tasks.ledger import enqueue, work
from tasks.messages import owe_message
from vocabulary import Method, Purpose

RULE = "rule:follow_up"
RECENT = timedelta(hours=24)
"""Nobody is texted about an older call, whatever is found out about it."""
LATE_PARTS = timedelta(minutes=2)
"""What became of a call may look otherwise when all of its parts are there."""

log = logging.getLogger("aftercall.follow_ups")


def owe_follow_up(tx: Transaction, org_id: UUID, call_id: UUID, result: str, now: datetime) -> None:
    """Owes a look at the call in a moment: what it came to then decides."""
    enqueue(tx, follow_up_call, org_id, f"{call_id}:{result}", now + LATE_PARTS, call_id=str(call_id))


@work()
def follow_up_call(tx: Transaction, org_id: UUID, call_id: str) -> None:
    """Please text whoever was on this call, if its result has a follow-up. Done again, it texts nobody."""
    plan_follow_up(tx, org_id, UUID(call_id), datetime.now(UTC))


def plan_follow_up(tx: Transaction, org_id: UUID, call_id: UUID, now: datetime) -> None:
    case = follow_ups.case_of(tx, org_id, call_id)
    if case is None or case["is_own_number"] or case["is_followed"] or not is_recent(case["happened_at"], now):
        return
    template = templates.template_after(tx, org_id, case["result"])
    phone = e164(case["phone_number"])
    if template is None or phone is None:
        return
    words, fault = _words(template, case)
    intent = Intent(
        Method.SMS,
        Purpose.FOLLOWUP,
        phone,
        words,
        f"followup:{call_id}:auto",
        RULE,
        contact_id=case["contact_id"],
        call_id=call_id,
    )
    with suppress(IntentTaken):
        if fault is None:
            owe_message(tx, org_id, intent)
        else:
            log.warning("the follow-up of call %s cannot be written: people see why", call_id)
            intents.plan(tx, org_id, intent, skipped=fault)


def is_recent(happened_at: datetime, now: datetime) -> bool:
    return now - happened_at <= RECENT


def _words(template: Mapping[str, Any], case: Mapping[str, Any]) -> tuple[str, str | None]:
    """The text, and why it cannot be sent where it cannot."""
    known = {"clinic": case["clinic"], "service": case["service"], "phone": case["sms_number"]}
    values = known | person_values(case["first_name"], case["name"])
    try:
        return write(Words(template["body"]), values, Purpose.FOLLOWUP, Method.SMS).content, None
    except (Missing, TooLong) as error:
        return template["body"], str(error)
