"""Calls that people ask for: the wish is written down once, with the call that it will be, before anybody dials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from models import audit, placed_calls
from models.database import Transaction
from models.ids import new_id
from models.placed_calls import Wish
from providers import vapi_api
from providers.phones import e164
from tasks.dialling import place_call
from tasks.ledger import enqueue
from tasks.permission import CannotCall, judge
from tasks.placing import own_ref, record_wish

DOUBLE_CLICK = timedelta(seconds=60)
"""A second click within it means the same call."""
NOT_CONNECTED = "Vapi is not connected. The operator of this service has to set VAPI_PRIVATE_KEY."
NO_PHONE = "There is no phone number at which this contact can be called"
NO_ASSISTANT = "Say which assistant calls people back: mark one of your assistants as the outbound one in settings"
CALLED_NOW = "They are being called back just now"
NO_LINE = "Say from which number people are called back: mark one that is connected to Vapi as outbound in settings"


@dataclass(frozen=True, slots=True)
class Asked:
    """The call that a wish is: its row exists before anybody dials."""

    call_id: UUID
    phone: str
    vapi_call_id: str | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whom a click would call, and why it would call nobody just now; each None where there is none."""

    phone: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class _Ready:
    phone: str
    assistant: str
    line: dict[str, Any]


def outlook(tx: Transaction, org_id: UUID, contact_id: UUID, now: datetime) -> Outlook:
    """What would come of a click, asked before anybody clicks."""
    person = placed_calls.person(tx, org_id, contact_id)
    if person is None:
        return Outlook(None, NO_PHONE)
    if under_way(tx, org_id, contact_id, now) is not None:
        return Outlook(e164(person["phone"]), CALLED_NOW)
    try:
        return Outlook(_ready(tx, org_id, person, now).phone, None)
    except CannotCall as no:
        return Outlook(e164(person["phone"]), str(no))


def under_way(tx: Transaction, org_id: UUID, contact_id: UUID, now: datetime) -> UUID | None:
    """The call back to this contact that is open, or was asked for a moment ago."""
    row = placed_calls.of_contact(tx, org_id, contact_id, now - DOUBLE_CLICK)
    return row["call_id"] if row else None


def ask_back(
    tx: Transaction, org_id: UUID, contact_id: UUID, by: str, key: str | None, now: datetime, joins: bool = False
) -> Asked | None:
    """Owes a call to a contact; None for a stranger. The same key, or a second click without one, is the same call.

    With `joins` so is one that is open, or was asked for a moment ago, under whatever key. Raises CannotCall, and
    intents.IntentTaken for a key that was used for somebody else.
    """
    placed_calls.hold_contact(tx, org_id, contact_id)
    person = placed_calls.person(tx, org_id, contact_id)
    if person is None:
        return None
    standing = placed_calls.of_key(tx, org_id, contact_id, key) if key else None
    if standing is None and (joins or not key):
        standing = placed_calls.of_contact(tx, org_id, contact_id, now - DOUBLE_CLICK)
    if standing is not None:
        return Asked(standing["call_id"], standing["phone"], standing["vapi_call_id"], is_new=False)
    return _ask(tx, org_id, contact_id, person, by, key or f"callback:{uuid4()}", now)


def _ask(
    tx: Transaction, org_id: UUID, contact_id: UUID, person: Mapping[str, Any], by: str, key: str, now: datetime
) -> Asked:
    ready = _ready(tx, org_id, person, now)
    phone, assistant, line = ready.phone, ready.assistant, ready.line
    intent = new_id()
    call_id = own_ref(intent).call_id(org_id)
    record_wish(tx, org_id, intent, {**person, "phone": phone}, line, assistant, now)
    wish = Wish(intent, call_id, contact_id, phone, assistant, line["vapi_phone_number_id"], key, by)
    placed_calls.insert(tx, org_id, wish)
    enqueue(tx, place_call, org_id, f"{intent}:now", placed_id=str(intent))
    audit.record(tx, org_id, by, "callback.ask", str(contact_id), {"call": str(call_id)})
    return Asked(call_id, phone, None, is_new=True)


def _ready(tx: Transaction, org_id: UUID, person: Mapping[str, Any], now: datetime) -> _Ready:
    """What it takes to call this person now. Raises CannotCall."""
    phone = _phone(person)
    assistant, line = _equipment(tx, org_id)
    judge(tx, org_id, {**person, "phone": phone}, now)
    return _Ready(phone, assistant, line)


def _phone(person: Mapping[str, Any]) -> str:
    phone = e164(person["phone"])
    if phone is None or person["is_own"]:
        raise CannotCall("no_phone", NO_PHONE)
    return phone


def _equipment(tx: Transaction, org_id: UUID) -> tuple[str, dict[str, Any]]:
    """The assistant that calls, and the line from which."""
    if not vapi_api.is_connected():
        raise CannotCall("not_connected", NOT_CONNECTED)
    assistant, line = placed_calls.assistant_for(tx, org_id), placed_calls.line_for(tx, org_id)
    if assistant is None:
        raise CannotCall("no_assistant", NO_ASSISTANT)
    if line is None:
        raise CannotCall("no_line", NO_LINE)
    return assistant, line
