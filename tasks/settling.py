"""Unknown outcomes are settled by a look at the provider, several times; what is not found there was not sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models import messages, provider_health
from models.database import Transaction
from providers import twilio_sms
from providers.http import OutboundError
from providers.sending import Accepted, Outcome, Postponed, Rejected, Seen
from rules.sending import Skip, Wait, judge
from tasks.checks import case_of
from tasks.delivery import DeadLink, Ready, deliver, note_accepted, ready_again
from tasks.errors import Busy, Refused
from tasks.health import note_failure
from tasks.ledger import Errand, enqueue, errand
from tasks.senders import NotConnected, TextSender
from vocabulary import MessageStatus, Method

DEADLINE_SECONDS = 45
LOOKS = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 60, 300, 900, 1800))
"""When an unknown outcome is looked up, counted from the look before: what a text provider does not have by the last of
them was not sent. Mail is told again half-hourly from then on, as long as that is safe."""
MARGIN = timedelta(minutes=2)
"""How far the provider's clock may be from ours."""
PATIENCE = timedelta(hours=23)
"""After this nobody looks any more: Resend forgets its idempotency keys after 24 hours."""
WAIT_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 3600.0
NOT_FOUND = "The provider does not have it: it was not sent"
UNSETTLED = "Whether it was sent could not be found out within a day"

log = logging.getLogger("aftercall.messages")


def lose(tx: Transaction, org_id: UUID, message_id: UUID, reason: str, now: datetime) -> None:
    """Nobody can say whether it left: that is looked up, and it is never sent again for it."""
    if messages.move(tx, org_id, message_id, MessageStatus.UNKNOWN, reason):
        owe_look(tx, org_id, message_id, 0, now)
        log.warning("message %s: nobody knows whether it was sent; it will be looked up", message_id)


def owe_look(tx: Transaction, org_id: UUID, message_id: UUID, look: int, now: datetime) -> None:
    """Owes the look of that number, 0 the first."""
    at = now + LOOKS[min(look, len(LOOKS) - 1)]
    enqueue(tx, settle_message, org_id, f"{message_id}:{at.isoformat()}", at, message_id=str(message_id))


def give_up(tx: Transaction, org_id: UUID, error: str, message_id: str) -> None:
    """Looking it up failed by a fault of ours: a person has to look."""
    messages.move(tx, org_id, UUID(message_id), MessageStatus.FAILED, UNSETTLED)


@errand(deadline_seconds=DEADLINE_SECONDS, on_death=give_up)
def settle_message(errand: Errand, org_id: UUID, message_id: str) -> None:
    """Please find out whether this message was sent. Done again, it changes nothing."""
    settle(errand, org_id, UUID(message_id), lambda: datetime.now(UTC))


def settle(errand: Errand, org_id: UUID, message_id: UUID, clock: Callable[[], datetime]) -> None:
    """One look. A provider that cannot be asked costs none of the looks, but not for longer than a day."""
    with errand.prepare() as tx:
        row = messages.locked(tx, org_id, message_id)
        if row is None or row["status"] != MessageStatus.UNKNOWN:
            errand.end(tx)
            return
        reason = _hopeless(tx, org_id, row, clock())
        if reason is not None:
            _fail(tx, org_id, row, reason)
            errand.end(tx)
            return
        ready = _ready(tx, org_id, row, clock())
    if isinstance(ready.sender, TextSender):
        _look(errand, ready, clock)
    else:
        _repeat(errand, ready, clock)


def _hopeless(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> str | None:
    """Why there is no use in looking on. Raises Busy where it has to wait.

    To ask for a mail is to send it if it never arrived: it must still be one that may be sent.
    """
    if now > row["claimed_at"] + PATIENCE:
        return UNSETTLED
    if row["method"] == Method.SMS:
        return None
    messages.hold_recipient(tx, org_id, row["recipient"])
    verdict = judge(case_of(tx, org_id, row, now), now)
    if isinstance(verdict, Wait):
        raise Busy(verdict.reason, delay=min((verdict.until - now).total_seconds(), LONGEST_WAIT_SECONDS))
    return f"{UNSETTLED}, and by now: {verdict.reason}" if isinstance(verdict, Skip) else None


def _ready(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> Ready:
    try:
        return ready_again(tx, org_id, row, now, by="settle_message")
    except NotConnected as error:
        raise Busy(str(error), delay=WAIT_SECONDS * 10) from None
    except DeadLink:
        raise Refused("what it leads to is gone: nobody can send it as it was") from None


def _look(errand: Errand, ready: Ready, clock: Callable[[], datetime]) -> None:
    """A text is found by its recipient, its exact words and its time."""
    assert isinstance(ready.sender, TextSender)
    since = ready.row["claimed_at"] - MARGIN
    try:
        seen = twilio_sms.find(ready.sender.account, ready.row["sender"], ready.recipient, ready.content, since)
    except OutboundError as error:
        raise Busy(f"the provider cannot be asked: {error}", delay=WAIT_SECONDS) from None
    with errand.record() as tx:
        messages.hold_recipient(tx, ready.org_id, ready.recipient)
        if messages.has_twin_on_its_way(tx, ready.org_id, ready.id):
            raise Busy("the same words are just being sent to the same person", delay=WAIT_SECONDS / 4)
        found = next((one for one in seen if _is_free(tx, ready, one)), None)
        if found is None:
            _not_yet(tx, ready, clock())
        else:
            note_accepted(tx, ready.org_id, ready.row, found.external_id, clock())
            if found.status is not MessageStatus.PLANNED:
                messages.move(tx, ready.org_id, ready.id, found.status, found.reason, None, clock())


def _is_free(tx: Transaction, ready: Ready, seen: Seen) -> bool:
    """Whether the message at the provider is none of the others that are known, of whichever organization."""
    return messages.is_free_at_provider(tx, ready.sender.provider, seen.external_id, ready.id)


def _not_yet(tx: Transaction, ready: Ready, now: datetime) -> None:
    look = ready.row["looks"] + 1
    messages.looked(tx, ready.org_id, ready.id)
    if isinstance(ready.sender, TextSender) and look >= len(LOOKS):
        _fail(tx, ready.org_id, ready.row, NOT_FOUND)
    else:
        owe_look(tx, ready.org_id, ready.id, look, now)


def _repeat(errand: Errand, ready: Ready, clock: Callable[[], datetime]) -> None:
    """Mail is told to Resend again under the same key, which sends it once and answers as the first time."""
    outcome: Outcome = deliver(ready)
    if isinstance(outcome, Postponed):
        raise Busy(f"the provider cannot be asked: {outcome.reason}", delay=max(outcome.seconds, WAIT_SECONDS))
    if isinstance(outcome, Rejected) and outcome.is_our_setup:
        raise Busy(f"the provider does not let us ask: {outcome.reason}", delay=WAIT_SECONDS * 10)
    with errand.record() as tx:
        if isinstance(outcome, Accepted):
            note_accepted(tx, ready.org_id, ready.row, outcome.external_id, clock())
            provider_health.succeeded(tx, ready.org_id, ready.sender.provider, ready.claimed_at)
        elif isinstance(outcome, Rejected):
            _fail(tx, ready.org_id, ready.row, outcome.reason)
        else:
            note_failure(tx, ready.org_id, ready.sender.provider, outcome.reason, clock())
            _not_yet(tx, ready, clock())


def _fail(tx: Transaction, org_id: UUID, row: dict[str, Any], reason: str) -> None:
    messages.move(tx, org_id, row["id"], MessageStatus.FAILED, reason)
    log.error("message %s: %s", row["id"], reason)
