"""Vapi server messages: proof of the sender, identity for the edge, facts for the worker."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

from providers import vapi_shapes as shapes
from providers import vapi_talk
from providers.base import STANDARD, bearer, is_ambiguous
from providers.body import clean, decode_json
from providers.outcomes import classify
from providers.phones import as_dialled
from providers.values import MILLISECONDS_FROM, dig, first, identifier, moment, said, sha256_key, text
from vocabulary import (
    Authority,
    CallFacts,
    CallStatus,
    Customs,
    Direction,
    Endpoint,
    Fact,
    Handling,
    Headers,
    Identity,
    Provider,
    RecordingStatus,
    bounded,
)

PROVIDER = Provider.VAPI
ENDPOINTS = frozenset({Endpoint.VAPI})
KEPT_HEADERS: tuple[str, ...] = ("content-type", "user-agent", "x-call-id", "x-timestamp")

TOLERANCE_SECONDS = 300
LONGEST_TIMESTAMP = 16
"""Digits."""

STATUS_UPDATE, REPORT, TRANSFER, TOOL_CALLS, REQUEST = (
    "status-update",
    "end-of-call-report",
    "transfer-update",
    "tool-calls",
    "assistant-request",
)

# Their word: our word. https://docs.vapi.ai/server-url/events
STATUSES = {
    "scheduled": CallStatus.QUEUED,
    "queued": CallStatus.QUEUED,
    "ringing": CallStatus.RINGING,
    "in-progress": CallStatus.IN_PROGRESS,
    "forwarding": CallStatus.FORWARDING,
}
STATUS_BY_KIND = {REQUEST: CallStatus.RINGING, TOOL_CALLS: CallStatus.IN_PROGRESS}
"""What the mere arrival of such a message says of a call."""

HANDLED = frozenset({STATUS_UPDATE, REPORT, TRANSFER, TOOL_CALLS, REQUEST})
IGNORED = frozenset(
    {
        "assistant.speechStarted",
        "assistant.started",
        "call.artifact.upload",
        "call.delete.failed",
        "call.deleted",
        "call.endpointing.request",
        "campaign.predial",
        "chat.created",
        "chat.deleted",
        "conversation-update",
        "function-call",
        "handoff-destination-request",
        "hang",
        "knowledge-base-request",
        "language-change-detected",
        "language-changed",
        "model-output",
        "phone-call-control",
        "session.created",
        "session.deleted",
        "session.updated",
        "speech-update",
        "transcript",
        'transcript[transcriptType="final"]',
        "transfer-destination-request",
        "user-interrupted",
        "voice-input",
        "voice-request",
    }
)


def presented_secret(headers: Headers) -> str | None:
    """The plain shared secret that the sender shows: X-Vapi-Secret, else a bearer."""
    return None if is_ambiguous(headers) else headers.one("x-vapi-secret") or bearer(headers)


def signature_valid(secret: str, headers: Headers, raw: bytes, now: datetime) -> bool:
    """Vapi's HMAC credential with its default settings: hex SHA-256 over `<x-timestamp>.<body>`, at most 300 s off.

    The timestamp's unit is not documented; seconds and milliseconds are told apart by magnitude.
    """
    signature, timestamp = headers.one("x-signature"), headers.one("x-timestamp")
    if not secret or not signature or not timestamp or is_ambiguous(headers):
        return False
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        return False
    sent = int(timestamp) / 1000 if int(timestamp) >= MILLISECONDS_FROM else int(timestamp)
    signed = timestamp.encode() + b"." + raw
    expected = hmac.new(secret.encode("utf-8", "surrogatepass"), signed, hashlib.sha256).hexdigest()
    presented = signature.strip().lower().encode("utf-8", "surrogatepass")
    return hmac.compare_digest(presented, expected.encode()) and abs(now.timestamp() - sent) <= TOLERANCE_SECONDS


def decode(raw: bytes, content_type: str | None) -> dict[str, Any]:
    """Vapi speaks JSON only, whatever the header says; raises Malformed."""
    return decode_json(raw)


def identify(
    endpoint: Endpoint, body: dict[str, Any], raw: bytes, headers: Headers, customs: Customs = STANDARD
) -> Identity:
    """What the edge must know of a server message; see base.ProviderModule."""
    message = dig(body, "message")
    kind = identifier(dig(message, "type")) or "unknown"
    metadata = shapes.metadata_of(message)
    return Identity(
        kind=kind,
        dedupe_key=_dedupe_key(message, kind, raw),
        handling=_handling(kind),
        refs=shapes.call_refs(message),
        named=_named(message, metadata, customs),
        metadata_org=_organization(metadata),
        reply={"tool_calls": shapes.tool_calls_of(message)} if kind == TOOL_CALLS else {},
    )


def _handling(kind: str) -> Handling:
    if kind in HANDLED:
        return Handling.HANDLE
    return Handling.IGNORE if kind in IGNORED else Handling.UNSUPPORTED


def _dedupe_key(message: Any, kind: str, raw: bytes) -> str:
    """Vapi gives events no id. The body is hashed only where nothing better is there, since a report that is
    delivered again carries other presigned URLs."""
    if kind == REPORT:
        own: str | None = "once"
    elif kind == STATUS_UPDATE:
        own = text(dig(message, "status"))
    elif kind == TOOL_CALLS:
        own = ",".join(call["id"] for call in shapes.tool_calls_of(message)) or None
    else:
        own = text(dig(message, "timestamp"))
    call = identifier(dig(message, "call", "id"))
    return bounded(f"{call}|{kind}|{own}") if call and own else sha256_key(raw)


def _named(message: Any, metadata: dict[str, Any], customs: Customs) -> tuple[str, ...]:
    calls = [f"call:{ref.provider.value}:{ref.ref}" for ref in shapes.call_refs(message)]
    assistant, line = shapes.assistant_id(message), shapes.phone_number_id(message)
    others = [
        _our_call(message, metadata, customs),
        f"vapi_assistant:{assistant}" if assistant else None,
        f"vapi_number:{line}" if line else None,
    ]
    return (*calls, *(name for name in others if name))


def _our_call(message: Any, metadata: dict[str, Any], customs: Customs) -> str | None:
    """The call row that our own metadata speaks of. Never asked of a web call, whose metadata the browser chooses."""
    org = _organization(metadata)
    caller = as_dialled(text(metadata.get("caller_phone_number")), customs.default_region)
    line = as_dialled(text(metadata.get("assistant_phone_number")), customs.default_region)
    is_web = shapes.direction_of(message) is Direction.WEB
    return f"meta:{org}|{caller}|{line}" if org and caller and line and not is_web else None


def _organization(metadata: dict[str, Any]) -> str | None:
    try:
        return str(UUID(text(metadata.get("org_id")) or ""))
    except ValueError:
        return None


def parse(endpoint: Endpoint, body: dict[str, Any], event_id: UUID, customs: Customs = STANDARD) -> tuple[Fact, ...]:
    """What a server message states of its call; nothing where it names no call, or is of a kind that we ignore."""
    message = dig(body, "message")
    kind, refs, at = text(dig(message, "type")), shapes.call_refs(message), shapes.event_time(message)
    if not refs or kind not in HANDLED:
        return ()
    facts = _report(message, at) if kind == REPORT else _progress(message, kind, at)
    ours = shapes.our_ref(message)
    return (
        CallFacts(
            refs=(*refs, ours) if ours else refs,
            provider=PROVIDER,
            at=at,
            authority=Authority.REPORT if kind == REPORT else Authority.PROGRESS,
            facts=said(facts | _names(message)),
            identity=said(_identity(message, customs)),
            email=shapes.beside_call(message, "customer", "email"),
            transcript=vapi_talk.transcript_of(message) if kind == REPORT else None,
        ),
    )


def _names(message: Any) -> dict[str, Any]:
    return {"provider_call_id": identifier(dig(message, "call", "id")), "call_sid": shapes.twilio_sid(message)}


def _identity(message: Any, customs: Customs) -> dict[str, Any]:
    """What was true when the call was created. It weighs less than what came later: `vapi-…` yields to a CallSid."""
    call, direction = dig(message, "call"), shapes.direction_of(message)
    vapi_id = identifier(dig(call, "id"))
    return {
        "call_sid": f"vapi-{vapi_id}" if vapi_id else None,
        "direction": direction.value if direction else None,
        "call_type": direction.value if direction else None,
        "assistant_id": shapes.assistant_id(message),
        "phone_number_id": shapes.phone_number_id(message),
        "agent_name": shapes.assistant_name(message),
        "caller_name": shapes.beside_call(message, "customer", "name"),
        "started_at": first(moment(dig(call, "startedAt")), moment(dig(call, "createdAt"))),
        "metadata": clean(shapes.metadata_of(message)) or None,
        **shapes.numbers_of(message, customs.default_region),
    }


def _progress(message: Any, kind: str, at: datetime | None) -> dict[str, Any]:
    word = text(dig(message, "status")) if kind == STATUS_UPDATE else None
    if word == "ended":
        return _ending(message) | {"ended_at": at}
    status = STATUSES.get(word or "", STATUS_BY_KIND.get(kind))
    transfer = _transfer(message, at) if kind == TRANSFER or word == "forwarding" else {}
    return {"status": status.value if status else None, "started_at": at if word == "in-progress" else None, **transfer}


def _transfer(message: Any, at: datetime | None) -> dict[str, Any]:
    """A hand-over to a telephone. One to another assistant of a squad has no number and is no transfer."""
    to = dig(message, "destination")
    number = first(text(dig(to, "number")), text(dig(to, "sipUri")))
    reason = first(text(dig(to, "description")), text(dig(message, "summary")))
    return {"transfer_to": number, "transfer_time": at, "transfer_reason": reason} if number else {}


def _ending(message: Any) -> dict[str, Any]:
    reason = text(dig(message, "endedReason"))
    ending = classify(reason)
    return {"status": ending.status.value, "ended_reason": reason, "outcome": ending.outcome.value if reason else None}


def _report(message: Any, at: datetime | None) -> dict[str, Any]:
    recording = shapes.recording_of(message)
    return {
        **_ending(message),
        **shapes.sentiment_of(message),
        "booking_confirmed": vapi_talk.booking_of(message),
        "started_at": moment(dig(message, "startedAt")),
        "ended_at": first(moment(dig(message, "endedAt")), at),
        "duration_seconds": shapes.duration_of(message),
        "total_cost": shapes.cost_of(message),
        "recording_url": recording,
        "recording_status": RecordingStatus.COMPLETED.value if recording else None,
        "transfer_to": _transfer(message, at).get("transfer_to"),
        "outcome_summary": shapes.summary_of(message),
    }
