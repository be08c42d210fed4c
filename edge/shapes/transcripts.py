"""What was said on a call, and where its sound is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from edge.asked import bad
from edge.errors import Problem
from edge.shapes.base import Answer, Asked, Row
from vocabulary import Speaker

FORMATS = ("json", "txt")


def _id(given: Any) -> UUID:
    try:
        return UUID(str(given).strip())
    except ValueError:
        raise Problem(400, "id_required", "Add id to the address: the id of a call") from None


def _format(given: Any) -> str:
    if given not in FORMATS:
        raise bad("format must be json or txt")
    return str(given)


class TranscriptAsked(Asked):
    id: Annotated[UUID, PlainValidator(_id), WithJsonSchema({"type": "string", "format": "uuid"})] = Field(
        description="The call's"
    )
    format: Annotated[str, PlainValidator(_format), WithJsonSchema({"enum": list(FORMATS)})] = "json"

    @model_validator(mode="before")
    @classmethod
    def _needs_an_id(cls, given: dict[str, Any]) -> dict[str, Any]:
        """None at all is told like one that is none."""
        return {"id": ""} | given


class Segment(Row):
    """What one party said at a stretch."""

    speaker: Speaker
    text: str
    start: float | None = Field(description="Seconds from the call's start; null where nobody measured")
    end: float | None


class Metadata(Row):
    started_at: datetime | None
    duration_sec: float | None = Field(description="Seconds")
    agent_name: str | None
    customer_phone: str | None


class SpokenWords(Answer):
    """Redacted: numbers, dates of birth and addresses stand as placeholders."""

    call_id: UUID
    lang: str | None
    engine: str = Field(description="Who wrote it down")
    text: str = Field(description="A line for each turn, after its speaker")
    translated_text: str | None
    segments: list[Segment]
    words: list[Any] = Field(description="Empty: no engine that writes for us times single words")
    metadata: Metadata


class Sound(Answer):
    url: str = Field(description="Plays the recording, in ranges too, without a bearer")
    expires_at: datetime = Field(description="When the address stops to be good")
