"""Bells are rung behind the answer's back, many at a time: no sender waits for Redis."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue

import structlog

from models.ledger import Bell
from tasks.broker import broker

AT_ONCE = 500
WAITING_AT_MOST = 10_000
"""While Redis hangs, bells beyond this many are left to the sweeper, which asks the ledger and not us."""

log = structlog.get_logger("aftercall.edge")


class Ringer:
    """A thread (under gevent a greenlet) that rings what it is handed. What it loses, the sweeper finds."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[list[Bell]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def ring_soon(self, bells: list[Bell]) -> None:
        if bells and self._waiting.qsize() < WAITING_AT_MOST:
            self._waiting.put(bells)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="ringer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            bells = list(self._waiting.get())
            try:
                while len(bells) < AT_ONCE:
                    bells += self._waiting.get_nowait()
            except Empty:
                log.debug("ringing", bells=len(bells))
            broker.ring(bells)


ringer = Ringer()
