"""What an organization writes to people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SkipValidation

from edge.shapes.base import Answer, Row, Sent
from edge.shapes.changes import Change
from rules.templates import LONGEST_NAME
from rules.wording import EMAIL_LIMIT, SUBJECT_LIMIT
from vocabulary import MessageStatus, Method, Purpose

# What these fields may hold depends on one another: rules/templates checks them together, and says it in its own words.
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, description="Once in the organization")]
Kind = Annotated[
    Literal[Purpose.FOLLOWUP, Purpose.REMINDER, Purpose.HOT_LEAD],
    Field(description="What it is for; cannot be changed later"),
]
Way = Annotated[
    Literal[Method.SMS, Method.EMAIL], Field(description="Only reminders are sent by mail; cannot be changed later")
]
Subject = Annotated[str | None, Field(max_length=SUBJECT_LIMIT, description="Of mail, and of nothing else")]
Body = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2 * EMAIL_LIMIT,
        description="With variables like {{ first_name }}; a follow-up is one text at most, with its values",
    ),
]
Results = Annotated[list[str] | None, Field(description="Results of a call after which a follow-up is sent by itself")]


class TemplateRow(Row):
    org_id: UUID
    id: UUID
    name: str
    purpose: Purpose
    method: Method
    subject: str | None
    body: str
    after_results: list[str] = Field(description="Results of a call after which it is sent by itself")
    created_at: datetime
    updated_at: datetime


class DefaultRow(Row):
    purpose: Purpose
    method: Method
    subject: str | None
    body: str
    result: str | None = Field(
        None, description="First words for a follow-up after this result; not sent by themselves"
    )


class TemplateList(Answer):
    data: list[TemplateRow]
    defaults: list[DefaultRow] = Field(description="What is sent where the organization has written nothing")
    variables: dict[str, dict[str, str]] = Field(description="By purpose: the variable's name, and what it stands for")
    results: list[str] = Field(description="Results of a call after which a follow-up may be sent")


class TemplateAnswer(Answer):
    data: TemplateRow


class TemplateRemoved(Answer):
    pass


class PreviewRow(Row):
    body: str
    subject: str | None
    limit: int = Field(description="Characters that such a message may have")
    encoding: str | None = Field(description="GSM-7 or UCS-2; null for mail")
    length: int = Field(description="In characters, for a text in units of its encoding")
    segments: int | None = Field(description="How many texts it costs; null for mail")


class Preview(Answer):
    data: PreviewRow


class TestOwed(Answer):
    success: Literal[True]
    message_id: UUID = Field(alias="messageId")
    recipient: str
    method: Method
    status: MessageStatus


class NewTemplate(Change):
    name: Annotated[Name, SkipValidation]
    purpose: Annotated[Kind, SkipValidation]
    method: Annotated[Way, SkipValidation]
    subject: Annotated[Subject, SkipValidation] = None
    body: Annotated[Body, SkipValidation]
    after_results: Annotated[Results, SkipValidation] = None


class TemplateChange(Change):
    """At least one of them; what is left out stays as it is."""

    name: Annotated[Name, SkipValidation] = ""
    purpose: Annotated[Kind, SkipValidation] = Purpose.FOLLOWUP
    method: Annotated[Way, SkipValidation] = Method.SMS
    subject: Annotated[Subject, SkipValidation] = None
    body: Annotated[Body, SkipValidation] = ""
    after_results: Annotated[Results, SkipValidation] = None


class WordsAsked(Change):
    purpose: Annotated[Kind, SkipValidation]
    method: Annotated[Way, SkipValidation]
    subject: Annotated[Subject, SkipValidation] = None
    body: Annotated[Body, SkipValidation]


class TestAsked(Sent):
    to: Annotated[str, Field(description="A phone number or an address, as the template is sent by it"), SkipValidation]
