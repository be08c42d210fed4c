"""People: users and the roles that they have in organizations; who they are is asked before any organization is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg2

from models import sign_in_tries
from models.database import Transaction, organization, run_time, statement, system
from models.ids import new_id
from models.passwords import check_strength, hash_password, is_outdated, matches
from models.tokens import hash_token
from vocabulary import LAST_RESERVED, NOBODY, ROLE_RANK, Role


class AlreadyExists(ValueError):
    """Somebody has this e-mail address already."""


class UnknownPerson(LookupError):
    """Nobody has this e-mail address."""


@dataclass(frozen=True, slots=True)
class Membership:
    org_id: UUID
    role: Role
    name: str
    """The organization's name."""
    timezone: str

    def may(self, role: Role) -> bool:
        return ROLE_RANK[self.role] >= ROLE_RANK[role]


@dataclass(frozen=True, slots=True)
class Person:
    """A user as the database knows them now: what they may do comes from here and never from what they bring along."""

    id: UUID
    email: str
    name: str
    is_super_admin: bool
    sessions_valid_from: datetime
    """What was signed before this moment is signed out."""
    memberships: tuple[Membership, ...] = ()

    def membership(self, org_id: UUID) -> Membership | None:
        return next((membership for membership in self.memberships if membership.org_id == org_id), None)


PERSON = (
    "SELECT u.id, u.email, u.name, u.is_super_admin, u.sessions_valid_from,"
    " m.org_id, m.role, m.name AS org_name, m.timezone"
    " FROM users u LEFT JOIN LATERAL memberships_of(u.id) m ON true"
)
"""A row for each organization of the person, one without organization where there is none."""


def clean_email(email: str) -> str:
    """An address as it is stored: trimmed and lower case; raises ValueError for what is none."""
    cleaned = email.strip().lower()
    name, at, domain = cleaned.partition("@")
    is_plain = cleaned.isprintable() and " " not in cleaned
    if not (name and at and domain) or "@" in domain or not is_plain or len(cleaned) > 254:
        raise ValueError("An e-mail address is written like name@example.com")
    return cleaned


def create_user(email: str, name: str, password: str, super_admin: bool = False) -> UUID:
    """Creates a user and returns the id; raises AlreadyExists, WeakPassword or ValueError."""
    email = clean_email(email)
    check_strength(password, email)
    password_hash = hash_password(password)
    try:
        with run_time() as tx:
            return insert_user(tx, email, name, password_hash, super_admin)
    except psycopg2.errors.UniqueViolation:
        raise AlreadyExists(f"{email} is a user already") from None


def insert_user(tx: Transaction, email: str, name: str, password_hash: str, super_admin: bool = False) -> UUID:
    """Raises psycopg2's UniqueViolation where somebody has the address."""
    user_id = new_id()
    tx.run(
        "INSERT INTO users (id, email, name, password_hash, is_super_admin) VALUES (%s, %s, %s, %s, %s)",
        (user_id, email, name.strip(), password_hash, super_admin),
    )
    return user_id


def add_membership(org_id: UUID, user_id: UUID, role: Role) -> None:
    """Gives a person a role in an organization, in place of the one they had there."""
    if org_id == NOBODY or role is Role.UNKNOWN:
        raise ValueError("Nobody is a member of the reserved organization, or by an unknown role")
    with organization(org_id) as tx:
        tx.run(
            "INSERT INTO memberships (org_id, user_id, role) VALUES (%s, %s, %s)"
            " ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role",
            (org_id, user_id, role.value),
        )


def memberships_of(user_id: UUID) -> tuple[Membership, ...]:
    """The person's organizations, by name."""
    found = person(user_id)
    return found.memberships if found else ()


def person(user_id: UUID) -> Person | None:
    """The person with their memberships, None where there is no such user: one round trip, at each request."""
    with statement() as tx:
        return _person(tx.rows(f"{PERSON} WHERE u.id = %s", (user_id,)))


def signed_in(user_id: UUID, session: str) -> Person | None:
    """As `person`, and None where this session was ended: one round trip, at each request of a browser."""
    with statement() as tx:
        is_open = "NOT EXISTS (SELECT FROM ended_sessions WHERE session_hash = %s)"
        return _person(tx.rows(f"{PERSON} WHERE u.id = %s AND {is_open}", (user_id, hash_token(session))))


def end_session(session: str, until: datetime) -> None:
    """Signs out whoever holds this session, which would have lasted `until`; those that are over are forgotten."""
    with run_time() as tx:
        tx.run("DELETE FROM ended_sessions WHERE until < now()")
        tx.run(
            "INSERT INTO ended_sessions (session_hash, until) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (hash_token(session), until),
        )


def person_by_email(email: str) -> Person:
    """Raises UnknownPerson; for the command line, which may say so."""
    with statement() as tx:
        found = _person(tx.rows(f"{PERSON} WHERE u.email = %s", (email.strip().lower(),)))
    if found is None:
        raise UnknownPerson(f"Nobody has the address {email}; `./aftercall users create` makes a user")
    return found


def authenticate(email: str, password: str) -> tuple[UUID, datetime] | None:
    """Whose address and password these are, and the moment by the database's clock; None, equally slowly, else.

    No transaction is open while argon2 works.
    """
    with run_time() as tx:
        row = tx.row(
            "SELECT id, password_hash, clock_timestamp() AS at FROM users WHERE email = %s", (email.strip().lower(),)
        )
    if not matches(password, row["password_hash"] if row else None) or row is None:
        return None
    if is_outdated(row["password_hash"]):
        with run_time() as tx:
            tx.run("UPDATE users SET password_hash = %s WHERE id = %s", (hash_password(password), row["id"]))
    return row["id"], row["at"]


def set_password(user_id: UUID, password: str, email: str) -> None:
    """Gives a new password and signs the person out everywhere, to sign in at once; raises WeakPassword."""
    check_strength(password, email)
    password_hash = hash_password(password)
    with run_time() as tx:
        tx.run(
            "UPDATE users SET password_hash = %s, sessions_valid_from = clock_timestamp() WHERE id = %s",
            (password_hash, user_id),
        )
    sign_in_tries.forget(email)


def sign_out_everywhere(user_id: UUID) -> None:
    """Ends every session and bearer that was signed for this person until now."""
    with run_time() as tx:
        tx.run("UPDATE users SET sessions_valid_from = clock_timestamp() WHERE id = %s", (user_id,))


def list_users() -> list[dict[str, Any]]:
    """Everybody, with their roles by organization: for the command line."""
    with system() as tx:
        return tx.rows(
            "SELECT u.id, u.email, u.name, u.is_super_admin, u.created_at,"
            " coalesce(jsonb_object_agg(m.org_id, m.role) FILTER (WHERE m.org_id IS NOT NULL), '{}') AS roles"
            " FROM users u LEFT JOIN memberships m ON m.user_id = u.id WHERE u.id > %s GROUP BY u.id ORDER BY u.email",
            (LAST_RESERVED,),
        )


def _person(rows: list[dict[str, Any]]) -> Person | None:
    if not rows:
        return None
    user = {name: rows[0][name] for name in ("id", "email", "name", "is_super_admin", "sessions_valid_from")}
    joined = [Membership(r["org_id"], Role(r["role"]), r["org_name"], r["timezone"]) for r in rows if r["org_id"]]
    return Person(**user, memberships=tuple(joined))
