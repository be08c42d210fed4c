"""Messages: the trail of what was sent and came back, and what may be sent from a call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from edge.sending import ADDRESS_LIMIT, clean_address, clean_text
from edge.shapes.base import Answer, Row, Sent
from edge.shapes.paging import Next, Paged
from rules.segments import FOLLOWUP_LIMIT
from vocabulary import MessageStatus, Method, Purpose

ATTENTION = "attention"
"""In place of a status: all that somebody should look at."""
STATUSES = (*MessageStatus, ATTENTION)
DIRECTIONS = ("inbound", "outbound")


def _choice(name: str, words: tuple[str, ...]) -> Any:
    def check(given: str) -> str:
        if given.strip() not in words:
            raise ValueError(f"{name} must be one of {', '.join(words)}")
        return given.strip()

    return Annotated[str, AfterValidator(check), WithJsonSchema({"type": "string", "enum": list(words)})]


def _id(name: str) -> Any:
    def read(given: str) -> UUID:
        try:
            return UUID(given.strip())
        except ValueError:
            raise ValueError(f"{name} must be an id") from None

    return Annotated[UUID, BeforeValidator(read)]


class MessagesAsked(Paged):
    status: _choice("status", STATUSES) | None = Field(  # type: ignore[valid-type]
        None, description="attention: all that failed, was not delivered, or of which nobody knows"
    )
    method: _choice("method", tuple(Method)) | None = None  # type: ignore[valid-type]
    purpose: _choice("purpose", tuple(Purpose)) | None = None  # type: ignore[valid-type]
    direction: _choice("direction", DIRECTIONS) | None = None  # type: ignore[valid-type]
    call_id: _id("call_id") | None = None  # type: ignore[valid-type]
    contact_id: _id("contact_id") | None = None  # type: ignore[valid-type]
    appointment_id: _id("appointment_id") | None = None  # type: ignore[valid-type]


class MessageRow(Row):
    """One message. Its words, its subject, and who it is from and for are null for viewers."""

    org_id: UUID
    id: UUID
    direction: Literal["inbound", "outbound"]
    method: Method
    purpose: Purpose | None = Field(description="Null for what people wrote to us")
    status: MessageStatus
    reason: str | None = Field(description="Why it stands as it does, in a sentence")
    recipient: str | None
    sender: str | None
    subject: str | None
    content: str | None
    contact_id: UUID | None
    call_id: UUID | None
    appointment_id: UUID | None
    requested_by: str | None = Field(description="Who asked for it, like user:<id>, key:<id> or rule:<name>")
    service_provider: str | None
    external_message_id: str | None = Field(description="The provider's own name for it")
    attempts: int
    send_at: datetime | None = Field(description="Not before then")
    sent_at: datetime | None = Field(description="When the provider took it")
    delivered_at: datetime | None = Field(description="When the provider reported that it arrived")
    created_at: datetime
    updated_at: datetime


class Messages(Answer):
    data: list[MessageRow] = Field(description="The newest first")
    next: Next


class OneMessage(Answer):
    data: MessageRow


class FollowUp(Sent):
    message: Annotated[
        str,
        BeforeValidator(clean_text),
        WithJsonSchema({"type": "string", "minLength": 1, "maxLength": FOLLOWUP_LIMIT}),
        Field(description="The words of the text"),
    ]


class Share(Sent):
    email: Annotated[
        str,
        BeforeValidator(clean_address),
        WithJsonSchema({"type": "string", "format": "email", "maxLength": ADDRESS_LIMIT}),
        Field(description="Who may listen, for a day"),
    ]


def _txt(given: object) -> object:
    if given != "txt":
        raise ValueError("format must be txt")
    return given


class ExportAsked(Sent):
    format: Annotated[Literal["txt"], BeforeValidator(_txt)] = "txt"


class _Asked(Answer):
    success: Literal[True]
    messageId: UUID = Field(description="Under /api/messages it tells what became of it")  # noqa: N815
    status: MessageStatus = Field(description="planned; where the same was asked for before, how that stands")


class FollowUpAsked(_Asked):
    phone: str = Field(description="The number that it is sent to, in E.164")


class ShareAsked(_Asked):
    email: str
