"""Calls: as lists give them, and one with all that is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from edge import asked
from edge.shapes.base import Answer, Row
from edge.shapes.messages import MessageRow
from edge.shapes.paging import Next, Paged
from vocabulary import CallStatus, Direction, EventState, JobState, Provider, RecordingStatus

ZONE = "UTC"
"""Whichever: only whether it can be read is checked by it."""


def as_filter(name: str) -> Any:
    """Checks a filter as it is read later, in the zone of each organization."""

    def check(given: str) -> str:
        asked.call_filter({name: given}, ZONE)
        return given

    return AfterValidator(check)


DAY_OR_TIME = WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]})
Word = Annotated[str, Field(max_length=asked.TEXT_LIMIT)]


class CallsAsked(Paged):
    date: Annotated[str, as_filter("date"), DAY_OR_TIME] | None = Field(
        None, description="Calls of this day; days are days of the organization's own zone"
    )
    from_: Annotated[str, as_filter("from"), DAY_OR_TIME] | None = Field(
        None, alias="from", description="Calls from this day or time on"
    )
    to: Annotated[str, as_filter("to"), DAY_OR_TIME] | None = Field(
        None, description="Calls up to this day, the day included, or before this time"
    )
    agent: str | None = Field(None, description="The agent's name or id")
    campaign: str | None = None
    direction: str | None = Field(None, description="inbound, outbound or web")
    status: str | None = Field(None, description="Such as completed, no_answer or in_progress")
    outcome: str | None = Field(None, description="How the call ended, as its provider tells it")
    sentiment: str | None = Field(None, description="The caller's mood: positive, neutral or negative")
    booked: Annotated[str, as_filter("booked"), WithJsonSchema({"enum": ["true", "false", "any"]})] | None = Field(
        None, description="Whether a time was agreed"
    )
    min_value: (
        Annotated[
            str, BeforeValidator(str), as_filter("min_value"), WithJsonSchema({"type": "number", "maximum": 10**9})
        ]
        | None
    ) = Field(None, description="Worth at least so much")
    q: str | None = Field(None, description="A part of the caller's name, or three digits or more of the number")


class ListedCall(Row):
    """A call as lists give it. What nobody has told is null."""

    id: UUID
    org_id: UUID
    source: Provider = Field(description="Who reported the call first")
    source_ref: str | None = Field(description="The reporter's own id of it")
    call_sid: str | None = Field(description="Twilio's id of it")
    direction: Direction
    call_type: str | None
    status: CallStatus
    assistant_id: str | None
    phone_number_id: str | None
    ended_reason: str | None = Field(description="Why it ended, in its provider's words")
    outcome: str | None = Field(description="How it ended, as its provider tells it")
    from_number: str | None
    to_number: str | None
    phone_number: str | None = Field(description="The caller's number, in E.164 where it is one")
    caller_name: str = Field(description='"Unknown Caller" where nobody told')
    contact_id: UUID | None
    lead_id: str | None
    agent_id: str | None
    agent_name: str | None
    campaign: str | None
    disposition: str | None = Field(description="How the call centre closed it, in its own words")
    started_at: datetime | None
    ended_at: datetime | None
    duration_sec: float | None = Field(description="Seconds")
    total_cost: float | None = Field(description="What the provider charges for it, in dollars")
    recording_url: str | None = Field(description="Plays it for 15 minutes; for analysts and above")
    recording_status: RecordingStatus
    has_recording: bool = Field(description="Whether it can be played")
    has_transcript: bool
    transfer_to: str | None
    transfer_time: datetime | None
    transfer_reason: str | None
    outcome_summary: str | None
    sentiment: str | None
    sentiment_label: str | None
    sentiment_score: float | None = Field(description="0 for the worst mood, 1 for the best")
    sentiment_summary: str | None
    sentiment_urgency: str | None
    disposition_notes: str | None
    recording_consent: bool | None
    consent_verified_by: str | None
    escalated: bool | None
    escalation_time: datetime | None
    booking_confirmed: bool | None
    financial_value: float | None = Field(description="What the services asked for cost, in dollars")
    lead_score: int | None = Field(description="0 to 100")
    analysed_at: datetime | None
    analysed_with: str | None = Field(description="The versions of the rules that found the results")
    booking: str | None = Field(description="confirmed, requested, not_booked, rescheduled or cancelled")
    result: str | None = Field(description="What the call came to, in a word of ours")
    result_sentence: str | None
    fault: str | None = Field(description="Where it failed, whose fault it was")
    temperature: str | None = Field(description="hot, warm or cold")
    service: str | None = Field(description="The service asked for")
    interested: bool | None
    qa_score: int | None = Field(description="How well the call was led, 0 to 100")
    reason_primary: str | None
    reason_secondary: str | None
    risk_flags: list[str]
    created_at: datetime
    updated_at: datetime


class Calls(Answer):
    data: list[ListedCall] = Field(description="The newest first")
    next: Next


class Ref(Row):
    provider: Provider
    ref: str = Field(description="How the provider names the call")


class Search(Row):
    """The fetching of a recording."""

    id: UUID
    org_id: UUID
    call_id: UUID
    state: str = Field(description="pending, processing, completed, failed or expired")
    attempts: int
    next_attempt_at: datetime | None
    source: str | None = Field(description="Where it was told of; for analysts and above")
    bytes: int | None
    duration_seconds: float | None
    error: str | None
    created_at: datetime
    updated_at: datetime


class Analysis(Row):
    """One version of one result."""

    kind: str = Field(description="Such as booking, value, qa or summary")
    version: int
    engine: str = Field(description="Who found it: rules, provider, openai or person")
    rule_version: str
    value: dict[str, Any] | None = Field(description="What was found; null where a correction was taken back")
    evidence: list[dict[str, Any]] = Field(description="The words it was read from: for analysts and above")
    created_at: datetime | None
    author: str | None = Field(description="Who corrected it")
    is_current: bool = Field(description="Whether this version counts")


class Job(Row):
    """A piece of work that an event owed."""

    id: UUID
    actor: str
    run_at: datetime
    state: JobState
    attempts: int
    last_error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Event(Row):
    """A stored webhook, without its body."""

    id: UUID
    provider: Provider
    endpoint: str
    kind: str = Field(description="What it reports, in its provider's words")
    raw_bytes: int
    received_at: datetime
    state: EventState
    attempts: int
    error: str | None
    answer: int = Field(description="The status that the provider got")
    processed_at: datetime | None
    jobs: list[Job]
    changed: list[str] | None = Field(description="The facts of the call that it changed; null where that is not known")


class Placed(Row):
    """Our placing of the call."""

    status: str
    reason: str | None
    attempts: int
    created_at: datetime
    updated_at: datetime


class FullCall(ListedCall):
    metadata: dict[str, Any]
    revision: int = Field(description="Grows with every change of the call")
    refs: list[Ref]
    vapiCallId: str | None  # noqa: N815
    recordings: list[Search]
    analyses: list[Analysis]
    messages: list[MessageRow]
    placed: Placed | None = Field(description="Null for a call that we did not place")
    events: list[Event] = Field(description="The timeline, oldest first")


class OneCall(Answer):
    data: FullCall
