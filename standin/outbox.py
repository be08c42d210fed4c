"""What the providers have taken and would have sent: one line for each text, mail and call, and never one twice."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any


class Outbox:
    """Safe to add to from any thread. `id` is the provider's own name for what it took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: list[dict[str, Any]] = []

    def add(self, provider: str, id: str, at: datetime, **what: Any) -> None:
        with self._lock:
            self._sent.append({"provider": provider, "id": id, "at": at.isoformat(), **what})

    def all(self) -> list[dict[str, Any]]:
        """Oldest first."""
        with self._lock:
            return [dict(one) for one in self._sent]

    def clear(self) -> None:
        with self._lock:
            self._sent.clear()
