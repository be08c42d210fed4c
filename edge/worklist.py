"""The worklist as people read it: each thing to do in a sentence, with what can be done about it and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from edge import present
from edge.activity import who
from models.people import Membership
from models.work_marks import Mark
from models.worklist import OF_CALLS, Item, Work
from rules.outcome import SENTENCES
from vocabulary import Role

LABELS = {
    Work.URGENT: "Urgent",
    Work.CALLBACK: "Call back",
    Work.MISSED: "Missed",
    Work.REMINDER: "Reminder",
    Work.UNKNOWN: "Unclear",
    Work.MESSAGE: "Not sent",
}
MISSED = {
    "no_answer": "Nobody answered them",
    "busy": "They found the line busy",
    "voicemail": "They reached a voicemail",
    "dropped": "They were cut off before the two could speak",
    "called_off": "They hung up before anybody answered",
    "failed": "Their call failed",
    "transfer_failed": "Whom they were passed on to was not reached",
}
TITLES = {
    "followup": "follow-up",
    "reminder": "reminder",
    "hot_lead": "alert about a hot lead",
    "share": "shared recording",
    "system": "message",
}
STATUSES = {
    "failed": "could not be sent",
    "undelivered": "was not delivered",
    "skipped": "was not sent",
}
OUTCOMES = {"reached": "Reached", "booked": "Booked", "no_answer": "No answer", "not_needed": "Not needed"}
OF_MESSAGES = ("reached", "not_needed")
SNOOZES = {"hour": "For an hour", "tomorrow": "Until tomorrow, 9 AM", "week": "Until next week"}
TRY_AGAIN = timedelta(hours=2)
"""Whom nobody reached comes back to the list after so long: no answer is no end."""
MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the list."""

    key: str
    """Names it in forms: its kind and subject."""
    kind: Work
    label: str
    who: str
    phone: str | None
    why: str
    summary: str
    item: Item
    address: str
    outcomes: dict[str, str]


def shown(item: Item, here: Membership, now: datetime) -> Shown:
    """Who a message went to, like what was said, is for analysts and above."""
    is_call, may_know = item.kind in OF_CALLS, here.may(Role.ANALYST)
    name = who(item.name, item.phone) if is_call or may_know else f"A {TITLES.get(item.purpose or '', 'message')}"
    is_number = bool(item.phone and item.phone.startswith("+")) and (is_call or may_know)
    return Shown(
        key=f"{item.kind}:{item.subject_id}",
        kind=item.kind,
        label=LABELS[item.kind],
        who=name,
        phone=item.phone if is_number else None,
        why=_why_call(item) if is_call else _why_message(item, here, now),
        summary=_summary(item) if may_know else "",
        item=item,
        address=_address(item, here),
        outcomes={name: OUTCOMES[name] for name in (OUTCOMES if is_call else OF_MESSAGES)},
    )


def mark_for(kind: Work, subject_id: UUID, action: str, now: datetime, timezone: str) -> Mark | None:
    """What an action of the list puts aside, and until when; None for an action that there is not."""
    if action in SNOOZES:
        return Mark(kind, subject_id, wake(action, now, timezone), None)
    if action not in (OUTCOMES if kind in OF_CALLS else OF_MESSAGES):
        return None
    return Mark(kind, subject_id, now + TRY_AGAIN if action == "no_answer" else None, action)


def wake(snooze: str, now: datetime, timezone: str) -> datetime:
    """When a snoozed item comes back: in an hour, tomorrow at 9, or on the next Monday at 9, by the organization."""
    if snooze == "hour":
        return now + timedelta(hours=1)
    today = now.astimezone(ZoneInfo(timezone)).date()
    days = 1 if snooze == "tomorrow" else 7 - today.weekday()
    return datetime.combine(today + timedelta(days=days), MORNING, ZoneInfo(timezone))


def told(mark: Mapping[str, Any], here: Membership, now: datetime) -> dict[str, Any]:
    """What was put aside, in words: who, what became of it, and its key to take it back."""
    is_call = mark["kind"] in OF_CALLS
    is_known = is_call or here.may(Role.ANALYST)
    outcome, until = OUTCOMES.get(mark["outcome"] or "", ""), mark["snoozed_until"]
    words = outcome or "Snoozed"
    if until and until > now:
        words += f": back {_back(present.moment(until, here.timezone, now))}"
    return {
        "key": f"{mark['kind']}:{mark['subject_id']}",
        "label": LABELS[Work(mark["kind"])],
        "who": who(mark["name"], mark["phone"]) if is_known else "A message",
        "words": words,
        "at": mark["marked_at"],
    }


def _summary(item: Item) -> str:
    """What was said in short, where that is more than how the call ended: a summary of few words only repeats it."""
    summary, ended = item.summary or "", SENTENCES.get(item.result or "", "")
    return "" if ended and ended in summary else summary


def _back(moment: str) -> str:
    return f"today, {moment.removeprefix('Today, ')}" if moment.startswith("Today, ") else moment


def _why_call(item: Item) -> str:
    if item.kind is Work.MISSED:
        return f"{MISSED[item.result or '']}, and nobody has reached them since."
    ended = SENTENCES.get(item.result or "", "")
    if item.kind is Work.CALLBACK:
        return f"{ended}."
    is_told = ended and item.result not in ("unknown", "under_way", "answered")
    return f"What they said sounds urgent. {ended}." if is_told else "What they said sounds urgent."


def _why_message(item: Item, here: Membership, now: datetime) -> str:
    what = TITLES.get(item.purpose or "", "message")
    if item.starts_at and item.kind is Work.REMINDER:
        what = f"reminder of the appointment ({present.moment(item.starts_at, here.timezone, now)})"
    if item.kind is Work.UNKNOWN:
        return f"Nobody knows whether the {what} went out. It is looked up, and never sent twice."
    reason = (item.reason or "").rstrip(".")
    return f"The {what} {STATUSES[item.status or '']}." + (f" {reason}." if reason else "")


def _address(item: Item, here: Membership) -> str:
    if item.call_id:
        anchor = None if item.kind in OF_CALLS else "messages"
        return url_for("dashboard.call", org_id=here.org_id, call_id=item.call_id, _anchor=anchor)
    if item.appointment_id:
        return url_for("appointments_page.appointment", org_id=here.org_id, appointment_id=item.appointment_id)
    return url_for("messages_page.messages", org_id=here.org_id, status="attention")
