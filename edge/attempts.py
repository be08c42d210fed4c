"""How often something may be tried: a window per key, in this process's memory. Each web process counts for itself."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

MOST_KEYS = 20_000
"""Beyond this the keys that were tried longest ago are forgotten: a flood cannot fill the memory."""


class Attempts:
    """At most `limit` tries of a key within `seconds`."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Counts a try and returns 0, or returns how many seconds to wait where the window is full."""
        now = self._clock()
        tries = self._tries.setdefault(key, deque())
        self._tries.move_to_end(key)
        while tries and tries[0] <= now - self.seconds:
            tries.popleft()
        if len(tries) >= self.limit:
            return tries[0] + self.seconds - now
        tries.append(now)
        if len(self._tries) > MOST_KEYS:
            self._tries.popitem(last=False)
        return 0.0

    def forget(self) -> None:
        """Starts every window anew."""
        self._tries.clear()

    def give_back(self, key: str) -> None:
        """Uncounts the last try: it turned out to be the right person's."""
        tries = self._tries.get(key)
        if tries:
            tries.pop()


def neighbourhood(address: str) -> str:
    """An address as tries are counted by it: a whole /64 of IPv6 is one customer's."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return parsed.exploded[:19]
    return address
