"""The proof of tenancy: one organization's connection tries everything on another's rows, on every table there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg2
from psycopg2 import sql

from models.database import Access, Transaction, organization, run_time, statement, system
from models.probe_rows import Catalog, Reference, make_row, read_catalog

ALICE, BOB = UUID(int=0xA), UUID(int=0xB)
"""Two organizations that the proof keeps for itself, without members; their audit rows cannot be taken back."""
SHARED_TABLES = {"users", "schema_migrations", "vapi_tools", "sign_in_tries", "ended_sessions"}
"""The only tables that may do without org_id: people and their sessions belong to several organizations, tools to all
of them, migrations and who tries to sign in to none."""
FORBIDDEN, NO_SUCH_TARGET = "42501", "23503"
"""SQLSTATEs of a refusal by privilege or policy, and by a foreign key: another error means that the try got further."""
OUTSIDER = "Zoe without an organization"

LOOSE_TABLES = """
select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
  and c.relname <> all(%s) order by 1
"""
LOOSE_VIEWS = """
select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions), false)
union all select matviewname from pg_matviews where schemaname = 'public'
"""
LOOSE_FUNCTIONS = """
select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = 'public' and p.prosecdef and (not exists (
    select from unnest(p.proconfig) setting where setting like 'search_path=%%')
    or has_function_privilege('public', p.oid, 'execute'))
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at another organization's rows; `held` is whether the database stood firm, `answer` how."""

    table: str
    action: str
    by: str
    held: bool
    answer: str


class Breach(Exception):
    """Raised inside an attempt that got through, so that what it did is rolled back."""


def prove_isolation() -> list[Attempt]:
    """Every attempt on every tenant table. Makes its own two organizations' rows and takes them away again."""
    with system() as tx:
        catalog = read_catalog(tx)
    attempts = list(_look_at_schema(catalog))
    tables = catalog.tenant_tables()
    rows: dict[UUID, dict[str, dict[str, Any]]] = {}
    try:
        for org_id in (ALICE, BOB):
            rows[org_id], failures = _seed(catalog, tables, org_id)
            attempts += failures
        tables = [table for table in tables if table in rows[ALICE] and table in rows[BOB]]
        for table in tables:
            attempts += _attack(catalog, table, rows)
        attempts += _alternate(tables)
    finally:
        _clear(tables)
    return attempts


def _look_at_schema(catalog: Catalog) -> Iterator[Attempt]:
    for name, columns in catalog.columns.items():
        known = "org_id" in columns or name in SHARED_TABLES
        yield Attempt(name, "belongs", "schema", known, "has org_id" if known else "has neither org_id nor a reason")
    checks = ((LOOSE_TABLES, (list(SHARED_TABLES),), "forces row security"), (LOOSE_VIEWS, (), "invoker's rights"),
              (LOOSE_FUNCTIONS, (), "fixed search_path, not public"))  # fmt: skip
    with system() as tx:
        for query, params, what in checks:
            loose = [row["name"] for row in tx.rows(query, params)]
            yield Attempt(", ".join(loose) or "all", what, "schema", not loose, "missing" if loose else "yes")


def _seed(catalog: Catalog, tables: list[str], org_id: UUID) -> tuple[dict[str, dict[str, Any]], list[Attempt]]:
    """A row of this organization in each table, and what could not be seeded and so not be proven."""
    rows: dict[str, dict[str, Any]] = {"users": {"id": org_id}}
    failures = []
    with system() as tx:
        tx.run(
            "INSERT INTO users (id, email) VALUES (%s, %s) ON CONFLICT DO NOTHING", (org_id, f"probe-{org_id}@invalid")
        )
    for table in tables:
        try:
            row = make_row(catalog, table, org_id, rows, fresh=False)
            with system() as tx:
                tx.run(*_insert(table, row, " ON CONFLICT DO NOTHING"))
            rows[table] = row
        except (psycopg2.Error, ValueError) as error:
            failures.append(Attempt(table, "seed", "system", False, str(error).strip().splitlines()[0]))
    return rows, failures


def _attack(catalog: Catalog, table: str, rows: dict[UUID, dict[str, dict[str, Any]]]) -> Iterator[Attempt]:
    theirs = make_row(catalog, table, ALICE, rows[ALICE], fresh=True)
    tries: dict[str, tuple[str | sql.Composed, tuple[Any, ...]]] = {
        "read": (f"SELECT count(*) FROM {table} WHERE org_id = %s", (ALICE,)),
        "read all": (f"SELECT count(*) FROM {table} WHERE org_id <> %s", (BOB,)),
        "insert": _insert(table, theirs),
        "update": (f"UPDATE {table} SET org_id = org_id WHERE org_id = %s", (ALICE,)),
        "give away": (f"UPDATE {table} SET org_id = %s WHERE org_id = %s", (ALICE, BOB)),
        "delete": (f"DELETE FROM {table} WHERE org_id = %s", (ALICE,)),
        "truncate": (f"TRUNCATE {table} CASCADE", ()),
    }
    for action, (query, params) in tries.items():
        yield _try(table, action, "Bob", lambda: organization(BOB), query, params)
        yield _try(table, action, OUTSIDER, run_time, query, params)
        if action.startswith("read"):
            yield _try(table, action, "Bob, reading role", lambda: organization(BOB, Access.READ), query, params)
    for reference in catalog.references:
        if reference.table == table and "org_id" in catalog.columns.get(reference.target, {}):
            yield from _refer(reference, rows)


def _refer(reference: Reference, rows: dict[UUID, dict[str, dict[str, Any]]]) -> Iterator[Attempt]:
    """Bob's own row is pointed at Alice's: only a key that holds the organization too can tell."""
    target = rows[ALICE][reference.target]
    pairs = [(c, target[t]) for c, t in zip(reference.columns, reference.targets, strict=True) if c != "org_id"]
    if not pairs:
        return
    sets = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column, _ in pairs)
    query = sql.SQL("UPDATE {} SET {} WHERE org_id = %s").format(sql.Identifier(reference.table), sets)
    params = (*(value for _, value in pairs), BOB)
    yield _try(reference.table, f"refer to {reference.target}", "Bob", lambda: organization(BOB), query, params)


def _try(table: str, action: str, by: str, opened: Callable[[], Any], query: Any, params: tuple[Any, ...]) -> Attempt:
    try:
        with opened() as tx:
            touched = int(tx.value(query, params)) if action.startswith("read") else tx.run(query, params)
            if touched:
                raise Breach(f"{touched} rows")
            return Attempt(table, action, by, True, "no rows")
    except Breach as breach:
        return Attempt(table, action, by, False, str(breach))
    except psycopg2.Error as error:
        held = error.pgcode == FORBIDDEN or (action.startswith("refer") and error.pgcode == NO_SUCH_TARGET)
        return Attempt(table, action, by, held, type(error).__name__)


def _alternate(tables: list[str]) -> Iterator[Attempt]:
    """The same pooled connection serves one organization after the other, and then nobody."""
    for turn in range(3):
        for by, org_id in (("Alice", ALICE), ("Bob", BOB), (OUTSIDER, None)):
            with _as(org_id) as tx:
                for table in tables:
                    seen = {row["org_id"] for row in tx.rows(f"SELECT DISTINCT org_id FROM {table}")}
                    held = seen == ({org_id} if org_id else set())
                    if turn == 2 or not held:
                        yield Attempt(table, "alternate", by, held, f"sees {len(seen)} organizations")
    with statement() as tx:
        left = tx.value("SELECT current_setting('app.org_id', true)")
    yield Attempt("all", "alternate", "afterwards", not left, "no context left" if not left else "context left behind")


@contextmanager
def _as(org_id: UUID | None) -> Iterator[Transaction]:
    with run_time() if org_id is None else organization(org_id) as tx:
        yield tx


def _clear(tables: list[str]) -> None:
    """Takes the probe's rows away; audit rows stay, and with them the two organizations."""
    for table in reversed(tables):
        if table not in ("audit_log", "organizations"):
            with system() as tx:
                tx.run(f"DELETE FROM {table} WHERE org_id IN (%s, %s)", (ALICE, BOB))


def _insert(table: str, row: dict[str, Any], suffix: str = "") -> tuple[sql.Composed, tuple[Any, ...]]:
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({})" + suffix).format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    return query, tuple(row.values())
