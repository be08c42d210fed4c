"""Counts what happens in each process and adds it up in Redis every few seconds: one set of figures for all processes.

The ledger remembers what must not be lost. A counter may be: a flushed Redis is a counter that starts again, which
Prometheus knows of, and counting costs neither a round trip nor a file on the way of an event or a job.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from typing import Any

import dramatiq
import redis

from tasks.broker import broker

KEY = "aftercall:tally"
HANDOVER_SECONDS = 2.0
"""How long a count stays in its process: what one that is killed may lose."""
BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds, the upper bounds of what is measured; beyond the last is `inf`."""
SUM = "ms"

ACCEPTED, DUPLICATE, QUARANTINED = "accepted", "duplicate", "quarantined"
STORED = (ACCEPTED, DUPLICATE, QUARANTINED)
REFUSED = "refused"
ATTEMPTS = "attempts"
PICKUP = "pickup"
END_TO_END = "end_to_end"

Figures = Counter[tuple[str, ...]]
"""(figure, its labels …) → how often. What is measured has its bound, or SUM for milliseconds, as the last label."""

log = logging.getLogger("aftercall.tally")


class Tally:
    """Keeps counts in memory; the first one starts a thread (under gevent a greenlet) that soon hands them over."""

    def __init__(self, key: str = KEY) -> None:
        self.key = key
        self._kept: Figures = Counter()
        self._lock = threading.Lock()
        self._is_due = False

    def count(self, figure: str, *labels: str) -> None:
        """Adds one. Labels are our own words: never a name, a number or an id."""
        self._add({(figure, *labels): 1})

    def measure(self, figure: str, seconds: float, *labels: str) -> None:
        """Adds one to the bound that this stays within, and its time to the sum; clocks that disagree count as 0."""
        seconds = max(seconds, 0.0)
        bound = next((str(bound) for bound in BOUNDS if seconds <= bound), "inf")
        self._add({(figure, *labels, bound): 1, (figure, *labels, SUM): round(seconds * 1000)})

    def hand_over(self, client: redis.Redis | None = None) -> None:
        """Adds what this process has counted to everybody's; while Redis is away it is kept for the next time."""
        with self._lock:
            kept, self._kept, self._is_due = self._kept, Counter(), False
        if not kept:
            return
        try:
            with (client or broker.client).pipeline(transaction=True) as pipe:
                for name, number in kept.items():
                    pipe.hincrby(self.key, "|".join(name), number)
                pipe.execute()
        except redis.RedisError as error:
            log.debug("%d figures wait for Redis: %s", len(kept), type(error).__name__)
            with self._lock:
                self._kept.update(kept)

    def totals(self) -> Figures:
        """Everything that all processes have handed over. Raises RedisError."""
        found: Any = broker.client.hgetall(self.key)
        return Counter({tuple(name.decode().split("|")): int(number) for name, number in found.items()})

    def _add(self, figures: dict[tuple[str, ...], int]) -> None:
        with self._lock:
            for name, number in figures.items():
                self._kept[name] += number
            starts, self._is_due = not self._is_due, True
        if starts:
            # Whose Redis it is, is asked here and not by a thread that outlives a change of settings.
            threading.Thread(target=self._wait, args=(broker.client,), name="tally", daemon=True).start()

    def _wait(self, client: redis.Redis) -> None:
        time.sleep(HANDOVER_SECONDS)
        self.hand_over(client)


tally = Tally()


class LastCounts(dramatiq.Middleware):
    """A worker that stops in order takes no count along."""

    def after_worker_shutdown(self, broker: Any, worker: Any) -> None:
        tally.hand_over()


broker.add_middleware(LastCounts())
