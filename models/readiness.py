"""Is the database fit to be used: the roles that it is used as, and the migrations that it has had?"""

from __future__ import annotations

import psycopg2

from models.database import Access, statement
from models.migrate import migrations

ROLE = """
select r.rolsuper, r.rolbypassrls,
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relowner = r.oid and c.relkind in ('r', 'p') and n.nspname = 'public') as owns,
       r.rolname <> 'aftercall_system' and pg_has_role(r.oid, 'aftercall_system', 'member') as crosses
from pg_roles r where r.rolname = current_user
"""


class Unfit(Exception):
    """The database would not keep our promises as it is configured; `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The database cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))


def dangerous_roles() -> list[str]:
    """What is wrong with the roles of the three connections: one that outranks row security sees every organization."""
    problems = []
    for access in Access:
        name = access.value.upper()
        with statement(access) as tx:
            role = tx.row(ROLE)
        assert role is not None
        for fault, words in (
            ("rolsuper", "a superuser"),
            ("rolbypassrls", "a BYPASSRLS role"),
            ("owns", "an owner of tables"),
            ("crosses", "a member of aftercall_system"),
        ):
            if role[fault]:
                problems.append(f"{name} connects as {words}, which row security does not hold: use its own plain role")
    return problems


def missing_migrations() -> list[str]:
    """Migrations that this code needs and the database has not had."""
    try:
        with statement(Access.SYSTEM) as tx:
            applied = {row["version"] for row in tx.rows("SELECT version FROM schema_migrations")}
    except psycopg2.errors.UndefinedTable:
        applied = set()
    return [migration.name for migration in migrations() if migration.version not in applied]


def refuse_unfit() -> None:
    """Raises Unfit at a process's start, before it does anything that it should not."""
    problems = dangerous_roles()
    if missing := missing_migrations():
        problems.append(f"it lacks {', '.join(missing)}: run `./aftercall migrate`")
    if problems:
        raise Unfit(problems)
