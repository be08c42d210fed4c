"""What people may send from a call: checked, written down as an intent, and answered before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any
from uuid import UUID, uuid4

from flask import request

from edge.asked import bad
from edge.errors import Problem, not_found
from edge.limits import Allowance
from models import audit, message_queries, opt_outs, queries
from models.database import Transaction, organization
from models.intents import Intent, IntentTaken, Planned, of_intent
from models.organizations import line_of
from models.people import Membership
from models.playable import playable_of_call
from providers.phones import e164
from rules.segments import FOLLOWUP_LIMIT
from rules.sending import CLICKS_AN_HOUR, HOUR
from tasks.delivery import LINK
from tasks.messages import owe_message
from tasks.senders import refusal
from vocabulary import Method, Purpose

KEY_LIMIT = 200
ADDRESS = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"'.]+(\.[^@\s,;<>\"'.]+)+")
ADDRESS_LIMIT = 254
SHARED_SUBJECT = "A call recording from {clinic}"
SHARED_TEXT = (
    "{clinic} shares the recording of a call with you.\n\nListen to it here: {link}\n\n"
    "The link works for 24 hours. Whoever has it can listen, so please do not pass it on.\n"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """An intent that stands: the message, and for whom it is."""

    planned: Planned
    recipient: str


def intent_key(by: str, purpose: str, given: str | None = None) -> str:
    """The name of one wish: the Idempotency-Key that came along, for whoever sent it; else this request's own."""
    key = (given if given is not None else request.headers.get("Idempotency-Key", "")).strip()
    if len(key) > KEY_LIMIT or not key.isprintable():
        raise bad(f"Idempotency-Key must be at most {KEY_LIMIT} printable characters")
    return f"{purpose}:{by}:{key}" if key else f"{purpose}:{uuid4()}"


def follow_up(here: Membership, call_id: UUID, message: object, by: str, key: str) -> Sent:
    """Owes a text to the call's number. Raises Problem 400, 404, 409, 422 and 429."""
    words = clean_text(message)
    with intending(), organization(here.org_id) as tx:
        call = _call(tx, here.org_id, call_id)
        phone = e164(call["phone_number"])
        if phone is None or line_of(tx, here.org_id, phone) is not None:
            raise bad("This call has no number that can be written to")
        _able(tx, here.org_id, Method.SMS, phone, key)
        intent = Intent(
            Method.SMS, Purpose.FOLLOWUP, phone, words, key, by, contact_id=call["contact_id"], call_id=call_id
        )
        planned = owe_message(tx, here.org_id, intent)
        if planned.is_new:
            _patience(tx, here.org_id, phone)
            audit.record(tx, here.org_id, by, "message.ask", str(planned.id), {"purpose": "followup"})
    return Sent(planned, phone)


def share(here: Membership, call_id: UUID, email: object, by: str, key: str) -> Sent:
    """Owes mail with a link to the call's recording. Raises Problem 400, 404, 409 and 422."""
    address = clean_address(email)
    with intending(), organization(here.org_id) as tx:
        call = _call(tx, here.org_id, call_id)
        if playable_of_call(tx, here.org_id, call_id) is None:
            raise Problem(409, "no_recording", "This call has no recording that can be heard")
        _able(tx, here.org_id, Method.EMAIL, address, key)
        words = SHARED_TEXT.format(clinic=here.name, link=LINK)
        subject = SHARED_SUBJECT.format(clinic=here.name)
        intent = Intent(Method.EMAIL, Purpose.SHARE, address, words, key, by, subject, call["contact_id"], call_id)
        planned = owe_message(tx, here.org_id, intent)
        if planned.is_new:
            audit.record(tx, here.org_id, by, "recording.share", str(call_id), {"message": str(planned.id)})
    return Sent(planned, address)


def clean_text(given: object, limit: int = FOLLOWUP_LIMIT) -> str:
    """The words of a text; raises Problem 400."""
    words = given.replace("\0", "").replace("\r\n", "\n").strip() if isinstance(given, str) else ""
    if not words or len(words) > limit:
        raise bad(f"message must be a text of 1 to {limit} characters")
    return words


def clean_address(given: object) -> str:
    address = given.strip() if isinstance(given, str) else ""
    if len(address) > ADDRESS_LIMIT or not address.isprintable() or not ADDRESS.fullmatch(address):
        raise bad("email must be one address like name@example.com")
    return address


@contextmanager
def intending() -> Iterator[None]:
    try:
        yield
    except IntentTaken:
        raise Problem(
            422, "idempotency_key_reused", "This Idempotency-Key was used for something else: take a new one"
        ) from None


def _call(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any]:
    row = queries.call_of(tx, org_id, call_id)
    if row is None:
        raise not_found()
    return row


def _able(tx: Transaction, org_id: UUID, method: Method, recipient: str, key: str) -> None:
    """What can be known to be in vain before anything is written down. A wish that stands is not asked about again."""
    if of_intent(tx, org_id, key) is not None:
        return
    unable = refusal(tx, org_id, method)
    if unable:
        raise Problem(400, "not_connected", unable)
    if opt_outs.is_out(tx, org_id, recipient):
        raise Problem(409, "opted_out", "They asked not to be written to")


def _patience(tx: Transaction, org_id: UUID, phone: str) -> None:
    """Asked after the intent stands, so that repeating a request is always answered as the first time."""
    now = datetime.now(UTC)
    asked = message_queries.clicks_since(tx, org_id, phone, now - HOUR)
    if len(asked) > CLICKS_AN_HOUR:
        wait = ceil((asked[-CLICKS_AN_HOUR - 1] + HOUR - now).total_seconds())
        words = f"They got {CLICKS_AN_HOUR} texts within the last hour; wait before the next"
        raise Problem(429, "too_many_texts", words, Allowance(CLICKS_AN_HOUR, 0, wait).headers)
