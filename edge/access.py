"""What a caller may see: the organizations in which they have the role. Any other organization is not there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request

from edge.errors import Problem, not_found
from edge.requests import concerns
from models import audit, queries
from models.api_keys import Key
from models.database import Access, organization
from models.people import Membership, Person
from vocabulary import NOBODY, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, or a program with a key of its own."""

    who: Person | Key
    selected: UUID | None
    """The one organization that the caller's token or key is for."""

    @property
    def actor(self) -> str:
        """Who acts, as the audit trail names them."""
        return f"user:{self.who.id}" if isinstance(self.who, Person) else f"key:{self.who.id}"

    @property
    def person(self) -> Person:
        """Raises Problem 403 for a key: some things are people's business only."""
        if not isinstance(self.who, Person):
            raise Problem(403, "person_required", "A key cannot do this; sign in as a person")
        return self.who

    @property
    def is_super_admin(self) -> bool:
        return isinstance(self.who, Person) and self.who.is_super_admin

    def require_person(self) -> None:
        """Raises Problem 403 for a key: whoever has one could make another before it is over, or let people in."""
        _ = self.person

    def organizations(self, role: Role) -> tuple[Membership, ...]:
        """Where the caller has at least this role: the selected organization, or every one. Raises Problem 404, 403."""
        if self.selected is not None:
            return (self.within(self.selected, role),)
        able = tuple(membership for membership in self.who.memberships if membership.may(role))
        if not able and self.who.memberships:
            raise Problem(403)
        return able

    def within(self, org_id: UUID, role: Role) -> Membership:
        """The caller's standing in one organization. Raises Problem 404 for a stranger and 403 for too low a role."""
        if self.selected not in (None, org_id):
            raise not_found()
        membership = self.who.membership(org_id)
        if membership is None and self.is_super_admin:
            membership = _visit(self.actor, org_id)
        if membership is None:
            raise not_found()
        if not membership.may(role):
            raise Problem(403)
        concerns(org_id)
        return membership


def _visit(by: str, org_id: UUID) -> Membership | None:
    """A super admin looks into an organization as its owner would, and leaves a trace there first."""
    if org_id == NOBODY:
        return None
    with organization(org_id, Access.READ) as tx:
        found = queries.organization_of(tx, org_id)
    if found is None:
        return None
    route = request.url_rule.rule if request.url_rule else ""
    with organization(org_id) as tx:
        audit.record(tx, org_id, by, "super_admin.visit", route, {"method": request.method})
    return Membership(org_id, Role.OWNER, found["name"], found["timezone"])
