"""A database moves forward from any earlier version, and only forward."""

from __future__ import annotations

from uuid import uuid4

import psycopg2
import pytest

from models.migrate import MigrationError, migrate, migrations
from tests.conftest import TestDatabase

SHAPE = """
select 'column', table_name, concat_ws(' ', column_name, data_type, is_nullable, column_default)
from information_schema.columns where table_schema = 'public'
union all select 'index', tablename, indexdef from pg_indexes where schemaname = 'public'
union all select 'policy', tablename, policyname || coalesce(qual, '') || coalesce(with_check, '') from pg_policies
union all select 'grant', table_name, grantee || privilege_type from information_schema.table_privileges
          where table_schema = 'public'
union all select 'function', p.oid::regprocedure::text, md5(prosrc) || proowner::regrole || coalesce(proacl::text, '')
          from pg_proc p where pronamespace = 'public'::regnamespace
union all select 'constraint', conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
          where connamespace = 'public'::regnamespace
order by 1, 2, 3
"""


def shape(database: TestDatabase) -> list[tuple[str, str, str]]:
    with psycopg2.connect(database.admin_url) as connection:
        cursor = connection.cursor()
        cursor.execute(SHAPE)
        return cursor.fetchall()


def test_a_database_made_by_the_first_migration_arrives_at_the_newest_with_its_rows(
    empty_database: TestDatabase, database: TestDatabase
) -> None:
    migrate(empty_database.owner_url, log=lambda _: None, upto=1)
    org_id = str(uuid4())
    with psycopg2.connect(empty_database.admin_url) as connection:
        connection.cursor().execute("insert into organizations (org_id, name) values (%s, 'Old')", (org_id,))
    applied = migrate(empty_database.owner_url, log=lambda _: None)
    assert applied == [migration.name for migration in migrations()[1:]]
    assert shape(empty_database) == shape(database)
    with psycopg2.connect(empty_database.admin_url) as connection:
        cursor = connection.cursor()
        cursor.execute("select name from organizations where org_id = %s", (org_id,))
        assert cursor.fetchone() == ("Old",)


def test_migrating_twice_applies_nothing_the_second_time(database: TestDatabase) -> None:
    assert migrate(database.owner_url, log=lambda _: None) == []


def test_a_database_of_a_newer_version_is_refused(database: TestDatabase) -> None:
    with psycopg2.connect(database.admin_url) as connection:
        connection.cursor().execute("insert into schema_migrations values (9999, '9999_future', 'x')")
    with pytest.raises(MigrationError, match="run the newer version"):
        migrate(database.owner_url, log=lambda _: None)


def test_a_migration_that_was_changed_after_it_ran_is_refused(database: TestDatabase) -> None:
    with psycopg2.connect(database.admin_url) as connection:
        connection.cursor().execute("update schema_migrations set checksum = 'x' where version = 1")
    with pytest.raises(MigrationError, match="0001_tables was changed"):
        migrate(database.owner_url, log=lambda _: None)


def test_every_tenant_table_leads_its_primary_key_with_the_organization(database: TestDatabase) -> None:
    with psycopg2.connect(database.admin_url) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "select i.indrelid::regclass::text, a.attname from pg_index i join pg_class c on c.oid = i.indrelid"
            " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"
            " where i.indisprimary and c.relnamespace = 'public'::regnamespace"
        )
        leading = dict(cursor.fetchall())
    exceptions = {
        "users": "id", "schema_migrations": "version", "routes": "kind", "vapi_tools": "tool_name",
        "sign_in_tries": "address_hash", "ended_sessions": "session_hash",
    }  # fmt: skip
    assert {table: column for table, column in leading.items() if column != "org_id"} == exceptions
