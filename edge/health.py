"""Is this process alive, and is what it stands on ready? Asked by load balancers and supervisors, without a sign-in."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psycopg2
import redis
import structlog
from flask import Blueprint, Response
from redis.backoff import NoBackoff
from redis.retry import Retry

from edge.auth import public
from edge.declared import declared
from edge.encoding import json_response
from edge.shapes.health import Alive
from models.database import Unavailable, statement
from settings import settings
from tasks import lease

blueprint = Blueprint("health", __name__)

REDIS_SECONDS = 1.0
FRESH_SECONDS = 1.0
"""How long a look at the servers is believed: however often anybody asks, they are looked at once a second."""

log = structlog.get_logger("aftercall.health")


@dataclass(frozen=True, slots=True)
class Readiness:
    database: bool
    redis: bool
    oldest_waiting_seconds: float | None
    """How long the oldest work that is due has waited; None where none waits or it cannot be told."""
    scheduler_seconds: float | None = None
    """Since a scheduler last swept; None where none has, or it cannot be told."""
    circuits: dict[str, dict[str, int]] | None = None
    """Provider → for how many organizations it is left alone now (open), and for how many not (closed)."""

    @property
    def is_ready(self) -> bool:
        return self.database and self.redis


@blueprint.get("/healthz")
@blueprint.get("/api/health")
@public
@declared(Alive)
def alive() -> Response:
    """This process answers; nothing else is asked."""
    return json_response({"ok": True})


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """503 while the database or Redis is away. Webhooks need only the database: do not cut them off by this alone.

    A stale scheduler or an open circuit is told and leaves it at 200: another web process would not fare better.
    """
    now = _watch.look()
    body: dict[str, Any] = {
        "ok": now.is_ready,
        "database": "ok" if now.database else "unavailable",
        "redis": "ok" if now.redis else "unavailable",
        "oldest_waiting_seconds": now.oldest_waiting_seconds,
        "scheduler": _scheduler(now),
        "scheduler_seconds": now.scheduler_seconds,
        "providers": now.circuits,
    }
    return json_response(body, 200 if now.is_ready else 503)


def _scheduler(now: Readiness) -> str:
    if not now.redis:
        return "unknown"
    return "stale" if lease.is_stale(now.scheduler_seconds) else "ok"


class Watch:
    """Remembers the last look for a moment; callers that come together wait for one look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: Readiness | None = None
        self._at = 0.0

    def look(self) -> Readiness:
        with self._lock:
            if self._seen is None or time.monotonic() - self._at > FRESH_SECONDS:
                self._seen = readiness()
                self._at = time.monotonic()
            return self._seen


_watch = Watch()


def readiness() -> Readiness:
    """Asks both servers now."""
    has_database, waiting, circuits = _ask_database()
    has_redis, swept = _ask_redis()
    return Readiness(has_database, has_redis, waiting, swept, circuits)


def _ask_database() -> tuple[bool, float | None, dict[str, dict[str, int]] | None]:
    try:
        with statement() as tx:
            oldest = tx.value("SELECT oldest_waiting()")
            rows = tx.rows("SELECT provider, open, closed FROM provider_circuits()")
    except (*Unavailable, psycopg2.Error) as error:
        log.warning("the database does not answer", error=type(error).__name__)
        return False, None, None
    circuits = {row["provider"]: {"open": row["open"], "closed": row["closed"]} for row in rows}
    return True, round((datetime.now(UTC) - oldest).total_seconds(), 1) if oldest else None, circuits


def _ask_redis() -> tuple[bool, float | None]:
    try:
        return True, lease.age_seconds(_redis(settings().redis_url))
    except redis.RedisError as error:
        log.warning("Redis does not answer", error=type(error).__name__)
        return False, None


@lru_cache(maxsize=2)
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=Retry(NoBackoff(), 0)
    )
