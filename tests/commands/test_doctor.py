"""doctor: a sound instance, and each thing that may be wrong with one."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import pytest

from run.examine import Finding, Verdict, examine
from run.home import Home
from tests.conftest import TestDatabase


def wrong(environ: dict[str, str], folder: Path) -> list[Finding]:
    return [finding for finding in examine(environ, Home(folder)) if finding.verdict is Verdict.WRONG]


def as_admin(database: TestDatabase, *statements: str) -> None:
    connection = psycopg2.connect(database.admin_url)
    try:
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)
    finally:
        connection.close()


def test_nothing_is_wrong_with_a_fresh_instance(database: TestDatabase, tmp_path: Path) -> None:
    findings = {finding.about: finding for finding in examine(database.environment, Home(tmp_path))}
    assert findings["DATABASE_URL"] == Finding("DATABASE_URL", Verdict.OK, "run-time: aftercall_app on PostgreSQL 18")
    assert wrong(database.environment, tmp_path) == []


def test_every_problem_of_the_settings_is_a_finding(tmp_path: Path) -> None:
    about = [finding.what.split()[0] for finding in wrong({"PORT": "x"}, tmp_path) if finding.about == "settings"]
    assert about == [
        "DATABASE_URL", "DATABASE_READ_URL", "DATABASE_SYSTEM_URL", "REDIS_URL", "PUBLIC_URL", "ENCRYPTION_KEYS",
        "JWT_SECRET", "SESSION_SECRET", "PORT",
    ]  # fmt: skip


def test_a_superuser_is_wrong_on_every_connection(database: TestDatabase, tmp_path: Path) -> None:
    environ = database.environment | {"DATABASE_URL": database.admin_url}
    assert wrong(environ, tmp_path) == [
        Finding(
            "DATABASE_URL", Verdict.WRONG, "connects as postgres, which is a superuser: row security does not hold it"
        )
    ]


def test_an_owner_at_run_time_is_wrong(database: TestDatabase, tmp_path: Path) -> None:
    faults = [finding.what for finding in wrong(database.environment | {"DATABASE_URL": database.owner_url}, tmp_path)]
    assert faults == [
        "connects as aftercall_owner, which owns tables: an owner can switch row security off",
        "connects as aftercall_owner, which may act as aftercall_system, pg_database_owner: revoke that membership",
    ]


def test_a_run_time_role_that_may_act_as_the_system_role_is_wrong(database: TestDatabase, tmp_path: Path) -> None:
    as_admin(database, "grant aftercall_system to aftercall_app")
    try:
        faults = [finding.what for finding in wrong(database.environment, tmp_path)]
    finally:
        as_admin(database, "revoke aftercall_system from aftercall_app")
    assert faults == ["connects as aftercall_app, which may act as aftercall_system: revoke that membership"]


def test_a_role_that_passes_row_security_is_wrong(database: TestDatabase, tmp_path: Path) -> None:
    as_admin(database, "alter role aftercall_read bypassrls")
    try:
        faults = [finding.what for finding in wrong(database.environment, tmp_path)]
    finally:
        as_admin(database, "alter role aftercall_read nobypassrls")
    assert faults == ["connects as aftercall_read, which has BYPASSRLS: row security does not hold it"]


def test_a_dashboard_that_could_write_is_wrong(database: TestDatabase, tmp_path: Path) -> None:
    as_admin(database, "alter role aftercall_read reset default_transaction_read_only")
    try:
        faults = [finding.what for finding in wrong(database.environment, tmp_path)]
    finally:
        as_admin(database, "alter role aftercall_read set default_transaction_read_only = on")
    assert faults == ["connects as aftercall_read, which may write: set default_transaction_read_only = on for it"]


@pytest.mark.parametrize("without", [(), ("DATABASE_OWNER_URL",)])
def test_migrations_that_wait_are_named(
    empty_database: TestDatabase, database: TestDatabase, tmp_path: Path, without: tuple[str, ...]
) -> None:
    given = database.environment | empty_database.environment
    environ = {name: value for name, value in given.items() if name not in without}
    [found] = [finding for finding in wrong(environ, tmp_path) if finding.about == "migrations"]
    assert found.what.startswith("waiting: 0001_tables, 0002_functions")
    assert found.what.endswith("run `./aftercall migrate`")


def test_servers_that_cannot_be_reached_are_named(environment: dict[str, str], tmp_path: Path) -> None:
    about = [finding.about for finding in wrong(environment, tmp_path)]
    assert about == ["DATABASE_URL", "DATABASE_READ_URL", "DATABASE_SYSTEM_URL", "DATABASE_OWNER_URL", "REDIS_URL"]


def test_a_password_is_in_no_finding(database: TestDatabase, tmp_path: Path) -> None:
    environ = database.environment | {"DATABASE_URL": "postgresql://aftercall_app:hunter2@127.0.0.1:1/none"}
    said = " ".join(finding.what for finding in examine(environ, Home(tmp_path)))
    assert "hunter2" not in said
    assert "cannot be used" in said


def test_what_production_would_refuse_is_noted(database: TestDatabase, tmp_path: Path) -> None:
    notes = [finding.what for finding in examine(database.environment, Home(tmp_path)) if finding.about == "production"]
    assert notes == [
        "would be refused there: PUBLIC_URL must begin with https:// in production: tokens and sessions travel over it"
    ]


def test_a_recordings_folder_that_is_none_is_wrong(database: TestDatabase, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environ = database.environment | {"RECORDINGS_DIR": str(tmp_path / "file")}
    assert [finding.about for finding in wrong(environ, tmp_path)] == ["recordings"]
