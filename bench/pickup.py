"""How soon work begins while the instance is idle: reports are posted one by one, each after a pause.

Pick-up is measured from the moment at which an event is being stored (`webhook_events.received_at`) to the first
claim of its job (`jobs.started_at`), both by the database's clock. So it holds the commit, the bell, the worker's
waking and the claim: a little more than the time from the acknowledgement, which follows the commit.
"""

from __future__ import annotations

from collections.abc import Callable

from bench.drive import drive, reports
from bench.figures import Aim, Figure, Of, figure, percentile
from bench.ground import Ground, open_ground
from bench.scale import Scale
from bench.work import Done, await_drained, done_of

NAME = "pickup"
POSTS_PER_SECOND = 15.0
CONNECTIONS = 2
WARM_UP_REPORTS = 200
WARM_UP_CONNECTIONS = 16
"""At once, so that each thread of each worker has its connection to the database before anything counts."""
MILLISECONDS = 1000.0

Tell = Callable[[str], None]


def steps(scale: Scale) -> int:
    return 1


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """The whole instance, with nothing to do but one report at a time."""
    with open_ground() as ground:
        port = ground.start_web()
        ground.start_workers()
        ground.start_scheduler()
        _post(ground, port, count=WARM_UP_REPORTS, connections=WARM_UP_CONNECTIONS)
        tell(f"{scale.pickups} reports, {POSTS_PER_SECOND:g} a second")
        done = _post(ground, port, count=scale.pickups, connections=CONNECTIONS, rate=POSTS_PER_SECOND)
    return _figures(done)


def _post(ground: Ground, port: int, **options: float) -> list[Done]:
    plan = reports(port, ground.secret, ground.assistant_id, **options)
    drive(plan)
    await_drained(ground)
    return done_of(ground.org_id, plan.prefix)


def _figures(done: list[Done]) -> list[Figure]:
    begun = [(one.started_at - one.received_at) * MILLISECONDS for one in done]
    ended = [(one.finished_at - one.received_at) * MILLISECONDS for one in done]
    return [
        _figure("stored to started, p50", begun, 0.5, 10.0),
        _figure("stored to started, p99", begun, 0.99, 50.0),
        _figure("stored to finished, p50", ended, 0.5),
        _figure("stored to finished, p99", ended, 0.99),
    ]


def _figure(name: str, values: list[float], share: float, limit: float | None = None) -> Figure:
    aim = None if limit is None else Aim(Of.VALUE, limit, is_floor=False)
    return figure(NAME, name, "ms", [percentile(values, share)], samples=len(values), aim=aim)
