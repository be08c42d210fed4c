"""Migrated databases for the tests: to clone the template costs twenty times what it costs to empty a clone again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg2
from playhouse.pool import PooledPostgresqlDatabase

from models import database as pools
from run.embedded import Postgres

TEMPLATE = "template_aftercall"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
ELSEWHERE = ("organizations", "schema_migrations")
SEEDS = "SELECT (SELECT string_agg(o::text, ',') FROM organizations o), (SELECT count(*) FROM schema_migrations)"
"""What migrations leave in a database: the reserved organization, and what has migrated."""
RESERVED = "00000000-0000-0000-0000-000000000000"


@dataclass
class TestDatabase:
    """A test's own database and Valkey. Through `environment` other processes can work in it, and as its owner or the
    superuser one can change anything: of a test that asks for these nothing is used again."""

    __test__ = False
    name: str
    urls: dict[str, str] = field(repr=False)
    superuser_url: str = field(repr=False)
    is_spent: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """What a child process needs to use them."""
        self.is_spent = True
        return self.urls

    @property
    def owner_url(self) -> str:
        return self.environment["DATABASE_OWNER_URL"]

    @property
    def admin_url(self) -> str:
        """As the superuser, whom row security does not hold: to look at everything, or to plant a fault."""
        self.is_spent = True
        return self.superuser_url


class Databases:
    """Hands out one at a time, as it is after the migrations."""

    def __init__(self, postgres: Postgres, administrator: Any) -> None:
        self._postgres, self._administrator = postgres, administrator
        self._name = ""
        self._cursor: Any = None
        self._pools: dict[pools.Access, PooledPostgresqlDatabase] = {}

    def lend(self, urls: dict[str, str]) -> TestDatabase:
        """The last one again where it could be emptied, with its open connections; else a new clone."""
        pools.reset()
        if not self._name:
            self._clone()
        pools._pools.update(self._pools)
        return TestDatabase(self._name, urls | self._postgres.urls(self._name), self._postgres.admin_url(self._name))

    def take_back(self, used: TestDatabase) -> None:
        if used.is_spent or not self._empties():
            self.drop()
        else:
            known = {access: pool for access, pool in pools._pools.items() if pool.database in used.urls.values()}
            self._pools = {access: pools._pools.pop(access) for access, pool in known.items() if not pool._in_use}

    def drop(self) -> None:
        pools._pools.update(self._pools)
        pools.reset()
        self._pools = {}
        if self._name:
            self._cursor.connection.close()
            self._administrator.execute(f"drop database {self._name} with (force)")
            self._name = ""

    def _clone(self) -> None:
        self._name = f"test_{uuid4().hex}"
        clone = f"create database {self._name} owner aftercall_owner template {TEMPLATE} strategy file_copy"
        self._administrator.execute(clone)
        connection = psycopg2.connect(self._postgres.admin_url(self._name))
        connection.autocommit = True
        self._cursor = connection.cursor()
        self._cursor.execute(TABLES)
        tables = [name for (name,) in self._cursor.fetchall() if name not in ELSEWHERE]
        # As a replica: without the triggers that keep an audit's rows, and without looking after foreign keys.
        self._cursor.execute("SET session_replication_role = replica; SET lock_timeout = '1s'")
        self._empty = ";".join(f"DELETE FROM {name}" for name in tables)
        self._empty += f";DELETE FROM organizations WHERE org_id <> '{RESERVED}'"
        self._seeds = self._read_seeds()

    def _empties(self) -> bool:
        """Not where somebody still works in it, or has changed what the migrations left."""
        try:
            self._cursor.execute(self._empty)
            return self._read_seeds() == self._seeds
        except psycopg2.Error:
            return False

    def _read_seeds(self) -> Any:
        self._cursor.execute(SEEDS)
        return self._cursor.fetchone()
