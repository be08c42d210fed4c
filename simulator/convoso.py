"""Calls and leads as a call centre on Convoso posts them: JSON or form, in one customer's field names or another's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from simulator.cast import AGENTS, CAMPAIGNS, person
from simulator.deliveries import FORM, JSON, Event, Target
from vocabulary import Endpoint

DISPOSITIONS = {
    "Appointment Set": 25,
    "Callback": 15,
    "Not Interested": 15,
    "No Answer": 15,
    "Answering Machine": 10,
    "Busy": 5,
    "Information": 10,
    "Disconnected": 5,
}
LEAD_STATUSES = ("New", "Callback", "Appointment Set", "Not Interested")
UNSPOKEN = ("No Answer", "Busy", "Disconnected")
SPELLINGS: tuple[dict[str, str], ...] = (
    {},
    {"call_id": "uniqueid", "agent_name": "agent", "phone_number": "phone", "campaign": "campaign_name"},
    {"lead_id": "owner_id", "disposition": "status", "started_at": "start_time", "ended_at": "end_time"},
)


def convoso_call(rng: Random, target: Target, created: datetime) -> Iterator[Event]:
    """One call that an agent has disposed of."""
    caller = person(rng)
    disposition = rng.choices(list(DISPOSITIONS), list(DISPOSITIONS.values()))[0]
    seconds = rng.randint(0, 25) if disposition in UNSPOKEN else rng.randint(30, 900)
    ended = created + timedelta(seconds=seconds)
    fields = {
        "call_id": str(rng.randrange(10**9, 10**10)),
        "lead_id": caller.lead_id,
        "agent_name": rng.choice(AGENTS),
        "disposition": disposition,
        "duration": str(seconds),
        "phone_number": caller.number.removeprefix("+1"),
        "campaign": rng.choice(CAMPAIGNS),
        "call_type": rng.choice(("INBOUND", "OUTBOUND", "MANUAL")),
        "first_name": caller.first_name,
        "last_name": caller.last_name,
        "started_at": _local(created, target),
        "ended_at": _local(ended, target),
    }
    if disposition not in UNSPOKEN and rng.random() < 0.5:
        fields["recording_url"] = f"https://recordings.convoso.example.com/{fields['call_id']}.mp3"
    if rng.random() < 0.1:
        del fields["call_id"]
    yield _event(Endpoint.CONVOSO_CALLS, fields, ended, rng)


def convoso_lead(rng: Random, target: Target, created: datetime) -> Iterator[Event]:
    """A lead that was added or changed."""
    caller = person(rng)
    fields = {
        "lead_id": caller.lead_id if rng.random() < 0.8 else "0",
        "first_name": caller.first_name,
        "last_name": caller.last_name,
        "phone_number": caller.number.removeprefix("+1"),
        "email": caller.email,
        "campaign": rng.choice(CAMPAIGNS),
        "status": rng.choice(LEAD_STATUSES),
        "updated_at": _local(created, target),
    }
    yield _event(Endpoint.CONVOSO_LEADS, fields, created, rng)


def _event(endpoint: Endpoint, fields: dict[str, str], at: datetime, rng: Random) -> Event:
    spelling = rng.choice(SPELLINGS) if endpoint is Endpoint.CONVOSO_CALLS else {}
    named = {spelling.get(name, name): value for name, value in fields.items()}
    as_json = rng.random() < 0.6
    body = json.dumps(named, ensure_ascii=False).encode() if as_json else urlencode(named).encode()
    key = f"{endpoint.value}|{hashlib.sha256(body).hexdigest()}"
    kind = "call" if endpoint is Endpoint.CONVOSO_CALLS else "lead"
    return Event(endpoint, key, kind, body, JSON if as_json else FORM, at)


def _local(at: datetime, target: Target) -> str:
    """Convoso writes wall-clock times, and does not say of which zone."""
    return at.astimezone(ZoneInfo(target.convoso_timezone)).strftime("%Y-%m-%d %H:%M:%S")
