"""When → which job: the whole timetable, which the scheduler keeps. A tick only owes work; workers do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tasks.callback_upkeep import sweep_callbacks
from tasks.keys import rotate_keys
from tasks.message_upkeep import sweep_messages
from tasks.recording_upkeep import expire_recordings, sweep_recordings
from tasks.repair import recount_calls
from tasks.tools.jobs import notice_tools, register_tools
from tasks.upkeep import check_consistency, expire_bodies, release_quarantine, trim_jobs

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class CatchUp(StrEnum):
    """What becomes of ticks that fell due while no scheduler ran."""

    SKIP = "skip"
    """They are dropped: the next tick does all that they would have done."""
    LATEST = "latest"
    """The latest of them is owed when a scheduler starts, so that a nightly job is not lost to a restart at night."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A periodic job: due at every whole multiple of `every` since EPOCH, moved by `offset` (UTC)."""

    actor: Callable[..., None]
    every: timedelta
    offset: timedelta
    each_organization: bool
    catch_up: CatchUp
    misfire_grace: timedelta
    """How late a tick may still be owed; later it falls under its catch-up policy."""

    @property
    def name(self) -> str:
        return self.actor.__name__

    def latest(self, now: datetime) -> datetime:
        """The newest time at or before `now` at which this was due: the same for every scheduler."""
        start = EPOCH + self.offset
        return start + (now - start) // self.every * self.every


SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

TIMETABLE = (
    Tick(sweep_messages, HOUR, 10 * MINUTE, True, CatchUp.SKIP, 20 * MINUTE),
    Tick(sweep_callbacks, HOUR, 15 * MINUTE, True, CatchUp.SKIP, 20 * MINUTE),
    Tick(release_quarantine, 10 * SECOND, timedelta(0), False, CatchUp.SKIP, 10 * SECOND),
    Tick(trim_jobs, HOUR, 20 * MINUTE, True, CatchUp.SKIP, 20 * MINUTE),
    Tick(expire_bodies, HOUR, 40 * MINUTE, True, CatchUp.LATEST, 20 * MINUTE),
    Tick(expire_recordings, DAY, 4 * HOUR, True, CatchUp.LATEST, 2 * HOUR),
    Tick(sweep_recordings, DAY, 4 * HOUR + 30 * MINUTE, True, CatchUp.LATEST, 2 * HOUR),
    Tick(check_consistency, DAY, 3 * HOUR, True, CatchUp.LATEST, 2 * HOUR),
    Tick(recount_calls, DAY, 3 * HOUR + 30 * MINUTE, True, CatchUp.LATEST, 2 * HOUR),
    Tick(rotate_keys, DAY, 5 * HOUR + 30 * MINUTE, True, CatchUp.LATEST, 2 * HOUR),
    Tick(notice_tools, 10 * MINUTE, timedelta(0), False, CatchUp.LATEST, 5 * MINUTE),
    Tick(register_tools, DAY, 5 * HOUR, False, CatchUp.LATEST, 2 * HOUR),
)
