"""Calls of which nobody can say whether they were dialled: Vapi is asked for them, several times, and never to dial."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models import calls, placed_calls
from models.database import Transaction
from providers import vapi_calls
from providers.http import OutboundError
from providers.vapi_calls import Dial
from tasks.errors import Busy
from tasks.ledger import Errand, enqueue, errand
from tasks.placing import end, own_ref, place

DEADLINE_SECONDS = 60
LOOKS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 1800))
"""When a call is looked for, counted from the look before."""
PATIENCE = timedelta(hours=24)
"""After this nobody looks any more, also where Vapi could never be asked."""
WAIT_SECONDS = 60.0
NOT_FOUND = "Vapi has no such call: it was not dialled"
UNSETTLED = "Whether it was dialled could not be found out within a day"

log = logging.getLogger("aftercall.callbacks")


def lose(tx: Transaction, org_id: UUID, id: UUID, reason: str, now: datetime) -> bool:
    """Nobody can say whether it was dialled: that is looked up. False where it was not being dialled, or is known."""
    lost = placed_calls.move(tx, org_id, id, "unknown", reason)
    if lost:
        owe_look(tx, org_id, id, 0, now)
        log.warning("call-back %s: nobody knows whether it was dialled; it will be looked up", id)
    return lost


def owe_look(tx: Transaction, org_id: UUID, id: UUID, look: int, now: datetime) -> None:
    """Owes the look of that number, 0 the first."""
    enqueue(tx, settle_call, org_id, f"{id}:{look}", now + LOOKS[look], placed_id=str(id))


def give_up(tx: Transaction, org_id: UUID, error: str, placed_id: str) -> None:
    """Looking for it failed by a fault of ours: a person has to look."""
    _fail(tx, org_id, UUID(placed_id), UNSETTLED, datetime.now(UTC))


@errand(deadline_seconds=DEADLINE_SECONDS, on_death=give_up)
def settle_call(errand: Errand, org_id: UUID, placed_id: str) -> None:
    """Please find out whether this call was placed. Done again, it changes nothing."""
    settle(errand, org_id, UUID(placed_id), lambda: datetime.now(UTC))


def settle(errand: Errand, org_id: UUID, id: UUID, clock: Callable[[], datetime]) -> None:
    """One look. A Vapi that cannot be asked costs none of the looks, but not for longer than a day."""
    with errand.prepare() as tx:
        row = placed_calls.get(tx, org_id, id)
        if row is None or row["status"] != "unknown":
            errand.end(tx)
            return
        if clock() > row["claimed_at"] + PATIENCE:
            _fail(tx, org_id, id, UNSETTLED, clock())
            errand.end(tx)
            return
    dial = Dial(org_id, id, row["assistant_id"], row["phone_number_id"], row["phone"])
    try:
        vapi_call_id = vapi_calls.find(dial, row["claimed_at"])
    except OutboundError as error:
        raise Busy(f"Vapi cannot be asked: {error}", delay=WAIT_SECONDS) from None
    with errand.record() as tx:
        _hold(tx, org_id, id)
        if vapi_call_id is not None:
            place(tx, org_id, id, vapi_call_id, clock())
        else:
            _not_yet(tx, org_id, id, row["looks"] + 1, clock())


def _not_yet(tx: Transaction, org_id: UUID, id: UUID, look: int, now: datetime) -> None:
    placed_calls.looked(tx, org_id, id)
    if look < len(LOOKS):
        owe_look(tx, org_id, id, look, now)
    else:
        _fail(tx, org_id, id, NOT_FOUND, now)


def _fail(tx: Transaction, org_id: UUID, id: UUID, reason: str, now: datetime) -> None:
    _hold(tx, org_id, id)
    end(tx, org_id, id, "failed", reason, now)


def _hold(tx: Transaction, org_id: UUID, id: UUID) -> None:
    """The call is locked before its intent, as events do it: one that tells of it just now is heard first."""
    calls.lock(tx, org_id, [f"call:{own_ref(id)}"])
