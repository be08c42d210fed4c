"""No process starts on a role that row security does not hold, or on a database that lacks migrations."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg2
import pytest

from models.database import reset
from models.readiness import Unfit, dangerous_roles, missing_migrations, refuse_unfit
from run.home import PROJECT
from tests.conftest import TestDatabase

UNFIT_STATUS = 78


def as_admin(database: TestDatabase, statement: str) -> None:
    with psycopg2.connect(database.admin_url) as connection:
        connection.cursor().execute(statement)


def test_the_four_roles_as_they_are_made_are_fit(database: TestDatabase) -> None:
    assert dangerous_roles() == []
    assert missing_migrations() == []
    refuse_unfit()


def test_a_superuser_is_refused(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database.admin_url)
    reset()
    with pytest.raises(Unfit, match="DATABASE_URL connects as a superuser"):
        refuse_unfit()


def test_an_owner_of_tables_is_refused(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_READ_URL", database.owner_url)
    reset()
    with pytest.raises(Unfit, match="DATABASE_READ_URL connects as an owner of tables"):
        refuse_unfit()


def test_a_member_of_the_system_role_is_refused(database: TestDatabase) -> None:
    as_admin(database, "grant aftercall_system to aftercall_app")
    try:
        assert [problem.split(",")[0] for problem in dangerous_roles()] == [
            "DATABASE_URL connects as a member of aftercall_system"
        ]
    finally:
        as_admin(database, "revoke aftercall_system from aftercall_app")


def test_a_database_without_its_migrations_is_refused(
    empty_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in empty_database.environment.items():
        monkeypatch.setenv(name, value)
    reset()
    with pytest.raises(Unfit, match="0001_tables, 0002_functions"):
        refuse_unfit()


@pytest.mark.storm  # Dramatiq waits half a minute for a worker that has ended at its start
def test_a_worker_that_must_not_work_ends_with_a_sentence(database: TestDatabase) -> None:
    environment = {**os.environ, **database.environment, "DATABASE_URL": database.admin_url}
    command = [sys.executable, "-m", "dramatiq", "tasks", "-p", "1", "-t", "1"]
    ended = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode != 0
    assert "The worker does not start." in ended.stderr
    assert "DATABASE_URL connects as a superuser" in ended.stderr
