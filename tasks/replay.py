"""Replays: an event once more, or a whole call from its stored events, which must give the same row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import audit, calls, events
from models.database import Transaction, organization
from models.organizations import customs_of
from rules import merge
from rules.merge import Row
from tasks.broker import broker
from tasks.calls import hear, row_of, with_line, without_identifiers
from tasks.events import facts_of
from vocabulary import CallFacts, CallRef, Provider


class UnknownCall(Exception):
    """The organization has no such call."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What re-reading a call's events gave: how many were read and had expired, and what differs from the row."""

    call_id: UUID
    read: int
    expired: int
    differences: dict[str, tuple[Any, Any]]
    """Column → (in the row, from the events). Empty where the row is what its events say."""


def replay_event(org_id: UUID, event_id: UUID, by: str) -> bool:
    """Owes an event's work again, with all its attempts; False where there is no such event, or none of it to do."""
    with organization(org_id) as tx:
        bell = events.owe_again(tx, org_id, event_id)
        if bell is not None:
            audit.record(tx, org_id, by, "events.replay", str(event_id))
    if bell is not None:
        broker.ring([bell])
    return bell is not None


def replay_call(org_id: UUID, call_id: UUID) -> Replay:
    """Re-reads the stored events of a call in the order of their arrival and compares, writing nothing.

    Expired bodies are left out and counted: what only they said is no difference.
    """
    with organization(org_id) as tx:
        call = _call(tx, org_id, call_id)
        refs = [CallRef(Provider(name), ref) for name, ref in call["refs"].items()]
        stored = events.of_call(tx, org_id, refs)
        customs = customs_of(tx, org_id)
        readable = [event for event in stored if event.body is not None]
        row = Row()
        for event in readable:
            for fact in facts_of(event, customs):
                if isinstance(fact, CallFacts):
                    row = hear(row, without_identifiers(with_line(tx, org_id, fact)), event.received_at)
    again = {**row.columns, **merge.conclude(row.columns, call["refs"])}
    return Replay(
        call_id, len(readable), len(stored) - len(readable), _differences(call, again, len(stored) > len(readable))
    )


def _call(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any]:
    found = calls.get(tx, org_id, call_id)
    if found is None or not found["refs"]:
        raise UnknownCall(f"There is no call {call_id} in this organization")
    return found


def _differences(call: dict[str, Any], again: dict[str, Any], partial: bool) -> dict[str, tuple[Any, Any]]:
    before = row_of(call).columns | {name: call[name] for name in ("provider", "provider_call_id", "call_sid")}
    stamped = set(call["stamps"]) | {"provider", "provider_call_id", "call_sid"}
    return {
        name: (before[name], again.get(name))
        for name in before
        if name in stamped and before[name] != again.get(name) and not (partial and again.get(name) is None)
    }
