"""Canaries: secrets and a number that nobody else has, and every place where they must not sing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import requests
from psycopg2 import sql
from redis import Redis

from run.home import PROJECT
from tests.edge.live import Edge

LAST_WORDS = "the-canaries-have-landed"


class Flight:
    """A running edge and worker, with all that they answer, write and queue while the canaries are on their way."""

    def __init__(self, edge: Edge, headers: Mapping[str, str], admin_url: str, worker_log: Path) -> None:
        self.edge, self.headers, self.admin_url, self.worker_log = edge, headers, admin_url, worker_log
        self.answers: list[str] = []
        self.queued: list[str] = []
        """Every command that Valkey was given, by whomever."""

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A request of somebody who may; its answer is kept, headers and all."""
        url = f"http://127.0.0.1:{self.edge.port}{path}"
        answer = requests.request(method, url, json=body, headers=dict(self.headers), timeout=15, **more)
        self.answers.append(f"{answer.headers} {answer.text}")
        return answer

    def rows(self, query: str, *params: Any) -> list[tuple[Any, ...]]:
        with psycopg2.connect(self.admin_url) as connection, connection.cursor() as cursor:
            cursor.execute(query, params or None)
            return cursor.fetchall() if cursor.description else []

    def tables(self) -> dict[str, str]:
        """Every table of the database as text, bytes in hexadecimal."""
        names = [name for (name,) in self.rows("select tablename from pg_tables where schemaname = 'public'")]
        with psycopg2.connect(self.admin_url) as connection, connection.cursor() as cursor:
            contents = {}
            for name in names:
                cursor.execute(sql.SQL("select t::text from {} t").format(sql.Identifier(name)))
                contents[name] = repr(cursor.fetchall())
        return contents

    def heard(self, canary: str, may_stand_in: tuple[str, ...] = ()) -> list[str]:
        """Where a canary was heard, but for the tables that hold such values in the clear on purpose."""
        places = {
            "the edge's log": self.edge.log(),
            "the worker's log": self.worker_log.read_text(errors="replace"),
            "the queue": "".join(self.queued),
            "an answer": "".join(self.answers),
        }
        tables = {name: text for name, text in self.tables().items() if name not in may_stand_in}
        sounds = (canary, canary.encode().hex())
        return [place for place, text in (places | tables).items() if any(sound in text for sound in sounds)]


@contextmanager
def overheard(url: str, queued: list[str]) -> Iterator[None]:
    """Keeps all that anybody tells Valkey for the time of a block."""
    with Redis.from_url(url) as redis, redis.monitor() as monitor:
        listener = threading.Thread(target=_listen, args=(monitor, queued), daemon=True)
        listener.start()
        yield
        redis.set(LAST_WORDS, "1")
        listener.join()


def _listen(monitor: Any, queued: list[str]) -> None:
    for told in monitor.listen():
        queued.append(told["command"])
        if LAST_WORDS in told["command"]:
            return


@contextmanager
def working(environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """A real worker, as talkative as it gets, for the time of a block."""
    command = [sys.executable, "-m", "dramatiq", "tasks", "-p", "1", "-t", "2"]
    known = {"PATH": os.environ["PATH"], "dramatiq_worker_timeout": "10", "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("ab") as output:
        worker = subprocess.Popen(command, cwd=PROJECT, env=known | dict(environment), stdout=output, stderr=output)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


@contextmanager
def forbidden(rows: Callable[..., Any], table: str, condition: str) -> Iterator[None]:
    """A bug of the kind that quotes a row in its error: Postgres tells the whole row that a rule forbids."""
    rows(f"alter table {table} add constraint planted check ({condition}) not valid")
    try:
        yield
    finally:
        rows(f"alter table {table} drop constraint planted")
