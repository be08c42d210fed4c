"""The command line's root: how subcommands are found, and how what can be expected to fail is told."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cli import cli
from commands.test import workers
from run.home import PROJECT, Home
from tests.conftest import NOWHERE, TestDatabase


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def test_every_subcommand_can_be_loaded_and_helps() -> None:
    names = cli.list_commands(click.Context(cli))
    assert {"up", "test", "migrate", "doctor"} <= set(names)
    for name in names:
        assert (name, call(name, "--help").exit_code) == (name, 0)


def test_an_unknown_command_is_a_usage_error() -> None:
    assert (call("fly").exit_code, "No such command 'fly'" in call("fly").output) == (2, True)


def test_a_module_that_serves_the_others_is_no_command() -> None:
    assert call("printing").exit_code == 2


def test_all_tests_run_on_each_core_and_a_file_that_is_named_in_one_process() -> None:
    assert workers(("-q", "-x"))[0] == "-n"
    assert workers(("-q", "tests/test_settings.py")) == []


def test_without_an_instance_the_cure_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NOWHERE:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AFTERCALL_HOME", str(tmp_path))
    told = call("migrate")
    assert told.exit_code == 1
    assert told.output == (
        f"Error: No instance runs on {tmp_path}: start one with `./aftercall up`, or set DATABASE_URL and its like\n"
    )


def test_a_database_that_cannot_be_reached_is_told_without_a_traceback() -> None:
    told = call("migrate")
    assert told.exit_code == 1
    assert told.output.startswith("Error: PostgreSQL cannot be used: connection to server at")
    assert told.output.endswith("`./aftercall doctor` tells which DATABASE_…_URL\n")


def test_a_command_finds_the_instance_that_runs_on_the_home(
    empty_database: TestDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str]
) -> None:
    running = Home(tmp_path / "home")
    running.lock()
    running.save_environment(environment | empty_database.environment)
    for name in environment:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AFTERCALL_HOME", str(running.folder))
    applied = [row["applied"] for row in json.loads(call("migrate", "--json").output)]
    assert applied[:2] == ["0001_tables", "0002_functions"]
    assert applied == [file.stem for file in sorted((PROJECT / "models" / "migrations").glob("0*.sql"))]


def test_what_an_instance_left_behind_is_not_taken_for_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    home.lock()
    home.save_environment({"DATABASE_URL": "postgresql://a@b/c"})
    home.unlock()
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("AFTERCALL_HOME", str(tmp_path))
    assert "No instance runs on" in call("migrate").output


def test_migrating_twice_says_that_nothing_is_left(database: TestDatabase) -> None:
    told = call("migrate")
    assert (told.exit_code, told.output) == (0, "Nothing to migrate: the database is up to date.\n")


def test_migrating_needs_the_owner(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL")
    told = call("migrate")
    assert told.exit_code == 1
    assert "DATABASE_OWNER_URL is not set; only migrations use it, and they need it" in told.output
