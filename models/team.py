"""Who belongs to an organization, and who may change that: nobody above themselves, and never the last owner away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import api_keys
from models.database import Transaction
from vocabulary import ROLE_RANK, Role

ROLES = [role for role in Role if role is not Role.UNKNOWN]


class NotAllowed(Exception):
    """This person may not do that to that person; `code` is for programs."""

    def __init__(self, code: str, error: str) -> None:
        self.code = code
        super().__init__(error)


class LastOwner(Exception):
    """An organization keeps an owner."""


class NoMember(LookupError):
    """The organization has no such member."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who changes the team. A super admin who does not belong to it acts as its owner would."""

    user_id: UUID
    is_super_admin: bool


def clean_role(given: object) -> Role:
    if given not in list(ROLES):
        raise ValueError(f"role must be one of {', '.join(ROLES)}")
    return Role(str(given))


def members_of(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """The organization's members by name: org_id, user_id, email, name, role, joined_at."""
    return tx.rows(
        "SELECT m.org_id, m.user_id, u.email, u.name, m.role, m.created_at AS joined_at FROM memberships m"
        " JOIN users u ON u.id = m.user_id WHERE m.org_id = %s ORDER BY lower(u.name), u.email",
        (org_id,),
    )


def hold(tx: Transaction, org_id: UUID) -> None:
    """Changes of one team take turns: each sees what the one before has done."""
    tx.run("SELECT pg_advisory_xact_lock(hashtextextended('team:' || %s, 0))", (str(org_id),))


def may_grant(tx: Transaction, org_id: UUID, by: Acting, role: Role) -> None:
    """Raises NotAllowed where the role is more than they have now. The team must be held."""
    own = _own_role(tx, org_id, by)
    if ROLE_RANK[role] > ROLE_RANK[own]:
        raise NotAllowed("role_too_high", "You cannot give a role above your own")


def change_role(tx: Transaction, org_id: UUID, by: Acting, user_id: UUID, role: Role) -> tuple[Role, int]:
    """Gives a member another role; returns the one before, and how many of their keys were revoked for it.

    Raises NoMember, NotAllowed and LastOwner.
    """
    hold(tx, org_id)
    before = _touched(tx, org_id, by, user_id)
    if user_id == by.user_id:
        raise NotAllowed("own_role", "Nobody changes their own role: ask another admin")
    may_grant(tx, org_id, by, role)
    if before is Role.OWNER and role is not Role.OWNER:
        _keep_an_owner(tx, org_id)
    tx.run("UPDATE memberships SET role = %s WHERE org_id = %s AND user_id = %s", (role, org_id, user_id))
    return before, api_keys.revoke_of_person(tx, org_id, user_id, above=role)


def remove(tx: Transaction, org_id: UUID, by: Acting, user_id: UUID) -> tuple[Role, int]:
    """Ends a membership, for oneself too; returns the role it had, and how many of their keys were revoked.

    Raises NoMember, NotAllowed and LastOwner.
    """
    hold(tx, org_id)
    before = _touched(tx, org_id, by, user_id)
    if before is Role.OWNER:
        _keep_an_owner(tx, org_id)
    tx.run("DELETE FROM memberships WHERE org_id = %s AND user_id = %s", (org_id, user_id))
    return before, api_keys.revoke_of_person(tx, org_id, user_id, above=Role.UNKNOWN)


def role_of(tx: Transaction, org_id: UUID, user_id: UUID) -> Role | None:
    found = tx.value("SELECT role FROM memberships WHERE org_id = %s AND user_id = %s", (org_id, user_id))
    return Role(found) if found else None


def _touched(tx: Transaction, org_id: UUID, by: Acting, user_id: UUID) -> Role:
    """The role of the member who is to be changed, if this person may do that."""
    own, theirs = _own_role(tx, org_id, by), role_of(tx, org_id, user_id)
    if theirs is None:
        raise NoMember
    if theirs is Role.OWNER and own is not Role.OWNER:
        raise NotAllowed("owners_only", "Only an owner changes an owner")
    return theirs


def _own_role(tx: Transaction, org_id: UUID, by: Acting) -> Role:
    """As it is now: it may have been taken from them since their request began."""
    own = role_of(tx, org_id, by.user_id)
    if own is None and by.is_super_admin:
        return Role.OWNER
    if own is None or ROLE_RANK[own] < ROLE_RANK[Role.ADMIN]:
        raise NotAllowed("forbidden", "Your role does not allow this")
    return own


def _keep_an_owner(tx: Transaction, org_id: UUID) -> None:
    owners = tx.value("SELECT count(*) FROM memberships WHERE org_id = %s AND role = 'owner'", (org_id,))
    if owners == 1:
        raise LastOwner("An organization keeps at least one owner: make somebody else one first")
