"""The load generator, a process of its own (`python -m bench.load`): a plan on stdin, what came of it on stdout.

It shares the cores with what it measures, so it costs little: prebuilt bytes, one epoll, and no HTTP library.
"""

from __future__ import annotations

import base64
import re
import select
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from itertools import count
from typing import Any

from bench.payloads import CALL, CALLER, SID
from bench.plan import Outcome, Plan, call_id, call_sid, caller, plan_from, to_json

PATIENCE_SECONDS = 30.0
"""How long the last answers are waited for."""
SLOTS = re.compile(f"({CALL}|{SID}|{CALLER})".encode())
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
BROKEN = "broken"


class Shape:
    """One kind of request, cut at its slots, so that filling it in copies nothing large."""

    def __init__(self, encoded: str, prefix: str, lag: int) -> None:
        self._parts = SLOTS.split(base64.b64decode(encoded))
        self._slots = {
            slot: [i for i, part in enumerate(self._parts) if part == slot.encode()] for slot in (CALL, SID, CALLER)
        }
        self._prefix = prefix
        self.lag = lag

    def filled(self, number: int) -> list[bytes]:
        parts = self._parts.copy()
        values = (call_id(self._prefix, number), call_sid(self._prefix, number), caller(number))
        for places, value in zip(self._slots.values(), values, strict=True):
            for place in places:
                parts[place] = value.encode()
        return parts


class Line:
    """A connection with at most one request under way."""

    __slots__ = ("due", "left", "number", "received", "shape", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.received = b""
        self.left = b""
        self.due = 0.0
        """When its request was to be sent, by the monotonic clock; 0 where none is under way."""
        self.shape = 0
        self.number = 0


class Generator:
    """Sends what a plan says and notes what comes back."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.shapes = [Shape(one, plan.prefix, lag) for one, lag in zip(plan.shapes, plan.lags, strict=True)]
        self.epoll = select.epoll()
        self.lines: dict[int, Line] = {}
        self.free: deque[Line] = deque()
        self.waiting: deque[tuple[float, int, int]] = deque()
        """Requests whose time has come and that no connection is free for: due, shape, number."""
        self.requests = self._requests()
        self.is_over = False
        self.ends_at = float("inf")
        self.last_answer_at = 0.0
        self.answered = self.accepted = 0
        self.refused: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.acknowledged: list[tuple[int, int, float]] = []

    def run(self) -> Outcome:
        for _ in range(0 if self.plan.fresh else self.plan.connections):
            self.free.append(self._connect())
        begun, begun_at = time.perf_counter(), time.time()
        self.ends_at = begun + self.plan.seconds if self.plan.seconds else float("inf")
        if self.plan.rate:
            self._send_on_time(begun, self.plan.rate)
        else:
            self._send_at_once()
        self._await_the_last()
        ended = self.last_answer_at if self.plan.count else min(self.ends_at, time.perf_counter())
        return Outcome(
            started_at=begun_at, seconds=ended - begun, answered=self.answered, accepted=self.accepted,
            refused=dict(self.refused), latencies_ms=[round(one * 1000, 3) for one in self.latencies],
            acknowledged=self.acknowledged,
        )  # fmt: skip

    def _requests(self) -> Any:
        """Shape and call number of each request in its order: those before a shape's lag do not exist."""
        kinds, most = len(self.shapes), self.plan.count
        made = 0
        for n in count():
            kind, number = n % kinds, n // kinds - self.shapes[n % kinds].lag
            if most is not None and (made >= most or number >= most // kinds):
                if made >= most:
                    return
                continue
            if number >= 0:
                made += 1
                yield kind, number

    def _send_at_once(self) -> None:
        """As fast as answers come: each connection has a request under way all of the time."""
        while self.free and self._send_next(time.perf_counter()):
            pass
        while not self.is_over and time.perf_counter() < self.ends_at:
            self._hear(0.05, self._send_again)

    def _send_again(self, line: Line) -> None:
        self.free.append(line)
        now = time.perf_counter()
        if now < self.ends_at and not self._send_next(now):
            self.is_over = True

    def _send_on_time(self, begun: float, rate: float) -> None:
        """At fixed times, answered or not; what finds no free connection waits, and its wait counts."""
        for n, (kind, number) in enumerate(self.requests):
            due = begun + n / rate
            if due >= self.ends_at:
                return
            while (now := time.perf_counter()) < due:
                self._hear(due - now, self._send_waiting)
            self.waiting.append((due, kind, number))
            self._send_waiting(None)

    def _send_waiting(self, line: Line | None) -> None:
        if line is not None:
            self.free.append(line)
        while self.waiting and (self.free or self.plan.fresh):
            due, kind, number = self.waiting.popleft()
            self._send(self._connect() if self.plan.fresh else self.free.pop(), due, kind, number)

    def _await_the_last(self) -> None:
        deadline = time.perf_counter() + PATIENCE_SECONDS
        again = self._send_waiting if self.plan.rate else self.free.append
        while (self.waiting or any(line.due for line in self.lines.values())) and time.perf_counter() < deadline:
            self._hear(0.05, again)
        self.refused[BROKEN] += len(self.waiting) + sum(1 for line in self.lines.values() if line.due)
        self.refused += Counter()

    def _send_next(self, now: float) -> bool:
        """Sends the plan's next request; False where there is none."""
        following = next(self.requests, None)
        if following is None:
            return False
        self._send(self.free.popleft(), now, *following)
        return True

    def _connect(self) -> Line:
        sock = socket.create_connection(("127.0.0.1", self.plan.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        line = self.lines[sock.fileno()] = Line(sock)
        self.epoll.register(sock.fileno(), select.EPOLLIN)
        return line

    def _drop(self, line: Line) -> None:
        del self.lines[line.sock.fileno()]
        self.epoll.unregister(line.sock.fileno())
        line.sock.close()

    def _send(self, line: Line, due: float, kind: int, number: int) -> None:
        line.due, line.shape, line.number = due, kind, number
        parts = self.shapes[kind].filled(number)
        try:
            sent = line.sock.sendmsg(parts)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._lost(line)
            return
        whole = sum(map(len, parts))
        if sent < whole:
            line.left = b"".join(parts)[sent:]
            self.epoll.modify(line.sock.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def _send_rest(self, line: Line) -> None:
        try:
            line.left = line.left[line.sock.send(line.left) :]
        except BlockingIOError:
            return
        if not line.left:
            self.epoll.modify(line.sock.fileno(), select.EPOLLIN)

    def _hear(self, seconds: float, on_free: Callable[[Line], None]) -> None:
        """Waits for answers, at most so long. (epoll's own timeout knows milliseconds only, select's microseconds.)"""
        select.select([self.epoll], [], [], seconds)
        for descriptor, events in self.epoll.poll(0):
            line = self.lines.get(descriptor)
            if line is None:
                continue
            if events & select.EPOLLOUT and line.left:
                self._send_rest(line)
            if events & ~select.EPOLLOUT:
                self._receive(line, on_free)

    def _receive(self, line: Line, on_free: Callable[[Line], None]) -> None:
        try:
            data = line.sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost(line)
            on_free(self._connect()) if not self.plan.fresh else None
            return
        line.received += data
        if (status := answer_status(line.received)) is None:
            return
        self._note(line, status)
        if self.plan.fresh:
            self._drop(line)
        else:
            on_free(line)

    def _lost(self, line: Line) -> None:
        """A connection that ended. Between requests that is a server's right; under one it is a failure."""
        if line.due:
            self.refused[BROKEN] += 1
        self._drop(line)
        if line in self.free:
            self.free.remove(line)

    def _note(self, line: Line, status: int) -> None:
        now = time.perf_counter()
        if 200 <= status < 300:
            self.accepted += 1
            if now <= self.ends_at:
                self.answered += 1
                self.latencies.append(now - line.due)
                self.last_answer_at = now
            if self.plan.keep:
                self.acknowledged.append((line.shape, line.number, time.time()))
        else:
            self.refused[str(status)] += 1
        line.received, line.due = b"", 0.0


def answer_status(received: bytes) -> int | None:
    """The status of an answer once all of it is there, else None."""
    end = received.find(HEAD_END)
    if end < 0:
        return None
    head = received[:end].lower()
    at = head.find(LENGTH)
    length = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return int(head[9:12]) if len(received) >= end + len(HEAD_END) + length else None


if __name__ == "__main__":
    sys.stdout.write(to_json(Generator(plan_from(sys.stdin.read())).run()))
