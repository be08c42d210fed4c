"""Rings again for work whose bell was lost, whose time has come, or whose worker died."""

from __future__ import annotations

import logging

import redis

from models import ledger
from models.database import Unavailable, system
from tasks import lease
from tasks.broker import QUEUES, broker

SWEEP_SECONDS = 1
GRACE_SECONDS = 1
"""A job this young is left to its own bell."""
AT_MOST = 1_000
LOCK = 4_021_177_002
"""Postgres advisory lock: of several schedulers one sweeps at a time."""

log = logging.getLogger("aftercall.sweeper")


def sweep(grace_seconds: float = GRACE_SECONDS) -> int:
    """One pass; returns how many bells it rang. Trouble is logged, and the next pass tries again.

    A queue in which as many bells wait as one pass may ring is left alone; the other goes on.
    """
    try:
        full = {name for name in QUEUES if broker.length(name) >= AT_MOST}
        if full == set(QUEUES):
            lease.renew()
            return 0
        with system() as tx:
            if not tx.value("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)):
                return 0
            bells = ledger.due(tx, AT_MOST, grace_seconds, broker.actors_of(full))
        lease.renew()
    except (*Unavailable, redis.RedisError) as error:
        log.warning("the sweep waits: %s", type(error).__name__)
        return 0
    if bells:
        broker.ring(bells)
        log.info("rang again for %d jobs", len(bells))
    return len(bells)
