"""What happened to a call: each webhook that came, the work that it owed, and what it changed in the call's row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from edge.present import words
from models import events, queries
from models.database import Transaction
from models.organizations import customs_of
from rules.merge import Row
from tasks.calls import hear, with_line, without_identifiers
from tasks.errors import Refused
from tasks.events import facts_of
from vocabulary import CallFacts, CallRef, Endpoint, EventState, Provider

MOST_EVENTS = 60
MOST_BYTES = 4_000_000
"""How much of a call's events is read again to tell their effects; the rest shows without."""


TELLINGS = {
    "vapi:end-of-call-report": "Vapi told how the call went",
    "vapi:status-update": "Vapi told how far the call was",
    "vapi:transfer-update": "Vapi passed the call on",
    "vapi:tool-calls": "The assistant asked for something to be done",
    "vapi:assistant-request": "Vapi asked who answers the call",
    "convoso:call": "Convoso told of the call",
    "convoso:lead": "Convoso told of the person",
}
TELLING = (
    "status", "duration_seconds", "disposition", "outcome", "booking_confirmed", "outcome_summary", "recording_url",
    "caller_name", "phone_number", "campaign", "agent_name", "ended_reason",
)  # fmt: skip
"""Facts in the order in which a front desk wants to know them."""
MOST_TOLD = 4


@dataclass(frozen=True, slots=True)
class Step:
    event: dict[str, Any]
    jobs: list[dict[str, Any]]
    changes: dict[str, Any] | None
    """Column → the value it took. None where that cannot be told: not processed, expired, or too much to read."""

    @property
    def headline(self) -> str:
        """What came, as one would say it."""
        provider, kind = self.event["provider"], self.event["kind"]
        known = TELLINGS.get(f"{provider}:{kind}")
        what = "the recording" if self.event["endpoint"] == Endpoint.TWILIO_RECORDING else "the call"
        return known or f"{provider.capitalize()} told of {what}: {words(kind).lower()}"

    @property
    def news(self) -> list[str]:
        """The columns that it changed and that tell most."""
        changes = self.changes or {}
        return [column for column in TELLING if changes.get(column) not in (None, "")][:MOST_TOLD]


def timeline(tx: Transaction, org_id: UUID, names: list[dict[str, Any]]) -> list[Step]:
    """The steps in the order in which the webhooks were received."""
    rows = queries.events_of_names(tx, org_id, [f"{name['provider']}:{name['ref']}" for name in names])
    jobs = queries.jobs_of_events(tx, org_id, [row["id"] for row in rows])
    changes = _changes(tx, org_id, names, rows)
    return [Step(row, [job for job in jobs if job["key"] == str(row["id"])], changes.get(row["id"])) for row in rows]


def _changes(
    tx: Transaction, org_id: UUID, names: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> dict[UUID, dict[str, Any]]:
    """Reads the events again as the worker did, each on top of those before it."""
    if len(rows) > MOST_EVENTS or sum(row["raw_bytes"] for row in rows) > MOST_BYTES:
        return {}
    customs = customs_of(tx, org_id)
    call, changes = Row(), {}
    for event in events.of_call(tx, org_id, [CallRef(Provider(name["provider"]), name["ref"]) for name in names]):
        if event.state is not EventState.PROCESSED:
            continue
        try:
            facts = [fact for fact in facts_of(event, customs) if isinstance(fact, CallFacts)]
        except Refused:
            continue
        before = call
        for fact in facts:
            call = hear(call, without_identifiers(with_line(tx, org_id, fact)), event.received_at)
        changes[event.id] = {name: value for name, value in call.columns.items() if value != before.columns.get(name)}
    return changes
