"""Twilio voice, status, recording and SMS webhooks: proof of the sender, identity for the edge, facts for work."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID

from twilio.request_validator import RequestValidator, add_port, remove_port

from providers.base import STANDARD, is_ambiguous
from providers.body import Malformed, decode_any, decode_pairs
from providers.phones import as_dialled, e164
from providers.twilio_texts import kind_of, name_of, parse_text, sid_of
from providers.values import first, identifier, in_utc, said, seconds, sha256_key, text
from vocabulary import (
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
    Provider,
    RecordingStatus,
    bounded,
)

PROVIDER = Provider.TWILIO
ENDPOINTS = frozenset({Endpoint.TWILIO, Endpoint.TWILIO_STATUS, Endpoint.TWILIO_RECORDING, Endpoint.TWILIO_SMS})
KEPT_HEADERS: tuple[str, ...] = ("content-type", "user-agent", "i-twilio-idempotency-token")

FORM_TYPE = "application/x-www-form-urlencoded"
BODY_HASH = "bodySHA256"
LONGEST_DATE = 64

# Their word: our word. https://www.twilio.com/docs/voice/api/call-resource#call-status-values
STATUSES = {
    "queued": CallStatus.QUEUED,
    "initiated": CallStatus.QUEUED,
    "ringing": CallStatus.RINGING,
    "answered": CallStatus.IN_PROGRESS,
    "in-progress": CallStatus.IN_PROGRESS,
    "completed": CallStatus.COMPLETED,
    "busy": CallStatus.BUSY,
    "failed": CallStatus.FAILED,
    "no-answer": CallStatus.NO_ANSWER,
    "canceled": CallStatus.CANCELED,
}
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
DIRECTIONS = {
    "inbound": Direction.INBOUND,
    "outbound-api": Direction.OUTBOUND,
    "outbound-dial": Direction.OUTBOUND,
}

# https://www.twilio.com/docs/voice/api/recording#recordingstatuscallback
RECORDING_STATUSES = {
    "in-progress": RecordingStatus.PROCESSING,
    "processing": RecordingStatus.PROCESSING,
    "completed": RecordingStatus.COMPLETED,
    "absent": RecordingStatus.NONE,
    "deleted": RecordingStatus.NONE,
    "failed": RecordingStatus.FAILED,
}


class Fields(dict[str, list[str]]):
    """A form whose names may repeat, as twilio's validator wants to read it."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def signature_valid(auth_token: str, url: str, headers: Headers, raw: bytes) -> bool:
    """X-Twilio-Signature over the public URL as Twilio was given it, query included, and every field of the body.

    Never raises: what cannot be read cannot be genuine.
    """
    signature = headers.one("x-twilio-signature")
    if not auth_token or not signature or is_ambiguous(headers):
        return False
    presented = signature.encode("utf-8", "surrogatepass")
    try:
        return any(hmac.compare_digest(presented, expected) for expected in _signatures(auth_token, url, headers, raw))
    except (ValueError, Malformed):
        return False


def _signatures(auth_token: str, url: str, headers: Headers, raw: bytes) -> list[bytes]:
    """What Twilio may have sent: it signs the URL with the port for some accounts and without it for others."""
    form = _is_form(headers.one("content-type"))
    if not form and not _body_hash_holds(url, raw):
        return []
    validator, fields, parsed = RequestValidator(auth_token), _fields(raw) if form else {}, urlparse(url)
    urls = {add_port(parsed), remove_port(parsed)}
    return [validator.compute_signature(variant, fields).encode() for variant in urls]


def _is_form(content_type: str | None) -> bool:
    return (content_type or FORM_TYPE).split(";")[0].strip().lower() == FORM_TYPE


def _fields(raw: bytes) -> Fields:
    fields = Fields()
    for name, value in decode_pairs(raw):
        fields.setdefault(name, []).append(value)
    return fields


def _body_hash_holds(url: str, raw: bytes) -> bool:
    """A body that is no form is not signed itself; its hash stands in the signed URL."""
    given = parse_qs(urlparse(url).query).get(BODY_HASH, [])
    expected = sha256(raw).hexdigest().encode()
    return len(given) == 1 and hmac.compare_digest(given[0].lower().encode("utf-8", "surrogatepass"), expected)


def account_sid(body: dict[str, Any]) -> str | None:
    """The account that claims to have sent the body: it chooses the auth token to verify with, and proves nothing."""
    return identifier(body.get("AccountSid"))


def decode(raw: bytes, content_type: str | None) -> dict[str, Any]:
    """A form, or JSON where the webhook was set up so; raises Malformed."""
    return decode_any(raw, content_type)


def identify(
    endpoint: Endpoint, body: dict[str, Any], raw: bytes, headers: Headers, customs: Customs = STANDARD
) -> Identity:
    """What the edge must know of a callback; see base.ProviderModule."""
    kind = _kind(endpoint, body)
    return Identity(
        kind=kind,
        dedupe_key=_dedupe_key(endpoint, body, kind, raw, headers),
        refs=() if endpoint is Endpoint.TWILIO_SMS else _refs(body),
        named=tuple(_named(endpoint, body, customs)),
    )


def _kind(endpoint: Endpoint, body: dict[str, Any]) -> str:
    if endpoint is Endpoint.TWILIO_SMS:
        return kind_of(body)
    return (
        identifier(body.get("RecordingStatus" if endpoint is Endpoint.TWILIO_RECORDING else "CallStatus")) or "unknown"
    )


def _dedupe_key(endpoint: Endpoint, body: dict[str, Any], kind: str, raw: bytes, headers: Headers) -> str:
    """Twilio's own token, the same on every attempt at one delivery; else what tells callbacks of a Sid apart."""
    token = identifier(headers.one("i-twilio-idempotency-token"))
    if token:
        return f"token|{token}"
    name = "RecordingSid" if endpoint is Endpoint.TWILIO_RECORDING else "CallSid"
    sid = sid_of(body) if endpoint is Endpoint.TWILIO_SMS else identifier(body.get(name))
    sequence = identifier(body.get("SequenceNumber"))
    parts = [sid, kind, sequence] if sequence else [sid, kind]
    return bounded("|".join(part for part in parts if part)) if sid else sha256_key(raw)


def _named(endpoint: Endpoint, body: dict[str, Any], customs: Customs) -> Iterable[str]:
    """A voice call is told by who calls; later callbacks first by the call itself; a message by account and number."""
    if endpoint is Endpoint.TWILIO_SMS:
        name = name_of(body, customs)
        return [name] if name else []
    refs = _refs(body) if endpoint in (Endpoint.TWILIO_STATUS, Endpoint.TWILIO_RECORDING) else ()
    line = e164(text(body.get("From")), customs.default_region)
    return [*(f"call:{ref.provider.value}:{ref.ref}" for ref in refs), *([f"line:{line}"] if line else [])]


def _refs(body: dict[str, Any]) -> tuple[CallRef, ...]:
    """The call's own Sid; for the second leg of a transfer that of the call which it belongs to."""
    sid = first(identifier(body.get("ParentCallSid")), identifier(body.get("CallSid")))
    return (CallRef(PROVIDER, sid),) if sid else ()


def parse(endpoint: Endpoint, body: dict[str, Any], event_id: UUID, customs: Customs = STANDARD) -> tuple[Fact, ...]:
    """What a callback states of its call or message."""
    if endpoint is Endpoint.TWILIO_SMS:
        return parse_text(body, customs)
    refs = _refs(body)
    if not refs:
        return ()
    at = _time(body)
    is_leg = text(body.get("ParentCallSid")) is not None
    recorded = endpoint is Endpoint.TWILIO_RECORDING
    facts = _recording(body) if recorded else _transfer(body, at, customs) if is_leg else _call(body, at)
    # Vapi's report on the same call is better informed than the telephone network's last word, so that this stays
    # below it: to Twilio a call that nobody spoke in is "completed" too.
    return (
        CallFacts(
            refs=refs,
            provider=PROVIDER,
            at=at,
            authority=Authority.PROGRESS,
            facts=said(facts | {"call_sid": refs[0].ref}),
            identity=said({"provider_call_id": refs[0].ref} | ({} if recorded or is_leg else _identity(body, customs))),
        ),
    )


def _call(body: dict[str, Any], at: datetime | None) -> dict[str, Any]:
    word = text(body.get("CallStatus")) or ""
    duration = seconds(body.get("CallDuration"))
    ended = at if word in ENDED else None
    spoken = timedelta(seconds=float(duration)) if duration is not None else None
    started = at if word in ("in-progress", "answered") else ended - spoken if ended and spoken is not None else None
    status = STATUSES.get(word)
    return {
        "status": status.value if status else None,
        "started_at": in_utc(started),
        "ended_at": ended,
        "duration_seconds": duration,
    }


def _identity(body: dict[str, Any], customs: Customs) -> dict[str, Any]:
    caller = as_dialled(text(body.get("From")), customs.default_region)
    called = as_dialled(text(body.get("To")), customs.default_region)
    direction = DIRECTIONS.get(text(body.get("Direction")) or "")
    return {
        "direction": direction.value if direction else None,
        "call_type": direction.value if direction else None,
        "from_number": caller,
        "to_number": called,
        "phone_number": called if direction is Direction.OUTBOUND else caller,
        "caller_name": text(body.get("CallerName")),
    }


def _transfer(body: dict[str, Any], at: datetime | None, customs: Customs) -> dict[str, Any]:
    """The leg that a transfer dialled says whom it went to; how that leg ends is not how the call ends."""
    return {"transfer_to": as_dialled(text(body.get("To")), customs.default_region), "transfer_time": at}


def _recording(body: dict[str, Any]) -> dict[str, Any]:
    status = RECORDING_STATUSES.get(text(body.get("RecordingStatus")) or "")
    done = status is RecordingStatus.COMPLETED
    return {
        "recording_url": text(body.get("RecordingUrl")) if done else None,
        "recording_status": status.value if status else None,
    }


def _time(body: dict[str, Any]) -> datetime | None:
    """Twilio writes the times of its callbacks as mail does (RFC 2822)."""
    given = text(body.get("Timestamp"))
    try:
        return in_utc(parsedate_to_datetime(given)) if given and len(given) <= LONGEST_DATE else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
