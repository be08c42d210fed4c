"""How a payload is shown to an operator: its shape in full; secrets, people and what they said never."""

from __future__ import annotations

import re
from typing import Any

SECRET_NAME = re.compile(
    r"secret|token|passw|auth|credential|api_?-?key|private|signature|cookie|\bkey$|pin$", re.IGNORECASE
)
PERSON_NAME = re.compile(
    r"^((first|last|full|caller|customer|contact|lead|middle)_?name|address\d?|dob|birth.*|ssn)$", re.IGNORECASE
)
OWNERS_OF_NAMES = frozenset(("customer", "caller", "contact", "lead", "patient", "customerData"))
"""Inside of these `name` is a person's; an assistant's or a tool's name may be seen."""
SPOKEN = frozenset(
    (
        "transcript",
        "messages",
        "content",
        "text",
        "summary",
        "message",
        "body",
        "notes",
        "comments",
        "transcription_text",
    )
)
"""Where a value is what somebody said or wrote. Objects and lists under these names are walked through as usual."""
FREE = frozenset(
    ("arguments", "variableValues", "variables", "structuredData", "structuredOutputs", "result", "results")
)
"""What a caller told an assistant may stand under any name inside of these."""
LONGEST_WORDS = 60
"""Characters that a string with blanks in it may have before it counts as prose."""

EMAIL = re.compile(r"[^\s@,;<>\"']+@[^\s@,;<>\"']+\.[a-z]{2,}", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.-])(?:\+|%2B)?\(?\d[\d\s().-]{5,}\d(?![\w-])")
TWILIO_SID = r"(?:CA|RE|SM|MM|PN)[0-9a-f]{32}\b"
OPAQUE = re.compile(rf"(?<![\w-])(?!{TWILIO_SID})(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_]{{28,}}(?![\w-])")
TIME = re.compile(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$")
ADDRESS = re.compile(r"\b((?:https?|wss?)://[^\s/?#\"']+)[/?#][^\s\"']*", re.IGNORECASE)
"""Whoever has the address of a recording can often hear it: only the host is shown."""
HIDDEN = "[hidden]"


def scrub(value: Any, name: str = "", owner: str = "") -> Any:
    """The same structure with what must not be seen replaced. `name` is the value's key, `owner` its object's."""
    if name in FREE and value is not None:
        return _silenced(value)
    if isinstance(value, dict):
        return {str(key): scrub(inner, str(key), name or owner) for key, inner in value.items()}
    if isinstance(value, list):
        return [scrub(inner, name, owner) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    if SECRET_NAME.search(name) or PERSON_NAME.match(name) or (name == "name" and owner in OWNERS_OF_NAMES):
        return HIDDEN
    return _text(value, name) if isinstance(value, str) else _number(value, name)


def _text(text: str, name: str) -> str:
    if TIME.match(text):
        return text
    if name in SPOKEN or (len(text) > LONGEST_WORDS and " " in text):
        return f"[{len(text)} characters]"
    text = ADDRESS.sub(r"\1/[hidden]", text)
    text = EMAIL.sub("[e-mail]", text)
    return NUMBER.sub(_masked, OPAQUE.sub(HIDDEN, text))


def _silenced(value: Any) -> Any:
    """The shape alone: every value, a number too, may be what a caller said."""
    if isinstance(value, dict):
        return {str(key): _silenced(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_silenced(inner) for inner in value]
    return f"[{len(str(value))} characters]"


def _number(value: float, name: str) -> Any:
    """Numbers pass, but for a telephone's that was sent as one."""
    return _masked_digits(str(value)) if "phone" in name.lower() else value


def _masked(found: re.Match[str]) -> str:
    return _masked_digits(found.group())


def _masked_digits(number: str) -> str:
    """The last two digits stay, so that two numbers can be told apart."""
    digits = re.sub(r"\D", "", number)
    return "•" * max(len(digits) - 2, 0) + digits[-2:]
