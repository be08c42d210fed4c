"""Keys of the API, which are shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from edge.shapes.base import Answer, Row, Sent
from models.api_keys import MOST_DAYS, NAME_LIMIT, USUAL_DAYS, clean_days, clean_name, clean_role
from vocabulary import Role

KeyRole = Literal[Role.VIEWER, Role.ANALYST, Role.OPERATOR, Role.ADMIN]


class KeyRow(Row):
    org_id: UUID
    id: UUID
    name: str
    role: KeyRole
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To the minute")
    revoked_at: datetime | None
    created_by: str = Field(description="Like user:<id>")
    created_at: datetime


class MadeKeyRow(KeyRow):
    key: str = Field(description="The key itself: nowhere else does it ever stand")


class Keys(Answer):
    data: list[KeyRow] = Field(description="Newest first, those revoked and expired too")


class MadeKey(Answer):
    data: MadeKeyRow


class NewKey(Sent):
    name: Annotated[str, BeforeValidator(clean_name)] = Field(
        min_length=1, max_length=NAME_LIMIT, description="What it is for"
    )
    role: Annotated[KeyRole, BeforeValidator(clean_role)] = Field(
        Role.VIEWER, description="What it may do: no more than who makes it"
    )
    expires_in_days: Annotated[int, BeforeValidator(clean_days)] = Field(USUAL_DAYS, ge=1, le=MOST_DAYS)
