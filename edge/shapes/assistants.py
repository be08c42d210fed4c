"""Assistants, and how Vapi's tools stand on them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from edge.shapes.base import Answer, Row, Sent
from edge.shapes.registering import Flag, Given, Words

OUTBOUND = "It calls people back; one of them does"


class Tool(Row):
    tool_name: str
    state: Literal["linked", "failed"]
    error: str | None = Field(description="Why it is not linked")
    updated_at: datetime


class AssistantRow(Row):
    org_id: UUID
    id: UUID
    vapi_assistant_id: str = Field(description="Vapi's id of it")
    name: str
    is_outbound: bool = Field(description=OUTBOUND)
    created_at: datetime
    updated_at: datetime
    tools: list[Tool]
    tools_note: str | None = Field(description="What keeps tools from being linked at all")


class Assistants(Answer):
    data: list[AssistantRow] = Field(description="Oldest first")


class Assistant(Answer):
    data: AssistantRow


class ChangedAssistant(Sent):
    """Only what is given is changed."""

    name: Words = Field("", description="For people")
    is_outbound: Flag = Field(False, description=OUTBOUND)


class NewAssistant(ChangedAssistant):
    vapi_assistant_id: Given = Field(description="Vapi's id of it: 1 to 128 letters, digits, - or _")
