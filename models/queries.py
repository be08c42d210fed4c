"""The named queries that pages and the API read: each takes its transaction and organization, and filters by it too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from peewee import SQL, Tuple, fn

from models.database import Transaction
from models.tables import Call, CallName, Event, Job, Recording

CHOICES_FROM = 500
"""Filters offer what the newest calls hold: enough to choose from, and quick at any size."""
CHOICES = """
select array_agg(distinct campaign) as campaign, array_agg(distinct agent_name) as agent,
       array_agg(distinct outcome) as outcome
from (select campaign, agent_name, outcome from calls where org_id = %s order by happened_at desc, id desc limit %s) c
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A call's place in the order of calls, newest first: where a page ends and the next one begins."""

    happened_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are wanted; None asks nothing. `until` is the first moment that no longer counts."""

    since: datetime | None = None
    until: datetime | None = None
    agent: str | None = None
    campaign: str | None = None
    direction: str | None = None
    status: str | None = None
    outcome: str | None = None
    sentiment: str | None = None
    booked: bool | None = None
    min_value: Decimal | None = None
    text: str | None = None
    """Part of a caller's name, or of a number when it has at least three digits and no letters."""


def newest_calls(
    tx: Transaction, org_id: UUID, wanted: CallFilter, limit: int, after: Place | None = None
) -> list[dict[str, Any]]:
    """Calls that match, newest first, from the one that follows `after`."""
    query = Call.select(Call).where(Call.org_id == org_id)
    for condition in conditions(wanted):
        query = query.where(condition)
    if after is not None:
        query = query.where(Tuple(Call.happened_at, Call.id) < Tuple(after.happened_at, after.id))
    return tx.rows(query.order_by(Call.happened_at.desc(), Call.id.desc()).limit(limit))


def call_of(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any] | None:
    """One call with every column that people may see."""
    return tx.row(Call.select(Call).where(Call.org_id == org_id, Call.id == call_id))


def names_of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> list[dict[str, Any]]:
    """The names that providers give to the call: provider, ref."""
    query = CallName.select(CallName.provider, CallName.ref)
    wanted = query.where(CallName.org_id == org_id, CallName.call_id == call_id)
    return tx.rows(wanted.order_by(CallName.provider, CallName.ref))


def events_of_names(tx: Transaction, org_id: UUID, names: Iterable[str], limit: int = 200) -> list[dict[str, Any]]:
    """The stored webhooks of a call, by its names as provider:ref, oldest first; without their bodies."""
    query = Event.select(Event).where(Event.org_id == org_id, Event.call_ref.in_(list(names)))
    return tx.rows(query.order_by(Event.received_at, Event.id).limit(limit))


def jobs_of_events(tx: Transaction, org_id: UUID, event_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """The work that events owed: a job's key is its event's id."""
    keys = [str(event_id) for event_id in event_ids]
    query = Job.select(Job).where(Job.org_id == org_id, Job.actor == "process_event", Job.key.in_(keys))
    return tx.rows(query.order_by(Job.created_at, Job.id))


def recordings_of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> list[dict[str, Any]]:
    return tx.rows(Recording.select(Recording).where(Recording.org_id == org_id, Recording.call_id == call_id))


def choices(tx: Transaction, org_id: UUID) -> dict[str, list[str]]:
    """What can be chosen in the filters: campaigns, agents and outcomes of the newest calls, each by name."""
    row = tx.row(CHOICES, (org_id, CHOICES_FROM)) or {}
    return {name: sorted(filter(None, found or ())) for name, found in row.items()}


def organization_of(tx: Transaction, org_id: UUID) -> dict[str, Any] | None:
    """An organization's name, zone and region."""
    return tx.row(
        "SELECT org_id, name, timezone, default_region, created_at FROM organizations WHERE org_id = %s", (org_id,)
    )


def conditions(wanted: CallFilter) -> list[Any]:
    """Equality and times first: row security lets only those use an index; the rest filters what they leave."""
    given = (
        (wanted.since, Call.happened_at >= wanted.since),
        (wanted.until, Call.happened_at < wanted.until),
        (wanted.campaign, Call.campaign == wanted.campaign),
        (wanted.direction, Call.direction == wanted.direction),
        (wanted.status, Call.status == wanted.status),
        (wanted.outcome, Call.outcome == wanted.outcome),
        (wanted.agent, (Call.agent_name == wanted.agent) | (Call.agent_id == wanted.agent)),
        (wanted.sentiment, (Call.sentiment == wanted.sentiment) | (Call.sentiment_label == wanted.sentiment)),
        (wanted.min_value, Call.financial_value >= wanted.min_value),
    )
    conditions = [condition for value, condition in given if value is not None]
    if wanted.booked is not None:
        conditions.append(fn.coalesce(Call.booking_confirmed, SQL("false")) == wanted.booked)
    if wanted.text:
        conditions.append(_mentions(wanted.text))
    return conditions


def _mentions(text: str) -> Any:
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) >= 3 and not any(character.isalpha() for character in text):
        return fn.strpos(Call.phone_number, digits) > 0
    return fn.strpos(fn.lower(Call.caller_name), text.lower()) > 0
