"""Makes a row for any tenant table from what the catalog says of it, so that new tables are probed without a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from models.database import Transaction

COLUMNS = """
select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
       a.attnotnull and not a.atthasdef as needed
from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p') order by c.relname, a.attnum
"""
REFERENCES = """
select c.conrelid::regclass::text as table, c.confrelid::regclass::text as target,
       (select array_agg(a.attname::text order by k.i) from unnest(c.conkey) with ordinality k(n, i)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n) as columns,
       (select array_agg(a.attname::text order by k.i) from unnest(c.confkey) with ordinality k(n, i)
        join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.n) as targets
from pg_constraint c join pg_namespace n on n.oid = c.connamespace and n.nspname = 'public'
where c.contype = 'f' order by 1, 2
"""
CHOICES = """
select conrelid::regclass::text as table, pg_get_constraintdef(oid) as check
from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace
"""
FAR = datetime(2100, 1, 1, tzinfo=UTC)
"""Nothing that a probe row names falls due while it stands."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `columns` of `table` name `targets` of `target`."""

    table: str
    target: str
    columns: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the probe needs to know of the schema."""

    columns: dict[str, dict[str, tuple[str, bool]]]
    """Table → column → (type, must be given)."""
    references: tuple[Reference, ...]
    choices: dict[tuple[str, str], str]
    """(table, column) → a word that its check allows."""

    def tenant_tables(self) -> list[str]:
        """Tables with org_id, each after those that it refers to."""
        waiting = {name for name, columns in self.columns.items() if "org_id" in columns}
        ordered: list[str] = []
        while waiting:
            free = {name for name in waiting if not self._targets(name) & (waiting - {name})}
            if not free:
                raise ValueError(f"The tables {sorted(waiting)} refer to each other in a circle")
            ordered += sorted(free)
            waiting -= free
        return ordered

    def _targets(self, table: str) -> set[str]:
        return {reference.target for reference in self.references if reference.table == table}


def read_catalog(tx: Transaction) -> Catalog:
    columns: dict[str, dict[str, tuple[str, bool]]] = {}
    for row in tx.rows(COLUMNS):
        columns.setdefault(row["table"], {})[row["column"]] = (row["type"], row["needed"])
    references = tuple(
        Reference(row["table"], row["target"], tuple(row["columns"]), tuple(row["targets"]))
        for row in tx.rows(REFERENCES)
    )
    choices = {}
    for row in tx.rows(CHOICES):
        if found := re.search(r"\((\w+) = ANY \(ARRAY\['(\w+)'", row["check"]):
            choices[row["table"], found[1]] = found[2]
    return Catalog(columns, references, choices)


def make_row(
    catalog: Catalog, table: str, org_id: UUID, rows: dict[str, dict[str, Any]], fresh: bool
) -> dict[str, Any]:
    """Values for every column that must be given, and every reference; `rows` holds the organization's other rows.

    A fresh row collides with no other; else the same call makes the same ids.
    """
    row: dict[str, Any] = {"org_id": org_id}
    for number, (column, (type_name, needed)) in enumerate(catalog.columns[table].items()):
        if column == "org_id" or not (needed or column in ("id", "key", "run_at")):
            continue
        row[column] = catalog.choices.get((table, column)) or _value(org_id, table, column, type_name, number, fresh)
    for reference in catalog.references:
        if reference.table == table and reference.target in rows:
            target = rows[reference.target]
            row |= {column: target[name] for column, name in zip(reference.columns, reference.targets, strict=True)}
    return row


def _value(org_id: UUID, table: str, column: str, type_name: str, number: int, fresh: bool) -> Any:
    unique = uuid4() if fresh else uuid5(org_id, f"{table}.{column}")
    if type_name == "uuid":
        return unique
    if type_name == "text":
        return f"probe {unique}"
    if type_name == "text[]":
        return ["probe"]
    if type_name == "date":
        return FAR.date()
    if type_name == "bytea":
        return b"probe"
    if type_name.startswith("timestamp"):
        return FAR + timedelta(hours=number)
    if type_name in ("integer", "smallint", "bigint", "numeric"):
        return 1
    if type_name == "jsonb":
        return "{}"
    if type_name == "boolean":
        return False
    raise ValueError(f"The probe has no value of type {type_name} for {table}.{column}: teach models/probe_rows.py")
