"""The edge as it really runs: gunicorn with edge/server.py, on a free port, spoken to in raw bytes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from run.launch import free_port
from tests.edge.desk import CALLS, call_body, encoded

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60.0
PATIENCE_SECONDS = 15
"""For any answer: the slowest stated one is the 503 after eight seconds without a database."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class HungUp(Exception):
    """The edge closed the connection without an answer."""


class Connection:
    """A TCP connection on which a test says whatever it likes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self._buffer = b""

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self.socket.sendall(part)

    def answer(self, to_head: bool = False) -> Answer:
        """The next answer; raises HungUp where there is none."""
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        status = int(head[0].split(" ")[1])
        if status == 100:
            return self.answer(to_head)
        length = 0 if to_head else int(headers.get("content-length", "0"))
        return Answer(status, headers, self._exactly(length))

    def is_closed(self) -> bool:
        """Waits until the edge closes the connection."""
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self.socket.close()

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            self._receive()
        found, _, self._buffer = self._buffer.partition(mark)
        return found

    def _exactly(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._receive()
        found, self._buffer = self._buffer[:length], self._buffer[length:]
        return found

    def _receive(self) -> None:
        try:
            data = self.socket.recv(65_536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise HungUp
        self._buffer += data


class Edge:
    """A running edge. `tokens` are Alice's, by endpoint."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self.port = free_port()
        self.tokens: dict[str, str] = {}
        self.admin_url = ""
        self._log_path = folder / "edge.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "edge/server.py", "--bind", f"127.0.0.1:{self.port}"]
        known = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "edge.wsgi:app"], cwd=ROOT, env=known | self.environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The edge does not start:\n{self.log()}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)

    def log(self) -> str:
        """All that the edge has written so far."""
        return self._log_path.read_text(errors="replace")

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        connection = Connection(self.port)
        try:
            yield connection
        finally:
            connection.close()

    def say(self, *parts: bytes, to_head: bool = False) -> Answer:
        """One request on a connection of its own, in raw bytes."""
        with self.connected() as connection:
            connection.send(*parts)
            return connection.answer(to_head)

    def post(self, address: str, body: Any, **headers: str) -> Answer:
        return self.say(request(address, encoded(body), headers))

    def good(self, connection: Connection | None = None) -> int:
        """The status of a call of Alice's that is as it should be."""
        body = encoded(call_body(call_id=f"good-{next(self._numbers)}"))
        message = request(f"{CALLS}?token={self.tokens['convoso_calls']}", body)
        if connection is None:
            return self.say(message).status
        connection.send(message)
        return connection.answer().status

    def memory(self) -> int:
        """Resident bytes of the edge's processes."""
        assert self._process is not None
        pids = [self._process.pid, *children(self._process.pid)]
        return sum(_resident(pid) for pid in pids)

    def _answers(self) -> bool:
        try:
            return self.say(request(CALLS, b"", method="GET")).status == 200
        except (OSError, HungUp):
            time.sleep(0.02)
            return False


def request(address: str, body: bytes, headers: Mapping[str, str] | None = None, method: str = "POST") -> bytes:
    """A plain HTTP/1.1 request, its headers as they are given."""
    lines = {"Host": "edge.example", "Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = {name.replace("_", "-"): value for name, value in (lines | dict(headers or {})).items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {address} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def chunked(address: str, *chunks: bytes, end: bytes = b"0\r\n\r\n", headers: str = "") -> bytes:
    head = f"POST {address} HTTP/1.1\r\nHost: edge.example\r\nTransfer-Encoding: chunked\r\n{headers}\r\n".encode()
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0
