"""Reminders follow their appointment: planned when it is made, anew when it moves, one at once when a person asks."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any
from uuid import UUID

from models import appointments, intents, messages, opt_outs
from models.appointments import BOOKED
from models.database import Transaction
from models.intents import Intent, IntentTaken, Planned
from models.templates import template_for
from rules.reminders import reminders
from rules.sending import CLICKS_AN_HOUR, HOUR
from rules.wording import Missing, TooLong, Words, person_values, time_values, write
from rules.wording_defaults import DEFAULTS
from tasks.messages import owe_message
from tasks.senders import refusal
from vocabulary import MessageStatus, Method, Purpose

RULE = "rule:reminders"
MOVED = "The appointment was moved"
BEGUN = "The appointment has begun"
ADDRESS = {Method.SMS: "contact_phone", Method.EMAIL: "contact_email"}
NO_ADDRESS = {Method.SMS: "The contact has no phone number", Method.EMAIL: "The contact has no e-mail address"}

Row = Mapping[str, Any]

log = logging.getLogger("aftercall.reminders")


class NotStanding(Exception):
    """The appointment has ended or begun; the message says so to people."""

    @classmethod
    def of(cls, status: str) -> NotStanding:
        return cls(f"The appointment is {status.replace('_', ' ')}")


class LeftAlone(Exception):
    """They want no messages."""


class TooOften(Exception):
    """They were reminded again and again just now."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        """Until the next one may be asked for."""
        super().__init__(f"They were sent {CLICKS_AN_HOUR} reminders within the last hour; wait before the next")


class CannotRemind(Exception):
    """There is nothing to send with or nobody to send to; the message tells people what is missing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A reminder that a person asked for."""

    message: Planned
    recipient: str


def plan_reminders(tx: Transaction, org_id: UUID, appointment: Row, now: datetime) -> None:
    """Plans what this version of an appointment gets and drops what was planned for others. Done again, nothing new.

    Whom no reminder can reach has it as a skipped message, so that people see why nothing came.
    """
    messages.skip_of_appointment(tx, org_id, appointment["id"], MOVED, appointment["version"])
    customs = appointments.reminder_customs(tx, org_id)
    methods = [Method(name) for name in customs["reminder_methods"]]
    words = {method: _words(tx, org_id, method, appointment, customs) for method in methods}
    for due in reminders(appointment["starts_at"], now, customs["reminder_minutes"], methods):
        key = f"reminder:{appointment['id']}:{appointment['version']}:{due.minutes}:{due.method}"
        _plan(tx, org_id, _intent(appointment, due.method, words[due.method], key, RULE, due.send_at))


def remind_now(
    tx: Transaction, org_id: UUID, appointment_id: UUID, method: Method, by: str, key: str, now: datetime
) -> Asked | None:
    """Owes a reminder at once, one for each `key`; None where there is no such appointment.

    Raises NotStanding, LeftAlone, CannotRemind, TooOften and intents.IntentTaken.
    """
    appointment = appointments.locked(tx, org_id, appointment_id)
    if appointment is None:
        return None
    named = f"reminder:{appointment_id}:now:{method}:{key}"
    known = intents.of_intent(tx, org_id, named)
    if known is not None:
        return Asked(Planned(known["id"], False, MessageStatus(known["status"])), known["recipient"])
    recipient = _recipient_now(tx, org_id, appointment, method, now)
    words = _words(tx, org_id, method, appointment, appointments.reminder_customs(tx, org_id))
    intent = _intent(appointment, method, words, named, by)
    message = owe_message(tx, org_id, intent)
    if message.is_new:
        _patience(tx, org_id, appointment_id, method)
    return Asked(message, recipient)


def _patience(tx: Transaction, org_id: UUID, appointment_id: UUID, method: Method) -> None:
    """By the clock that stamps the rows. Asked once the intent stands: a repeated request is answered as the first."""
    now = datetime.now(UTC)
    asked = appointments.clicks_since(tx, org_id, appointment_id, method, now - HOUR)
    if len(asked) > CLICKS_AN_HOUR:
        raise TooOften(ceil((asked[-CLICKS_AN_HOUR - 1] + HOUR - now).total_seconds()))


def _recipient_now(tx: Transaction, org_id: UUID, appointment: Row, method: Method, now: datetime) -> str:
    if appointment["status"] != BOOKED:
        raise NotStanding.of(appointment["status"])
    if now >= appointment["starts_at"]:
        raise NotStanding(BEGUN)
    recipient: str | None = appointment[ADDRESS[method]]
    missing = refusal(tx, org_id, method) or (None if recipient else NO_ADDRESS[method])
    if recipient is None or missing:
        raise CannotRemind(missing)
    if opt_outs.is_out(tx, org_id, recipient):
        raise LeftAlone("They asked not to be written to")
    return recipient


def _words(tx: Transaction, org_id: UUID, method: Method, appointment: Row, customs: Row) -> Words:
    """The organization's own, else ours: which tell nobody what it is for, since anybody may read a telephone."""
    values = (
        person_values(appointment["contact_first_name"], appointment["contact_name"])
        | time_values(appointment["starts_at"], customs["timezone"])
        | {"clinic": customs["name"]}
    )
    own = template_for(tx, org_id, Purpose.REMINDER, method)
    if own is not None:
        try:
            named = values | {"title": appointment["title"]}
            return write(Words(own["body"], own["subject"]), named, Purpose.REMINDER, method)
        except (Missing, TooLong):
            log.warning("template %s cannot be sent; our own words go out instead", own["id"])
    return write(DEFAULTS[Purpose.REMINDER, method], values, Purpose.REMINDER, method)


def _intent(
    appointment: Row, method: Method, words: Words, key: str, by: str, send_at: datetime | None = None
) -> Intent:
    return Intent(
        method,
        Purpose.REMINDER,
        appointment[ADDRESS[method]] or "",
        words.content,
        key,
        by,
        words.subject,
        contact_id=appointment["contact_id"],
        appointment_id=appointment["id"],
        appointment_version=appointment["version"],
        send_at=send_at,
    )


def _plan(tx: Transaction, org_id: UUID, intent: Intent) -> None:
    """What stands already under this key stays as it is, whatever the template or the contact have become since."""
    with suppress(IntentTaken):
        if intent.recipient:
            owe_message(tx, org_id, intent)
        else:
            intents.plan(tx, org_id, intent, NO_ADDRESS[intent.method])
