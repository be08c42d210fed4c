"""A call as Vapi tells it: status updates, tool calls, a transfer, and the report at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from simulator.cast import Person, person
from simulator.deliveries import JSON, Event, Target
from simulator.talk import Course, Talk, course, talk
from vocabulary import Endpoint

CLINIC = "Harbor Clinic"
OLD_SHAPE_SHARE = 0.08
"""Reports in the shape of 2024, whose facts stand beside the artifact."""
SECONDS_A_TURN = (2.0, 7.0)
DOLLARS_A_MINUTE = 0.11
TRANSFER_TO = "+12025550190"

NOT_REACHED = ("customer-did-not-answer", "voicemail", "customer-busy", "twilio-failed-to-connect-call")
BROKEN = (
    "call.in-progress.error-providerfault-openai-llm-failed",
    "pipeline-error-deepgram-transcriber-failed",
    "call.in-progress.error-vapifault-worker-died",
    "assistant-request-failed",
)
ENDINGS = {
    Course.HANDED_OVER: ("assistant-forwarded-call",),
    Course.UPSET: ("customer-ended-call",),
    Course.UNHEARD: (*NOT_REACHED, *NOT_REACHED, *BROKEN),
}
ORDINARY = ("customer-ended-call", "customer-ended-call", "assistant-ended-call", "assistant-said-end-call-phrase")


@dataclass(frozen=True, slots=True)
class Call:
    """What is the same in all messages of one call."""

    id: str
    kind: str
    caller: Person
    created: datetime
    snapshot: dict[str, Any]
    beside: dict[str, Any]
    """What Vapi puts beside the call into every message: assistant, number, customer."""

    def event(self, kind: str, at: datetime, discriminator: str = "", **fields: Any) -> Event:
        message = {"timestamp": milliseconds(at), "type": kind, **fields, "call": self.snapshot, **self.beside}
        body = json.dumps({"message": message}, separators=(",", ":"), ensure_ascii=False).encode()
        return Event(Endpoint.VAPI, f"vapi|{self.id}|{kind}|{discriminator}", kind, body, JSON, at)


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def vapi_call(rng: Random, target: Target, created: datetime) -> Iterator[Event]:
    """All events of one call, in the order in which they happen."""
    kind = rng.choices(("inboundPhoneCall", "outboundPhoneCall", "webCall"), (65, 25, 10))[0]
    caller, goes = person(rng), course(rng)
    if goes is Course.UNHEARD and kind == "inboundPhoneCall":
        kind = "outboundPhoneCall"
    yield from told(begin(rng, target, created, kind, caller), goes, rng)


def begin(
    rng: Random, target: Target, created: datetime, kind: str, caller: Person, sid: str | None = None, **more: Any
) -> Call:
    call_id = new_id(rng)
    snapshot: dict[str, Any] = {
        "id": call_id,
        "orgId": "c0ffee00-0000-4000-8000-000000000001",
        "createdAt": stamp(created),
        "updatedAt": stamp(created),
        "type": kind,
        "status": "ringing" if kind == "inboundPhoneCall" else "queued",
        "assistantId": target.vapi_assistant_id,
        "monitor": {"listenUrl": f"wss://monitor.example.com/{call_id}/listen"},
    }
    beside: dict[str, Any] = {"assistant": _assistant(target)}
    if kind == "webCall":
        snapshot |= {"transport": {"provider": "daily"}, "webCallUrl": "https://web.example.com/room"}
    else:
        customer = {"number": caller.number, "name": caller.name, "email": caller.email}
        line = {"id": target.vapi_phone_number_id, "number": target.assistant_line, "provider": "twilio"}
        snapshot |= {
            "phoneCallProvider": "twilio",
            "phoneCallProviderId": sid or f"CA{rng.getrandbits(128):032x}",
            "phoneCallTransport": "pstn",
            "phoneNumberId": target.vapi_phone_number_id,
            "customer": customer,
        }
        beside |= {"phoneNumber": line, "customer": customer}
    return Call(call_id, kind, caller, created, snapshot | more, beside)


def _assistant(target: Target) -> dict[str, Any]:
    return {
        "id": target.vapi_assistant_id,
        "name": target.assistant_name,
        "model": {"provider": "openai", "model": "gpt-5.4-mini", "messages": [{"role": "system", "content": PROMPT}]},
        "voice": {"provider": "vapi", "voiceId": "Elliot"},
        "serverMessages": ["status-update", "end-of-call-report", "tool-calls", "transfer-update"],
    }


PROMPT = f"You are Ada and answer the telephone of {CLINIC}. Be brief and kind. Never give medical advice."


def told(call: Call, goes: Course, rng: Random) -> Iterator[Event]:
    """The call's messages, from its creation to the report."""
    spoken = talk(goes, call.caller, CLINIC, rng)
    answered = goes is not Course.UNHEARD
    reason = rng.choice(ENDINGS.get(goes, ORDINARY))
    first = "ringing" if call.kind == "inboundPhoneCall" else "queued"
    yield call.event("status-update", call.created, first, status=first)
    started = call.created + timedelta(seconds=round(rng.uniform(2, 9), 3))
    messages, ended = _spoken(spoken, started, rng)
    if answered:
        yield call.event("status-update", started, "in-progress", status="in-progress")
    if goes in (Course.BOOKED, Course.RESCHEDULED):
        yield _tool_call(call, spoken, started + (ended - started) / 2, rng)
    if goes is Course.HANDED_OVER:
        to = {"type": "number", "number": TRANSFER_TO, "description": "The caller asks for a person"}
        yield call.event("status-update", ended, "forwarding", status="forwarding", destination=to)
        yield call.event("transfer-update", ended, str(milliseconds(ended)), destination=to)
    yield call.event("speech-update", ended, str(milliseconds(ended)), status="stopped", role="assistant")
    yield call.event("status-update", ended, "ended", status="ended", endedReason=reason)
    reported = ended + timedelta(seconds=round(rng.uniform(1, 8), 3))
    span = (started, ended) if answered else (None, None)
    old = rng.random() < OLD_SHAPE_SHARE
    report = (_report_2024 if old else _report)(call, spoken, messages, span, rng)
    yield call.event("end-of-call-report", reported, endedReason=reason, **report)


def _tool_call(call: Call, spoken: Talk, at: datetime, rng: Random) -> Event:
    wanted = {"service": spoken.service, "day": spoken.day, "time": spoken.hour}
    name = "bookClinicAppointment"
    item = {
        "id": f"call_{rng.getrandbits(64):016x}",
        "type": "function",
        "function": {"name": name, "arguments": wanted},
    }
    return call.event("tool-calls", at, str(item["id"]), toolCallList=[item], toolCalls=[item])


def _spoken(spoken: Talk, started: datetime, rng: Random) -> tuple[list[dict[str, Any]], datetime]:
    """The turns with their times, and the moment that the last one ends."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "message": PROMPT, "time": milliseconds(started), "secondsFromStart": 0}
    ]
    at = started
    for who, words in spoken.turns:
        length = timedelta(seconds=round(rng.uniform(*SECONDS_A_TURN), 2))
        messages.append(
            {
                "role": who,
                "message": words,
                "time": milliseconds(at),
                "endTime": milliseconds(at + length),
                "secondsFromStart": round((at - started).total_seconds(), 3),
                "duration": length // timedelta(milliseconds=1),
            }
        )
        at += length + timedelta(milliseconds=rng.randint(200, 900))
    return messages, at


def _report(
    call: Call, spoken: Talk, messages: list[dict[str, Any]], span: tuple[Any, Any], rng: Random
) -> dict[str, Any]:
    started, ended = span
    transcript = _transcript(spoken)
    openai = [
        {"role": {"bot": "assistant"}.get(one["role"], one["role"]), "content": one["message"]} for one in messages
    ]
    report: dict[str, Any] = {
        "analysis": _analysis(spoken),
        "artifact": {
            "messages": messages,
            "messagesOpenAIFormatted": openai,
            "transcript": transcript,
            "variables": {},
        },
        "transcript": transcript,
        "messages": messages,
        "cost": 0,
    }
    if started and ended:
        seconds = (ended - started).total_seconds()
        cost = round(seconds / 60 * DOLLARS_A_MINUTE * rng.uniform(0.8, 1.2), 4)
        report |= {"startedAt": stamp(started), "endedAt": stamp(ended), "cost": cost, "costBreakdown": {"total": cost}}
        report |= {"durationSeconds": seconds, "durationMs": int(seconds * 1000)}
        report["artifact"] |= _recording(call)
    return report


def _recording(call: Call) -> dict[str, Any]:
    """Plain URLs name the recording for good; the presigned one would differ with every delivery."""
    plain = f"https://storage.vapi.example.com/{call.id}-mono.wav"
    return {
        "recordingUrl": plain,
        "recording": {"mono": {"combinedUrl": plain}},
        "presignedMonoUrl": f"{plain}?X-Amz-Expires=1800&X-Amz-Signature={call.id.replace('-', '')}",
    }


def _report_2024(
    call: Call, spoken: Talk, messages: list[dict[str, Any]], span: tuple[Any, Any], rng: Random
) -> dict[str, Any]:
    """No times, cost or artifact of its own: what there is stands directly in the message."""
    url = f"https://storage.vapi.example.com/{call.id}-mono.wav"
    recording = {"recordingUrl": url} if span[0] else {}
    return {"summary": spoken.summary, "transcript": _transcript(spoken), "messages": messages, **recording}


def _analysis(spoken: Talk) -> dict[str, Any]:
    if not spoken.summary:
        return {}
    data = {"sentiment": spoken.sentiment, "sentimentScore": spoken.score, "urgency": spoken.urgency}
    return {"summary": spoken.summary, "structuredData": data, "successEvaluation": "true"}


def _transcript(spoken: Talk) -> str:
    return "".join(f"{'AI' if who == 'bot' else 'User'}: {words}\n" for who, words in spoken.turns)
