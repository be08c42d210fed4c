"""What organizations connect their providers with: sealed field by field, and never shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg2

from models import vault
from models.database import Transaction
from settings import settings

FIELDS = {"convoso": ("auth_token",), "twilio": ("account_sid", "auth_token")}
"""Provider → what a connection to it consists of."""
NAMES = {"convoso": "Convoso", "twilio": "Twilio"}
SECRET_FIELDS = ("auth_token",)


class Missing(Exception):
    """The organization has not connected this provider; the message says so to its people."""


@dataclass(frozen=True, slots=True)
class Credential:
    provider: str
    config: Mapping[str, str] = field(repr=False)


def get(tx: Transaction, org_id: UUID, provider: str) -> Credential:
    """Raises Missing where there is none or it is switched off, and vault.Unreadable where its key is gone."""
    sealed = tx.value(
        "SELECT encrypted_config FROM org_credentials WHERE org_id = %s AND provider = %s AND is_active",
        (org_id, provider),
    )
    if sealed is None:
        raise Missing(f"Please connect {NAMES.get(provider, provider)} in settings")
    fields = json.loads(bytes(sealed))
    opened = {name: _unseal(org_id, provider, name, value) for name, value in fields.items()}
    return Credential(provider, opened)


def exists(tx: Transaction, org_id: UUID, provider: str) -> bool:
    return bool(
        tx.value(
            "SELECT true FROM org_credentials WHERE org_id = %s AND provider = %s AND is_active", (org_id, provider)
        )
    )


def put(tx: Transaction, org_id: UUID, provider: str, config: Mapping[str, str]) -> None:
    """Connects a provider, in place of an older connection. Raises ValueError for a wrong provider or set of fields."""
    if provider not in FIELDS:
        raise ValueError(f"There is no connection to {provider}; there are {', '.join(FIELDS)}")
    if set(config) != set(FIELDS[provider]) or not all(value.strip() for value in config.values()):
        raise ValueError(f"{NAMES[provider]} needs {' and '.join(FIELDS[provider])}")
    sealed = {name: _seal(org_id, provider, name, value.strip()) for name, value in config.items()}
    tx.run(
        "INSERT INTO org_credentials (org_id, provider, encrypted_config, key_id) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (org_id, provider) DO UPDATE SET encrypted_config = excluded.encrypted_config,"
        " key_id = excluded.key_id, is_active = true, last_verified_at = null, verification_error = null,"
        " updated_at = clock_timestamp()",
        (org_id, provider, psycopg2.Binary(json.dumps(sealed).encode()), settings().encryption_keys[0][0]),
    )


def remove(tx: Transaction, org_id: UUID, provider: str) -> bool:
    """Forgets a connection; False where there was none."""
    return tx.run("DELETE FROM org_credentials WHERE org_id = %s AND provider = %s", (org_id, provider)) == 1


def list_credentials(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """What is connected and whether it was seen to work, never with what."""
    return tx.rows(
        "SELECT provider, is_active, last_verified_at, verification_error, updated_at FROM org_credentials"
        " WHERE org_id = %s ORDER BY provider",
        (org_id,),
    )


def mark_verified(tx: Transaction, org_id: UUID, provider: str, error: str | None = None) -> None:
    """Notes that the provider took the credential just now, or what it said instead."""
    tx.run(
        "UPDATE org_credentials SET verification_error = %s,"
        " last_verified_at = CASE WHEN %s THEN clock_timestamp() ELSE last_verified_at END"
        " WHERE org_id = %s AND provider = %s",
        (error, error is None, org_id, provider),
    )


def _bound(org_id: UUID, provider: str, name: str) -> str:
    return f"org_credentials:{org_id}:{provider}:{name}"


def _seal(org_id: UUID, provider: str, name: str, value: str) -> str:
    return base64.b64encode(vault.seal(value.encode(), bound_to=_bound(org_id, provider, name))).decode()


def _unseal(org_id: UUID, provider: str, name: str, sealed: str) -> str:
    return vault.unseal(base64.b64decode(sealed), bound_to=_bound(org_id, provider, name)).decode()
