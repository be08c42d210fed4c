"""Keys of the API: found by hash, shown once, for one organization with a role of their own and until a day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from models.database import Transaction, statement
from models.ids import new_id
from models.people import Membership
from models.tokens import hash_token
from vocabulary import ROLE_RANK, Role

PREFIX = "ack_"
KEY_BYTES = 32
USUAL_DAYS, MOST_DAYS = 90, 365
NAME_LIMIT = 120
ROLES = (Role.VIEWER, Role.ANALYST, Role.OPERATOR, Role.ADMIN)
"""What a key may be: never an owner."""
SHOWN = "org_id, id, name, role, expires_at, last_used_at, revoked_at, created_by, created_at"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the database knows it now. It stands where a person does, in its one organization."""

    id: UUID
    name: str
    at: Membership
    is_revoked: bool
    is_expired: bool

    @property
    def memberships(self) -> tuple[Membership, ...]:
        return (self.at,)

    def membership(self, org_id: UUID) -> Membership | None:
        return self.at if self.at.org_id == org_id else None


def clean_name(given: object) -> str:
    name = " ".join(given.split()) if isinstance(given, str) else ""
    if not 1 <= len(name) <= NAME_LIMIT or not name.isprintable():
        raise ValueError(f"name must be a text of 1 to {NAME_LIMIT} characters")
    return name


def clean_days(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_DAYS:
        raise ValueError(f"expires_in_days must be a whole number from 1 to {MOST_DAYS}")
    return given


def clean_role(given: object) -> Role:
    if given not in list(ROLES):
        raise ValueError(f"role must be one of {', '.join(ROLES)}")
    return Role(str(given))


def make(tx: Transaction, org_id: UUID, name: str, role: Role, days: int, by: str) -> dict[str, Any]:
    """A new key, with its secret under `key`: nobody sees that again. `by` is like user:<id>."""
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    row = tx.row(
        "INSERT INTO api_keys (org_id, id, name, key_hash, role, expires_at, created_by)"
        f" VALUES (%s, %s, %s, %s, %s, now() + %s, %s) RETURNING {SHOWN}",
        (org_id, new_id(), name, hash_token(key), role, timedelta(days=days), by),
    )
    assert row is not None
    return row | {"key": key}


def keys_of(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """Every key of the organization, newest first, those revoked and expired too; without their secrets."""
    return tx.rows(f"SELECT {SHOWN} FROM api_keys WHERE org_id = %s ORDER BY created_at DESC, id DESC", (org_id,))


def revoke(tx: Transaction, org_id: UUID, key_id: UUID) -> bool:
    """Refuses the key from the next request on; False where the organization has no such key."""
    changed = tx.run(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE org_id = %s AND id = %s", (org_id, key_id)
    )
    return changed == 1


def revoke_of_person(tx: Transaction, org_id: UUID, user_id: UUID, above: Role) -> int:
    """Revokes the keys that a person made and that may more than this role; returns how many."""
    roles = [role.value for role in ROLES if ROLE_RANK[role] > ROLE_RANK[above]]
    return tx.run(
        "UPDATE api_keys SET revoked_at = now() WHERE org_id = %s AND created_by = %s AND revoked_at IS NULL"
        " AND role = ANY(%s)",
        (org_id, f"user:{user_id}", roles),
    )


def find(key: str) -> Key | None:
    """Whose key this is, revoked and expired ones too; None for none of ours. One round trip, at each request."""
    with statement() as tx:
        row = tx.row("SELECT * FROM use_api_key(%s)", (hash_token(key),))
    if row is None:
        return None
    at = Membership(row["org_id"], Role(row["role"]), row["organization"], row["timezone"])
    return Key(row["id"], row["name"], at, row["is_revoked"], row["is_expired"])
