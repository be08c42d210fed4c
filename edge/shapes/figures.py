"""Figures of a span of days: sums, rates, day by day, and the newest events."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, WithJsonSchema

from edge.shapes.base import Answer, Asked, Row
from edge.spans import MOST_DAYS, RANGES, USUAL, clean_range, day
from vocabulary import EventState, Provider

DAY = WithJsonSchema({"type": "string", "format": "date"})


def _day(name: str) -> Any:
    def check(given: str) -> str:
        day(given, name)
        return given

    return AfterValidator(check)


class SpanAsked(Asked):
    range: Annotated[str, AfterValidator(clean_range), WithJsonSchema({"type": "string", "enum": list(RANGES)})] = (
        Field(USUAL, description="So many days up to today; not looked at where from or to is given")
    )
    from_: Annotated[str, _day("from"), DAY] | None = Field(
        None, alias="from", description=f"The first day, the last where it is left out; at most {MOST_DAYS} in all"
    )
    to: Annotated[str, _day("to"), DAY] | None = Field(None, description="The last day, today where it is left out")


Points = Annotated[float | None, Field(description="Percent; null where there is nothing to divide by")]
Seconds = Annotated[float | None, Field(description="Seconds")]


class Moods(Row):
    positive: int
    neutral: int
    negative: int


class Sums(Row):
    """Over all days of a span."""

    calls: int
    inbound: int
    inbound_bookings: int = Field(description="Inbound calls on which a time was agreed")
    answered: int = Field(description="Calls on which two people, or a person and an assistant, spoke")
    bookings: int = Field(description="Calls on which a time was agreed, in whichever direction")
    pipeline_value: float = Field(description="What the calls may be worth, in dollars")
    cost: float = Field(description="What providers charge for the calls, in dollars")
    success_rate: Points = Field(description="Inbound calls booked of all inbound calls, in percent; null without any")
    avg_duration: Seconds = Field(description="Of a call, in seconds; null without any")
    qa_average: float | None = Field(description="Of the calls with a score, 0 to 100; null without any")
    sentiment: Moods = Field(description="How many callers were in which mood")


class SumsBefore(Sums):
    from_: datetime.date = Field(alias="from")
    to: datetime.date


class Change(Row):
    """From the span before to this one; null where one of the two is not known."""

    calls: int
    inbound: int
    inbound_bookings: int
    answered: int
    bookings: int
    pipeline_value: float
    cost: float
    success_rate: float | None = Field(description="In points")
    avg_duration: Seconds
    qa_average: float | None


class Days(Row):
    from_: datetime.date = Field(alias="from")
    to: datetime.date
    days: int


class OneDay(Row):
    day: datetime.date
    calls: int
    inbound: int
    bookings: int
    value: float
    answered: int


class RecentEvent(Row):
    """A webhook that came, and what became of it."""

    org_id: UUID
    id: UUID
    at: datetime.datetime
    provider: Provider
    kind: str = Field(description="The provider's own word for it")
    state: EventState
    call_id: UUID | None = Field(description="The call that it was about")


class Stats(Answer, Sums):
    ok: Literal[True]
    range: Days
    by_day: list[OneDay] = Field(description="Every day of the span, in order; days without a call too")
    recent: list[RecentEvent] = Field(description="The ten newest, newest first")
    previous: SumsBefore = Field(description="The same of as many days before")
    change: Change
