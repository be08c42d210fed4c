"""What the load generator sends: Vapi's messages of one call in a real call's size, with slots for what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

USUAL_TURNS = 34
"""Of a call of a few minutes: Vapi's report of it is 16 kB."""
CALL, SID, CALLER = "@@@call-id@@@", "@@@call-sid@@@", "@@@caller@@@"
"""Slots: the call's Vapi id, its Twilio id, and who calls. Filled in by bench/load.py for each request."""

SPEECH = """
about after again afternoon all also another answer any appointment are ask at back because before best book bring
but calendar call can card check clinic come confirm cost could day did different doctor dollars during early else
evening feel fill find first for friday from get give gladly good had have hear help here hour how hurt if insurance
into is it just know last late leave let like little long look make me message minute moment monday morning much must
my name need new next no not now number of office on once only open or other our pain parking patient pay people phone
please prefer quarter question quite rather really receive remember reminder right see send should side since some
somebody soon still street such suit sure take tell than thank that then there they think thirty this thursday time
today tomorrow tooth tuesday twice until upper us usually very visit wait want was wednesday week well were what when
where which while who will with without work would write year yes you your
"""
WORDS = SPEECH.split()
WORDS_IN_A_TURN = (6, 22)
STARTED_MS = 1_772_463_850_000
TURN_MS = 4_000


def report(assistant_id: str, turns: int = USUAL_TURNS) -> bytes:
    """An end-of-call-report of a call of so many turns."""
    return _dump(_report(assistant_id, turns))


def status_update(assistant_id: str) -> bytes:
    """The message that a call is in progress, which precedes its report."""
    message = {"timestamp": STARTED_MS, "type": "status-update", "status": "in-progress"}
    return _dump({"message": message | _around(assistant_id)})


def request_head(path: str, secret: str, length: int) -> bytes:
    """The head of a request whose body has `length` bytes."""
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: hooks.example.com",
        "Content-Type: application/json",
        "Accept: application/json, text/plain, */*",
        "User-Agent: Vapi/1.0",
        f"X-Vapi-Secret: {secret}",
        f"Content-Length: {length}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _report(assistant_id: str, turns: int) -> dict[str, Any]:
    said = list(_conversation(turns))
    message = {
        "timestamp": STARTED_MS + (turns + 1) * TURN_MS,
        "type": "end-of-call-report",
        "analysis": {
            "summary": "A known patient hurt a tooth and booked Thursday at 9:15; a reminder was promised.",
            "structuredData": {"sentiment": "Positive", "sentimentScore": 0.82, "urgency": "medium"},
            "successEvaluation": "true",
        },
        "artifact": {
            "messages": [_spoken(number, who, words) for number, (who, words) in enumerate(said)],
            "messagesOpenAIFormatted": [
                {"role": "assistant" if who == "bot" else who, "content": words} for who, words in said
            ],
            "transcript": "".join(f"{'AI' if who == 'bot' else 'User'}: {words}\n" for who, words in said),
            "recordingUrl": f"https://storage.vapi.example.com/{CALL}-mono.wav",
            "stereoRecordingUrl": f"https://storage.vapi.example.com/{CALL}-stereo.wav",
        },
        "startedAt": "2026-03-02T15:04:10.250Z",
        "endedAt": "2026-03-02T15:06:58.750Z",
        "endedReason": "customer-ended-call",
        "cost": 0.1234,
        "costBreakdown": {"transport": 0.01, "stt": 0.02, "llm": 0.0134, "tts": 0.04, "vapi": 0.04, "total": 0.1234},
    }
    return {"message": message | _around(assistant_id)}


def _conversation(turns: int) -> Iterator[tuple[str, str]]:
    """Who says what: always the same, and varied enough to compress as real calls do."""
    chance = Random(1)
    for number in range(turns):
        words = chance.choices(WORDS, k=chance.randint(*WORDS_IN_A_TURN))
        yield ("user" if number % 2 else "bot"), " ".join(words).capitalize() + "."


def _spoken(number: int, who: str, words: str) -> dict[str, Any]:
    chance = Random(number)
    at = STARTED_MS + number * TURN_MS + chance.randrange(1_000)
    lasts = chance.randrange(500, 3_000)
    return {
        "role": who, "message": words, "time": at, "endTime": at + lasts,
        "secondsFromStart": (at - STARTED_MS) / 1000, "duration": lasts, "source": "",
    }  # fmt: skip


def _around(assistant_id: str) -> dict[str, Any]:
    """What every message repeats: the call as it was created, the caller, the line, the assistant."""
    customer = {"number": CALLER, "name": "Dana Whitfield"}
    call = {
        "id": CALL, "orgId": "c1a7b3d2-0f4e-4b6a-9c8d-7e5f3a2b1c03", "type": "inboundPhoneCall", "status": "ringing",
        "createdAt": "2026-03-02T15:04:05.120Z", "updatedAt": "2026-03-02T15:04:05.120Z", "cost": 0,
        "phoneCallProvider": "twilio", "phoneCallTransport": "pstn", "phoneCallProviderId": SID,
        "customer": customer, "assistantId": assistant_id,
    }  # fmt: skip
    return {
        "call": call,
        "phoneNumber": {"number": "+12025550100", "provider": "twilio", "name": "Harbor front desk"},
        "customer": customer,
        "assistant": {
            "id": assistant_id, "name": "Harbor Clinic desk", "voice": {"provider": "11labs", "voiceId": "sarah"},
            "model": {"provider": "openai", "messages": [{"role": "system", "content": "You answer the telephone."}]},
        },
    }  # fmt: skip


def _dump(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
