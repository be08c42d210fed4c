"""One embedded server as a process: started, watched, stopped, and found again after a kill -9 of its starter."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

STOP_SECONDS = 15.0
POLL_SECONDS = 0.02


class ServerFailed(Exception):
    """A server did not start or did not answer; the message holds the end of its log."""


class ServerProcess:
    """The life of one server that keeps its data in `folder` and works from inside of it."""

    def __init__(self, name: str, folder: Path, log: Path) -> None:
        self.name = name
        self.folder = folder
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The running server's process id, None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def spawn(self, command: list[str], environment: dict[str, str]) -> None:
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, env=environment,
                start_new_session=True, cwd="/",
            )  # fmt: skip
        finally:
            os.close(descriptor)

    def wait_until(self, answers: Callable[[], bool], seconds: float) -> bool:
        """Waits until the server answers: True; False when it ended first. Raises ServerFailed after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.pid is not None:
            if answers():
                return True
            if time.monotonic() > deadline:
                self.kill()
                raise ServerFailed(f"{self.name} did not answer within {seconds:.0f} s:\n{self.last_words()}")
            time.sleep(POLL_SECONDS)
        return False

    def stop(self, by: signal.Signals) -> None:
        """Ends the server by a signal and waits; kills it when it takes longer than STOP_SECONDS."""
        if self._process is None:
            return
        self._process.send_signal(by)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """kill -9, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def last_words(self, lines: int = 8) -> str:
        written = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line}" for line in written[-lines:])


def end_leftover(pid_file: Path, folder: Path, by: signal.Signals) -> None:
    """Ends a server that outlived its starter, and removes a pid file whose number now belongs to another process.

    A process is ours when it works from inside `folder`, which both servers do.
    """
    process = _process_named_in(pid_file)
    if process is None or not _works_in(process, folder):
        pid_file.unlink(missing_ok=True)
        return
    try:
        process.send_signal(by)
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        return


def _process_named_in(pid_file: Path) -> psutil.Process | None:
    try:
        return psutil.Process(int(pid_file.read_text().split()[0]))
    except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
        return None


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder.resolve()
    except psutil.Error:  # gone, a zombie, or another user's: not ours
        return False
