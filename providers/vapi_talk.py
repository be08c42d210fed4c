"""What was said on a Vapi call, from its report: turns with their times, and the tools that were called on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from providers.body import clean
from providers.values import dig, first, identifier, number, text
from vocabulary import Speaker, ToolUse, Transcript, Turn

# Their word: our word. "bot" in messages, "assistant" in the form that OpenAI uses, "AI" in the plain text.
SPEAKERS = {
    "user": Speaker.CALLER,
    "customer": Speaker.CALLER,
    "bot": Speaker.AGENT,
    "assistant": Speaker.AGENT,
    "ai": Speaker.AGENT,
}
LINE = re.compile(r"(?im)^[ \t]*(AI|User|Assistant|Bot|Customer):[ \t]?")
MOST_TURNS = 5_000
MOST_TOOLS = 200
TOOL_NAME_LIMIT = 120
LONGEST_RESULT = 2_000
"""Characters of a tool's answer that are kept: enough to tell whether it worked."""
LONGEST_CALL_SECONDS = 7 * 24 * 3600
FAILED_STATES = ("failed", "error")

BOOKED = ("appointmentBooked", "appointment_booked", "bookingConfirmed", "booking_confirmed", "isBooked", "booked")
YES = frozenset(("true", "yes", "booked", "confirmed", "1"))
NO = frozenset(("false", "no", "not booked", "not_booked", "none", "0"))


def transcript_of(message: Any) -> Transcript | None:
    """What a report says was spoken; None where it says nothing. Its messages have times, its plain text has none."""
    messages = first(_list(dig(message, "artifact", "messages")), _list(dig(message, "messages"))) or []
    written = first(_written(dig(message, "artifact", "transcript")), _written(dig(message, "transcript")))
    turns = tuple(_turns(messages)) or tuple(_lines(written or ""))
    tools = tuple(_tools(messages))
    if not turns and not tools:
        return None
    return Transcript(turns[:MOST_TURNS], _engine(message), _language(message), tools)


def booking_of(message: Any) -> bool | None:
    """Whether the structured data that the assistant's author asked for say that an appointment was booked."""
    data = dig(message, "analysis", "structuredData")
    for name in BOOKED:
        given = dig(data, name)
        word = str(given).lower() if isinstance(given, bool) else (text(given) or "").lower()
        if word in YES or word in NO:
            return word in YES
    return None


def _list(value: Any) -> list[Any] | None:
    return value if isinstance(value, list) and value else None


def _written(value: Any) -> str | None:
    """A text of any length: a whole call is longer than what `text` lets through."""
    return str(clean(value)) if isinstance(value, str) and value.strip() else None


def _turns(messages: list[Any]) -> Iterator[Turn]:
    for one in messages[: 2 * MOST_TURNS]:
        speaker = SPEAKERS.get(text(dig(one, "role")) or "")
        words = first(text(dig(one, "message")), text(dig(one, "content")))
        if speaker and words:
            start = _seconds(dig(one, "secondsFromStart"))
            yield Turn(speaker, words, start, _end(one, start))


def _end(message: Any, start: float | None) -> float | None:
    """By the two times in milliseconds: `duration` was in seconds in 2024 and is in milliseconds since."""
    began, ended = number(dig(message, "time")), number(dig(message, "endTime"))
    if start is None or began is None or ended is None or ended < began:
        return None
    return _seconds(Decimal(str(start)) + (ended - began) / 1000)


def _seconds(value: Any) -> float | None:
    read = number(value) if not isinstance(value, Decimal) else value
    return round(float(read), 3) if read is not None and 0 <= read <= LONGEST_CALL_SECONDS else None


def _lines(written: str) -> Iterator[Turn]:
    """Turns of a plain text of lines such as `AI: …`; what stands before the first of them was said by nobody known."""
    pieces = LINE.split(written)
    if pieces[0].strip():
        yield Turn(Speaker.UNKNOWN, pieces[0].strip())
    for name, words in zip(pieces[1::2], pieces[2::2], strict=True):
        if words.strip():
            yield Turn(SPEAKERS[name.lower()], words.strip())


def _tools(messages: list[Any]) -> Iterator[ToolUse]:
    """The tools that were called, each with what it answered where that came back."""
    answers = {
        answered: one
        for one in messages
        if text(dig(one, "role")) == "tool_call_result" and (answered := identifier(dig(one, "toolCallId")))
    }
    asked = (one for one in messages if text(dig(one, "role")) == "tool_calls")
    calls = ((one, call) for one in asked for call in _list(dig(one, "toolCalls")) or [])
    for _, (one, call) in zip(range(MOST_TOOLS), calls, strict=False):
        name = first(text(dig(call, "function", "name")), text(dig(call, "name")))
        if name:
            answer = answers.get(identifier(dig(call, "id")) or "")
            at = _seconds(dig(one, "secondsFromStart"))
            yield ToolUse(name[:TOOL_NAME_LIMIT], _result(answer), _failed(answer), at)


def _result(answer: Any) -> str | None:
    given = dig(answer, "result")
    said = json.dumps(given, ensure_ascii=False) if isinstance(given, dict | list) else text(given)
    return said[:LONGEST_RESULT] if said else None


def _failed(answer: Any) -> bool | None:
    if answer is None:
        return None
    if text(dig(answer, "error")) or text(dig(answer, "status")) in FAILED_STATES:
        return True
    return False if _result(answer) else None


def _engine(message: Any) -> str:
    """Who wrote it down: the assistant's transcriber where it is named."""
    named = first(
        text(dig(message, "assistant", "transcriber", "provider")),
        text(dig(message, "call", "assistant", "transcriber", "provider")),
    )
    return f"vapi/{named}"[:60] if named else "vapi"


def _language(message: Any) -> str | None:
    named = first(
        text(dig(message, "assistant", "transcriber", "language")),
        text(dig(message, "call", "assistant", "transcriber", "language")),
    )
    return named[:20] if named else None
