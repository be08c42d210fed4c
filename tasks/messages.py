"""Messages leave at most once: the row says `sending` before anybody outside hears of it, and what cannot be told is
looked up and never sent again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models import audit, credentials, intents, messages, opt_outs, provider_health
from models.database import Transaction
from models.intents import Intent, Planned
from providers.sending import Accepted, Outcome, Postponed, Rejected
from rules.breaker import PROBE, TEXT_INTERVAL
from rules.sending import Skip, Wait, judge, worth_until
from tasks.checks import case_of
from tasks.delivery import DeadLink, Ready, deliver, made_ready, note_accepted
from tasks.errors import Busy
from tasks.health import note_failure, note_hold
from tasks.ledger import Errand, enqueue, errand
from tasks.receipts import leave_alone
from tasks.senders import PROVIDER_OF, NotConnected, TextSender
from tasks.settling import lose
from vocabulary import InboundText, MessageStatus, Method, Purpose

DEADLINE_SECONDS = 45
"""A provider may be silent for some time within it."""
SOON = timedelta(milliseconds=50)
"""A slot this near is now."""
SLOT_LASTS = timedelta(seconds=5)
"""Who is later than this waits for another turn: those that were held up do not leave all at once."""
FRESH_SECONDS = 8.0
"""A claim that is older is not used: its lease may have ended."""
FIRST_POSTPONED = timedelta(seconds=15)
STOPPED = "Nobody knows whether it was sent: the worker that sent it was stopped"
FAULT = "Sending failed on our side"
DEAD_LINK = "It waited so long that its link would be dead"

log = logging.getLogger("aftercall.messages")


def owe_message(tx: Transaction, org_id: UUID, intent: Intent) -> Planned:
    """Plans a message and owes its sending, once for each intent key. Raises intents.IntentTaken."""
    planned = intents.plan(tx, org_id, intent)
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
        ready = claim(tx, org_id, message_id, clock)
        begun = time.monotonic()
        if ready is None:
            errand.end(tx)
            return
    if time.monotonic() - begun > FRESH_SECONDS or clock() - ready.claimed_at > timedelta(seconds=FRESH_SECONDS):
        # This process was held still: another may have found the message meanwhile, and told that it was not sent.
        raise Busy("the claim grew old before it was used", delay=0)
    outcome = deliver(ready)
    with errand.record() as tx:
        conclude(tx, ready, outcome, clock())


def claim(tx: Transaction, org_id: UUID, message_id: UUID, clock: Callable[[], datetime]) -> Ready | None:
    """Makes the message ours to send, with the commit; None where it may not leave, or not yet.

    What is `sending` already was another worker's, who never said how it ended. The time is asked for once all that
    there is to wait for has been waited for.
    """
    row = messages.locked(tx, org_id, message_id)
    if row is not None and row["status"] == MessageStatus.SENDING:
        lose(tx, org_id, message_id, STOPPED, clock())
    if row is not None and _is_redriven(row):
        messages.revive(tx, org_id, message_id)
    elif row is None or row["status"] != MessageStatus.PLANNED:
        return None
    if row["send_at"] > clock():
        # Clocks differ a little. The job that was owed for this moment is this one, so it has to wait itself.
        raise Busy("its time has not come", delay=(row["send_at"] - clock()).total_seconds() + 0.1)
    row = _readdressed(tx, org_id, row)
    messages.hold_recipient(tx, org_id, row["recipient"])
    provider = PROVIDER_OF[Method(row["method"])]
    closed = provider_health.closed_until(tx, org_id, provider, clock())
    now = clock()
    case = case_of(tx, org_id, row, now)
    verdict = judge(case, now)
    if isinstance(verdict, Skip):
        _skip(tx, org_id, row, verdict.reason)
    elif isinstance(verdict, Wait):
        put_off(tx, org_id, message_id, verdict.until, verdict.reason)
    elif closed is not None:
        put_off(tx, org_id, message_id, closed, f"{provider.value.title()} is in trouble; it is tried again by itself")
    else:
        ready = _claimed(tx, org_id, row, now)
        return replace(ready, worth_until=worth_until(case, now)) if ready else None
    return None


def _is_redriven(row: dict[str, Any]) -> bool:
    """Failed by a fault of ours before anything was tried: its job runs only because somebody wants it to."""
    return (row["status"], row["attempts"], row["reason"]) == (MessageStatus.FAILED, 0, FAULT)


def _readdressed(tx: Transaction, org_id: UUID, row: dict[str, Any]) -> dict[str, Any]:
    """A reminder of a rule goes to where the person is reached today, not when it was planned."""
    today = row["contact_phone"] if row["method"] == Method.SMS else row["contact_email"]
    if row["purpose"] != Purpose.REMINDER or row["requested_by"].startswith("user:") or not today:
        return row
    if today != row["recipient"]:
        messages.readdress(tx, org_id, row["id"], today)
    return row | {"recipient": today}


def _claimed(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> Ready | None:
    """The last questions: is it this message's turn, and with what."""
    method, message_id = Method(row["method"]), row["id"]
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
    provider_health.begin_probe(tx, org_id, sender.provider, now + PROBE)
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
        provider_health.succeeded(tx, org_id, provider, ready.claimed_at)
    elif isinstance(outcome, Rejected):
        _reject(tx, ready, outcome, now)
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


def _reject(tx: Transaction, ready: Ready, outcome: Rejected, now: datetime) -> None:
    words = f"{outcome.reason} ({outcome.code})" if outcome.code else outcome.reason
    messages.move(tx, ready.org_id, ready.id, MessageStatus.FAILED, words)
    if outcome.opts_out:
        leave_alone(tx, ready.org_id, ready.row, "carrier")
        _tell_others(tx, ready, now)
    if outcome.is_our_setup and ready.sender.is_own:
        credentials.mark_verified(tx, ready.org_id, ready.sender.provider, outcome.reason)
    provider_health.succeeded(tx, ready.org_id, ready.sender.provider, ready.claimed_at)


def _tell_others(tx: Transaction, ready: Ready, now: datetime) -> None:
    """The carrier's word is about the number: it holds for all who write from it."""
    if isinstance(ready.sender, TextSender):
        said = InboundText(
            ready.sender.provider, ready.sender.account_name, ready.recipient, ready.sender.address, "", ""
        )
        opt_outs.record_for_number(tx, said, True, "carrier", now)


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
