"""Webhook tokens: looked up by hash, shown again from a sealed copy, refused everywhere the moment they are revoked."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from uuid import UUID

from models.database import Access, Transaction, organization, statement
from models.ids import new_id
from models.organizations import add_route, registering
from models.vault import seal, unseal
from vocabulary import Endpoint

TOKEN_BYTES = 32
ENDPOINTS_WITH_TOKENS = (Endpoint.VAPI, Endpoint.CONVOSO_CALLS, Endpoint.CONVOSO_LEADS)


def hash_token(token: str) -> str:
    """How a token is known to the database: its SHA-256 in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def create_token(org_id: UUID, endpoint: Endpoint) -> dict[str, Any]:
    """A new active token, with its secret under `token`; raises ValueError for an endpoint that takes none."""
    if endpoint not in ENDPOINTS_WITH_TOKENS:
        raise ValueError(f"endpoint_type must be one of {', '.join(ENDPOINTS_WITH_TOKENS)}")
    token, token_id = secrets.token_urlsafe(TOKEN_BYTES), new_id()
    with registering(org_id, "token") as tx:
        add_route(tx, org_id, "token", hash_token(token))
        row = tx.row(
            "INSERT INTO webhook_tokens (org_id, id, endpoint_type, token_hash, token_sealed)"
            " VALUES (%s, %s, %s, %s, %s)"
            " RETURNING id, endpoint_type, is_active, created_at, last_used_at",
            (org_id, token_id, endpoint.value, hash_token(token), _seal(token_id, token)),
        )
    assert row is not None
    return row | {"token": token}


def list_tokens(org_id: UUID) -> list[dict[str, Any]]:
    """Every token of the organization with its secret, newest first: for owners and admins only."""
    with organization(org_id) as tx:
        rows = tx.rows(
            "SELECT id, endpoint_type, token_sealed, is_active, created_at, last_used_at FROM webhook_tokens"
            " WHERE org_id = %s ORDER BY created_at DESC, id DESC",
            (org_id,),
        )
    return [opened(row) for row in rows]


def tokens_of(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """Every token of the organization, newest first, without the secrets."""
    return tx.rows(
        "SELECT id, endpoint_type, is_active, created_at, deactivated_at, last_used_at FROM webhook_tokens"
        " WHERE org_id = %s ORDER BY created_at DESC, id DESC",
        (org_id,),
    )


def sealed(tx: Transaction, org_id: UUID, token_id: UUID) -> dict[str, Any] | None:
    """A token that is not revoked, to be opened; None where the organization has no such token."""
    return tx.row(
        "SELECT id, endpoint_type, token_sealed, is_active, created_at, last_used_at FROM webhook_tokens"
        " WHERE org_id = %s AND id = %s AND is_active",
        (org_id, token_id),
    )


def opened(row: dict[str, Any]) -> dict[str, Any]:
    """A token's row with its secret under `token` in place of the sealed copy."""
    shown = {name: value for name, value in row.items() if name != "token_sealed"}
    return shown | {"token": open_token(row["id"], row["token_sealed"])}


def deactivate_token(org_id: UUID, token_id: UUID) -> bool:
    """Revokes a token but keeps its row; False where the organization has no such token."""
    with organization(org_id) as tx:
        changed = tx.run(
            "UPDATE webhook_tokens SET is_active = false, deactivated_at = coalesce(deactivated_at, now())"
            " WHERE org_id = %s AND id = %s",
            (org_id, token_id),
        )
    return changed == 1


def signing_secrets(named: tuple[str, ...], endpoint: Endpoint) -> list[str]:
    """The tokens with which the organization that a body names may have signed it."""
    with statement(Access.RUN_TIME) as tx:
        rows = tx.rows("SELECT token_id, sealed FROM signing_tokens(%s, %s)", (list(named), endpoint.value))
    return [open_token(row["token_id"], row["sealed"]) for row in rows]


def open_token(token_id: UUID, sealed: bytes) -> str:
    return unseal(sealed, bound_to=f"token:{token_id}").decode()


def _seal(token_id: UUID, token: str) -> bytes:
    return seal(token.encode(), bound_to=f"token:{token_id}")
