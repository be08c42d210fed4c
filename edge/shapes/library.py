"""The library: calls to learn from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from edge.shapes.base import Answer, Row


class Lesson(Row):
    """A call that is worth hearing."""

    id: UUID
    org_id: UUID
    started_at: datetime | None
    duration_sec: float | None
    disposition: str | None = Field(description="How the call centre closed it, in its own words")
    result: str | None = Field(description="How it ended by what is known of it, such as booked or no_answer")
    campaign: str | None
    agent: str | None = Field(description="The agent's name")
    qa_score: int | None = Field(description="How well the call was led, 0 to 100; null where it was not judged")
    reason_primary: str | None = Field(description="What weighed most in the score, in a sentence")
    reason_secondary: str | None
    summary: str | None
    risk_flags: list[str] = Field(description="What was said that should not have been, such as pressure")


class Library(Answer):
    best: list[Lesson] = Field(description="Completed, Success, Connected or Answered, and longer than a minute")
    worst: list[Lesson] = Field(description="Failed, No Answer, Busy, Voicemail, Disconnected, Rejected, or under 30 s")
    recent: list[Lesson] = Field(description="The newest of the last seven days")
    avgScore: float | None = Field(description="The mean QA score of every call that has one; null where none has")  # noqa: N815
