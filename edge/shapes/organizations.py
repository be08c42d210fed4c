"""Organizations, as their members see them."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from edge.shapes.base import Answer, Row
from vocabulary import Role


class OrganizationRow(Row):
    id: UUID
    name: str
    timezone: str = Field(description="An IANA zone, such as America/Chicago")
    role: Role = Field(description="The caller's own")


class Standing(Answer):
    org: OrganizationRow
