"""Locks that outlast a transaction, for work that calls out meanwhile; each ends with its connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psycopg2

from models.database import CONNECT_SECONDS
from settings import settings


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """Whether nobody else is at this; nobody can begin with it before the end.

    It has a connection of its own, so that no transaction is open while others are called, and a death frees it.
    """
    connecting = psycopg2.connect(
        settings().database_url,
        connect_timeout=CONNECT_SECONDS,
        application_name="aftercall lock",
        keepalives_idle=30,
    )
    with closing(connecting) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (what,))
            found = cursor.fetchone()
        try:
            yield bool(found and found[0])
        finally:
            # Closing frees it as well, but only once the server has noticed; a connection that broke has freed it.
            with suppress(psycopg2.OperationalError, psycopg2.InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
