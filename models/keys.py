"""Which key sealed what, and the same values under the newest: so that an old key can be thrown away.

A sealed value begins with the version of its key; a connection's fields are sealed each, and their row notes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg2
from psycopg2 import sql

from models import credentials
from models.database import Transaction
from models.vault import Unreadable, seal, unseal
from settings import settings

BATCH = 50
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values. `bound_to` says what a row's value is sealed for."""

    name: str
    table: str
    column: str
    id: str
    bound_to: Callable[[UUID, UUID], str]


VALUES = (
    Sealed("webhook tokens", "webhook_tokens", "token_sealed", "id", lambda org, row: f"token:{row}"),
    Sealed("original words", "transcripts", "original", "call_id", lambda org, row: f"transcript:{org}:{row}"),
    Sealed("raw bodies", "webhook_events", "raw", "id", lambda org, row: f"event:{row}"),
)
CONNECTIONS = (
    ("credentials", "encrypted_config", "key_id"),
    ("pending credentials", "pending_config", "pending_key_id"),
)
VERSION = "get_byte(substring({} from 1 for 1), 0)"
"""The first byte alone is read: a value that lies outside its row is not fetched whole."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was done in one go. `place` goes on with the next; None where nothing is left to look at."""

    resealed: int
    unreadable: int
    place: tuple[int, UUID] | None


def newest() -> int:
    """The version of the key that seals."""
    return settings().encryption_keys[0][0]


def versions(tx: Transaction, org_id: UUID) -> dict[str, Counter[int]]:
    """How many values of each kind are sealed under which version of the key."""
    found = {}
    for name, column, key in CONNECTIONS:
        names: dict[str, sql.Composable] = {"column": sql.Identifier(column), "version": sql.Identifier(key)}
        found[name] = _counted(tx, org_id, names | {"table": sql.Identifier("org_credentials")})
    for kind in VALUES:
        found[kind.name] = _counted(tx, org_id, _names(kind))
    return found


def _counted(tx: Transaction, org_id: UUID, names: dict[str, sql.Composable]) -> Counter[int]:
    query = "SELECT {version} AS version, count(*) FROM {table} WHERE org_id = %s AND {column} IS NOT NULL GROUP BY 1"
    return Counter({row["version"]: row["count"] for row in tx.rows(sql.SQL(query).format(**names), (org_id,))})


def reseal(tx: Transaction, org_id: UUID, place: tuple[int, UUID] = (0, FIRST)) -> Batch:
    """Seals up to BATCH values anew that an older key had sealed, in the order of their ids from `place` on.

    What cannot be opened is counted and left as it is.
    """
    if place == (0, FIRST):
        resealed, unreadable = _reseal_connections(tx, org_id)
    else:
        resealed, unreadable = 0, 0
    number, after = place
    if number >= len(VALUES):
        return Batch(resealed, unreadable, None)
    kind = VALUES[number]
    query = sql.SQL(
        "SELECT {id} AS id, {column} AS sealed FROM {table} WHERE org_id = %s AND {id} > %s AND {column} IS NOT NULL"
        " AND {version} <> %s ORDER BY {id} LIMIT %s FOR UPDATE"
    ).format(**_names(kind))
    rows = tx.rows(query, (org_id, after, newest(), BATCH))
    fresh = {row["id"]: again for row in rows if (again := _resealed(row["sealed"], kind.bound_to(org_id, row["id"])))}
    if fresh:
        update = sql.SQL(
            "UPDATE {table} t SET {column} = f.sealed FROM unnest(%s::uuid[], %s::bytea[]) AS f (id, sealed)"
            " WHERE t.org_id = %s AND t.{id} = f.id"
        ).format(**_names(kind))
        tx.run(update, (list(fresh), [psycopg2.Binary(value) for value in fresh.values()], org_id))
    resealed, unreadable = resealed + len(fresh), unreadable + len(rows) - len(fresh)
    going_on = (number, rows[-1]["id"]) if len(rows) == BATCH else (number + 1, FIRST)
    return Batch(resealed, unreadable, going_on if going_on[0] < len(VALUES) else None)


def _resealed(sealed: bytes, bound: str) -> bytes | None:
    try:
        return seal(unseal(sealed, bound_to=bound), bound_to=bound)
    except Unreadable:
        return None


def _reseal_connections(tx: Transaction, org_id: UUID) -> tuple[int, int]:
    """Few per organization: all of them at once."""
    resealed = unreadable = 0
    for _, column, key in CONNECTIONS:
        names = {"column": sql.Identifier(column), "key": sql.Identifier(key)}
        rows = tx.rows(
            sql.SQL(
                "SELECT provider, {column} AS sealed FROM org_credentials"
                " WHERE org_id = %s AND {column} IS NOT NULL AND {key} <> %s ORDER BY provider FOR UPDATE"
            ).format(**names),
            (org_id, newest()),
        )
        update = sql.SQL("UPDATE org_credentials SET {column} = %s, {key} = %s WHERE org_id = %s AND provider = %s")
        for row in rows:
            try:
                fresh = credentials.reseal(org_id, row["provider"], row["sealed"])
            except Unreadable:
                unreadable += 1
                continue
            tx.run(update.format(**names), (fresh, newest(), org_id, row["provider"]))
            resealed += 1
    return resealed, unreadable


def _names(kind: Sealed) -> dict[str, sql.Composable]:
    column = sql.Identifier(kind.column)
    return {
        "table": sql.Identifier(kind.table),
        "column": column,
        "id": sql.Identifier(kind.id),
        "version": sql.SQL(VERSION).format(column),
    }
