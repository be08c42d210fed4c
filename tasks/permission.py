"""May this person be called now? Asked when somebody wants the call, and again before it is dialled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models import opt_outs
from models.database import Transaction
from rules.quiet_hours import next_allowed, zones_of

OPTED_OUT = "They asked not to be contacted"
NEVER = "There is no hour at which all places where they may be are awake"
CLOSED = "It is outside of the hours in which they may be called"


class CannotCall(Exception):
    """Nobody is called. `code` is for programs, the message for people."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


def judge(tx: Transaction, org_id: UUID, person: Mapping[str, Any], now: datetime) -> None:
    """Who wants to be left alone is not called, and nobody at night, wherever they may be. Raises CannotCall.

    `person` holds phone, contact_zone, org_zone, send_from and send_until.
    """
    if opt_outs.is_out(tx, org_id, person["phone"]):
        raise CannotCall("opted_out", OPTED_OUT)
    zones = zones_of(person["contact_zone"], person["phone"], person["org_zone"])
    allowed = next_allowed(now, zones, person["send_from"], person["send_until"])
    if allowed is None:
        raise CannotCall("quiet_hours", NEVER)
    if allowed > now:
        raise CannotCall("quiet_hours", f"{CLOSED}; calls go out again on {_moment(allowed, person['org_zone'])}")


def _moment(at: datetime, zone: str) -> str:
    """A time as the organization's people read it."""
    return f"{at.astimezone(ZoneInfo(zone)):%A, %-d %B at %H:%M} ({zone})"
