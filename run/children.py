"""The processes of an instance, named as in the Procfile, and the life of each one under the supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from run.home import PROJECT
from run.launch import prefixed

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 30.0
"""A child that lived this long begins again with the shortest pause."""

Say = Callable[[str, str], None]
"""Receives a child's name and a line."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is run: a name for the log, a command, and what its environment has besides the instance's."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def programs(host: str, port: int, workers: int, threads: int) -> list[Program]:
    """The instance's processes. Each worker is a Dramatiq of its own, so that one that dies takes no other along."""
    python = sys.executable
    web = (python, "-m", "gunicorn", "-c", "edge/server.py", "--bind", f"{host}:{port}", "edge.wsgi:app")
    worker = (python, "-m", "dramatiq", "tasks", "-p", "1", "-t", str(threads), "--worker-shutdown-timeout", "8000")
    # Milliseconds: how soon a worker looks again, and tries Redis again after it was away.
    polling = {"dramatiq_worker_timeout": "10", "dramatiq_restart_delay": "500"}
    return [
        Program("web", web),
        *(Program(f"worker.{number}", worker, polling) for number in range(1, workers + 1)),
        Program("scheduler", (python, "-m", "scheduler")),
    ]


class Child:
    """One program, started again when it ends: at once the first time, then after growing pauses."""

    def __init__(self, program: Program, environment: Mapping[str, str], say: Say) -> None:
        self.program = program
        self._environment = {"PYTHONUNBUFFERED": "1", **environment, **program.environment}
        self._say = say
        self._process: subprocess.Popen[str] | None = None
        self._pause = FIRST_PAUSE_SECONDS
        self._started_at = 0.0
        self._due_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Starts the program in a session of its own, so that a Ctrl-C reaches the supervisor alone."""
        self._process = subprocess.Popen(
            prefixed(list(self.program.command), "TERM"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", env=self._environment, cwd=PROJECT,
            start_new_session=True,
        )  # fmt: skip
        self._started_at = time.monotonic()
        threading.Thread(target=self._relay, args=(self._process,), daemon=True).start()

    def tend(self) -> None:
        """Starts the program again once it has ended and its pause is over."""
        if self._process is not None and self._process.poll() is not None:
            self._mourn(self._process)
        if self._process is None and time.monotonic() >= self._due_at:
            self.start()

    def _mourn(self, process: subprocess.Popen[str]) -> None:
        if time.monotonic() - self._started_at >= HEALTHY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        self._say(self.program.name, f"ended with {_describe(process.returncode)}; starts again in {self._pause:g} s")
        self._end_group(process.pid)
        self._due_at = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        self._process = None

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self) -> None:
        """Leaves nothing of the child: its own children die with it, however they are."""
        if self._process is not None:
            self._end_group(self._process.pid)
            self._process.wait()

    @staticmethod
    def _end_group(group: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)

    def _relay(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            self._say(self.program.name, line.rstrip("\n"))


def _describe(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
