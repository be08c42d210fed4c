"""Connections and transactions: one organization per transaction, set where row level security reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any
from uuid import UUID

import peewee
import psycopg2
import psycopg2.extras
from peewee import BaseQuery
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase
from psycopg2 import sql
from psycopg2.extensions import POLL_OK

from settings import settings

POOL_SIZE = 16
SPARE_CONNECTIONS = 4
"""Beside one for each thread of a worker: the heartbeat must always find one."""
POOL_WAIT_SECONDS = 5
CONNECT_SECONDS = 3
STATEMENT_MILLISECONDS = 30_000

psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call]


class Silent(psycopg2.OperationalError):
    """The database has taken a question and does not answer it."""


Unavailable = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    peewee.OperationalError,
    peewee.InterfaceError,
    MaxConnectionsExceeded,
)
"""What a call raises when the database cannot be reached, shuts down, or has no connection left."""


Query = str | sql.Composable | BaseQuery
Params = Sequence[Any] | Mapping[str, Any]
"""For %s in their order, or for %(name)s by name."""


PASSING = ("08", "40", "53", "55P03", "57P")
"""SQLSTATEs of trouble that passes by itself: connections, conflicts, resources, locks, shutdowns."""


def is_passing(error: BaseException) -> bool:
    """Will this go away without anybody's doing? An error without a code is a broken connection."""
    code = getattr(error, "pgcode", None)
    return isinstance(error, Unavailable) and (code is None or str(code).startswith(PASSING))


def forget_interrupted() -> None:
    """Gives up what an interrupt may have left of this thread's last transaction: a worker's thread lives on."""
    _open.set(False)
    for database in list(_pools.values()):
        if not database.is_closed():
            database.manual_close()


class Access(StrEnum):
    """Which of the database roles a transaction acts as."""

    RUN_TIME = "database_url"
    READ = "database_read_url"
    SYSTEM = "database_system_url"


class OneOrganization(Exception):
    """A transaction was opened within another one: each serves one organization and stands alone."""


class Transaction:
    """An open transaction. SQL uses %s for parameters, or %(name)s; a peewee query may stand in for SQL.

    Its beginning travels with its first statement, and what was left to its end with the commit.
    """

    def __init__(self, connection: Any, database: Any, begin: str = "", params: Params = ()) -> None:
        self._cursor = connection.cursor()
        self._database = database
        self._begin = self._cursor.mogrify(begin, params or None) if begin else b""
        self.after_commit: list[Any] = []
        self._at_end: list[bytes] = []

    def rows(self, query: Query, params: Params = ()) -> list[dict[str, Any]]:
        self.run(query, params)
        names = self._names()
        # psycopg2's own dict cursors take four times as long.
        return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]

    def row(self, query: Query, params: Params = ()) -> dict[str, Any] | None:
        """The first row, or None."""
        self.run(query, params)
        found = self._cursor.fetchone()
        return dict(zip(self._names(), found, strict=True)) if found is not None else None

    def value(self, query: Query, params: Params = ()) -> Any:
        """The first column of the first row, or None."""
        self.run(query, params)
        found = self._cursor.fetchone()
        return found[0] if found is not None else None

    def _names(self) -> list[str]:
        return [column.name for column in self._cursor.description]

    def run(self, query: Query, params: Params = ()) -> int:
        """Executes and returns how many rows were affected."""
        if isinstance(query, BaseQuery):
            query, params = self._database.get_sql_context().sql(query).query()
        if self._begin:
            self._send(self._cursor.mogrify(query, params or None))
        else:
            self._cursor.execute(query, params or None)
        return int(self._cursor.rowcount)

    def at_end(self, query: str | sql.Composable, params: Params = ()) -> None:
        """Leaves a statement to the transaction's end: it travels with the commit and locks only then."""
        self._at_end.append(self._cursor.mogrify(query, params or None))

    def flush(self) -> None:
        """Runs now what was left to the end, for what follows to see."""
        if self._at_end:
            statements, self._at_end = self._at_end, []
            self._send(*statements)

    def commit(self) -> None:
        """Ends it; one in which nothing was said has never begun."""
        if self._at_end or not self._begin:
            self._send(*self._at_end, b"COMMIT")

    def _send(self, *statements: bytes) -> None:
        first, self._begin = self._begin, b""
        self._cursor.execute(b";\n".join([first, *statements] if first else statements))


_pools: dict[Access, PooledPostgresqlDatabase] = {}
_open: ContextVar[bool] = ContextVar("transaction_open", default=False)


def pool(access: Access) -> PooledPostgresqlDatabase:
    """This process's pool of connections as one role."""
    if access not in _pools:
        _pools.setdefault(access, _make_pool(getattr(settings(), access.value)))
    return _pools[access]


class Pool(PooledPostgresqlDatabase):  # type: ignore[misc]
    """Looks at a connection before handing it out, but does not ask the server: peewee would, and hold its locks."""

    def _is_closed(self, conn: Any) -> bool:
        if conn.closed:
            return True
        try:
            # The first takes in the server's last words, the second meets the end of the connection behind them.
            return bool(conn.poll() != POLL_OK or conn.poll() != POLL_OK)
        except psycopg2.Error:
            return True


def _make_pool(url: str) -> PooledPostgresqlDatabase:
    return Pool(
        url,
        max_connections=max(POOL_SIZE, settings().worker_threads + SPARE_CONNECTIONS),
        timeout=POOL_WAIT_SECONDS,
        connect_timeout=CONNECT_SECONDS,
        application_name="aftercall",
        options=f"-c statement_timeout={STATEMENT_MILLISECONDS} -c timezone=UTC"
        f" -c idle_in_transaction_session_timeout={2 * STATEMENT_MILLISECONDS}",
        keepalives_idle=30,
    )


def reset() -> None:
    """Closes every pooled connection and forgets the settings: after a fork, and between tests."""
    while _pools:
        _pools.popitem()[1].close_all()
    settings.cache_clear()


@contextmanager
def organization(
    org_id: UUID, access: Access = Access.RUN_TIME, timeout_ms: int | None = None, is_repeated: bool = False
) -> Iterator[Transaction]:
    """One transaction that sees and writes the rows of one organization only.

    `is_repeated`: if the server crashes within the next moment the whole of it may be lost, and whoever opened it finds
    it undone and does it again. Its commit then waits for no disk.
    """
    begin = "BEGIN; SELECT set_config('app.org_id', %s, true)"
    if is_repeated:
        begin += ", set_config('synchronous_commit', 'off', true)"
    params: list[Any] = [str(org_id)]
    if timeout_ms is not None:
        begin += ", set_config('statement_timeout', %s, true)"
        params.append(str(timeout_ms))
    with _transaction(access, begin, params) as tx:
        yield tx


@contextmanager
def run_time() -> Iterator[Transaction]:
    """One transaction of the run-time role with no organization: users, and functions that cross on our behalf."""
    with _transaction(Access.RUN_TIME, "BEGIN", []) as tx:
        yield tx


@contextmanager
def system() -> Iterator[Transaction]:
    """One transaction of the system role, which crosses organizations: the scheduler and the command line."""
    with _transaction(Access.SYSTEM, "BEGIN", []) as tx:
        yield tx


@contextmanager
def statement(access: Access = Access.RUN_TIME) -> Iterator[Transaction]:
    """A connection on which each call is a transaction of its own: one round trip for one statement."""
    with _connection(access) as (connection, database):
        yield Transaction(connection, database)


@contextmanager
def _transaction(access: Access, begin: str, params: list[Any]) -> Iterator[Transaction]:
    if _open.get():
        raise OneOrganization("A transaction is open already; finish it before the next organization's")
    token = _open.set(True)
    try:
        with _connection(access) as (connection, database):
            tx = Transaction(connection, database, begin, params)
            try:
                yield tx
                tx.commit()
            except BaseException:
                _roll_back(connection)
                raise
    finally:
        _open.reset(token)
    for call in tx.after_commit:
        call()


def _roll_back(connection: Any) -> None:
    """Ends a failed transaction; a connection that cannot even do that is closed and leaves the pool."""
    try:
        connection.cursor().execute("ROLLBACK")
    except psycopg2.Error:
        connection.close()


@contextmanager
def _connection(access: Access) -> Iterator[tuple[Any, Any]]:
    database = pool(access)
    database.connect()
    connection = database.connection()
    try:
        yield connection, database
    except Unavailable:
        # What was cut under our hands was not alone: after a restart of the server every idle connection is dead, and
        # each would cost somebody an attempt.
        if connection.closed:
            database.close_idle()
        connection.close()
        raise
    finally:
        database.close()
