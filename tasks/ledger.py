"""How a job runs: a bell names it, the ledger grants it, its function and its end are one transaction.

What must call out is an errand: it prepares in a transaction, calls with none open, and records in another one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import dramatiq
import psycopg2
from dramatiq.middleware import Interrupt
from structlog.contextvars import bind_contextvars, clear_contextvars

from models import ledger
from models.database import Transaction, Unavailable, forget_interrupted, organization
from models.ledger import LOST_LEASE, Bell, Claim
from tasks.broker import ANY, LIVE, broker
from tasks.errors import Refused, decide, describe
from tasks.heartbeat import heart
from tasks.tally import ATTEMPTS as TRIED
from tasks.tally import PICKUP, tally

DEADLINE_SECONDS = 30
ATTEMPTS = 6
INSIST_SECONDS = (0.2, 0.5, 1, 2, 2)

log = logging.getLogger("aftercall.ledger")

Function = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Work:
    """An actor as the ledger knows it."""

    name: str
    function: Function
    deadline_seconds: float
    attempts: int
    on_death: Callable[..., None] | None
    is_errand: bool


class Errand:
    """A job that calls out, between two transactions of its own; each commits only while the job is still ours."""

    def __init__(self, claim: Claim, timeout_ms: int) -> None:
        self.attempts = claim.attempts
        self.ended = False
        self._claim, self._timeout_ms = claim, timeout_ms

    @contextmanager
    def prepare(self) -> Iterator[Transaction]:
        """What is known and intended, committed before anybody outside hears of it."""
        with organization(self._claim.org_id, timeout_ms=self._timeout_ms) as tx:
            ledger.hold(tx, self._claim)
            yield tx

    def end(self, tx: Transaction) -> None:
        """Ends the job in the transaction that prepares it: there is nobody to call."""
        ledger.finish(tx, self._claim)
        self.ended = True

    @contextmanager
    def record(self) -> Iterator[Transaction]:
        """What came of it, in the transaction that ends the job."""
        with organization(self._claim.org_id, timeout_ms=self._timeout_ms) as tx:
            yield tx
            ledger.finish(tx, self._claim)
        self.ended = True


registry: dict[str, Work] = {}


def work(
    queue: str = LIVE,
    deadline_seconds: float = DEADLINE_SECONDS,
    attempts: int = ATTEMPTS,
    on_death: Callable[..., None] | None = None,
) -> Callable[[Function], Function]:
    """Makes a function an actor: `function(tx, org_id, **ids)`, run in one transaction that also ends its job.

    `on_death(tx, org_id, error, **ids)` runs in the transaction that buries the job.
    """
    return _register(queue, deadline_seconds, attempts, on_death, is_errand=False)


def errand(
    queue: str = LIVE,
    deadline_seconds: float = DEADLINE_SECONDS,
    attempts: int = ATTEMPTS,
    on_death: Callable[..., None] | None = None,
) -> Callable[[Function], Function]:
    """Makes a function an actor that calls out: `function(errand, org_id, **ids)`.

    It uses `with errand.prepare() as tx`, then calls with no transaction open, then `with errand.record() as tx`,
    which ends the job; returning without it ends the job with nothing to record.
    """
    return _register(queue, deadline_seconds, attempts, on_death, is_errand=True)


def _register(
    queue: str, deadline_seconds: float, attempts: int, on_death: Callable[..., None] | None, is_errand: bool
) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        name = function.__name__
        registry[name] = Work(name, function, deadline_seconds, attempts, on_death, is_errand)
        _listen(name, queue, deadline_seconds)
        return function

    return register


def _listen(name: str, queue: str, deadline_seconds: float) -> None:
    """Declares the Dramatiq actor of that name; all of them do the same with the job that a bell names."""

    def hear(org_id: str, job_id: str) -> None:
        perform(UUID(org_id), UUID(job_id))

    made = dramatiq.actor(actor_name=name, queue_name=queue, time_limit=int(deadline_seconds * 1000), broker=broker)
    made(hear)


def enqueue(
    tx: Transaction, actor: Function, org_id: UUID, key: str, run_at: datetime | None = None, **ids: Any
) -> None:
    """Owes a job in this transaction and rings its bell after the commit. The key names the fact with its revision."""
    job_id = ledger.owe(tx, org_id, actor.__name__, key, ids, run_at)
    if run_at is None:
        ring(tx, actor, org_id, job_id)


def ring(tx: Transaction, actor: Function, org_id: UUID, job_id: UUID) -> None:
    """Rings a job's bell after the commit."""
    _ringing(tx).bells.append(Bell(org_id, job_id, actor.__name__))


@dataclass
class _Ringing:
    """The bells of one transaction, rung together after its commit."""

    bells: list[Bell]

    def __call__(self) -> None:
        broker.ring(self.bells)


def _ringing(tx: Transaction) -> _Ringing:
    found = next((call for call in tx.after_commit if isinstance(call, _Ringing)), None)
    if found is None:
        found = _Ringing([])
        tx.after_commit.append(found)
    return found


def perform(org_id: UUID, job_id: UUID) -> None:
    """Claims a job and runs it to its end, or leaves it where somebody else has it or it is done.

    Where the database cannot be reached the bell is dropped: the sweeper rings again when it can. Until the end every
    log line of this thread carries the job's ids, and those that it is about.
    """
    forget_interrupted()
    bind_contextvars(org_id=str(org_id), job_id=str(job_id))
    try:
        claim = ledger.claim(org_id, job_id)
        if claim is None:
            log.debug("job %s is not to be had", job_id)
        else:
            bind_contextvars(actor=claim.actor, **_about(claim))
            _note_pickup(claim)
            _attempt(registry.get(claim.actor) or _unknown(claim.actor), claim)
    except Unavailable as error:
        log.warning("job %s waits for the database: %s", job_id, type(error).__name__)
    finally:
        clear_contextvars()


def _about(claim: Claim) -> dict[str, str]:
    """The ids among its arguments: of its event, its call, its message."""
    return {name: str(value) for name, value in claim.args.items() if name.endswith("_id") and name != "org_id"}


def _note_pickup(claim: Claim) -> None:
    """How long a job waited for its first worker; later attempts wait on purpose."""
    if claim.attempts == 1:
        known = broker.actors.get(claim.actor)
        tally.measure(PICKUP, claim.waited_seconds, known.queue_name if known else LIVE)


def _attempt(job: Work, claim: Claim) -> None:
    if claim.attempts > job.attempts:
        _bury(
            job,
            claim,
            f"given up after {job.attempts} attempts that no worker survived; last error: {claim.last_error}",
        )
        return
    try:
        with heart.beating(claim, job.deadline_seconds):
            _run(job, claim)
        tally.count(TRIED, claim.actor, "done")
    except (Exception, Interrupt) as error:  # noqa: BLE001 - its type decides what follows, in tasks/errors.py
        if isinstance(error, psycopg2.Error) and error.pgcode == LOST_LEASE:
            log.warning("job %s (%s) lost its lease; what it did is undone", claim.job_id, claim.actor)
            tally.count(TRIED, claim.actor, "lost")
        else:
            _fail(job, claim, error)


def _unknown(name: str) -> Work:
    """A job that another version of the code owed: it ends dead, and can be redriven by that version."""

    def refuse(tx: Transaction, org_id: UUID, **ids: Any) -> None:
        raise Refused(f"this version has no actor {name}")

    return Work(name, refuse, DEADLINE_SECONDS, ATTEMPTS, None, is_errand=False)


def _run(job: Work, claim: Claim) -> None:
    timeout_ms = int(job.deadline_seconds * 1000)
    if job.is_errand:
        errand = Errand(claim, timeout_ms)
        job.function(errand, claim.org_id, **claim.args)
        if not errand.ended:
            with errand.record():
                log.debug("job %s had nothing to record", claim.job_id)
        return
    # A crash of the server that loses these effects loses the job's end with them: it is ready again.
    with organization(claim.org_id, timeout_ms=timeout_ms, is_repeated=True) as tx:
        job.function(tx, claim.org_id, **claim.args)
        ledger.finish(tx, claim)


def _fail(job: Work, claim: Claim, error: BaseException) -> None:
    later = decide(error, claim.attempts, job.attempts)
    if later is None:
        _bury(job, claim, describe(error))
        return
    log.warning("job %s (%s) again in %.0f s: %s", claim.job_id, claim.actor, later.seconds, describe(error))
    tally.count(TRIED, claim.actor, "again")
    _insist(lambda: ledger.put_off(claim, later.seconds, describe(error), later.counts))


def _insist(write: Callable[[], None]) -> None:
    """Tries again while the database is away, so that its restart does not cost a job an attempt."""
    for pause in INSIST_SECONDS:
        try:
            return write()
        except Unavailable:
            time.sleep(pause)
    return write()


def _bury(job: Work, claim: Claim, error: str) -> None:
    with organization(claim.org_id) as tx:
        if ledger.bury(tx, claim, error) and job.on_death is not None:
            job.on_death(tx, claim.org_id, error, **claim.args)
    tally.count(TRIED, claim.actor, "dead")
    log.error("job %s (%s) is dead: %s", claim.job_id, claim.actor, error)


_listen(ANY, LIVE, DEADLINE_SECONDS)
