"""One thread per process that keeps the leases of running jobs, and ends the process if a job will not stop."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg2

from models.database import Unavailable
from models.ledger import LEASE_SECONDS, Claim, renew

BEAT_SECONDS = 3
GRACE_SECONDS = 5
EXIT_STATUS = 70

log = logging.getLogger("aftercall.heartbeat")


class Heart:
    """Knows which jobs run in this process and until when."""

    def __init__(self) -> None:
        self._running: dict[tuple[UUID, int], tuple[Claim, float]] = {}
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @contextmanager
    def beating(self, claim: Claim, deadline_seconds: float) -> Iterator[None]:
        """Holds the lease of a job while it runs, at most until its deadline."""
        self._start()
        key = (claim.job_id, claim.fence)
        self._running[key] = (claim, time.monotonic() + deadline_seconds)
        try:
            yield
        finally:
            self._running.pop(key, None)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._thread.start()

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_SECONDS)
            for claim, deadline in list(self._running.values()):
                left = deadline - time.monotonic()
                if left < -GRACE_SECONDS:
                    self._end_process(claim)
                elif left > 0:
                    self._renew(claim, min(LEASE_SECONDS, left))

    def _renew(self, claim: Claim, seconds: float) -> None:
        try:
            if not renew(claim, seconds) and (claim.job_id, claim.fence) in self._running:
                log.warning("job %s has another owner by now", claim.job_id, extra=_ids(claim))
        except (*Unavailable, psycopg2.Error) as error:
            log.warning(
                "the lease of job %s was not renewed: %s", claim.job_id, type(error).__name__, extra=_ids(claim)
            )

    def _end_process(self, claim: Claim) -> None:
        """A thread cannot be killed: its process can, and the supervisor starts another."""
        said = "job %s (%s) ignores its deadline: this worker ends so that the job can"
        log.error(said, claim.job_id, claim.actor, extra=_ids(claim))
        logging.shutdown()
        os._exit(EXIT_STATUS)


def _ids(claim: Claim) -> dict[str, str]:
    """For the line of a thread that does nobody's job."""
    return {"org_id": str(claim.org_id), "job_id": str(claim.job_id), "actor": claim.actor}


heart = Heart()
