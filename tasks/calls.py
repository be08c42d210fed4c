"""Facts about a call become its one row: found by any of its names, merged, and never set back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models import calls, contacts, placed_calls, recordings, transcripts
from models.database import Transaction
from models.organizations import line_of
from providers.base import STANDARD
from providers.outcomes import classify
from rules import merge
from rules.merge import Row
from rules.redaction import redact, redact_text
from tasks.contacts import contact_of_call, lock_names
from tasks.counting import count, counted
from tasks.ledger import enqueue
from tasks.meaning import analyse, tell_those_left
from tasks.persons import place_person
from tasks.recordings import hasten, is_over, owe
from vocabulary import Authority, CallFacts, Customs, Provider, Transcript

WRITTEN_ABOUT = ("outcome_summary", "sentiment_summary", "disposition_notes", "transfer_reason")
"""Columns in which somebody tells what was said."""
NO_RESULTS = dict.fromkeys(
    (
        "started_at", "campaign", "agent_name", "agent_id", "direction", "status", "result", "booking",
        "financial_value", "duration_seconds", "total_cost", "sentiment_label", "qa_score",
    )
)  # fmt: skip
"""Of a new call nothing is known yet."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The call that an event was about, whether the event changed it, and the revision that it has by now."""

    call_id: UUID
    changed: bool
    revision: int


def record_call(
    tx: Transaction, org_id: UUID, said: CallFacts, received_at: datetime, customs: Customs = STANDARD
) -> Recorded:
    """Merges what one event says into the call that bears its names; two calls that it joins become the older one.

    With it go the daily figures, and the analysis that an ended call owes after every change.
    """
    said = without_identifiers(with_line(tx, org_id, said))
    stated = {**said.identity, **said.facts}
    tx.flush()
    found = calls.with_refs(tx, org_id, said.refs, lock_names(stated.get("phone_number"), stated.get("lead_id")))
    row = hear(_joined(tx, org_id, found), said, received_at)
    refs: dict[str, str] = {name: ref for call in reversed(found) for name, ref in (call["refs"] or {}).items()}
    for ref in said.refs:
        refs[str(ref.provider)] = min(ref.ref, refs.get(str(ref.provider), ref.ref))
    columns = {**row.columns, **merge.conclude(row.columns, refs)}
    known = recordings.better(found)
    state, before = (known["recording_state"], known["recording_status"]) if known else (None, None)
    columns["recording_status"] = recordings.status_after(columns["recording_status"], before, state)
    columns["fault"] = str(classify(columns["ended_reason"]).fault) if columns.get("ended_reason") else None
    columns["contact_id"] = contact_of_call(tx, org_id, row, said.email, said.at or received_at) or (
        found[0]["contact_id"] if found else None
    )
    weight = transcripts.weight(said.transcript, said.authority, said.at or received_at) if said.transcript else None
    is_heard = weight is not None and weight > max((call["transcript_weight"] or [] for call in found), default=[])
    columns["has_transcript"] = is_heard or any(call["has_transcript"] for call in found)
    columns |= _shown(row, found)
    columns["created_at"] = found[0]["created_at"] if found else datetime.now(UTC)
    columns["counted"] = counted({**(found[0] if found else NO_RESULTS), **columns}, customs.timezone)
    recorded = _write(tx, org_id, said, found, columns, row.stamps, is_heard)
    _note_placed(tx, org_id, said)
    if said.transcript is not None and weight is not None and is_heard:
        _keep_transcript(tx, org_id, recorded.call_id, said.transcript, weight, customs.keeps_originals)
    _owe_recording(tx, org_id, recorded.call_id, columns, known)
    if columns["contact_id"] is not None:
        contacts.spoke(tx, org_id, columns["contact_id"])
    for former in {call["contact_id"] for call in found} - {None, columns["contact_id"]}:
        contacts.spoke(tx, org_id, former)
        enqueue(tx, place_person, org_id, key=f"{former}:{recorded.call_id}:{recorded.revision}", contact_id=former)
    if recorded.changed and (merge.has_ended(columns) or columns["has_transcript"] or len(found) > 1):
        enqueue(tx, analyse, org_id, key=f"{recorded.call_id}:{recorded.revision}", call_id=recorded.call_id)
    tell_those_left(tx, org_id, found, columns, recorded.revision)
    count(tx, org_id, [call["counted"] for call in found], columns["counted"])
    return recorded


def without_identifiers(said: CallFacts) -> CallFacts:
    """What others wrote about a call may repeat what was said on it: it is redacted like the words themselves."""
    written = {name: redact_text(said.facts[name]) for name in WRITTEN_ABOUT if said.facts.get(name)}
    return replace(said, facts={**said.facts, **written}) if written else said


def _keep_transcript(
    tx: Transaction, org_id: UUID, call_id: UUID, said: Transcript, weight: transcripts.Weight, keeps_originals: bool
) -> None:
    redacted = redact(said.turns)
    tools = tuple(replace(tool, result=redact_text(tool.result) if tool.result else None) for tool in said.tools)
    kept = replace(said, turns=redacted.turns, tools=tools)
    original = said if keeps_originals else None
    transcripts.put(tx, org_id, call_id, kept, redacted.finding.value, weight, original)


def with_line(tx: Transaction, org_id: UUID, said: CallFacts) -> CallFacts:
    """A call that Twilio forwards from a registered line tells by it which line and assistant it is for.

    Whose name goes with that line is known as well: the organization's, and nobody who called.
    """
    number = said.identity.get("from_number") or said.facts.get("from_number")
    line = line_of(tx, org_id, number) if said.provider is Provider.TWILIO and number else None
    return replace(said, identity={**said.identity, **line, "caller_name": None}) if line else said


def hear(row: Row, said: CallFacts, received_at: datetime) -> Row:
    """One event's statements on top of a row: what was true at the call's creation weighs least."""
    at = said.at or received_at
    return merge.state(merge.state(row, said.identity, Authority.SNAPSHOT, at), said.facts, said.authority, at)


def row_of(call: Mapping[str, Any]) -> Row:
    """What events have stated of a call so far."""
    plain = {name: call[name] for name in calls.STATED if name not in calls.STATABLE}
    return Row(plain | calls.stated_of(call), dict(call["stamps"]))


def _shown(row: Row, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns that results fill as well: what an event states anew is shown at once, unless a person knows better.

    What they said before has been weighed by the analysis already.
    """
    before = found[0] if found else dict.fromkeys(calls.STATABLE) | {"stated": {}}
    known = calls.stated_of(before)
    corrected = sorted({kind for call in found for kind in call["corrected"]})
    news = {
        name: row.columns[name]
        for name, kind in calls.STATABLE.items()
        if kind not in corrected and row.columns.get(name) not in (None, known.get(name))
    }
    shown = {name: before[name] for name in calls.STATABLE} | news
    return shown | {"stated": calls.as_stated(row.columns), "corrected": corrected}


def _joined(tx: Transaction, org_id: UUID, found: list[dict[str, Any]]) -> Row:
    if not found:
        return Row()
    row = row_of(found[0])
    for other in found[1:]:
        row = merge.join(row, row_of(other))
        calls.absorb(tx, org_id, found[0]["id"], other["id"])
    return row


def _write(
    tx: Transaction,
    org_id: UUID,
    said: CallFacts,
    found: list[dict[str, Any]],
    columns: Mapping[str, Any],
    stamps: Mapping[str, Any],
    anew: bool,
) -> Recorded:
    if not found:
        call_id = calls.insert(tx, org_id, said.refs[0], columns, stamps)
        calls.add_refs(tx, org_id, call_id, said.refs)
        return Recorded(call_id, changed=True, revision=1)
    call_id = found[0]["id"]
    known = {(name, ref) for call in found for name, ref in (call["refs"] or {}).items()}
    calls.add_refs(tx, org_id, call_id, [ref for ref in said.refs if (str(ref.provider), ref.ref) not in known])
    changed = calls.update(tx, org_id, call_id, found[0], columns, stamps, anew=anew or len(found) > 1)
    return Recorded(call_id, changed, found[0]["revision"] + changed)


def _note_placed(tx: Transaction, org_id: UUID, said: CallFacts) -> None:
    """Of a call that we asked for Vapi tells: so it was placed, whatever was answered when we asked."""
    names = {ref.provider: ref.ref for ref in said.refs}
    if said.provider is Provider.VAPI and names.keys() >= {Provider.AFTERCALL, Provider.VAPI}:
        placed_calls.landed(tx, org_id, names[Provider.AFTERCALL], names[Provider.VAPI])


def _owe_recording(
    tx: Transaction, org_id: UUID, call_id: UUID, columns: Mapping[str, Any], known: Mapping[str, Any] | None
) -> None:
    """`known` is the call as it was, where a recording was owed already."""
    if columns["recording_status"] == "none":
        calls.forgive_recording(tx, org_id, call_id)
    elif known is None:
        owe(tx, org_id, call_id, columns)
    elif known["recording_state"] == "pending" and is_over(columns) and not is_over(known):
        hasten(tx, org_id, call_id)
