"""What organizations connect their providers with: sealed field by field, never shown, and every use is noted.

What is new and waits to be checked stands beside what works, so that a mistyped token breaks nothing.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg2

from models import vault
from models.credential_fields import NAMES, clean
from models.database import Access, Transaction, statement
from settings import settings

USE = "INSERT INTO audit_log (org_id, actor, action, subject) VALUES (%s, %s, 'credentials.use', %s)"

log = logging.getLogger("aftercall.credentials")


class Missing(Exception):
    """The organization has not connected this provider; the message says so to its people."""


@dataclass(frozen=True, slots=True)
class Credential:
    org_id: UUID
    provider: str
    config: Mapping[str, str] = field(repr=False)


def get(tx: Transaction, org_id: UUID, provider: str, *, by: str) -> Credential:
    """The connection that works, for `by`, the job or rule which the audit trail then names.

    Raises Missing where there is none or it is switched off, and vault.Unreadable where its key is gone.
    """
    return _opened(tx, org_id, provider, "encrypted_config", by)


def get_pending(tx: Transaction, org_id: UUID, provider: str, *, by: str) -> Credential:
    """What waits to be checked; where nothing does, the connection that works. Raises as `get` does."""
    waiting = tx.value(
        "SELECT pending_config IS NOT NULL FROM org_credentials WHERE org_id = %s AND provider = %s", (org_id, provider)
    )
    return _opened(tx, org_id, provider, "pending_config" if waiting else "encrypted_config", by)


def for_proof(org_id: UUID, provider: str) -> Credential | None:
    """The connection of the organization that a sender names, to prove the sender with; None where there is none."""
    with statement(Access.RUN_TIME) as tx:
        sealed = tx.value("SELECT credential_for_proof(%s, %s)", (org_id, provider))
    return None if sealed is None else Credential(org_id, provider, _unseal_all(org_id, provider, sealed))


def of_account(provider: str, account: str) -> list[Credential]:
    """The connections of every organization that uses this account (Twilio's AccountSid), to prove a sender with.

    One that does not belong to its row, or whose key is gone, is left out: it proves nobody.
    """
    with statement(Access.RUN_TIME) as tx:
        rows = tx.rows("SELECT org, config FROM credentials_of_account(%s, %s)", (provider, account))
    found = []
    for row in rows:
        try:
            config = _unseal_all(row["org"], provider, row["config"])
        except vault.Unreadable:
            log.warning("the %s connection of organization %s cannot be opened", provider, row["org"])
            continue
        if config.get("account_sid") == account:
            found.append(Credential(row["org"], provider, config))
    return found


def exists(tx: Transaction, org_id: UUID, provider: str) -> bool:
    """Whether a connection is there to be used, whatever was said of it last."""
    return bool(
        tx.value(
            "SELECT true FROM org_credentials WHERE org_id = %s AND provider = %s AND is_active", (org_id, provider)
        )
    )


def put(tx: Transaction, org_id: UUID, provider: str, config: Mapping[str, Any]) -> None:
    """Connects a provider at once, in place of an older connection. Raises ValueError as `clean` does."""
    values = clean(provider, config)
    tx.run(
        "INSERT INTO org_credentials (org_id, provider, encrypted_config, key_id, account) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (org_id, provider) DO UPDATE SET encrypted_config = excluded.encrypted_config,"
        " key_id = excluded.key_id, account = excluded.account, is_active = true, pending_config = null,"
        " pending_key_id = null, last_verified_at = null, verification_error = null, updated_at = clock_timestamp()",
        (org_id, provider, *_sealed(org_id, provider, values), values.get("account_sid")),
    )


def put_pending(tx: Transaction, org_id: UUID, provider: str, config: Mapping[str, Any]) -> None:
    """Keeps a connection beside the one that works until it was checked. Raises ValueError as `clean` does."""
    tx.run(
        "INSERT INTO org_credentials (org_id, provider, pending_config, pending_key_id, is_active)"
        " VALUES (%s, %s, %s, %s, false)"
        " ON CONFLICT (org_id, provider) DO UPDATE SET pending_config = excluded.pending_config,"
        " pending_key_id = excluded.pending_key_id, updated_at = clock_timestamp()",
        (org_id, provider, *_sealed(org_id, provider, clean(provider, config))),
    )


def promote(tx: Transaction, org_id: UUID, provider: str, account: str | None) -> None:
    """What waited and was checked is the connection from now on; where nothing waits, the one there is stays."""
    tx.run(
        "UPDATE org_credentials SET encrypted_config = coalesce(pending_config, encrypted_config),"
        " key_id = coalesce(pending_key_id, key_id), pending_config = null, pending_key_id = null, account = %s,"
        " is_active = true, last_verified_at = clock_timestamp(), verification_error = null,"
        " updated_at = clock_timestamp() WHERE org_id = %s AND provider = %s",
        (account, org_id, provider),
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


def last_error(tx: Transaction, org_id: UUID, provider: str) -> str | None:
    """What was wrong when the connection was used or checked last, in our words; None where it worked."""
    found = tx.value(
        "SELECT verification_error FROM org_credentials WHERE org_id = %s AND provider = %s", (org_id, provider)
    )
    return None if found is None else str(found)


def mark_verified(tx: Transaction, org_id: UUID, provider: str, error: str | None = None) -> None:
    """Notes that the provider took the credential just now, or what it said instead."""
    tx.run(
        "UPDATE org_credentials SET verification_error = %s,"
        " last_verified_at = CASE WHEN %s THEN clock_timestamp() ELSE last_verified_at END"
        " WHERE org_id = %s AND provider = %s",
        (error, error is None, org_id, provider),
    )


def mark_checked(tx: Transaction, org_id: UUID, provider: str, error: str | None = None) -> None:
    """Notes what a check said, None where it was good, unless it was about something that waits beside what works."""
    tx.run(
        "UPDATE org_credentials SET verification_error = %s WHERE org_id = %s AND provider = %s"
        " AND (encrypted_config IS NULL OR pending_config IS NULL)",
        (error, org_id, provider),
    )


def reseal(org_id: UUID, provider: str, sealed: bytes) -> bytes:
    """The same connection under the newest key; raises vault.Unreadable."""
    opened = _unseal_all(org_id, provider, sealed)
    return _packed({name: _seal(org_id, provider, name, value) for name, value in opened.items()})


def _opened(tx: Transaction, org_id: UUID, provider: str, column: str, by: str) -> Credential:
    active = "AND is_active" if column == "encrypted_config" else ""
    sealed = tx.value(
        f"SELECT {column} FROM org_credentials WHERE org_id = %s AND provider = %s {active}", (org_id, provider)
    )
    if sealed is None:
        raise Missing(f"Please connect {NAMES.get(provider, provider)} in settings")
    opened = Credential(org_id, provider, _unseal_all(org_id, provider, sealed))
    tx.at_end(USE, (org_id, by, provider))
    return opened


def _sealed(org_id: UUID, provider: str, values: Mapping[str, str]) -> tuple[Any, int]:
    fields = {name: _seal(org_id, provider, name, value) for name, value in values.items()}
    return psycopg2.Binary(_packed(fields)), settings().encryption_keys[0][0]


def _packed(fields: Mapping[str, str]) -> bytes:
    return json.dumps(fields).encode()


def _bound(org_id: UUID, provider: str, name: str) -> str:
    return f"org_credentials:{org_id}:{provider}:{name}"


def _seal(org_id: UUID, provider: str, name: str, value: str) -> str:
    return base64.b64encode(vault.seal(value.encode(), bound_to=_bound(org_id, provider, name))).decode()


def _unseal_all(org_id: UUID, provider: str, sealed: bytes | memoryview) -> dict[str, str]:
    fields = json.loads(bytes(sealed))
    return {
        name: vault.unseal(base64.b64decode(value), bound_to=_bound(org_id, provider, name)).decode()
        for name, value in fields.items()
    }
