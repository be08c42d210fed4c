"""What `doctor` looks at: each check answers with findings, and none of them stops at the first that is wrong."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg2
import redis

from models.migrate import MigrationError, migrations, pending
from run.environment import is_set
from run.home import Home
from settings import SettingsError, read_settings

LEAST_FREE_BYTES = 2 * 1024**3
MOST_CLOCK_SECONDS = 2.0
OLDEST_POSTGRES = 15
OLDEST_REDIS = 7
CONNECT_SECONDS = 3
ROLE_FOR = {
    "DATABASE_URL": "run-time",
    "DATABASE_READ_URL": "dashboard, read only",
    "DATABASE_SYSTEM_URL": "scheduler and command line",
    "DATABASE_OWNER_URL": "migrations only",
}
OWNER, READ, SYSTEM = "DATABASE_OWNER_URL", "DATABASE_READ_URL", "DATABASE_SYSTEM_URL"
OPTIONAL = {
    "VAPI_WEBHOOK_SECRET": "without it Vapi is believed by an organization's token only",
    "TWILIO_AUTH_TOKEN": "without it every Twilio webhook is refused",
    "VAPI_PRIVATE_KEY": "without it no recording comes from Vapi",
}

ROLE = """
select current_user, r.rolsuper, r.rolbypassrls,
       exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')
               and c.relnamespace = 'public'::regnamespace),
       array(select o.rolname::text from pg_roles o where o.oid <> r.oid and pg_has_role(r.oid, o.oid, 'member')
             order by 1),
       current_setting('transaction_read_only') = 'on',
       current_setting('server_version_num')::int / 10000,
       extract(epoch from clock_timestamp())::float8
from pg_roles r where r.rolname = current_user
"""


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. A note is worth knowing although nothing is wrong."""

    about: str
    verdict: Verdict
    what: str


@dataclass(frozen=True, slots=True)
class Role:
    """What a database says of the role that a connection uses."""

    name: str
    is_superuser: bool
    passes_row_security: bool
    owns_tables: bool
    may_become: list[str]
    reads_only: bool
    postgres: int
    clock: float
    """The database's clock, seconds since 1970."""


def examine(environ: Mapping[str, str], home: Home) -> Iterator[Finding]:
    """Everything that can be told from outside, in the order in which one would repair it."""
    yield _instance(home)
    yield from _settings(environ)
    for name in ROLE_FOR:
        yield from _database(name, environ)
    yield from _migrations(environ)
    yield from _redis(environ)
    yield from _recordings(environ)
    yield _disk(home)


def _instance(home: Home) -> Finding:
    if home.is_locked():
        return Finding("instance", Verdict.OK, f"runs on {home.folder}")
    return Finding("instance", Verdict.NOTE, f"none runs on {home.folder}")


def _settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        chosen = read_settings(environ)
    except SettingsError as error:
        for problem in error.problems:
            yield Finding("settings", Verdict.WRONG, problem)
        return
    yield Finding("settings", Verdict.OK, f"{chosen.environment}, reached from outside at {chosen.public_url}")
    for name, consequence in OPTIONAL.items():
        if not is_set(environ, name):
            yield Finding("settings", Verdict.NOTE, f"{name} is not set: {consequence}")
    if not chosen.is_production:
        yield from _before_production(environ)


def _before_production(environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        read_settings({**environ, "AFTERCALL_ENV": "production"})
    except SettingsError as error:
        for problem in error.problems:
            yield Finding("production", Verdict.NOTE, f"would be refused there: {problem}")


def _database(name: str, environ: Mapping[str, str]) -> Iterator[Finding]:
    url = _given(name, environ)
    if not url:
        if name == OWNER:
            yield Finding(name, Verdict.NOTE, "not set: this process cannot migrate, and need not")
        return
    try:
        role = _ask(url)
    except psycopg2.Error as error:
        yield Finding(name, Verdict.WRONG, f"cannot be used: {_line(error)}")
        return
    faults = list(_faults(name, role))
    for fault in faults:
        yield Finding(name, Verdict.WRONG, f"connects as {role.name}, which {fault}")
    if not faults:
        yield Finding(name, Verdict.OK, f"{ROLE_FOR[name]}: {role.name} on PostgreSQL {role.postgres}")


def _ask(url: str) -> Role:
    with closing(psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)) as connection:
        cursor = connection.cursor()
        cursor.execute(ROLE)
        facts = cursor.fetchone()
    assert facts is not None
    return Role(*facts)


def _faults(name: str, role: Role) -> Iterator[str]:
    if role.is_superuser:
        yield "is a superuser: row security does not hold it"
        return
    if role.passes_row_security:
        yield "has BYPASSRLS: row security does not hold it"
    if role.owns_tables and name != OWNER:
        yield "owns tables: an owner can switch row security off"
    if role.may_become and name != OWNER:
        yield f"may act as {', '.join(role.may_become)}: revoke that membership"
    if name == READ and not role.reads_only:
        yield "may write: set default_transaction_read_only = on for it"
    if role.postgres < OLDEST_POSTGRES:
        yield f"meets PostgreSQL {role.postgres}: version {OLDEST_POSTGRES} or later is needed"
    if abs(time.time() - role.clock) > MOST_CLOCK_SECONDS:
        yield f"meets a clock {role.clock - time.time():+.0f} s from this machine's: signatures need one time"


def _migrations(environ: Mapping[str, str]) -> Iterator[Finding]:
    url = _given(OWNER, environ) or _given(SYSTEM, environ)
    if not url:
        return
    try:
        with closing(psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)) as connection:
            waiting = [migration.name for migration in pending(connection.cursor())]
    except psycopg2.errors.UndefinedTable:
        waiting = [migration.name for migration in migrations()]
    except MigrationError as error:
        yield Finding("migrations", Verdict.WRONG, str(error))
        return
    except psycopg2.Error:
        return  # the connection's own finding says it already
    if waiting:
        yield Finding("migrations", Verdict.WRONG, f"waiting: {', '.join(waiting)}; run `./aftercall migrate`")
    else:
        yield Finding("migrations", Verdict.OK, f"all {len(migrations())} applied")


def _redis(environ: Mapping[str, str]) -> Iterator[Finding]:
    url = _given("REDIS_URL", environ)
    if not url:
        return
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
        ) as client:
            facts: dict[str, Any] = client.info()
    except (redis.RedisError, ValueError) as error:
        yield Finding("REDIS_URL", Verdict.WRONG, f"cannot be used: {_line(error)}")
        return
    kind = "Valkey" if "valkey_version" in facts else "Redis"
    version = str(facts.get("valkey_version") or facts.get("redis_version"))
    if int(version.split(".")[0]) < OLDEST_REDIS:
        yield Finding("REDIS_URL", Verdict.WRONG, f"is {kind} {version}: version {OLDEST_REDIS} or later is needed")
    elif facts.get("maxmemory_policy") not in ("noeviction", None):
        yield Finding("REDIS_URL", Verdict.WRONG, f"drops keys when full ({facts['maxmemory_policy']}): set noeviction")
    else:
        yield Finding("REDIS_URL", Verdict.OK, f"{kind} {version}")


def _recordings(environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        folder = read_settings(environ).recordings_dir
    except SettingsError:
        return
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield Finding("recordings", Verdict.OK, f"are kept in {folder}")
    else:
        cure = "set RECORDINGS_DIR to a folder that can"
        yield Finding("recordings", Verdict.WRONG, f"{there} cannot be written to: {cure}")


def _disk(home: Home) -> Finding:
    there = next(folder for folder in (home.folder, *home.folder.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    verdict = Verdict.OK if free >= LEAST_FREE_BYTES else Verdict.WRONG
    return Finding("disk", verdict, f"{free / 1024**3:.1f} GiB free at {there}")


def _given(name: str, environ: Mapping[str, str]) -> str:
    """A variable's value, from its file where it has one; '' where it cannot be read, which the settings report."""
    path = environ.get(name + "_FILE", "").strip()
    try:
        return environ.get(name, "").strip() or (Path(path).read_text().strip() if path else "")
    except (OSError, UnicodeDecodeError):
        return ""


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
