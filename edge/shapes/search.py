"""Search: what is typed, and the calls in which it was found, each with why."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from edge.asked import bad
from edge.shapes.base import Answer, Row, Sent
from edge.shapes.calls import ListedCall
from edge.shapes.paging import Cursor, Limit, Next
from vocabulary import Speaker

USUAL = 20


def _typed(given: Any) -> str:
    if not isinstance(given, str):
        raise bad("Give q: the words, the name or the part of a number to look for")
    return given


class Looking(Sent):
    q: Annotated[
        str,
        BeforeValidator(_typed),
        Field(description='Words, a "quoted phrase", -unwanted words, a name, or three digits or more of a number'),
    ]
    limit: Limit | None = Field(None, description="How many calls at most: 20 unless told, never more than 200")
    next: Cursor | None = None


class Mark(Row):
    """A place in a text where something was found, in characters."""

    start: int
    end: int


class Highlight(Row):
    """Why a call was found. `text` is part of the field, as plain text."""

    field: Literal["caller_name", "phone_number", "summary", "transcript"]
    text: str
    marks: list[Mark]
    turn: int | None = Field(None, description="Which turn of the transcript, from 0")
    speaker: Speaker | None = Field(None, description="Who said it")
    at: float | None = Field(None, description="When it was said, in seconds from the call's start")


class FoundCall(ListedCall):
    agency_id: UUID = Field(description="The organization, once more")
    highlights: list[Highlight] = Field(description="Summary and transcript for analysts and above only")


class FoundCalls(Answer):
    data: list[FoundCall]
    next: Next = Field(description="Looks further back; a page may have less than its limit and a next all the same")
