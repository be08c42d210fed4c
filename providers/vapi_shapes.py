"""Where each thing stands in a Vapi server message: captures of 2024 and 2025 and the current schema differ.

`message.call` is a snapshot from the call's creation, even inside the final report. Every reader takes any value at all
and gives None, or nothing, where the message does not say.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from providers.body import clean
from providers.phones import as_dialled
from providers.values import dig, first, fraction, identifier, moment, money, seconds, seconds_between, text
from vocabulary import CallRef, Direction, Provider

# Their word: our word. https://docs.vapi.ai/api-reference/calls/get
DIRECTIONS = {
    "inboundPhoneCall": Direction.INBOUND,
    "outboundPhoneCall": Direction.OUTBOUND,
    "webCall": Direction.WEB,
    "vapi.websocketCall": Direction.WEB,
}

# Assistants' authors write these words themselves; what is not among them is kept as said, without a label.
SENTIMENTS = {
    "positive": "positive",
    "happy": "positive",
    "satisfied": "positive",
    "neutral": "neutral",
    "mixed": "neutral",
    "negative": "negative",
    "angry": "negative",
    "frustrated": "negative",
    "dissatisfied": "negative",
}
MOST_TOOL_CALLS = 100
"""In one message: a model asks for a handful, and each costs the edge time before its sender is known."""
OUR_CALL = "aftercall_call"
"""Under this name calls that we place carry our own id along in their metadata."""
PRESIGNED_MARKS = ("signature", "x-amz-", "x-goog-", "token=", "expires=")


def call_refs(message: Any) -> tuple[CallRef, ...]:
    """Vapi's own id first, then the CallSid of the same call at Twilio."""
    vapi, twilio = identifier(dig(message, "call", "id")), twilio_sid(message)
    own = (CallRef(Provider.VAPI, vapi),) if vapi else ()
    return (*own, CallRef(Provider.TWILIO, twilio)) if twilio else own


def twilio_sid(message: Any) -> str | None:
    call = dig(message, "call")
    carried = identifier(dig(call, "phoneCallProviderId")) if dig(call, "phoneCallProvider") == "twilio" else None
    transport = dig(call, "transport")
    return carried or (identifier(dig(transport, "callSid")) if dig(transport, "provider") == "twilio" else None)


def direction_of(message: Any) -> Direction | None:
    return DIRECTIONS.get(text(dig(message, "call", "type")) or "")


def assistant_id(message: Any) -> str | None:
    """None for a transient assistant, which has no id."""
    return first(
        identifier(dig(message, "call", "assistantId")),
        identifier(dig(message, "assistant", "id")),
        identifier(dig(message, "call", "assistant", "id")),
    )


def assistant_name(message: Any) -> str | None:
    return first(text(dig(message, "assistant", "name")), text(dig(message, "call", "assistant", "name")))


def phone_number_id(message: Any) -> str | None:
    return first(identifier(dig(message, "call", "phoneNumberId")), identifier(dig(message, "phoneNumber", "id")))


def metadata_of(message: Any) -> dict[str, Any]:
    """Where Vapi echoes metadata differs by how the call was made; the first place that holds any counts."""
    return next((place for place in _metadata(message) if isinstance(place, dict) and place), {})


def _metadata(message: Any) -> tuple[Any, ...]:
    return (
        dig(message, "call", "metadata"),
        dig(message, "call", "assistantOverrides", "metadata"),
        dig(message, "assistant", "metadata"),
        dig(message, "call", "assistant", "metadata"),
    )


def our_ref(message: Any) -> CallRef | None:
    """Our own name for a call that we have placed. Only outbound calls bear one: of others a caller writes metadata."""
    if direction_of(message) is not Direction.OUTBOUND:
        return None
    carried = first(*(text(dig(place, OUR_CALL)) for place in _metadata(message)))
    try:
        return CallRef(Provider.AFTERCALL, str(UUID(carried or "")))
    except ValueError:
        return None


def beside_call(message: Any, *path: str) -> str | None:
    """A text of the call's snapshot, else the same one beside the call, where some messages have it alone."""
    return first(text(dig(message, "call", *path)), text(dig(message, *path)))


def numbers_of(message: Any, region: str) -> dict[str, str | None]:
    """The other party's number is `phone_number`, and the calling or the called one by the call's direction."""
    theirs = first(beside_call(message, "customer", "number"), beside_call(message, "customer", "sipUri"))
    other, ours = as_dialled(theirs, region), as_dialled(beside_call(message, "phoneNumber", "number"), region)
    outbound = direction_of(message) is Direction.OUTBOUND
    caller, called = (ours, other) if outbound else (other, ours)
    return {"from_number": caller, "to_number": called, "phone_number": other}


def event_time(message: Any) -> datetime | None:
    """When the event happened: a number of milliseconds since 2025, an ISO string before."""
    return first(*(moment(dig(message, name)) for name in ("timestamp", "endedAt", "startedAt")))


def duration_of(message: Any) -> Decimal | None:
    """Seconds: the time between start and end, else the duration that some reports give beside them."""
    milliseconds = seconds(dig(message, "durationMs"))
    return first(
        seconds_between(moment(dig(message, "startedAt")), moment(dig(message, "endedAt"))),
        seconds(dig(message, "durationSeconds")),
        seconds(str(milliseconds / 1000)) if milliseconds is not None else None,
    )


def cost_of(message: Any) -> Decimal | None:
    return first(money(dig(message, "cost")), money(dig(message, "costBreakdown", "total")))


def summary_of(message: Any) -> str | None:
    return first(text(dig(message, "analysis", "summary")), text(dig(message, "summary")))


def recording_of(message: Any) -> str | None:
    """The plain URL, which names the recording for good; presigned ones live for minutes and are never kept."""
    artifact = dig(message, "artifact")
    places = (
        dig(artifact, "recordingUrl"),
        dig(artifact, "recording", "mono", "combinedUrl"),
        dig(message, "recordingUrl"),
        dig(artifact, "stereoRecordingUrl"),
        dig(artifact, "recording", "stereoUrl"),
        dig(message, "stereoRecordingUrl"),
    )
    return next((url for url in map(text, places) if url and _is_plain_url(url)), None)


def _is_plain_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    presigned = any(mark in parts.query.lower() for mark in PRESIGNED_MARKS)
    return parts.scheme in ("https", "http") and bool(parts.netloc) and not presigned


def sentiment_of(message: Any) -> dict[str, Any]:
    """Sentiment as the assistant's author had it extracted: a word, or an object, among the structured data."""
    data = dig(message, "analysis", "structuredData")
    inner = dig(data, "sentiment")
    word = first(text(inner), *_texts(inner, "label"), *_texts(data, "sentimentLabel", "sentiment_label"))
    scores = (dig(inner, "score"), dig(data, "sentimentScore"), dig(data, "sentiment_score"))
    return {
        "sentiment": word,
        "sentiment_label": SENTIMENTS.get((word or "").lower()),
        "sentiment_score": first(*map(fraction, scores)),
        "sentiment_summary": first(*_texts(inner, "summary"), *_texts(data, "sentimentSummary", "sentiment_summary")),
        "sentiment_urgency": first(
            *_texts(inner, "urgency"), *_texts(data, "sentimentUrgency", "sentiment_urgency", "urgency")
        ),
    }


def _texts(place: Any, *names: str) -> tuple[str | None, ...]:
    return tuple(text(dig(place, name)) for name in names)


def tool_calls_of(message: Any) -> list[dict[str, Any]]:
    """Id, name and arguments of each tool call in order, once each, from all three lists that Vapi has used."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("toolCallList", "toolCalls", "toolWithToolCallList"):
        items = dig(message, name)
        for item in items[:MOST_TOOL_CALLS] if isinstance(items, list) else ():
            call = dig(item, "toolCall") if isinstance(dig(item, "toolCall"), dict) else item
            identity = text(dig(call, "id"))
            if identity:
                found.setdefault(
                    identity, {"id": identity, "name": _tool_name(call, item), "arguments": _arguments(call)}
                )
    return list(found.values())


def _tool_name(call: Any, item: Any) -> str:
    places = (dig(call, "function", "name"), dig(call, "name"), dig(item, "function", "name"), dig(item, "name"))
    return first(*map(text, places)) or ""


def _arguments(call: Any) -> Any:
    """An object, or the JSON text of one: Vapi has sent both."""
    places = (dig(call, "function"), call)
    given = (dig(place, name) for place in places for name in ("arguments", "parameters"))
    return clean(next((value for value in given if isinstance(value, dict | str)), {}))
