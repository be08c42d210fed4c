"""What of a call goes on while somebody looks at it: its state, our placing of it, and what is being sent about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from edge.messages import seen_by
from models import message_queries, placed_calls
from models.database import Transaction
from models.people import Membership
from vocabulary import FINAL_RANK, STATUS_RANK, CallStatus, MessageStatus

RECENT = timedelta(minutes=2)
"""What has not moved for longer is not waited for."""
MOVING = (MessageStatus.PLANNED, MessageStatus.SENDING, MessageStatus.SENT)
PLACING = ("planned", "dialling")


def news(tx: Transaction, here: Membership, call: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """For call_head.html and call_sent.html; `is_waiting` where it will soon be otherwise."""
    org_id, call_id = here.org_id, UUID(str(call["id"]))
    messages = message_queries.messages_of_call(tx, org_id, call_id)
    placed = placed_calls.of_call(tx, org_id, call_id)
    return {
        "call": call,
        "messages": [seen_by(message, here) for message in messages],
        "placed": placed,
        "is_waiting": _is_moving(messages, now) or _is_ringing(placed, call, now),
    }


def _is_moving(messages: Iterable[Mapping[str, Any]], now: datetime) -> bool:
    return any(
        message["status"] in MOVING and abs(now - max(message["send_at"], message["updated_at"])) < RECENT
        for message in messages
    )


def _is_ringing(placed: Mapping[str, Any] | None, call: Mapping[str, Any], now: datetime) -> bool:
    """Whether a call that we place has not come to its end."""
    if placed is None or now - placed["updated_at"] > RECENT:
        return False
    is_over = STATUS_RANK[CallStatus(call["status"])] == FINAL_RANK
    return placed["status"] in PLACING or (placed["status"] == "placed" and not is_over)
