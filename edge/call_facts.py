"""A call's columns as facts that a page shows: grouped, named, and each in the form that fits its kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from edge import present
from models.people import Membership
from vocabulary import Role

LABELS = {
    "caller_name": "Name",
    "phone_number": "Number",
    "lead_id": "Lead",
    "from_number": "Called from",
    "to_number": "Called to",
    "direction": "Direction",
    "call_type": "Type",
    "status": "Status",
    "started_at": "Started",
    "ended_at": "Ended",
    "duration_seconds": "Length",
    "ended_reason": "Ended because",
    "agent_name": "Agent",
    "agent_id": "Agent id",
    "campaign": "Campaign",
    "assistant_id": "Assistant",
    "phone_number_id": "Line id",
    "total_cost": "Cost",
    "outcome": "Outcome",
    "disposition": "Disposition",
    "booking_confirmed": "Booked",
    "financial_value": "Value",
    "lead_score": "Lead score",
    "sentiment": "Mood",
    "sentiment_label": "Mood in a word",
    "sentiment_score": "Mood score",
    "sentiment_urgency": "Urgency",
    "outcome_summary": "Summary",
    "sentiment_summary": "Mood, explained",
    "disposition_notes": "Notes",
    "transfer_to": "Passed on to",
    "transfer_time": "Passed on at",
    "transfer_reason": "Passed on because",
    "escalated": "Escalated",
    "escalation_time": "Escalated at",
    "recording_status": "Recording",
    "recording_url": "Recording address",
    "recording_consent": "Consent to record",
    "consent_verified_by": "Consent verified by",
    "metadata": "Metadata",
}
GROUPS = {
    "Result": (
        "outcome", "disposition", "booking_confirmed", "financial_value", "lead_score", "sentiment", "sentiment_label",
        "sentiment_score", "sentiment_urgency", "sentiment_summary", "disposition_notes",
    ),
    "The call": (
        "started_at", "ended_at", "duration_seconds", "direction", "status", "ended_reason", "campaign", "agent_name",
        "agent_id", "assistant_id", "phone_number_id", "total_cost",
    ),
    "Caller": ("caller_name", "phone_number", "lead_id", "from_number", "to_number"),
    "Passed on": ("transfer_to", "transfer_time", "transfer_reason", "escalated", "escalation_time"),
    "Recording": ("recording_status", "recording_consent", "consent_verified_by"),
}  # fmt: skip
TOLD_BY = {
    "outcome": ("outcome",),
    "booking": ("booking_confirmed",),
    "value": ("financial_value",),
    "lead_score": ("lead_score",),
    "sentiment": ("sentiment", "sentiment_label", "sentiment_score", "sentiment_urgency", "sentiment_summary"),
}
"""Kind of a result: the columns that it tells better, with its words."""
NUMBERS = ("phone_number", "from_number", "to_number", "transfer_to")
CODES = ("direction", "status", "outcome", "recording_status", "sentiment", "sentiment_label", "sentiment_urgency")
UNTOLD = ("unknown", "Unknown Caller", "")
SHORT = 80


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str
    column: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    facts: list[Fact] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Labels of what nobody has told yet."""


def groups(call: Mapping[str, Any], here: Membership, results: Collection[str] = ()) -> list[Group]:
    """The facts of a call that no result of these kinds tells; a group of which nothing is known is left out."""
    told = {column for kind in results for column in TOLD_BY.get(kind, ())}
    wanted = {title: [column for column in columns if column not in told] for title, columns in GROUPS.items()}
    found = [_group(title, columns, call, here.timezone) for title, columns in wanted.items()]
    return [group for group in found if group.facts]


def change(value: Any, column: str, here: Membership) -> str:
    """What a column became, in a few words; addresses of recordings only for those who may hear them."""
    if column == "recording_url":
        return "received" if here.may(Role.ANALYST) else "kept for analysts"
    if column == "metadata":
        return "received"
    text = _text(column, value, here.timezone)
    return text if len(text) <= SHORT else text[:SHORT].rstrip() + "…"


def label(column: str) -> str:
    return LABELS.get(column, present.words(column))


def _group(title: str, columns: Iterable[str], call: Mapping[str, Any], zone: str) -> Group:
    group = Group(title)
    for column in columns:
        value = call[column]
        if value is None or value in UNTOLD:
            group.unknown.append(LABELS[column])
        else:
            group.facts.append(Fact(LABELS[column], _text(column, value, zone), column))
    return group


def _text(column: str, value: Any, zone: str) -> str:
    if isinstance(value, datetime):
        return present.exactly(value, zone)
    if column == "duration_seconds":
        return present.duration(value)
    if column == "total_cost":
        return present.money(value, 4 if value < 1 else 2)
    if column == "financial_value":
        return present.money(value)
    if column == "sentiment_score":
        return f"{value:.2f} of 1"
    if column in NUMBERS:
        return present.dialled(value)
    return present.words(value) if column in CODES or isinstance(value, bool) else str(value)
