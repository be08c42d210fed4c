"""Redis and Postgres gone, hanging or restarted: what was acknowledged is kept, and nobody waits for long."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from edge.bells import WAITING_AT_MOST, Ringer
from models.database import Access, pool, statement
from models.ledger import Bell
from models.organizations import create_organization
from models.tokens import create_token
from run.embedded import Servers
from settings import settings
from tests.conftest import TestDatabase
from tests.edge.desk import CALLS, Desk, call_body
from tests.edge.live import Edge, request
from vocabulary import NOBODY, Endpoint

AWAY_SECONDS = 2
QUICKLY_SECONDS = 10
"""For twenty answers: a sixth of what they take where each waits for Redis until SOCKET_SECONDS are over."""
RETRIES_FOR_SECONDS = 8
"""From the question to the 503."""


@contextmanager
def deaf_server() -> Iterator[str]:
    """A Redis that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


class TestRedis:
    def answers_quickly(self, desk: Desk, token: str) -> bool:
        began = time.monotonic()
        statuses = [desk.convoso(call_body(call_id=f"c-{n}"), token).status_code for n in range(20)]
        return statuses == [200] * 20 and time.monotonic() - began < QUICKLY_SECONDS

    def test_down_slows_no_answer(self, desk: Desk, calls_token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        settings.cache_clear()
        assert self.answers_quickly(desk, calls_token)
        assert len(desk.jobs()) == 20

    def test_hanging_slows_no_answer(self, desk: Desk, calls_token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with deaf_server() as url:
            monkeypatch.setenv("REDIS_URL", url)
            settings.cache_clear()
            assert self.answers_quickly(desk, calls_token)
        assert len(desk.jobs()) == 20

    @pytest.mark.storm
    def test_hanging_slows_no_answer_of_a_running_edge(
        self, database: TestDatabase, desk: Desk, calls_token: str, tmp_path: Path
    ) -> None:
        with deaf_server() as url:
            edge = Edge(database.environment | {"REDIS_URL": url}, tmp_path)
            edge.tokens["convoso_calls"] = calls_token
            edge.start()
            try:
                began = time.monotonic()
                assert [edge.good() for _ in range(20)] == [200] * 20
                assert time.monotonic() - began < QUICKLY_SECONDS
            finally:
                edge.stop()
        assert len(desk.jobs()) == 20

    def test_hanging_for_hours_costs_no_more_memory_than_a_few_thousand_bells(
        self, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ringer = Ringer()
        with deaf_server() as url:
            monkeypatch.setenv("REDIS_URL", url)
            settings.cache_clear()
            for _ in range(WAITING_AT_MOST * 2):
                ringer.ring_soon([Bell(NOBODY, NOBODY, "process_event")])
            assert ringer._waiting.qsize() <= WAITING_AT_MOST


@pytest.fixture
def own_edge(own_servers: tuple[Servers, dict[str, str]], tmp_path: Path) -> Iterator[Edge]:
    """An edge on servers of this test's own, with Alice's token."""
    edge = Edge(own_servers[1], tmp_path)
    edge.tokens["convoso_calls"] = create_token(create_organization("Alice's clinic"), Endpoint.CONVOSO_CALLS)["token"]
    edge.start()
    yield edge
    edge.stop()


class Sender:
    """Posts one call after the other until it is told to stop, each until it is acknowledged."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.statuses: list[int] = []

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _send(self) -> None:
        while not self._ending.is_set():
            self.statuses.append(self._edge.good())


def stored(urls: dict[str, str]) -> int:
    with statement(Access.SYSTEM) as tx:
        return int(tx.value("select count(*) from jobs where state = 'ready'"))


@pytest.mark.storm
def test_a_database_that_is_away_for_two_seconds_is_ridden_out(
    own_servers: tuple[Servers, dict[str, str]], own_edge: Edge
) -> None:
    servers, urls = own_servers
    with Sender(own_edge) as one, Sender(own_edge) as other:
        servers.kill_postgres()
        time.sleep(AWAY_SECONDS)
        servers.revive()
        assert own_edge.good() == 200
    assert set(one.statuses + other.statuses) == {200}
    pool(Access.SYSTEM).close_idle()
    assert stored(urls) == len(one.statuses) + len(other.statuses) + 1


@pytest.mark.storm
def test_a_database_that_is_away_for_longer_is_503_and_then_all_is_well(
    own_servers: tuple[Servers, dict[str, str]], own_edge: Edge
) -> None:
    servers, _ = own_servers
    servers.kill_postgres()
    address = f"{CALLS}?token={own_edge.tokens['convoso_calls']}"
    began = time.monotonic()
    answers = {"post": own_edge.post(address, call_body()), "get": own_edge.say(request(address, b"", method="GET"))}
    assert time.monotonic() - began < 2 * RETRIES_FOR_SECONDS
    for answer in answers.values():
        assert (answer.status, int(answer.headers["retry-after"]) > 0) == (503, True)
    servers.revive()
    assert own_edge.good() == 200


@pytest.mark.storm
def test_a_database_that_is_silent_is_503_for_everybody_at_once_and_then_all_is_well(
    own_servers: tuple[Servers, dict[str, str]], own_edge: Edge
) -> None:
    """Frozen, as on a failing disk: it takes connections and queries, and answers none.

    Of those who were told to send again, only what was under way at the moment may still be stored.
    """
    servers, urls = own_servers
    assert servers.postgres is not None
    assert servers.postgres.pid is not None
    assert own_edge.good() == 200
    everyone = family(servers.postgres.pid)
    for pid in everyone:
        os.kill(pid, signal.SIGSTOP)
    try:
        waited = []
        threads = [threading.Thread(target=lambda: waited.append(timed(own_edge))) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for pid in everyone:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    assert {status for status, _ in waited} == {503}
    assert max(seconds for _, seconds in waited) < RETRIES_FOR_SECONDS
    assert own_edge.good() == 200
    assert stored(urls) <= 3


def timed(edge: Edge) -> tuple[int, float]:
    began = time.monotonic()
    return edge.good(), time.monotonic() - began


def family(pid: int) -> list[int]:
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in own for member in family(int(child)))]


def test_after_a_restart_no_dead_connection_is_handed_out(own_servers: tuple[Servers, dict[str, str]]) -> None:
    servers, _ = own_servers
    for end in (servers.restart_postgres, servers.kill_postgres):
        fill_the_pool()
        end()
        servers.revive()
        for _ in range(3):
            with statement() as tx:
                assert tx.value("select 1") == 1


def fill_the_pool() -> None:
    """Eight connections are in use at once, and idle afterwards."""
    together = threading.Barrier(8)

    def use() -> None:
        with statement():
            together.wait()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_event_costs_one_round_trip(desk: Desk, calls_token: str) -> None:
    """Each statement outside of a transaction block is a transaction of its own, which Postgres counts."""
    desk.convoso(call_body(call_id="first"), calls_token)
    before = transactions()
    for number in range(50):
        desk.convoso(call_body(call_id=f"c-{number}"), calls_token)
    assert transactions() - before in range(50 + COUNTING, 50 + COUNTING + UPKEEP)


COUNTING = 2
"""What `transactions` itself adds between two of its answers."""
UPKEEP = 20
"""Postgres' own upkeep may pass by meanwhile; a second round trip would add fifty."""


def transactions() -> int:
    with statement() as tx:
        tx.run("select pg_stat_force_next_flush()")
        return int(tx.value("select xact_commit from pg_stat_database where datname = current_database()"))
