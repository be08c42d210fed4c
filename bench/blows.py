"""What befalls an instance in the recovery benchmark. Each blow says when it fell and which jobs it holds up."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

from bench.actors import finish_at_once, held_key, hold_once
from bench.ground import Ground
from bench.work import owed
from models import ledger
from models.database import organization
from tasks.broker import broker
from tasks.ledger import enqueue

PATIENCE_SECONDS = 60.0
OWED_AT_A_FLUSH = 20


@dataclass(frozen=True, slots=True)
class Struck:
    """A blow that fell: its moment, and jobs besides the events' own that are held up by it."""

    at: float
    jobs: Sequence[UUID] = ()


Strike = Callable[[Ground], Struck]


def nothing(ground: Ground) -> Struck:
    """For comparison."""
    return Struck(time.time())


def kill_a_worker(ground: Ground) -> Struck:
    """kill -9 of a worker while it holds a job: whoever rescues the job has to wait for the end of its lease."""
    job_id, holder = _held_job(ground)
    return Struck(_kill_group(os.getpgid(holder)), [job_id])


def kill_the_edge(ground: Ground) -> Struck:
    """kill -9 of gunicorn's master and of all its workers."""
    return Struck(_kill_group(ground.pid(next(name for name in ground.children if name.startswith("web")))))


def kill_the_scheduler(ground: Ground) -> Struck:
    """kill -9 of the scheduler while a job is owed that only a sweep can find."""
    with organization(ground.org_id) as tx:
        job_id = ledger.owe(tx, ground.org_id, finish_at_once.__name__, str(uuid4()), {})
    return Struck(_kill_group(ground.pid("scheduler")), [job_id])


def flush_valkey(ground: Ground) -> Struck:
    """FLUSHALL while jobs are owed whose bells nobody has heard yet."""
    with ground.paused(*(name for name in ground.children if name.startswith("worker"))):
        ground.await_that(lambda: owed(ground.org_id) >= OWED_AT_A_FLUSH, PATIENCE_SECONDS, "no jobs gather")
        broker.client.flushall()
        at = time.time()
    return Struck(at)


def restart_valkey(ground: Ground) -> Struck:
    """As an administrator would; it keeps nothing."""
    at = time.time()
    ground.servers.restart_valkey()
    return Struck(at)


def restart_postgres(ground: Ground) -> Struck:
    """As an administrator would, while a job is in the middle of a query: every connection ends."""
    job_id, _ = _held_job(ground)
    at = time.time()
    ground.servers.restart_postgres()
    return Struck(at, [job_id])


BLOWS: dict[str, Strike] = {
    "no blow": nothing,
    "kill -9 of a worker that holds a job": kill_a_worker,
    "kill -9 of the edge": kill_the_edge,
    "kill -9 of the scheduler": kill_the_scheduler,
    "FLUSHALL with jobs owed": flush_valkey,
    "Valkey restarts": restart_valkey,
    "PostgreSQL restarts": restart_postgres,
}


def _held_job(ground: Ground) -> tuple[UUID, int]:
    """A job that a worker has begun and not finished, and that worker's process."""
    name = str(uuid4())
    with organization(ground.org_id) as tx:
        enqueue(tx, hold_once, ground.org_id, name, name=name)
        tx.flush()
        job_id = tx.value("SELECT id FROM jobs WHERE org_id = %s AND key = %s", (ground.org_id, name))
    taken = partial(broker.client.get, held_key(name))
    ground.await_that(lambda: taken() is not None, PATIENCE_SECONDS, "no worker takes the job that it is to hold")
    return job_id, int(taken() or 0)


def _kill_group(group: int) -> float:
    """Ends a child and everything that it has started, all at once; returns when."""
    at = time.time()
    os.killpg(group, signal.SIGKILL)
    return at
