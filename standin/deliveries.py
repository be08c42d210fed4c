"""The webhooks that the stand-in sends, as providers do: a little later, in threads of their own, and only once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

SENDERS = 8
TIMEOUT_SECONDS = 20
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Delivered:
    """A webhook that was sent: `status` is 0 where nobody answered, and -1 where it was lost on purpose."""

    url: str
    status: int


class Deliveries:
    """`url` is where the product's webhooks are found, None for nobody to tell."""

    def __init__(self, url: str | None) -> None:
        self.url = url.rstrip("/") if url else None
        self.pace = 1.0
        """Seconds that a second of the providers' lasts; 0 for at once."""
        self.lost = 0
        """How many of the next webhooks never arrive."""
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._done: deque[Delivered] = deque(maxlen=KEPT)

    def plan(self, seconds: float, act: Callable[[], None]) -> None:
        """Does something later; whatever it raises is its own concern."""
        with self._changed:
            heappush(self._due, (time.monotonic() + seconds * self.pace, next(self._numbers), act))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._changed.notify()

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """One POST, whose answer is noted. A provider does not follow redirects with it."""
        status = -1 if self._is_lost() else _post(url, body, headers)
        self._done.append(Delivered(url, status))
        return status

    def reached_at(self, url: str) -> str:
        """Where an address of the product is found: it may be known to the outside by another name."""
        parts = urlsplit(url)
        return url if self.url is None else self.url + urlunsplit(("", "", parts.path, parts.query, ""))

    def done(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in list(self._done)]

    def clear(self) -> None:
        """Forgets what was sent and what was still to come."""
        with self._changed:
            self._due.clear()
            self._done.clear()
            self.lost = 0

    def _is_lost(self) -> bool:
        with self._changed:
            if self.lost <= 0:
                return False
            self.lost -= 1
            return True

    def _run(self) -> None:
        with ThreadPoolExecutor(SENDERS) as pool:
            while True:
                pool.submit(self._next())

    def _next(self) -> Callable[[], None]:
        """What is due next; waits until it is."""
        with self._changed:
            while not self._due or self._due[0][0] > time.monotonic():
                self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
            return heappop(self._due)[2]


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    try:
        answer = requests.post(url, data=body, headers=dict(headers), timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException:
        return 0
    return answer.status_code
