"""What assistants and lines that are registered have in common: one line of text, and a yes or no."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

LONGEST = 120


def one_line(given: object, info: ValidationInfo) -> str:
    found = " ".join(given.replace("\0", "").split()) if isinstance(given, str) else None
    if found is None or len(found) > LONGEST:
        raise ValueError(f"{info.field_name} must be a text of at most {LONGEST} characters")
    return found


def flag(given: object, info: ValidationInfo) -> bool:
    if given is not True and given is not False:
        raise ValueError(f"{info.field_name} must be true or false")
    return given


Words = Annotated[str, BeforeValidator(one_line), Field(max_length=LONGEST)]
Flag = Annotated[bool, BeforeValidator(flag)]
Given = Annotated[Any, WithJsonSchema({"type": "string"})]
"""A text that is read, and refused in its own words, by what keeps it."""
