"""Across organizations: the newest calls, sums, and the deletion of one organization's calls."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, WithJsonSchema

from edge.shapes.base import Answer, Row, Sent
from edge.shapes.calls import ListedCall
from edge.shapes.figures import Days, Sums


class _About(Answer):
    is_super_admin: bool
    filtered_by_agencies: list[UUID] | None = Field(
        description="The organizations that the answer is about; null where it is about all there are"
    )


class AgencyCall(ListedCall):
    agency_id: UUID
    agency_name: str


class AgencyCalls(_About):
    data: list[AgencyCall] = Field(description="The newest first, at most 500")


class AgencySums(Sums):
    agency_id: UUID
    agency_name: str


class AllSums(Sums):
    agencies: int = Field(description="How many organizations these are the sums of")


class AgencyStatsRow(Row):
    range: Days
    total: AllSums
    agencies: list[AgencySums]


class AgencyStats(_About):
    data: AgencyStatsRow


class ClearAsked(Sent):
    model_config = ConfigDict(json_schema_extra={"required": ["confirm"]})

    confirm: Annotated[Any, WithJsonSchema({"type": "string"})] = Field(
        None, description="The phrase that names the organization: delete all calls of <its name>"
    )


class Cleared(Row):
    id: UUID = Field(description="Under this subject the audit trail tells of it")
    org_id: UUID
    calls: int = Field(description="How many there are now; a worker deletes them")


class ClearOwed(Answer):
    data: Cleared
