"""Lines: the numbers that organizations own, and whether that is proven."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from edge.shapes.base import Answer, Row, Sent
from edge.shapes.registering import Flag, Given, Words

OUTBOUND = "People are called back from it; one of the lines that Vapi has"


class LineRow(Row):
    org_id: UUID
    id: UUID
    number: str = Field(description="E.164")
    label: str
    assistant_number: str | None = Field(description="Where the line is forwarded to, in E.164")
    vapi_assistant_id: str | None = Field(description="Which assistant answers it")
    vapi_phone_number_id: str | None = Field(description="Vapi's id of the line")
    is_outbound: bool = Field(description=OUTBOUND)
    is_verified: bool = Field(description="Proven to be the organization's own: calls from it count as its")
    created_at: datetime
    verification_note: str | None = Field(description="What is to be done about one that is not verified")


class Lines(Answer):
    data: list[LineRow] = Field(description="Oldest first")


class OneLine(Answer):
    data: LineRow


class ChangedLine(Sent):
    """Only what is given is changed."""

    label: Words = Field("", description="For people")
    is_outbound: Flag = Field(False, description=OUTBOUND)


class NewLine(ChangedLine):
    number: Given = Field(description="A telephone number, of the organization's country where it names none")
    vapi_assistant_id: Words | None = Field(None, description="Which registered assistant answers it")
    vapi_phone_number_id: Words | None = Field(None, description="Vapi's id of the line")
    assistant_number: Given = Field(None, description="Where the line is forwarded to")
