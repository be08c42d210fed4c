"""A whole instance for the flow tests: real servers, real processes, and a hand that kills them."""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import psutil
from redis import Redis

from run.children import Child, Program, programs
from run.embedded import Servers

PATIENCE_SECONDS = 60.0
LAST_LINES = 60
"""Of the instance's log, shown where a flow fails."""
T = TypeVar("T")


def await_that(condition: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """The first true value of the condition; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain"
        time.sleep(0.05)
    return value


class Instance:
    """The processes of the Procfile, started again when they die, as under the supervisor."""

    def __init__(self, servers: Servers, environment: Mapping[str, str], schedulers: int = 1, actors: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.servers = servers
        self.base_url = f"http://127.0.0.1:{port}"
        self.lines: list[tuple[str, str]] = []
        environment = {**os.environ, **environment, "WEB_PROCESSES": "2", "LOG_LEVEL": "info"}
        self.children = [
            Child(_with(program, actors), environment, self._say)
            for program in _several(programs("127.0.0.1", port, workers=2, threads=4), schedulers)
        ]
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        for child in self.children:
            child.start()
        self._keeper.start()
        await_that(self._answers)

    def stop(self) -> None:
        self._ended.set()
        self._keeper.join()
        for child in self.children:
            child.end()

    def kill(self, name: str) -> None:
        """kill -9 for every process of one child whose name begins so, its own children included."""
        child = random.choice([child for child in self.children if child.program.name.startswith(name)])
        if child.pid is not None:
            for process in psutil.Process(child.pid).children(recursive=True):
                process.send_signal(signal.SIGKILL)
            os.kill(child.pid, signal.SIGKILL)

    def flush(self) -> None:
        with Redis.from_url(self.servers.addresses().environment["REDIS_URL"]) as redis:
            redis.flushall()

    def said(self, words: str) -> bool:
        return any(words in line for _, line in self.lines)

    def _say(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def _keep(self) -> None:
        while not self._ended.wait(0.1):
            for child in self.children:
                child.tend()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.base_url + "/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def running(
    servers: Servers, environment: Mapping[str, str], schedulers: int = 1, actors: str = ""
) -> Iterator[Instance]:
    """An instance for the time of a block. `actors` names a module with further actors for the workers."""
    instance = Instance(servers, environment, schedulers, actors)
    try:
        instance.start()
        yield instance
    except BaseException:
        print("\n".join(f"{name} | {line}" for name, line in instance.lines[-LAST_LINES:]))
        raise
    finally:
        instance.stop()


def _several(named: list[Program], schedulers: int) -> list[Program]:
    scheduler = next(program for program in named if program.name == "scheduler")
    others = [program for program in named if program.name != "scheduler"]
    return others + [Program(f"scheduler.{number}", scheduler.command) for number in range(schedulers)]


def _with(program: Program, actors: str) -> Program:
    if not actors or not program.name.startswith("worker"):
        return program
    command = [sys.executable if part == sys.executable else part for part in program.command]
    command.insert(command.index("tasks") + 1, actors)
    return Program(program.name, tuple(command), program.environment)
