"""Convoso call and lead webhooks, built by each customer in Convoso's editor: no fixed shape, and no signature."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from providers.base import STANDARD, is_ambiguous
from providers.body import decode_any
from providers.local_times import local_moment, local_span, zone_of
from providers.phones import as_dialled, e164
from providers.values import dig, first, identifier, said, seconds, seconds_between, sha256_key, text
from vocabulary import (
    FINAL_RANK,
    STATUS_RANK,
    Authority,
    CallFacts,
    CallRef,
    CallStatus,
    Customs,
    Direction,
    Endpoint,
    Fact,
    Headers,
    Identity,
    LeadFacts,
    Provider,
    RecordingStatus,
)

PROVIDER = Provider.CONVOSO
ENDPOINTS = frozenset({Endpoint.CONVOSO_CALLS, Endpoint.CONVOSO_LEADS})
KEPT_HEADERS: tuple[str, ...] = ("content-type", "user-agent")

REQUIRED = ("agent_name", "disposition", "duration")
NO_CALL_NAME = "Either call_id or lead_id is required"
NO_LEAD_NAME = "Either lead_id or phone is required"
ZERO = "0"
"""What Convoso sends as an id where there is none."""

# Our field: their names, the likeliest first. An organization's own mapping is asked before these.
CALL_FIELDS = {
    "call_id": ("call_id", "uniqueid", "id"),
    "lead_id": ("lead_id", "owner_id"),
    "agent_name": ("agent_name", "agent"),
    "agent_id": ("agent_id", "user_id"),
    "phone_number": ("phone_number", "phone", "customer_phone"),
    "disposition": ("disposition", "status"),
    "duration": ("duration",),
    "campaign": ("campaign", "campaign_name"),
    "recording_url": ("recording_url", "recording"),
    "started_at": ("started_at", "start_time"),
    "ended_at": ("ended_at", "end_time"),
    "direction": ("direction", "call_type"),
    "caller_name": ("caller_name", "customer_name", "name"),
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "email": ("email",),
    "notes": ("notes", "agent_comment", "comments"),
}
LEAD_FIELDS = {
    "lead_id": ("lead_id", "owner_id", "id"),
    "phone": ("phone", "phone_number", "customer_phone", "primary_phone"),
    "name": ("name", "full_name", "customer_name"),
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "email": ("email", "email_address"),
    "campaign": ("campaign", "campaign_name"),
    "status": ("status", "status_name", "disposition"),
    "updated_at": ("updated_at", "modified_at", "last_modified", "timestamp", "created_at"),
}

# Their word (letters only): our word. Dispositions are the customer's own; a call with an unlisted one has ended, as
# Convoso speaks of a call when an agent has disposed of it. https://help.convoso.com (statuses)
STATUSES = {
    "noanswer": CallStatus.NO_ANSWER,
    "na": CallStatus.NO_ANSWER,
    "n": CallStatus.NO_ANSWER,
    "nocontact": CallStatus.NO_ANSWER,
    "voicemail": CallStatus.NO_ANSWER,
    "answeringmachine": CallStatus.NO_ANSWER,
    "am": CallStatus.NO_ANSWER,
    "a": CallStatus.NO_ANSWER,
    "busy": CallStatus.BUSY,
    "b": CallStatus.BUSY,
    "disconnected": CallStatus.FAILED,
    "disconnectednumber": CallStatus.FAILED,
    "dc": CallStatus.FAILED,
    "failed": CallStatus.FAILED,
    "rejected": CallStatus.FAILED,
    "canceled": CallStatus.CANCELED,
    "cancelled": CallStatus.CANCELED,
    "queued": CallStatus.QUEUED,
    "ringing": CallStatus.RINGING,
    "inprogress": CallStatus.IN_PROGRESS,
    "incall": CallStatus.IN_PROGRESS,
}
DIRECTIONS = {
    "inbound": Direction.INBOUND,
    "incoming": Direction.INBOUND,
    "in": Direction.INBOUND,
    "outbound": Direction.OUTBOUND,
    "outgoing": Direction.OUTBOUND,
    "out": Direction.OUTBOUND,
    "manual": Direction.OUTBOUND,
}
NOT_LETTERS = re.compile("[^a-z]")


def presented_legacy_secret(headers: Headers) -> str | None:
    """The one secret of the time before tokens; it counts only where a legacy organization is configured."""
    return None if is_ambiguous(headers) else headers.one("x-webhook-secret")


def decode(raw: bytes, content_type: str | None) -> dict[str, Any]:
    """JSON or form; raises Malformed."""
    return decode_any(raw, content_type)


def identify(
    endpoint: Endpoint, body: dict[str, Any], raw: bytes, headers: Headers, customs: Customs = STANDARD
) -> Identity:
    """What the edge must know of a call or lead. The organization's customs decide what is missing."""
    is_lead = endpoint is Endpoint.CONVOSO_LEADS
    ref = None if is_lead else call_ref(body, None, customs)
    return Identity(
        kind="lead" if is_lead else "call",
        dedupe_key=sha256_key(endpoint.value.encode(), b"\n", raw),
        refs=(CallRef(PROVIDER, ref),) if ref else (),
        complaint=_lead_complaint(body, customs) if is_lead else _call_complaint(body, customs),
    )


def call_ref(body: dict[str, Any], event_id: UUID | None, customs: Customs = STANDARD) -> str | None:
    """The call's name: Convoso's id, else its lead and start, else its lead and the event that tells of it.

    None where the body names neither call nor lead, and, without `event_id`, where only that would name it.
    """
    call, lead = _id(body, "call_id", CALL_FIELDS, customs), _id(body, "lead_id", CALL_FIELDS, customs)
    if call or not lead:
        return call
    started = local_moment(_field(body, "started_at", CALL_FIELDS, customs), zone_of(customs))
    when = started.isoformat() if started else event_id
    return identifier(f"lead:{lead}:{when}") if when else None


def _call_complaint(body: dict[str, Any], customs: Customs) -> str | None:
    missing = [name for name in REQUIRED if _field(body, name, CALL_FIELDS, customs) is None]
    if missing:
        return f"Missing required fields: {', '.join(missing)}"
    named = any(_id(body, name, CALL_FIELDS, customs) for name in ("call_id", "lead_id"))
    return None if named else NO_CALL_NAME


def _lead_complaint(body: dict[str, Any], customs: Customs) -> str | None:
    phone = e164(_field(body, "phone", LEAD_FIELDS, customs), customs.default_region)
    return None if phone or _id(body, "lead_id", LEAD_FIELDS, customs) else NO_LEAD_NAME


def _field(body: dict[str, Any], name: str, fields: dict[str, tuple[str, ...]], customs: Customs) -> str | None:
    """A field's text by the organization's own name for it (dots lead into objects), else by the usual names."""
    own = customs.convoso_fields.get(name)
    mapped = (body.get(own), dig(body, *own.split("."))) if own else ()
    return first(*map(text, mapped), *(text(body.get(alias)) for alias in fields[name]))


def _id(body: dict[str, Any], name: str, fields: dict[str, tuple[str, ...]], customs: Customs) -> str | None:
    """An id by the first of its names that has one: to Convoso a zero is none."""
    own = customs.convoso_fields.get(name)
    mapped = (body.get(own), dig(body, *own.split("."))) if own else ()
    given = [text(value) for value in (*mapped, *(body.get(alias) for alias in fields[name]))]
    return identifier(first(*(value for value in given if value != ZERO)))


def parse(endpoint: Endpoint, body: dict[str, Any], event_id: UUID, customs: Customs = STANDARD) -> tuple[Fact, ...]:
    """What the body states of a call or a lead; nothing where it names none."""
    if endpoint is Endpoint.CONVOSO_LEADS:
        return _lead(body, customs)
    ref = call_ref(body, event_id, customs)
    return (_call(body, CallRef(PROVIDER, ref), customs),) if ref else ()


def _call(body: dict[str, Any], ref: CallRef, customs: Customs) -> CallFacts:
    given = {name: _field(body, name, CALL_FIELDS, customs) for name in CALL_FIELDS}
    duration = seconds(given["duration"])
    started, ended = local_span(given["started_at"], given["ended_at"], duration, zone_of(customs))
    status = _status(given["disposition"])
    recording = given["recording_url"] if (given["recording_url"] or "").startswith(("https://", "http://")) else None
    return CallFacts(
        refs=(ref,),
        provider=PROVIDER,
        at=first(ended, started),
        authority=Authority.REPORT if STATUS_RANK[status] == FINAL_RANK else Authority.PROGRESS,
        email=given["email"],
        facts=said(
            {
                "provider_call_id": _id(body, "call_id", CALL_FIELDS, customs),
                "lead_id": _id(body, "lead_id", CALL_FIELDS, customs),
                "status": status.value,
                "disposition": given["disposition"],
                "disposition_notes": given["notes"],
                "agent_id": given["agent_id"],
                "agent_name": given["agent_name"],
                "campaign": given["campaign"],
                "caller_name": given["caller_name"] or _full_name(given),
                "started_at": started,
                "ended_at": ended,
                "duration_seconds": first(duration, seconds_between(started, ended)),
                "recording_url": recording,
                "recording_status": RecordingStatus.COMPLETED.value if recording else None,
                **_parties(given, customs),
            }
        ),
    )


def _status(disposition: str | None) -> CallStatus:
    return STATUSES.get(NOT_LETTERS.sub("", (disposition or "").lower()), CallStatus.COMPLETED)


def _full_name(given: dict[str, str | None]) -> str | None:
    return " ".join(part for part in (given["first_name"], given["last_name"]) if part) or None


def _parties(given: dict[str, str | None], customs: Customs) -> dict[str, Any]:
    """Convoso tells the customer's number only; the direction says which end of the call it was."""
    direction = DIRECTIONS.get((given["direction"] or "").lower())
    number = as_dialled(given["phone_number"], customs.default_region)
    return {
        "direction": direction.value if direction else None,
        "call_type": direction.value if direction else None,
        "phone_number": number,
        "from_number": number if direction is Direction.INBOUND else None,
        "to_number": number if direction is Direction.OUTBOUND else None,
    }


def _lead(body: dict[str, Any], customs: Customs) -> tuple[LeadFacts, ...]:
    given = {name: _field(body, name, LEAD_FIELDS, customs) for name in LEAD_FIELDS}
    lead_id = _id(body, "lead_id", LEAD_FIELDS, customs)
    phone = e164(given["phone"], customs.default_region)
    if not lead_id and not phone:
        return ()
    names = ("first_name", "last_name", "email", "campaign", "status")
    facts = {"name": given["name"] or _full_name(given), **{name: given[name] for name in names}}
    return (LeadFacts(local_moment(given["updated_at"], zone_of(customs)), lead_id, phone, said(facts)),)
