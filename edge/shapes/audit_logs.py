"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from edge.shapes.base import Answer, Row
from edge.shapes.calls import DAY_OR_TIME, as_filter
from edge.shapes.paging import Next, Paged


class AuditAsked(Paged):
    date: Annotated[str, as_filter("date"), DAY_OR_TIME] | None = Field(
        None, description="What happened on this day of the organization's own zone"
    )
    from_: Annotated[str, as_filter("from"), DAY_OR_TIME] | None = Field(None, alias="from", description="From then on")
    to: Annotated[str, as_filter("to"), DAY_OR_TIME] | None = Field(
        None, description="Up to this day, the day included, or before this time"
    )
    action: str | None = Field(None, description="Such as transcript.read or services.change")
    actor: str | None = Field(None, description="Such as user:<id> or key:<id>")
    subject: str | None = Field(None, description="The id of what was read or changed")


class AuditEntry(Row):
    org_id: UUID
    id: UUID
    at: datetime
    actor: str = Field(description="Who did it, such as user:<id>, key:<id>, or a job's name")
    action: str
    subject: str | None = Field(description="What it was done to, mostly an id")
    details: dict[str, Any] = Field(description="Ids and counts, never a secret")


class AuditTrail(Answer):
    data: list[AuditEntry] = Field(description="The newest first")
    next: Next
