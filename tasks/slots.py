"""How many searches for recordings run at once, and when those that find no slot come back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from tasks.errors import Busy

LEAST_SECONDS, MOST_SECONDS = 5.0, 3600.0
FIRST_GUESS_SECONDS = 2.0
"""How long a search is taken to last before one was seen."""
WEIGHT = 1 / 8
"""Of the newest search in what they are taken to last."""


class Slots:
    """Each search that finds no slot gets a turn behind those turned away before it, as fast as slots become free."""

    def __init__(self, count: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free, self._count, self._clock = BoundedSemaphore(count), count, clock
        self._lock, self._last_turn, self._seconds = Lock(), 0.0, FIRST_GUESS_SECONDS

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Raises Busy where all slots are taken."""
        if not self._free.acquire(blocking=False):
            raise Busy("other recordings are being fetched", delay=self._wait())
        begun = self._clock()
        try:
            yield
        finally:
            with self._lock:
                self._seconds += (self._clock() - begun - self._seconds) * WEIGHT
            self._free.release()

    def _wait(self) -> float:
        with self._lock:
            now = self._clock()
            self._last_turn = max(self._last_turn, now + LEAST_SECONDS) + self._seconds / self._count
            return min(self._last_turn - now, MOST_SECONDS)
