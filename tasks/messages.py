"""Messages leave at most once: the row says `sending` before anybody outside hears of it, and what cannot be told is
looked up and never sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models import audit, credentials, messages, opt_outs, provider_health
from models.database import Transaction
from models.messages import Intent, Planned
from providers.sending import Accepted, Outcome, Postponed, Rejected
from rules.breaker import PROBE, TEXT_INTERVAL
from rules.quiet_hours import zones_of
from rules.sending import COUNTED, HOUR, Appointment, Case, Skip, Wait, judge
from tasks.delivery import DeadLink, Ready, deliver, made_ready, note_accepted
from tasks.errors import Busy
from tasks.health import note_failure, note_hold
from tasks.ledger import Errand, enqueue, errand
from tasks.receipts import leave_alone
from tasks.senders import PROVIDER_OF, NotConnected
from tasks.settling import lose
from vocabulary import MessageStatus, Method, Purpose

DEADLINE_SECONDS = 45
"""A provider may be silent for some time within it."""
SOON = timedelta(milliseconds=50)
"""A slot this near is now."""
SLOT_LASTS = timedelta(minutes=2)
FIRST_POSTPONED = timedelta(seconds=15)
STOPPED = "Nobody knows whether it was sent: the worker that sent it was stopped"
FAULT = "Sending failed on our side"
DEAD_LINK = "It waited so long that its link would be dead"

log = logging.getLogger("aftercall.messages")


def owe_message(tx: Transaction, org_id: UUID, intent: Intent) -> Planned:
    """Plans a message and owes its sending, once for each intent key. Raises messages.IntentTaken."""
    planned = messages.plan(tx, org_id, intent)
    if planned.is_new:
        _owe(tx, org_id, planned.id, 1, intent.send_at)
    return planned


def _owe(tx: Transaction, org_id: UUID, message_id: UUID, plans: int, at: datetime | None) -> None:
    """Owes the attempt at that moment, now where None: each plan of a message has a job of its own."""
    enqueue(tx, send_message, org_id, f"{message_id}:{plans}", at, message_id=str(message_id))


def lose_message(tx: Transaction, org_id: UUID, error: str, message_id: str) -> None:
    """A sending that no worker survived: what may have been sent is looked up, what was not has failed."""
    row = messages.locked(tx, org_id, UUID(message_id))
    if row is not None and row["status"] == MessageStatus.SENDING:
        lose(tx, org_id, row["id"], STOPPED, datetime.now(UTC))
    elif row is not None and row["status"] == MessageStatus.PLANNED:
        messages.move(tx, org_id, row["id"], MessageStatus.FAILED, FAULT)


@errand(deadline_seconds=DEADLINE_SECONDS, on_death=lose_message)
def send_message(errand: Errand, org_id: UUID, message_id: str) -> None:
    """Please send this message, if it may leave now. Done again, it sends nothing."""
    send(errand, org_id, UUID(message_id), lambda: datetime.now(UTC))


def send(errand: Errand, org_id: UUID, message_id: UUID, clock: Callable[[], datetime]) -> None:
    with errand.prepare() as tx:
        ready = claim(tx, org_id, message_id, clock())
        if ready is None:
            errand.end(tx)
            return
    outcome = deliver(ready)
    with errand.record() as tx:
        conclude(tx, ready, outcome, clock())


def claim(tx: Transaction, org_id: UUID, message_id: UUID, now: datetime) -> Ready | None:
    """Makes the message ours to send, with the commit; None where it may not leave, or not yet.

    What is `sending` already was another worker's, who never said how it ended.
    """
    row = messages.locked(tx, org_id, message_id)
    if row is None:
        return None
    if row["status"] == MessageStatus.SENDING:
        lose(tx, org_id, message_id, STOPPED, now)
    if row["status"] != MessageStatus.PLANNED:
        return None
    if row["send_at"] > now:
        # Clocks differ a little. The job that was owed for this moment is this one, so it has to wait itself.
        raise Busy("its time has not come", delay=(row["send_at"] - now).total_seconds() + 0.1)
    messages.hold_recipient(tx, org_id, row["recipient"])
    verdict = judge(_case(tx, org_id, row, now), now)
    if isinstance(verdict, Skip):
        _skip(tx, org_id, row, verdict.reason)
        return None
    if isinstance(verdict, Wait):
        put_off(tx, org_id, message_id, verdict.until, verdict.reason)
        return None
    return _claimed(tx, org_id, row, now)


def _case(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> Case:
    about = row["appointment_at"] and Appointment(
        row["appointment_at"], row["appointment_status"], row["appointment_stands"]
    )
    is_text = row["method"] == Method.SMS
    return Case(
        method=Method(row["method"]),
        purpose=Purpose(row["purpose"]),
        by_person=row["requested_by"].startswith("user:"),
        is_opted_out=opt_outs.is_out(tx, org_id, row["recipient"]),
        lately=messages.claimed_since(tx, org_id, row["recipient"], now - HOUR, COUNTED) if is_text else (),
        zones=zones_of(row["contact_zone"], row["recipient"] if is_text else "", row["org_zone"]),
        send_from=row["send_from"],
        send_until=row["send_until"],
        appointment=about or None,
        appointment_version=row["appointment_version"],
    )


def _claimed(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> Ready | None:
    """The last questions: with what, is the provider up, is it this message's turn."""
    method, message_id = Method(row["method"]), row["id"]
    provider = PROVIDER_OF[method]
    again = provider_health.admit(tx, org_id, provider, now, PROBE)
    if again is not None:
        put_off(tx, org_id, message_id, again, f"{provider.value.title()} is in trouble; it is tried again by itself")
        return None
    slot = _slot(tx, org_id, row, now) if method is Method.SMS else now
    if slot > now + SOON:
        put_off(tx, org_id, message_id, slot, "Its turn comes", slot)
        return None
    try:
        ready = made_ready(tx, org_id, row | {"sender": None}, now, by="send_message")
    except NotConnected as error:
        messages.move(tx, org_id, message_id, MessageStatus.FAILED, str(error))
        return None
    except DeadLink:
        _skip(tx, org_id, row, DEAD_LINK)
        return None
    sender = ready.sender
    messages.claim(tx, org_id, message_id, sender.address, sender.provider, sender.account_name, now)
    details = {"provider": sender.provider, "purpose": row["purpose"], "method": row["method"], "own": sender.is_own}
    audit.record(tx, org_id, row["requested_by"], "message.send", str(message_id), details)
    return ready


def _slot(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> datetime:
    """When the number may send this text: the moment that was kept for it, else the next one."""
    kept: datetime | None = row["slot_at"]
    if kept is not None and now - SLOT_LASTS < kept <= now + SOON:
        return now
    return provider_health.take_slot(tx, org_id, PROVIDER_OF[Method.SMS], now, TEXT_INTERVAL)


def conclude(tx: Transaction, ready: Ready, outcome: Outcome, now: datetime) -> None:
    """Writes what came of a sending."""
    org_id, provider = ready.org_id, ready.sender.provider
    if isinstance(outcome, Accepted):
        note_accepted(tx, org_id, ready.row, outcome.external_id, now)
        provider_health.succeeded(tx, org_id, provider)
    elif isinstance(outcome, Rejected):
        _reject(tx, ready, outcome)
    elif isinstance(outcome, Postponed):
        until = now + max(timedelta(seconds=outcome.seconds), FIRST_POSTPONED)
        put_off(tx, org_id, ready.id, until, outcome.reason)
        if outcome.is_outage:
            note_failure(tx, org_id, provider, outcome.reason, now, timedelta(seconds=outcome.seconds))
        else:
            note_hold(tx, org_id, provider, outcome.reason, now + timedelta(seconds=outcome.seconds))
    else:
        lose(tx, org_id, ready.id, outcome.reason, now)
        note_failure(tx, org_id, provider, outcome.reason, now)


def _reject(tx: Transaction, ready: Ready, outcome: Rejected) -> None:
    words = f"{outcome.reason} ({outcome.code})" if outcome.code else outcome.reason
    messages.move(tx, ready.org_id, ready.id, MessageStatus.FAILED, words)
    if outcome.opts_out:
        leave_alone(tx, ready.org_id, ready.row, "carrier")
    if outcome.is_our_setup and ready.sender.is_own:
        credentials.mark_verified(tx, ready.org_id, ready.sender.provider, outcome.reason)
    provider_health.succeeded(tx, ready.org_id, ready.sender.provider)


def _skip(tx: Transaction, org_id: UUID, row: dict[str, Any], reason: str) -> None:
    messages.skip(tx, org_id, row["id"], reason)
    audit.record(tx, org_id, row["requested_by"], "message.skip", str(row["id"]), {"purpose": row["purpose"]})


def put_off(
    tx: Transaction, org_id: UUID, message_id: UUID, until: datetime, reason: str | None, slot: datetime | None = None
) -> None:
    """Plans it again for later, and owes that."""
    plans = messages.put_off(tx, org_id, message_id, until, reason, slot)
    if plans:
        _owe(tx, org_id, message_id, plans, until)
