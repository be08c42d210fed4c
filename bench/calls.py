"""Whole calls per second, from their webhooks to right daily figures, against actors that do nothing.

A call is a report with a transcript of 40 turns, posted through the edge as fast as it answers; it is finished when it
is stored, analysed and counted. The baseline are bells under the same broker and in the same worker processes that ask
no ledger.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from bench.actors import MODULE, NOTHING
from bench.drive import LoadFailed, drive, reports_of
from bench.figures import Aim, Figure, Of, figure
from bench.ground import Ground, open_ground
from bench.plan import Plan
from bench.scale import Scale
from bench.work import DRAIN_SECONDS, await_drained, done_of
from models import stats
from models.database import organization
from models.ledger import Bell
from tasks.broker import LIVE, broker

NAME = "calls"
BASELINE = "no-op actors"
CONNECTIONS = 16
TURNS = 40
JOBS = 2
"""Of a call: its event is read, and what it meant is found."""
NOTHINGS_A_CALL = 10
"""No-op bells for each whole call of a round: about as long to work off."""
BELLS_AT_ONCE = 500
WARM_UP_CALLS = 100
MILLISECONDS = 1000.0

Tell = Callable[[str], None]


@dataclass
class Measured:
    """Each list has a value a round."""

    nothings: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of processor time for each call: web, workers, scheduler, PostgreSQL and Valkey."""
    jobs: list[float] = field(default_factory=list)


def steps(scale: Scale) -> int:
    return 3 * scale.rounds


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """Two web and two worker processes with a scheduler, as `up` runs them."""
    seen = Measured()
    with open_ground() as ground:
        port = ground.start_web()
        workers = ground.start_workers(MODULE)
        others = [ground.start_scheduler()]
        _whole_calls(ground, _plan(ground, port, WARM_UP_CALLS))
        for _ in range(scale.rounds):
            tell("actors that do nothing")
            seen.nothings.append(_nothings(ground, workers, scale.calls * NOTHINGS_A_CALL))
            tell(f"{scale.calls} calls, from webhook to row")
            spent = _spent(ground)
            seen.calls.append(_whole_calls(ground, _plan(ground, port, scale.calls)))
            seen.cpu.append((_spent(ground) - spent) / scale.calls * MILLISECONDS)
            tell("jobs that were stored beforehand")
            seen.jobs.append(_stored_jobs(ground, _plan(ground, port, scale.calls), workers + others))
    return _figures(seen, scale)


def _plan(ground: Ground, port: int, calls: int) -> Plan:
    return reports_of(TURNS, port, ground.secret, ground.assistant_id, count=calls, connections=CONNECTIONS)


def _nothings(ground: Ground, workers: list[str], count: int) -> float:
    """No-op actors per second; all bells are in the queue before the workers may go on."""
    with ground.paused(*workers):
        for start in range(0, count, BELLS_AT_ONCE):
            broker.ring(Bell(ground.org_id, uuid4(), NOTHING) for _ in range(start, min(start + BELLS_AT_ONCE, count)))
        if broker.length(LIVE) < count:
            raise LoadFailed(f"{broker.length(LIVE)} of {count} bells are in the queue")
    return count / ground.await_that(_is_silent, DRAIN_SECONDS, "the no-op actors do not get through")


def _whole_calls(ground: Ground, plan: Plan) -> float:
    """Calls per second, from the first request to the end of the last job."""
    begun_at = drive(plan).started_at
    return _calls(plan) / (_ended_at(ground, plan) - begun_at)


def _stored_jobs(ground: Ground, plan: Plan, sleepers: list[str]) -> float:
    """Jobs per second where all of them and their bells wait before workers and scheduler may go on."""
    with ground.paused(*sleepers):
        drive(plan)
        begun_at = time.time()
    return _calls(plan) * JOBS / (_ended_at(ground, plan) - begun_at)


def _ended_at(ground: Ground, plan: Plan) -> float:
    """When the last job of a plan was done; raises LoadFailed unless every call is whole and the figures are right."""
    ground.await_that(_is_silent, DRAIN_SECONDS, "the workers do not get through")
    await_drained(ground)
    if len(done_of(ground.org_id, plan.prefix)) != _calls(plan) or _whole(ground, plan) != _calls(plan):
        raise LoadFailed(f"{_calls(plan)} calls were posted and {_whole(ground, plan)} rows are whole")
    with organization(ground.org_id) as tx:
        if stats.differences(tx, ground.org_id):
            raise LoadFailed("the daily figures are not what a recount gives")
        ended: float = tx.value(
            "SELECT extract(epoch FROM max(finished_at))::float8 FROM jobs WHERE org_id = %s AND actor = 'analyse'",
            (ground.org_id,),
        )
    return ended


def _is_silent() -> bool:
    """Has every bell been answered? Costs Valkey one look, where the ledger would have to count."""
    return int(broker.client.hlen(f"{broker.namespace}:{LIVE}.msgs")) == 0


def _whole(ground: Ground, plan: Plan) -> int:
    """Calls with everything that their report told."""
    with organization(ground.org_id) as tx:
        return int(
            tx.value(
                "SELECT count(*) FROM calls WHERE org_id = %s AND provider_call_id LIKE %s AND status = 'completed'"
                " AND call_sid IS NOT NULL AND contact_id IS NOT NULL AND duration_seconds = 168.5"
                " AND total_cost = 0.1234 AND recording_url IS NOT NULL AND outcome_summary IS NOT NULL"
                " AND has_transcript AND analysed_at IS NOT NULL AND lead_score IS NOT NULL",
                (ground.org_id, f"{plan.prefix}-%"),
            )
        )


def _calls(plan: Plan) -> int:
    return plan.count or 0


def _spent(ground: Ground) -> float:
    return ground.cpu_seconds(*ground.children) + ground.server_cpu_seconds()


def _figures(seen: Measured, scale: Scale) -> list[Figure]:
    calls = scale.calls * scale.rounds
    return [
        _figure(
            "webhook to right figures", "1/s", seen.calls, seen.nothings, calls, Aim(Of.RATIO, 1 / 30, is_floor=True)
        ),
        _figure("processor time for each call", "ms", seen.cpu, [], calls),
        _figure("jobs stored beforehand", "1/s", seen.jobs, seen.nothings, calls * JOBS),
    ]


def _figure(
    name: str, unit: str, ours: list[float], baseline: list[float], samples: int, aim: Aim | None = None
) -> Figure:
    named = BASELINE if baseline else ""
    return figure(NAME, name, unit, ours, baseline, baseline_name=named, samples=samples, aim=aim)
