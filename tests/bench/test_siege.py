"""The hostile clients against a socket that listens: they come in number, say little, and come again."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from bench.siege import Siege, besiege

PATIENCE_SECONDS = 30.0


class Besieged:
    """Takes every connection and keeps what it is sent."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.received: dict[socket.socket, bytes] = {}

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def listen_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline
            for key, _ in self.selector.select(0.1):
                self._take(key.fileobj)

    def _take(self, source: object) -> None:
        if source is self.listener:
            sock, _ = self.listener.accept()
            self.received[sock] = b""
            self.selector.register(sock, selectors.EVENT_READ)
        elif isinstance(source, socket.socket):
            self.received[source] += source.recv(65_536)

    def close(self) -> None:
        self.selector.close()
        for sock in (*self.received, self.listener):
            sock.close()


@pytest.fixture
def besieged() -> Iterator[Besieged]:
    made = Besieged()
    yield made
    made.close()


def test_the_slow_send_byte_by_byte_and_the_idle_nothing(besieged: Besieged):
    with besiege(Siege(besieged.port, "s3cret", slow=2, idle=1)) as held:
        besieged.listen_until(lambda: said_something_like(besieged, b"PO", at_most=20))
        besieged.listen_until(lambda: said_something_like(besieged, b"POST ", at_least=100))
        nothing, few, head = sorted(besieged.received.values(), key=len)
        head, _, body = head.partition(b"\r\n\r\n")
        assert nothing == b""
        assert b"POST /api/vapi/webhook".startswith(few)
        assert b"X-Vapi-Secret: s3cret" in head
        assert set(body) == {ord(" ")}
    assert held.cut == 0
    assert held.sent >= 3


def said_something_like(besieged: Besieged, words: bytes, at_least: int = 0, at_most: int = 10_000) -> bool:
    return any(said.startswith(words) and at_least <= len(said) <= at_most for said in besieged.received.values())


def test_whoever_is_cut_off_comes_again(besieged: Besieged):
    with besiege(Siege(besieged.port, "s", slow=0, idle=3)) as held:
        besieged.listen_until(lambda: len(besieged.received) == 3)
        cut = next(iter(besieged.received))
        besieged.selector.unregister(cut)
        cut.close()
        besieged.listen_until(lambda: len(besieged.received) == 4)
    assert (held.cut, held.sent) == (1, 0)
