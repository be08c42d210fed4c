"""A call that we place as the rest of the house sees it: one row among the calls, from the wish to dial it on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from models import placed_calls
from models.database import Transaction
from models.organizations import customs_of
from tasks.calls import record_call
from vocabulary import Authority, CallFacts, CallRef, CallStatus, Direction, Provider

log = logging.getLogger("aftercall.callbacks")


def own_ref(id: UUID) -> CallRef:
    """The name that we give to a call before Vapi does; the id of its row follows from it."""
    return CallRef(Provider.AFTERCALL, str(id))


def record_wish(
    tx: Transaction,
    org_id: UUID,
    id: UUID,
    person: Mapping[str, Any],
    line: Mapping[str, Any],
    assistant: str,
    now: datetime,
) -> None:
    """The call's row, which stands before anybody dials. What Vapi says of the call later weighs more."""
    identity = {
        "direction": Direction.OUTBOUND.value,
        "call_type": Direction.OUTBOUND.value,
        "phone_number": person["phone"],
        "to_number": person["phone"],
        "from_number": line["number"],
        "caller_name": person["name"],
        "lead_id": person["lead_id"],
        "assistant_id": assistant,
        "phone_number_id": line["vapi_phone_number_id"],
    }
    known = {name: value for name, value in identity.items() if value is not None}
    _record(tx, org_id, (own_ref(id),), CallStatus.QUEUED, known, now)


def place(tx: Transaction, org_id: UUID, id: UUID, vapi_call_id: str, now: datetime) -> None:
    """Vapi has the call: from now on it is known by both names, and webhooks under either are about it."""
    _record(tx, org_id, (own_ref(id), CallRef(Provider.VAPI, vapi_call_id)), CallStatus.QUEUED, {}, now)
    placed_calls.move(tx, org_id, id, "placed", None, vapi_call_id)


def end(tx: Transaction, org_id: UUID, id: UUID, status: str, reason: str, now: datetime) -> None:
    """Nobody is called: the intent is `failed` or `skipped` for this reason, and its call ends likewise."""
    if placed_calls.move(tx, org_id, id, status, reason):
        ending = CallStatus.FAILED if status == "failed" else CallStatus.CANCELED
        _record(tx, org_id, (own_ref(id),), ending, {}, now)
        log.log(logging.ERROR if status == "failed" else logging.INFO, "call-back %s is %s", id, status)


def _record(
    tx: Transaction,
    org_id: UUID,
    refs: tuple[CallRef, ...],
    status: CallStatus,
    identity: dict[str, Any],
    now: datetime,
) -> None:
    said = CallFacts(refs, Provider.AFTERCALL, now, Authority.SNAPSHOT, {"status": status.value}, identity)
    record_call(tx, org_id, said, now, customs_of(tx, org_id))
