"""Migrations: numbered SQL files, applied in order by the owner role, each once and each in a transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

FOLDER = Path(__file__).parent / "migrations"
LOCK = 4_021_177_001
"""Postgres advisory lock: two processes that migrate at once take turns."""

HISTORY = """
create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
);
grant select on schema_migrations to aftercall_system
"""


class MigrationError(Exception):
    """The database cannot be brought to this version of the code; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """Every migration that this version of the code knows, oldest first."""
    files = sorted(FOLDER.glob("[0-9]*.sql"))
    return [Migration(int(file.stem.split("_")[0]), file.stem, file.read_text()) for file in files]


def migrate(owner_url: str, log: Callable[[str], None] = print, upto: int | None = None) -> list[str]:
    """Brings a database forward as its owner and returns the names of what was applied.

    `upto` stops after that version. Raises MigrationError where the history on the database is not ours.
    """
    connection = psycopg2.connect(owner_url, application_name="aftercall-migrate")
    connection.autocommit = True
    try:
        cursor = connection.cursor()
        cursor.execute("select pg_advisory_lock(%s)", (LOCK,))
        cursor.execute("set client_min_messages = warning")
        cursor.execute(HISTORY)
        waiting = [m for m in pending(cursor) if upto is None or m.version <= upto]
        for migration in waiting:
            _apply(cursor, migration)
            log(f"migrated {migration.name}")
        return [migration.name for migration in waiting]
    finally:
        connection.close()


def pending(cursor: Any) -> list[Migration]:
    """What this code knows and the database has not had yet; raises MigrationError if their pasts differ."""
    cursor.execute("select version, name, checksum from schema_migrations order by version")
    applied = {version: (name, checksum) for version, name, checksum in cursor.fetchall()}
    known = migrations()
    _same_past(applied, known)
    return [migration for migration in known if migration.version not in applied]


def _same_past(applied: dict[int, tuple[str, str]], known: Iterable[Migration]) -> None:
    by_version = {migration.version: migration for migration in known}
    for version, (name, checksum) in applied.items():
        if version not in by_version:
            raise MigrationError(f"The database has migration {name}, which this version lacks: run the newer version")
        if by_version[version].checksum != checksum:
            raise MigrationError(f"Migration {name} was changed after it ran here: restore its file and add a new one")


def _apply(cursor: Any, migration: Migration) -> None:
    cursor.execute("begin")
    try:
        cursor.execute(migration.sql)
        cursor.execute(
            "insert into schema_migrations (version, name, checksum) values (%s, %s, %s)",
            (migration.version, migration.name, migration.checksum),
        )
        cursor.execute("commit")
    except psycopg2.Error as error:
        cursor.execute("rollback")
        raise MigrationError(f"Migration {migration.name} failed and left nothing behind: {error}") from error
