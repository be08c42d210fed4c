"""The tables as peewee knows them, for building queries. Migrations make them; nothing here creates or changes one."""

from __future__ import annotations

from typing import Any

from peewee import (
    BooleanField,
    CompositeKey,
    DateTimeField,
    DecimalField,
    Field,
    FloatField,
    IntegerField,
    Model,
    TextField,
    UUIDField,
)


class Row(Model):
    """A tenant's row: org_id leads its key. Unbound: a transaction brings the connection."""

    org_id = UUIDField()
    id = UUIDField()

    class Meta:
        primary_key = CompositeKey("org_id", "id")


class Call(Row):
    provider = TextField()
    provider_call_id = TextField()
    call_sid = TextField()
    direction = TextField()
    call_type = TextField()
    status = TextField()
    assistant_id = TextField()
    phone_number_id = TextField()
    ended_reason = TextField()
    outcome = TextField()
    from_number = TextField()
    to_number = TextField()
    phone_number = TextField()
    caller_name = TextField()
    contact_id = UUIDField()
    lead_id = TextField()
    agent_id = TextField()
    agent_name = TextField()
    campaign = TextField()
    disposition = TextField()
    started_at = DateTimeField()
    ended_at = DateTimeField()
    duration_seconds = DecimalField()
    total_cost = DecimalField()
    recording_url = TextField()
    recording_status = TextField()
    transfer_to = TextField()
    transfer_time = DateTimeField()
    transfer_reason = TextField()
    outcome_summary = TextField()
    sentiment = TextField()
    sentiment_label = TextField()
    sentiment_score = FloatField()
    sentiment_summary = TextField()
    sentiment_urgency = TextField()
    disposition_notes = TextField()
    recording_consent = BooleanField()
    consent_verified_by = TextField()
    escalated = BooleanField()
    escalation_time = DateTimeField()
    booking_confirmed = BooleanField()
    financial_value = DecimalField()
    lead_score = IntegerField()
    metadata: Any = Field()
    analysed_at = DateTimeField()
    analysed_with = TextField()
    booking = TextField()
    result = TextField()
    result_sentence = TextField()
    fault = TextField()
    temperature = TextField()
    service = TextField()
    interested = BooleanField()
    qa_score = IntegerField()
    reason_primary = TextField()
    reason_secondary = TextField()
    risk_flags: Any = Field()
    has_transcript = BooleanField()
    revision = IntegerField()
    created_at = DateTimeField()
    updated_at = DateTimeField()
    happened_at = DateTimeField()

    class Meta:
        table_name = "calls"


class CallName(Model):
    """A name that a provider gives to a call."""

    org_id = UUIDField()
    provider = TextField()
    ref = TextField()
    call_id = UUIDField()

    class Meta:
        table_name = "call_refs"
        primary_key = CompositeKey("org_id", "provider", "ref")


class Event(Row):
    """A stored webhook, all but its body and headers."""

    provider = TextField()
    endpoint = TextField()
    kind = TextField()
    dedupe_key = TextField()
    call_ref = TextField()
    raw_bytes = IntegerField()
    received_at = DateTimeField()
    state = TextField()
    attempts = IntegerField()
    error = TextField()
    answer = IntegerField()
    processed_at = DateTimeField()

    class Meta:
        table_name = "webhook_events"


class Job(Row):
    actor = TextField()
    key = TextField()
    run_at = DateTimeField()
    state = TextField()
    attempts = IntegerField()
    last_error = TextField()
    created_at = DateTimeField()
    started_at = DateTimeField()
    finished_at = DateTimeField()

    class Meta:
        table_name = "jobs"


class Recording(Row):
    call_id = UUIDField()
    state = TextField()
    attempts = IntegerField()
    next_attempt_at = DateTimeField()
    source = TextField()
    bytes = IntegerField()
    duration_seconds = DecimalField()
    error = TextField()
    created_at = DateTimeField()
    updated_at = DateTimeField()

    class Meta:
        table_name = "recordings"
