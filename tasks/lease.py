"""The scheduler's lease: whoever of the schedulers swept last wrote it down, for readiness and for people to see.

It hangs in Redis as a key that runs out: its age is told by what is left of it, and no two clocks are compared.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta

import redis

from tasks.broker import broker

KEY = "aftercall:scheduler"
KEPT = timedelta(days=7)
STALE_SECONDS = 15.0
"""A sweep is due every second: after so many without one nobody keeps time, and delayed work waits."""
MILLISECONDS = 1000


def renew() -> None:
    """Notes a sweep. Raises RedisError."""
    broker.client.set(KEY, f"{socket.gethostname()}:{os.getpid()}", px=KEPT)


def age_seconds(client: redis.Redis | None = None) -> float | None:
    """How long ago the last sweep was; None where none is known of. Raises RedisError."""
    left = int((client or broker.client).pttl(KEY))
    return None if left < 0 else round(KEPT.total_seconds() - left / MILLISECONDS, 1)


def is_stale(seconds: float | None) -> bool:
    """Is nobody keeping time?"""
    return seconds is None or seconds > STALE_SECONDS
