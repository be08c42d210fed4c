"""`python -m scheduler`: APScheduler over the timetable, until it is told to stop."""

from __future__ import annotations

import logging
import signal
from datetime import UTC, datetime
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from logs import set_up_logging
from models import ledger
from models.database import Unavailable
from models.readiness import refuse_unfit
from scheduler.sweeper import SWEEP_SECONDS, sweep
from tasks.broker import broker
from tasks.timetable import EPOCH, TIMETABLE, CatchUp, Tick

log = logging.getLogger("aftercall.scheduler")


def owe(tick: Tick) -> None:
    """Owes the latest tick of a job. The ledger's key makes it one job, whoever owes it and however often."""
    due_at = tick.latest(datetime.now(UTC))
    try:
        bells = ledger.owe_tick(tick.name, due_at, tick.each_organization)
    except Unavailable as error:
        log.error("tick %s of %s was not owed: %s", tick.name, due_at, type(error).__name__)
        return
    if bells:
        broker.ring(bells)
        say = log.info if tick.each_organization else log.debug
        say("owed %s for %s (%d jobs)", tick.name, due_at.isoformat(), len(bells))


def make_scheduler() -> BlockingScheduler:
    """A scheduler over the timetable; ticks fall on the same moments in every process."""
    scheduler = BlockingScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(4)})
    scheduler.add_job(
        sweep,
        IntervalTrigger(seconds=SWEEP_SECONDS),
        id="sweep",
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    for tick in TIMETABLE:
        scheduler.add_job(
            owe,
            IntervalTrigger(seconds=int(tick.every.total_seconds()), start_date=EPOCH + tick.offset, timezone=UTC),
            args=(tick,),
            id=tick.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=int(tick.misfire_grace.total_seconds()),
        )
    return scheduler


def main() -> None:
    set_up_logging("scheduler")
    refuse_unfit()
    scheduler = make_scheduler()

    def stop(signum: int, frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for tick in TIMETABLE:
        if tick.catch_up is CatchUp.LATEST:
            owe(tick)
    log.info("keeping time for %d jobs, sweeping every %d s", len(TIMETABLE), SWEEP_SECONDS)
    scheduler.start()


if __name__ == "__main__":
    main()
