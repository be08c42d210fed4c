"""How many requests of the API a caller has in a minute: counted in Redis, by all web processes into one number.

Webhooks have limits of their own, and pages none. While Redis is away nothing is limited: an answer is worth more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import redis
import structlog
from flask import g
from redis.backoff import NoBackoff
from redis.retry import Retry

from edge.errors import Problem
from settings import settings

WINDOW_SECONDS = 60
KEY = "aftercall:limit:{by}:{window}"
ANSWER_SECONDS = 0.25
"""How long Redis is waited for: a request is worth no more."""
REST_SECONDS = 5.0
"""How long a Redis that did not answer is not asked again."""

log = structlog.get_logger("aftercall.limits")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A limit, what is left of it, and in how many seconds it begins anew."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        told = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }
        return told if self.remaining else told | {"Retry-After": str(self.reset)}


def take(by: str) -> None:
    """Counts a request of this caller. Raises Problem 429 where the minute's are used up."""
    limit = settings().api_limit_per_minute
    count = _counter.count(by)
    if count is None:
        return
    g.allowance = Allowance(limit, max(limit - count, 0), ceil(WINDOW_SECONDS - time.time() % WINDOW_SECONDS))
    if count > limit:
        words = f"Too many requests: {limit} a minute are allowed; wait {g.allowance.reset} s"
        raise Problem(429, error=words, headers=g.allowance.headers)


def headers() -> dict[str, str]:
    """What is left, for the answer at hand; none where nothing was counted."""
    allowance: Allowance | None = g.get("allowance")
    if allowance is None:
        return {}
    return {name: value for name, value in allowance.headers.items() if name != "Retry-After"}


class Counter:
    """Windows begin with the minute: a number each, which Redis forgets by itself."""

    def __init__(self) -> None:
        self._rests_until = 0.0

    def count(self, by: str) -> int | None:
        """How many requests this caller has sent within this minute, with this one; None where that is not known."""
        if time.monotonic() < self._rests_until:
            return None
        key = KEY.format(by=by, window=int(time.time() // WINDOW_SECONDS))
        try:
            with _redis(settings().redis_url).pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.expire(key, 2 * WINDOW_SECONDS)
                return int(pipe.execute()[0])
        except redis.RedisError as error:
            log.warning("requests are not limited: Redis does not answer", error=type(error).__name__)
            self._rests_until = time.monotonic() + REST_SECONDS
            return None


_counter = Counter()


@lru_cache(maxsize=2)
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, retry=Retry(NoBackoff(), 0)
    )
