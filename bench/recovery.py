"""Seconds until work goes on after a blow, while events arrive all of the time.

A sender posts 20 reports a second, each again until it is taken. The figure is the longest that any of them took to
its finished call, counted from its first posting or, where that was before the blow, from the blow; where a blow holds
up a job of its own (the one that a killed worker had), that job counts as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from bench.actors import MODULE
from bench.blows import BLOWS, PATIENCE_SECONDS, Struck
from bench.drive import LoadFailed
from bench.figures import Aim, Figure, Of, figure
from bench.ground import Ground, open_ground
from bench.scale import Scale
from bench.sender import Sender
from bench.work import await_drained, done_of
from models.database import Unavailable, organization

NAME = "recovery"
EVENTS_PER_SECOND = 20.0
QUIET_SECONDS = 2.0
"""How long events go on after a blow before the next one may fall, once all is done: late effects belong to it."""
AIMS = {"kill -9 of a worker that holds a job": Aim(Of.VALUE, 15.0, is_floor=False)}

Tell = Callable[[str], None]


@dataclass
class Measured:
    waits: list[float] = field(default_factory=list)
    """The longest of each round, in seconds."""
    events: int = 0


def rounds(scale: Scale) -> int:
    return scale.recoveries


def steps(scale: Scale) -> int:
    return rounds(scale) * len(BLOWS)


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """An instance as `up` runs it; what dies is started again as its supervisor would."""
    with open_ground() as ground:
        port = ground.start_web()
        ground.start_workers(MODULE)
        ground.start_scheduler()
        sender = Sender(port, ground.secret, ground.assistant_id, EVENTS_PER_SECOND)
        sender.start()
        try:
            _settle(ground, sender, ())
            fallen = [(name, _blow(ground, sender, name, tell)) for _ in range(rounds(scale)) for name in BLOWS]
        finally:
            all_taken = sender.stop()
        if not all_taken:
            raise LoadFailed("some events were not taken")
        await_drained(ground)
        return _figures(_measured(ground, sender, fallen))


def _blow(ground: Ground, sender: Sender, name: str, tell: Tell) -> Struck:
    tell(name)
    struck = BLOWS[name](ground)
    _settle(ground, sender, struck.jobs)
    return struck


def _settle(ground: Ground, sender: Sender, jobs: Sequence[UUID]) -> None:
    """Tends the instance until all that was due by now, and a little longer, is finished."""
    until = time.time() + QUIET_SECONDS

    def is_settled() -> bool:
        ground.tend()
        with suppress(*Unavailable):
            return sender.has_delivered(until) and _is_done(ground, until, jobs)
        return False

    ground.await_that(is_settled, PATIENCE_SECONDS, "work does not go on")


def _is_done(ground: Ground, until: float, jobs: Sequence[UUID]) -> bool:
    with organization(ground.org_id) as tx:
        return not tx.value(
            "SELECT count(*) FROM jobs WHERE org_id = %s AND state = 'ready' AND actor <> 'poll_recording'"
            " AND (created_at <= to_timestamp(%s) OR id = ANY(%s::uuid[]))",
            (ground.org_id, until, list(jobs)),
        )


def _measured(ground: Ground, sender: Sender, fallen: list[tuple[str, Struck]]) -> dict[str, Measured]:
    """The waits of each blow: to it belongs every event that was finished after it and before the next one."""
    finished = {one.call: one.finished_at for one in done_of(ground.org_id, sender.prefix)}
    if len(finished) != len(sender.due):
        raise LoadFailed(f"{len(sender.due)} events were taken and {len(finished)} calls are finished")
    measured = {name: Measured() for name in BLOWS}
    ends = [struck.at for _, struck in fallen[1:]] + [float("inf")]
    for (name, struck), end in zip(fallen, ends, strict=True):
        waits = [
            finished[call] - max(due, struck.at)
            for call, due in enumerate(sender.due)
            if struck.at < finished[call] < end
        ]
        measured[name].waits.append(max(waits + _waits_of_jobs(ground, struck)))
        measured[name].events += len(waits)
    return measured


def _waits_of_jobs(ground: Ground, struck: Struck) -> list[float]:
    with organization(ground.org_id) as tx:
        rows = tx.rows(
            "SELECT extract(epoch FROM finished_at)::float8 AS at FROM jobs WHERE org_id = %s AND id = ANY(%s::uuid[])",
            (ground.org_id, list(struck.jobs)),
        )
    return [row["at"] - struck.at for row in rows]


def _figures(measured: dict[str, Measured]) -> list[Figure]:
    return [
        figure(NAME, name, "s", one.waits, samples=one.events, aim=AIMS.get(name)) for name, one in measured.items()
    ]
