"""What our tools answer while a call goes on: at once, aloud, and on one line, because Vapi reads no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

REFUSAL = "I am sorry, I cannot do that right now. Somebody will call you back about it."


def _pong(arguments: Any) -> str:
    return "pong"


ANSWERS: dict[str, Callable[[Any], str]] = {"ping": _pong}
"""By the name that tasks/tools/definitions.py gives: what is not here is not to be linked to an assistant."""


def results_of(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A result for every tool call, in their order; a tool that is not ours is refused in words to be spoken."""
    return [{"toolCallId": call["id"], "name": call["name"], "result": _result(call)} for call in calls]


def _result(call: dict[str, Any]) -> str:
    answer = ANSWERS.get(call["name"])
    return " ".join((answer(call["arguments"]) if answer else REFUSAL).split())
