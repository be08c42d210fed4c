"""Corrections: a person's word on what a call meant, and the call as it stands with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, PlainValidator, WithJsonSchema

from edge.asked import bad
from edge.shapes.base import Answer, Row, Sent
from rules.correction import READERS


def _kind(given: Any) -> str:
    if not isinstance(given, str) or given not in READERS:
        raise bad(f"kind must be one of {', '.join(READERS)}")
    return given


def _said(given: Any) -> str | None:
    """The value as text, None for null."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise bad("value must be a word, a number or a text, or null to take a correction back")
    return str(given).replace("\0", "")


class Correction(Sent):
    kind: Annotated[str, PlainValidator(_kind), WithJsonSchema({"enum": list(READERS)})] = Field(
        description="Which result"
    )
    value: Annotated[str | None, PlainValidator(_said), WithJsonSchema({"type": ["string", "number", "null"]})] = Field(
        description="A booking, an outcome or a sentiment in its word, value as an amount of money, qa and lead_score"
        " from 0 to 100, summary as text; null takes the correction back"
    )


class CorrectedCall(Row):
    """What follows from the correction."""

    id: UUID
    booking: str | None
    result: str | None
    result_sentence: str | None
    financial_value: float | None = Field(description="Dollars")
    service: str | None
    sentiment_label: str | None
    sentiment_score: float | None = Field(description="0 for the worst mood, 1 for the best")
    qa_score: int | None
    lead_score: int | None
    temperature: Literal["hot", "warm", "cold"] | None
    outcome_summary: str | None


class Corrected(Answer):
    data: CorrectedCall
