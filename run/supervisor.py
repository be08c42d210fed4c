"""Keeps an instance's processes and embedded servers alive until it is told to stop, and then leaves nothing behind."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from types import FrameType

from run.children import Child, Program
from run.embedded import Servers
from run.process import ServerFailed

PATIENCE_SECONDS = 10.0
"""How long children have after SIGTERM."""
TICK_SECONDS = 0.25
COLOURS = ("36", "32", "35", "34", "33", "96", "92", "95")
WARNING = "33"


class Printer:
    """Writes the lines of all processes, each behind its process's name, coloured on a terminal."""

    def __init__(self, names: list[str]) -> None:
        self._width = max(map(len, [*names, "aftercall"]))
        self._colours = dict(zip(names, cycle(COLOURS), strict=False))
        self._lock = threading.Lock()
        self._is_terminal = sys.stdout.isatty()

    def say(self, name: str, line: str) -> None:
        prefix = f"{name:<{self._width}} |"
        if self._is_terminal:
            prefix = f"\033[{self._colours.get(name, WARNING)}m{prefix}\033[0m"
        with self._lock:
            print(prefix, line, flush=True)

    def show(self, text: str) -> None:
        """Text as it is, for what somebody will copy."""
        with self._lock:
            print(text, flush=True)


class Supervisor:
    """Starts programs, tends them, and stops them on SIGINT or SIGTERM. Use it from the main thread.

    Children end with the thread that started them (that is how they die with a killed supervisor), so all of them are
    started here and nowhere else.
    """

    def __init__(self, programs: list[Program], environment: Mapping[str, str], servers: Servers | None = None) -> None:
        self._printer = Printer([program.name for program in programs])
        self._servers = servers
        self.children = [Child(program, environment, self._printer.say) for program in programs]
        self._signals = 0

    @property
    def is_stopping(self) -> bool:
        return self._signals > 0

    def say(self, line: str) -> None:
        self._printer.say("aftercall", line)

    def show(self, text: str) -> None:
        self._printer.show(text)

    def start(self) -> None:
        """Takes over SIGINT and SIGTERM and starts every child."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start()

    def tend_until(self, done: Callable[[], bool]) -> bool:
        """Keeps everything alive until `done` answers True (True) or a signal came (False)."""
        while not self.is_stopping:
            if done():
                return True
            self._revive_servers()
            for child in self.children:
                child.tend()
            time.sleep(TICK_SECONDS)
        return False

    def stop(self) -> None:
        """SIGTERM to all at once, then patience, then SIGKILL; a second Ctrl-C ends the patience."""
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + PATIENCE_SECONDS
        while self._signals < 2 and time.monotonic() < until and any(child.pid for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            if child.pid is not None:
                self._printer.say(child.program.name, "did not stop in time and is killed")
            child.end()

    def _revive_servers(self) -> None:
        if self._servers is None:
            return
        try:
            for name in self._servers.revive():
                self.say(f"{name} had died and was started again")
        except ServerFailed as error:
            self.say(str(error))

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
