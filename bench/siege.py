"""Hostile clients, in a process of their own (`python -m bench.siege`): they hold connections and send next to nothing.

Half of the slow ones begin with a request's first byte, the others have sent its head and go on with its body. What
the edge cuts off is replaced at once, so that the same number is held all of the time.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench.drive import WEBHOOK, LoadFailed
from bench.payloads import request_head
from run.home import PROJECT

BYTE_EVERY_SECONDS = 1.0
TICK_SECONDS = 0.01
PROMISED_BYTES = 16_000
END_SECONDS = 30.0
READY = "ready"


@dataclass(frozen=True, slots=True)
class Siege:
    port: int
    secret: str
    slow: int
    idle: int


@dataclass
class Held:
    """What came of it, known when the siege is over."""

    cut: int = 0
    """How many connections the edge ended, each of which was replaced."""
    sent: int = 0
    """Bytes that came one by one."""


@contextmanager
def besiege(siege: Siege) -> Iterator[Held]:
    """Holds the connections for a block, which begins when all of them are open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.siege"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    held = Held()
    try:
        process.stdin.write(json.dumps(asdict(siege)) + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != READY:
            raise LoadFailed("the hostile connections could not be opened")
        yield held
        told, _ = process.communicate(timeout=END_SECONDS)
        held.cut, held.sent = json.loads(told)
    finally:
        process.kill()
        process.wait()


class Line:
    """A hostile connection: one that has begun with its head, one that begins with the first byte, or an idle one."""

    __slots__ = ("drops", "sent", "sock")

    def __init__(self, sock: socket.socket, drops: bytes) -> None:
        self.sock = sock
        self.drops = drops
        """What it sends byte by byte; nothing where it is idle."""
        self.sent = 0


class Besieger:
    """Opens connections, keeps their number, and sends a byte a second on each slow one."""

    def __init__(self, siege: Siege) -> None:
        self._siege = siege
        self._head = request_head(WEBHOOK, siege.secret, PROMISED_BYTES)
        self._body = b" " * PROMISED_BYTES
        self._epoll = select.epoll()
        self._lines: dict[int, Line] = {}
        self._due: deque[tuple[float, Line]] = deque()
        self.held = Held()

    def open_all(self) -> None:
        for number in range(self._siege.slow):
            self._connect(self._body if number % 2 else self._head)
        for _ in range(self._siege.idle):
            self._connect(b"")

    def hold(self) -> None:
        """Until standard input ends."""
        self._epoll.register(sys.stdin.fileno(), select.EPOLLIN)
        while True:
            for descriptor, _ in self._epoll.poll(TICK_SECONDS):
                if descriptor == sys.stdin.fileno():
                    return
                self._hear(self._lines[descriptor])
            self._send_what_is_due()

    def _connect(self, drops: bytes) -> None:
        sock = socket.create_connection(("127.0.0.1", self._siege.port))
        sock.setblocking(False)
        line = self._lines[sock.fileno()] = Line(sock, drops)
        self._epoll.register(sock.fileno(), select.EPOLLIN)
        if drops is self._body:
            sock.send(self._head)
        if drops:
            self._due.append((time.monotonic() + BYTE_EVERY_SECONDS, line))

    def _hear(self, line: Line) -> None:
        """An answer is thrown away; where the edge ends the connection, another of its kind takes its place."""
        try:
            is_over = not line.sock.recv(65_536)
        except OSError:
            is_over = True
        if is_over:
            self._replace(line)

    def _replace(self, line: Line) -> None:
        del self._lines[line.sock.fileno()]
        self._epoll.unregister(line.sock.fileno())
        line.sock.close()
        self.held.cut += 1
        self._connect(line.drops)

    def _send_what_is_due(self) -> None:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            due, line = self._due.popleft()
            if line.sock.fileno() < 0:
                continue
            try:
                line.sock.send(line.drops[line.sent : line.sent + 1])
            except OSError:
                self._replace(line)
                continue
            self.held.sent += 1
            line.sent = (line.sent + 1) % len(line.drops)
            self._due.append((due + BYTE_EVERY_SECONDS, line))


if __name__ == "__main__":
    besieger = Besieger(Siege(**json.loads(sys.stdin.readline())))
    besieger.open_all()
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    besieger.hold()
    sys.stdout.write(json.dumps([besieger.held.cut, besieger.held.sent]))
