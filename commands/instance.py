"""What stands around a subcommand: before it the running instance's environment, after a failure a plain sentence."""

from __future__ import annotations

import os

import psycopg2
import redis.exceptions

from models.migrate import MigrationError
from models.readiness import Unfit
from run.home import Home, HomeInUse, NotRunning, home_folder
from run.launch import CannotLaunch
from run.process import ServerFailed
from settings import SettingsError

STANDS_ALONE = ("up", "test", "bench", "prove-messages")
"""Commands that bring their own servers and must not touch a running instance's."""

PLAIN = (SettingsError, MigrationError, Unfit, HomeInUse, NotRunning, CannotLaunch, ServerFailed)
"""Errors whose message is already a sentence that names the cure."""


def adopt(command: str | None) -> None:
    """Gives this process the variables of the instance that runs on the home, unless a database is named already."""
    if command in STANDS_ALONE or os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return
    try:
        saved = Home(home_folder()).running_environment()
    except NotRunning:
        return
    for name, value in saved.items():
        if not os.environ.get(name + "_FILE"):
            os.environ.setdefault(name, value)


def explain(error: Exception) -> str | None:
    """What to tell the user about an error that can be expected; None for a bug, whose traceback is wanted."""
    if isinstance(error, SettingsError) and any(
        problem.startswith("DATABASE_URL is not set") for problem in error.problems
    ):
        return f"No instance runs on {home_folder()}: start one with `./aftercall up`, or set DATABASE_URL and its like"
    if isinstance(error, PLAIN):
        return str(error)
    if isinstance(error, psycopg2.OperationalError):
        return f"PostgreSQL cannot be used: {_first_line(error)}\n`./aftercall doctor` tells which DATABASE_…_URL"
    if isinstance(error, psycopg2.errors.UndefinedTable):
        return f"The database is not migrated: {_first_line(error)}\nRun `./aftercall migrate`"
    if isinstance(error, redis.exceptions.ConnectionError | redis.exceptions.TimeoutError):
        return f"Redis cannot be reached: {_first_line(error)}\nCheck REDIS_URL with `./aftercall doctor`"
    if isinstance(error, PermissionError):
        return f"{error.filename}: permission denied"
    return None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
