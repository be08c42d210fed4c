"""How a call goes that Vapi was asked to place: it rings, somebody answers or nobody does, and the webhooks tell so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from standin.calls import Announced
from standin.stage import Stage

WEBHOOK, SECRET = "/api/vapi/webhook", "VAPI_WEBHOOK_SECRET"
ANSWERED = "customer-ended-call"
# A word of the script: Vapi's reason for the end.
OUTCOMES = {"answered": ANSWERED, "no-answer": "customer-did-not-answer", "busy": "customer-busy"}
SILENT = "silent"
"""The call is placed, and its webhooks do not say what we asked to be carried along."""
TALK = (
    ("bot", "Hello, this is Ada from the clinic, and I am an assistant on a recorded line. You asked us to call back?"),
    ("user", "Oh, hi. Yes, I wanted to ask what a consultation costs."),
    ("bot", "A consultation is one hundred and fifty dollars. Would you like me to find you a time?"),
    ("user", "Not today, thank you, I will think about it."),
    ("bot", "Of course. Call us whenever you like. Goodbye."),
    ("user", "Thanks, bye."),
)
SECONDS_A_TURN = 2.0
RINGING, PICKED_UP, UNHEARD, REPORTED = 0.3, 2.0, 5.0, 0.5
"""Seconds from one message to the next; UNHEARD: how long it rings where nobody answers."""
CARRIED = ("name", "metadata", "assistantOverrides")

Step = tuple[float, str, dict[str, Any]]
"""Seconds after the one before, what the message is called, and its own fields."""


def play(app: Stage, call: dict[str, Any], outcome: str) -> None:
    """Sends what Vapi would of this call, one message after the other."""
    hidden = CARRIED if outcome == SILENT else ()
    told = {name: value for name, value in call.items() if name not in hidden and value is not None}
    _next(app, call, told, _steps(app, call, OUTCOMES.get(outcome, ANSWERED)))


def _next(app: Stage, call: dict[str, Any], told: dict[str, Any], steps: Iterator[Step]) -> None:
    step = next(steps, None)
    if step is None:
        return
    seconds, kind, fields = step

    def act() -> None:
        if "status" in fields:
            call["status"] = fields["status"]
        _send(app, told, kind, fields)
        _next(app, call, told, steps)

    app.deliveries.plan(seconds, act)


def _steps(app: Stage, call: dict[str, Any], reason: str) -> Iterator[Step]:
    """Each goes on after the one before was sent."""
    yield RINGING, "status-update", {"status": "ringing"}
    talked = TALK if reason == ANSWERED else ()
    if talked:
        yield PICKED_UP, "status-update", {"status": "in-progress"}
        call["startedAt"] = stamp(app.now())
    started = app.now()
    ended = started + timedelta(seconds=SECONDS_A_TURN * len(talked))
    yield SECONDS_A_TURN * len(talked) or UNHEARD, "status-update", {"status": "ended", "endedReason": reason}
    call |= {"endedAt": stamp(ended), "endedReason": reason}
    if talked:
        app.calls.add([Announced(call["id"], started, (ended - started).total_seconds())])
    yield REPORTED, "end-of-call-report", {"endedReason": reason, **_report(started, ended, talked)}


def _report(started: datetime, ended: datetime, talked: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    if not talked:
        return {"artifact": {"messages": []}, "analysis": {}, "cost": 0}
    words = "".join(f"{'AI' if who == 'bot' else 'User'}: {said}\n" for who, said in talked)
    return {
        "startedAt": stamp(started),
        "endedAt": stamp(ended),
        "cost": round((ended - started).total_seconds() / 60 * 0.11, 4),
        "analysis": {"summary": "They asked what a consultation costs and will think about it."},
        "artifact": {"messages": _messages(started, talked), "transcript": words},
    }


def _messages(started: datetime, talked: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [
        {
            "role": who,
            "message": said,
            "time": milliseconds(started + timedelta(seconds=number * SECONDS_A_TURN)),
            "endTime": milliseconds(started + timedelta(seconds=(number + 1) * SECONDS_A_TURN)),
            "secondsFromStart": number * SECONDS_A_TURN,
            "duration": int(SECONDS_A_TURN * 1000),
        }
        for number, (who, said) in enumerate(talked)
    ]


def _send(app: Stage, told: dict[str, Any], kind: str, fields: dict[str, Any]) -> None:
    """`call` is told as it was when it was made, as Vapi does."""
    if app.deliveries.url is None:
        return
    beside = {"customer": told["customer"], "phoneNumber": {"id": told["phoneNumberId"], "provider": "twilio"}}
    assistant = {"id": told["assistantId"], "name": "Ada"}
    message = {"timestamp": milliseconds(app.now()), "type": kind, **fields, "call": told, "assistant": assistant}
    headers = {"Content-Type": "application/json", "X-Vapi-Secret": app.keys.get(SECRET, "")}
    app.deliveries.send(app.deliveries.url + WEBHOOK, json.dumps({"message": message | beside}).encode(), headers)


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
