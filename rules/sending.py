"""May this message leave now? Asked in the transaction that claims it, and answered from what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rules.quiet_hours import closes_at, next_allowed
from vocabulary import Method, Purpose

HOUR = timedelta(hours=1)
AUTOMATIC_AN_HOUR = 1
CLICKS_AN_HOUR = 3
COUNTED = (Purpose.FOLLOWUP, Purpose.REMINDER, Purpose.SYSTEM)
"""Purposes that count against the limit of texts to one person."""
UNLIMITED = (Purpose.REMINDER, Purpose.HOT_LEAD)
"""Of what rules send: reminders are as many as their appointment has, alerts as many as there are hot leads."""
BOOKED = "booked"


@dataclass(frozen=True, slots=True)
class Appointment:
    """The appointment that a message is about, as it stands now."""

    starts_at: datetime
    status: str
    version: int


@dataclass(frozen=True, slots=True)
class Case:
    """A message with everything that decides on it."""

    method: Method
    purpose: Purpose
    by_person: bool
    """Whether a person asked for just this message."""
    is_opted_out: bool
    lately: Sequence[datetime]
    """When texts of COUNTED purposes left to this recipient within the last hour, oldest first."""
    zones: tuple[str, ...]
    """Where the recipient may be."""
    send_from: time
    send_until: time
    appointment: Appointment | None = None
    appointment_version: int | None = None
    """The version that the message was written for."""


@dataclass(frozen=True, slots=True)
class Go:
    pass


@dataclass(frozen=True, slots=True)
class Skip:
    """It is never sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    until: datetime
    reason: str


Verdict = Go | Skip | Wait


def judge(case: Case, now: datetime) -> Verdict:
    """Nothing is sent to who wants none, about what no longer stands, too often, or at night."""
    if case.is_opted_out:
        return Skip("They asked not to be written to")
    lapsed = _lapsed(case, now)
    if lapsed:
        return Skip(lapsed)
    verdict = _limit(case, now)
    if isinstance(verdict, Go):
        verdict = _window(case, now)
    if isinstance(verdict, Wait) and case.appointment and verdict.until >= case.appointment.starts_at:
        return Skip(f"{verdict.reason}, and then the appointment has begun")
    return verdict


def worth_until(case: Case, now: datetime) -> datetime:
    """Until when the message may arrive: a network that holds it longer should drop it."""
    closes = closes_at(now, case.zones, case.send_until)
    return min(closes, case.appointment.starts_at) if case.appointment else closes


def _lapsed(case: Case, now: datetime) -> str | None:
    """Why there is no use in the message any more."""
    if case.appointment is None:
        return None
    if case.appointment.status != BOOKED:
        return f"The appointment is {case.appointment.status.replace('_', ' ')}"
    if case.appointment_version is not None and case.appointment.version != case.appointment_version:
        return "The appointment was moved"
    return "The appointment has begun" if now >= case.appointment.starts_at else None


def _limit(case: Case, now: datetime) -> Verdict:
    if case.method is not Method.SMS or (case.purpose in UNLIMITED and not case.by_person):
        return Go()
    most = CLICKS_AN_HOUR if case.by_person else AUTOMATIC_AN_HOUR
    recent = [at for at in case.lately if at > now - HOUR]
    if len(recent) < most:
        return Go()
    if case.by_person:
        return Skip(f"They got {len(recent)} texts within the last hour")
    return Wait(recent[-most] + HOUR, "They got a text within the last hour")


def _window(case: Case, now: datetime) -> Verdict:
    """Mail that a person sends may lie in an inbox at night; a text wakes people, and rules have time."""
    if case.method is Method.EMAIL and case.by_person:
        return Go()
    allowed = next_allowed(now, case.zones, case.send_from, case.send_until)
    if allowed is None:
        return Skip("There is no hour at which all places where they may be are awake")
    return Go() if allowed <= now else Wait(allowed, "It is outside of the hours in which they may be written to")
