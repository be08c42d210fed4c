"""Lists that come page by page: how long a page is, and where the one before it ended."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from edge import asked
from edge.shapes.base import Asked
from models.queries import Place


def _limit(given: Any) -> int:
    return asked.limit({"limit": str(given)})


def _place(given: Any) -> Place | None:
    return asked.place({"next": str(given)})


Limit = Annotated[int, PlainValidator(_limit), WithJsonSchema({"type": "integer", "minimum": 1})]
Cursor = Annotated[Place, PlainValidator(_place), WithJsonSchema({"type": "string"})]
Next = Annotated[str | None, Field(description="Asks for the rows that follow; null at the end")]


class Paged(Asked):
    limit: Limit = Field(asked.USUAL, description=f"How many rows are wanted, at most {asked.MOST}")
    next: Cursor | None = Field(None, description="The `next` of the page before: its rows are followed by these")
