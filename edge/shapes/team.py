"""Who belongs to an organization, and who is invited to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from edge.shapes.base import Answer, Row, Sent
from models import invitations, team
from models.invitations import NAME_LIMIT
from models.people import clean_email
from vocabulary import Role


def _email(given: object) -> str:
    return clean_email(given if isinstance(given, str) else "")


Given = Literal[Role.VIEWER, Role.ANALYST, Role.OPERATOR, Role.ADMIN, Role.OWNER]
GivenRole = Annotated[Given, Field(description="At most the caller's own"), BeforeValidator(team.clean_role)]


class MemberRow(Row):
    org_id: UUID
    user_id: UUID
    email: str
    name: str
    role: Role
    joined_at: datetime


class InvitationRow(Row):
    org_id: UUID
    id: UUID
    email: str
    name: str
    role: Role
    invited_by: UUID
    expires_at: datetime
    created_at: datetime


class InvitationMade(InvitationRow):
    mailed: bool = Field(description="Whether it is sent by mail; where not, pass the link on yourself")
    link: str = Field(description="Works once, for this address only; shown nowhere else ever again")


class TeamRow(Row):
    members: list[MemberRow] = Field(description="By name")
    invitations: list[InvitationRow] = Field(description="Those that can still be accepted, newest first")


class RoleRow(Row):
    user_id: UUID
    role: Role
    revoked_keys: int = Field(description="How many of their API keys were above the new role, and are revoked")


class TeamAnswer(Answer):
    data: TeamRow


class Invited(Answer):
    data: InvitationMade


class RoleChanged(Answer):
    data: RoleRow


class MemberRemoved(Answer):
    revoked_keys: int = Field(description="How many of their API keys are revoked with them")


class Uninvited(Answer):
    pass


class NewMember(Sent):
    email: Annotated[str, Field(max_length=254), BeforeValidator(_email)]
    role: GivenRole
    name: Annotated[str, Field(max_length=NAME_LIMIT), BeforeValidator(invitations.clean_name)] = ""

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What is missing is told of as what is wrong: with an example of how it is written."""
        return {"email": None, "role": None} | given


class NewRole(Sent):
    role: GivenRole

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {"role": None} | given
