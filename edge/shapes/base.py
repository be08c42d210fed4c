"""What all shapes have in common: answers hold exactly what they promise; what is sent may hold more than is read.

Their checks are built at their first use: a process that serves never checks its own answers.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[float, Field(description="Money or a share, as a number")]


class Answer(BaseModel):
    """Every answer that is not a refusal."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    ok: Literal[True]


class Row(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Body(BaseModel):
    """What is sent to an address that names the organization. Fields beyond those named are not read."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class Sent(Body):
    """What is sent to any other address."""

    org_id: UUID | None = Field(None, description="Which organization is meant, where the bearer does not say it")


class Asked(BaseModel):
    """The parameters of an address, besides org_id, which every endpoint takes."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class Refusal(Row):
    """What a request that is not carried out is told."""

    ok: Literal[False]
    error: str = Field(description="A sentence for people")
    code: str = Field(description="A word for programs")
    request_id: str
