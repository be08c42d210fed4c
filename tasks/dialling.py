"""Placing calls: one wish dials at most once, and what became of it can be seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models import audit, messages, placed_calls, provider_health
from models.database import Transaction
from providers import vapi_calls
from providers.sending import Accepted, Outcome, Postponed, Rejected
from providers.vapi_calls import Dial
from rules.breaker import PROBE
from tasks.callback_looks import lose
from tasks.errors import Busy
from tasks.health import note_failure, note_hold
from tasks.ledger import Errand, enqueue, errand
from tasks.permission import CannotCall, judge
from tasks.placing import end, place
from vocabulary import Provider

DEADLINE_SECONDS = 45
FIRST_POSTPONED = timedelta(seconds=15)
FRESH_SECONDS = 8.0
"""A claim that is older is not used: its lease may have ended."""
VAPI = Provider.VAPI.value
TROUBLE = "Vapi is in trouble; it is tried again by itself"
STOPPED = "Nobody knows whether it was dialled: the worker that did it was stopped"
FAULT = "Placing the call failed on our side"


def lose_call(tx: Transaction, org_id: UUID, error: str, placed_id: str) -> None:
    """A dialling that no worker survived: what may have rung is looked up, what was not dialled has failed."""
    now = datetime.now(UTC)
    if not lose(tx, org_id, UUID(placed_id), STOPPED, now):
        row = placed_calls.locked(tx, org_id, UUID(placed_id))
        if row is not None and row["status"] == "planned":
            end(tx, org_id, row["id"], "failed", FAULT, now)


@errand(deadline_seconds=DEADLINE_SECONDS, on_death=lose_call)
def place_call(errand: Errand, org_id: UUID, placed_id: str) -> None:
    """Please place this call, if its person may be called now. Done again, it dials nobody."""
    dial_once(errand, org_id, UUID(placed_id), lambda: datetime.now(UTC))


def dial_once(errand: Errand, org_id: UUID, id: UUID, clock: Callable[[], datetime]) -> None:
    """Claims, dials, and writes what came of it, at the times that `clock` tells."""
    with errand.prepare() as tx:
        claimed_at = clock()
        dial = claim(tx, org_id, id, claimed_at)
        begun = time.monotonic()
        if dial is None:
            errand.end(tx)
            return
    if time.monotonic() - begun > FRESH_SECONDS:
        # This process was held still: another may have looked for the call meanwhile, and told that nobody was dialled.
        raise Busy("the claim grew old before it was used", delay=0)
    outcome = vapi_calls.place(dial)
    with errand.record() as tx:
        conclude(tx, dial, outcome, clock(), claimed_at)


def claim(tx: Transaction, org_id: UUID, id: UUID, now: datetime) -> Dial | None:
    """Makes the call ours to dial, with the commit; None where nobody is dialled, or not yet.

    What is `dialling` already was another worker's, who never said how it ended.
    """
    row = placed_calls.locked(tx, org_id, id)
    if row is None:
        return None
    if row["status"] == "dialling":
        lose(tx, org_id, id, STOPPED, now)
    if row["status"] != "planned":
        return None
    messages.hold_recipient(tx, org_id, row["phone"])
    try:
        judge(tx, org_id, row, now)
    except CannotCall as no:
        _skip(tx, org_id, row, str(no), now)
        return None
    closed = provider_health.closed_until(tx, org_id, VAPI, now)
    if closed is not None:
        _put_off(tx, org_id, id, closed, TROUBLE)
        return None
    provider_health.begin_probe(tx, org_id, VAPI, now + PROBE)
    placed_calls.claim(tx, org_id, id, now)
    audit.record(
        tx, org_id, row["requested_by"], "callback.dial", str(row["call_id"]), {"attempt": row["attempts"] + 1}
    )
    return Dial(org_id, id, row["assistant_id"], row["phone_number_id"], row["phone"])


def conclude(tx: Transaction, dial: Dial, outcome: Outcome, now: datetime, since: datetime) -> None:
    """Writes what came of dialling that was begun at `since`."""
    org_id = dial.org_id
    if isinstance(outcome, Accepted):
        place(tx, org_id, dial.id, outcome.external_id, now)
        provider_health.succeeded(tx, org_id, VAPI, since)
    elif isinstance(outcome, Rejected):
        end(tx, org_id, dial.id, "failed", outcome.reason, now)
        provider_health.succeeded(tx, org_id, VAPI, since)
    elif isinstance(outcome, Postponed):
        _postpone(tx, dial, outcome, now)
    else:
        lose(tx, org_id, dial.id, outcome.reason, now)
        note_failure(tx, org_id, VAPI, outcome.reason, now)


def _postpone(tx: Transaction, dial: Dial, outcome: Postponed, now: datetime) -> None:
    wish = timedelta(seconds=outcome.seconds)
    _put_off(tx, dial.org_id, dial.id, now + max(wish, FIRST_POSTPONED), outcome.reason)
    if outcome.is_outage:
        note_failure(tx, dial.org_id, VAPI, outcome.reason, now, wish)
    else:
        note_hold(tx, dial.org_id, VAPI, outcome.reason, now + wish)


def _put_off(tx: Transaction, org_id: UUID, id: UUID, until: datetime, reason: str) -> None:
    plans = placed_calls.put_off(tx, org_id, id, reason)
    if plans:
        enqueue(tx, place_call, org_id, f"{id}:{plans}", until, placed_id=str(id))


def _skip(tx: Transaction, org_id: UUID, row: Mapping[str, Any], reason: str, now: datetime) -> None:
    end(tx, org_id, row["id"], "skipped", reason, now)
    audit.record(tx, org_id, row["requested_by"], "callback.skip", str(row["call_id"]))
