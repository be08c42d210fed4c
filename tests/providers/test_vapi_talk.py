"""What was said on a Vapi call, in the shapes of 2024 and 2025, and in none."""

from __future__ import annotations

from typing import Any

import pytest

from providers.vapi_talk import booking_of, transcript_of
from vocabulary import Speaker, ToolUse, Turn


def test_turns_come_from_the_messages_with_seconds_from_the_calls_start() -> None:
    said = transcript_of({"artifact": {"messages": [
        {"role": "system", "message": "Be kind.", "secondsFromStart": 0},
        {"role": "bot", "message": "Hello?", "time": 1000, "endTime": 1500, "secondsFromStart": 1.28, "duration": 500},
        {"role": "user", "message": "Hi.", "time": 3000, "endTime": 4250, "secondsFromStart": 3.5, "duration": 1.25},
    ]}})  # fmt: skip
    assert said is not None
    assert said.turns == (Turn(Speaker.AGENT, "Hello?", 1.28, 1.78), Turn(Speaker.CALLER, "Hi.", 3.5, 4.75))


def test_a_plain_text_is_read_where_there_are_no_messages() -> None:
    said = transcript_of({"transcript": "AI: Hello, this is Ada.\nHow are you?\nUser: fine\nAI: Good."})
    assert said is not None
    assert [turn.speaker for turn in said.turns] == [Speaker.AGENT, Speaker.CALLER, Speaker.AGENT]
    assert said.turns[0].text == "Hello, this is Ada.\nHow are you?"


def test_a_plain_text_longer_than_any_name_is_read_whole() -> None:
    said = transcript_of({"transcript": "AI: Hello\nUser: yes indeed\n" * 4000})
    assert said is not None
    assert len(said.turns) == 5000


def test_a_tool_is_told_with_what_it_answered() -> None:
    said = transcript_of({"messages": [
        {"role": "tool_calls", "secondsFromStart": 12, "toolCalls": [{"id": "a", "function": {"name": "book"}}]},
        {"role": "tool_call_result", "toolCallId": "a", "name": "book", "result": "Booked for Friday"},
        {"role": "tool_calls", "toolCalls": [{"id": "b", "function": {"name": "cancel"}}]},
    ]})  # fmt: skip
    assert said is not None
    assert said.tools == (ToolUse("book", "Booked for Friday", False, 12.0), ToolUse("cancel", None, None, None))


@pytest.mark.parametrize("message", [{}, None, [], {"artifact": 3}, {"messages": [None, 3, {"role": []}]},
                                     {"messages": [{"role": "user"}]}, {"transcript": " \n"}])  # fmt: skip
def test_what_says_nothing_is_no_transcript(message: Any) -> None:
    assert transcript_of(message) is None


def test_who_speaks_before_the_first_name_is_not_known() -> None:
    said = transcript_of({"transcript": "hello there\nUser: hi"})
    assert said is not None
    assert [turn.speaker for turn in said.turns] == [Speaker.UNKNOWN, Speaker.CALLER]


STATED = (({"appointmentBooked": True}, True), ({"booked": "No"}, False), ({"booking_confirmed": "maybe"}, None),
          ({}, None), (None, None))  # fmt: skip


@pytest.mark.parametrize(("data", "booked"), STATED)
def test_structured_data_may_state_a_booking(data: Any, booked: bool | None) -> None:
    assert booking_of({"analysis": {"structuredData": data}}) is booked
