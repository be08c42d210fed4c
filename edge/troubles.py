"""Is everything well with an organization's work? What is not, a sentence each, in the order in which it hurts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from edge.present import duration, moment
from edge.story.scene import provider
from models.workload import COUNTED, Waiting
from tasks import lease

PATIENCE = timedelta(seconds=60)
"""Work that is due may wait so long before somebody has to look: retries and bursts do."""
WELL = "All is well: no work waits too long, no job is dead, every provider is asked, and the scheduler keeps time."


@dataclass(frozen=True, slots=True)
class Standing:
    """How the work of an organization stands now."""

    waiting: Waiting
    dead: list[dict[str, Any]]
    """By actor: actor, count, last_at."""
    providers: list[dict[str, Any]]
    refused: int
    """Events refused within a week."""
    has_redis: bool
    swept_seconds: float | None
    """Since a scheduler last swept; None where none is known of."""
    quarantined: int | None
    """Events that are no organization's; None where whoever looks may not know."""

    @property
    def dead_count(self) -> int:
        return sum(row["count"] for row in self.dead)


@dataclass(frozen=True, slots=True)
class Trouble:
    words: str
    place: str
    """Where on the page more is told."""


def troubles(now: Standing, at: datetime, zone: str) -> list[Trouble]:
    found = [_waiting(now, at), _dead(now), *(_circuit(row, at, zone) for row in now.providers), _scheduler(now)]
    return [trouble for trouble in (*found, _quarantine(now)) if trouble is not None]


def counted(number: int, one: str, many: str) -> str:
    """3 jobs; more than are counted are told as many."""
    return f"{COUNTED - 1:,}+ {many}" if number >= COUNTED else f"{number:,} {one if number == 1 else many}"


def _waiting(now: Standing, at: datetime) -> Trouble | None:
    oldest = now.waiting.oldest_at
    if oldest is None or at - oldest < PATIENCE:
        return None
    waited = duration((at - oldest).total_seconds())
    jobs = counted(now.waiting.count, "job is", "jobs are")
    return Trouble(f"{jobs} due, the oldest for {waited}: are workers running?", "work")


def _dead(now: Standing) -> Trouble | None:
    if not now.dead:
        return None
    return Trouble(f"{counted(now.dead_count, 'job has', 'jobs have')} died.", "dead")


def _circuit(row: dict[str, Any], at: datetime, zone: str) -> Trouble | None:
    name, until, failures = provider(row["provider"]), row["open_until"], row["failures"]
    if until is not None and until > at:
        after = f" after {failures} failures in a row" if failures else ""
        when = moment(until, zone, at).replace("Today", "today")
        return Trouble(f"{name} is left alone until {when}{after}.", "providers")
    return Trouble(f"{name} failed the last {counted(failures, 'time', 'times')}.", "providers") if failures else None


def _scheduler(now: Standing) -> Trouble | None:
    if not now.has_redis:
        return Trouble("Redis does not answer: work is stored and waits for it.", "scheduler")
    if not lease.is_stale(now.swept_seconds):
        return None
    since = "" if now.swept_seconds is None else f" for {duration(now.swept_seconds)}"
    return Trouble(f"No scheduler has kept time{since}: is one running?", "scheduler")


def _quarantine(now: Standing) -> Trouble | None:
    if not now.quarantined:
        return None
    return Trouble(f"{counted(now.quarantined, 'event is', 'events are')} in quarantine.", "quarantine")
