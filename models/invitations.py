"""Invitations: a link that works once, within a week, for one address, while its sender could still send it.

The token follows from the invitation's id, so that mail is written with it as it leaves and it is kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg2

from models import audit, people, team
from models.database import Transaction, organization, statement
from models.ids import new_id
from models.links import invitation_token
from models.passwords import check_strength, hash_password
from models.team import Acting
from models.tokens import hash_token
from vocabulary import Role

LIFE = timedelta(days=7)
AN_HOUR = 5
"""So many invitations go to one address."""
NAME_LIMIT = 120
SHOWN = "org_id, id, email, name, role, invited_by, expires_at, created_at"
WAITING = "accepted_at IS NULL AND revoked_at IS NULL"


class AlreadyMember(Exception):
    """Who is invited belongs to the organization."""


class TooOften(Exception):
    """Each invitation is a mail to somebody who may not have asked for it."""


class Gone(LookupError):
    """The invitation is unknown, used, revoked or over: nobody is told which."""


@dataclass(frozen=True, slots=True)
class Invitation:
    org_id: UUID
    id: UUID
    email: str
    name: str
    role: str
    organization: str
    """Its name."""
    invited_by: str
    user_id: UUID | None
    """Who has the address already."""


def clean_name(given: object) -> str:
    """A person's name, which may be empty; raises ValueError."""
    name = " ".join(given.split()) if isinstance(given, str) else ""
    if len(name) > NAME_LIMIT or not name.isprintable() or not isinstance(given, str | None):
        raise ValueError(f"name must be a text of at most {NAME_LIMIT} characters")
    return name


def invite(tx: Transaction, org_id: UUID, by: Acting, email: str, role: Role, name: str = "") -> dict[str, Any]:
    """A new invitation, in place of one that waits for the same address.

    Raises NotAllowed, AlreadyMember and TooOften.
    """
    team.hold(tx, org_id)
    team.may_grant(tx, org_id, by, role)
    if tx.value(
        "SELECT true FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = %s AND u.email = %s",
        (org_id, email),
    ):
        raise AlreadyMember("They belong to this organization already")
    lately = tx.value(
        "SELECT count(*) FROM invitations WHERE org_id = %s AND email = %s AND created_at > now() - interval '1 hour'",
        (org_id, email),
    )
    if lately >= AN_HOUR:
        raise TooOften(f"They were invited {AN_HOUR} times within the last hour: wait before the next")
    for waiting in tx.rows(
        f"SELECT id FROM invitations WHERE org_id = %s AND email = %s AND {WAITING}", (org_id, email)
    ):
        revoke(tx, org_id, by, waiting["id"])
    new = new_id()
    row = tx.row(
        "INSERT INTO invitations (org_id, id, email, name, role, token_hash, invited_by, expires_at)"
        f" VALUES (%s, %s, %s, %s, %s, %s, %s, now() + %s) RETURNING {SHOWN}",
        (org_id, new, email, name, role, hash_token(invitation_token(new)), by.user_id, LIFE),
    )
    assert row is not None
    return row


def waiting(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """The invitations that can still be accepted, newest first."""
    return tx.rows(
        f"SELECT {SHOWN} FROM invitations WHERE org_id = %s AND {WAITING} AND expires_at > now()"
        " AND may_grant(org_id, invited_by, role) ORDER BY created_at DESC, id DESC",
        (org_id,),
    )


def waits(tx: Transaction, org_id: UUID, invitation_id: UUID) -> bool:
    """Can it still be accepted?"""
    return any(row["id"] == invitation_id for row in waiting(tx, org_id))


def revoke(tx: Transaction, org_id: UUID, by: Acting, invitation_id: UUID) -> None:
    """Raises Gone where none waits, and NotAllowed for one to a role above their own."""
    team.hold(tx, org_id)
    role = tx.value(
        f"UPDATE invitations SET revoked_at = now() WHERE org_id = %s AND id = %s AND {WAITING} RETURNING role",
        (org_id, invitation_id),
    )
    if role is None:
        raise Gone
    team.may_grant(tx, org_id, by, Role(role))


def find(token: str) -> Invitation | None:
    """The invitation that a token opens, None where it opens none."""
    with statement() as tx:
        row = tx.row("SELECT * FROM open_invitation(%s)", (hash_token(token),))
    return Invitation(**row) if row else None


def accept(token: str, found: Invitation, user_id: UUID) -> None:
    """A known person joins. Raises Gone: of several tries at once one is the first."""
    with organization(found.org_id) as tx:
        _use(tx, token, found)
        _join(tx, found, user_id)


def accept_as_new(token: str, found: Invitation, name: str, password: str) -> tuple[UUID, datetime]:
    """A new person joins: who, and the moment by the database's clock. Raises Gone, WeakPassword and AlreadyExists."""
    check_strength(password, found.email)
    password_hash = hash_password(password)
    try:
        with organization(found.org_id) as tx:
            _use(tx, token, found)
            user_id = people.insert_user(tx, found.email, name, password_hash)
            _join(tx, found, user_id)
            return user_id, tx.value("SELECT clock_timestamp()")
    except psycopg2.errors.UniqueViolation:
        raise people.AlreadyExists("Somebody has this address by now: sign in") from None


def _use(tx: Transaction, token: str, found: Invitation) -> None:
    team.hold(tx, found.org_id)
    if tx.row("SELECT id FROM open_invitation(%s)", (hash_token(token),)) is None:
        raise Gone
    tx.run(
        "UPDATE invitations SET accepted_at = clock_timestamp() WHERE org_id = %s AND id = %s", (found.org_id, found.id)
    )


def _join(tx: Transaction, found: Invitation, user_id: UUID) -> None:
    """Who became a member by another way meanwhile keeps that role."""
    tx.run(
        "INSERT INTO memberships (org_id, user_id, role) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (found.org_id, user_id, found.role),
    )
    details = {"invitation": str(found.id), "role": found.role}
    audit.record(tx, found.org_id, f"user:{user_id}", "team.join", str(user_id), details)
