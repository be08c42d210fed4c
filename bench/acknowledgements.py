"""Durable acknowledgements per second: the whole edge against a bare Flask app under the same server and load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.drive import LoadFailed, drive, reports
from bench.figures import Aim, Figure, Of, figure, percentile
from bench.ground import Ground, open_ground
from bench.plan import Outcome
from bench.scale import Scale
from models.database import organization

NAME = "acknowledgements"
ABOUT = "reports of 16 kB that the edge has made durable before it answers, against a bare Flask app"
BARE, EDGE = "bench.bare:app", "edge.wsgi:app"
BASELINE = "bare Flask app"
WARM_UP_SECONDS = 1.0
STEADY_CONNECTIONS = 64
MICROSECONDS = 1e6

Tell = Callable[[str], None]
"""Hears of each step that begins."""


@dataclass
class Measured:
    """One server's rounds."""

    name: str
    port: int
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Microseconds of processor time for each request, in the web server and in the database."""
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    answers: int = 0
    steady_answers: int = 0
    accepted: int = 0


def steps(scale: Scale) -> int:
    return 4 * scale.rounds


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """The edge with everything on, as fast as it can and at a steady rate. No worker runs beside it."""
    with open_ground() as ground:
        both = [Measured(app, ground.start_web(app)) for app in (BARE, EDGE)]
        for one in both:
            _post(ground, one, seconds=WARM_UP_SECONDS, connections=scale.connections)
        for _ in range(scale.rounds):
            for one in both:
                tell(f"{one.name} as fast as it can")
                _flat_out(ground, one, scale)
            for one in both:
                tell(f"{one.name} at {scale.steady_rate:g}/s")
                _steady(ground, one, scale)
        bare, edge = both
        prove_stored(ground, edge.accepted)
    return _figures(edge, bare)


def _flat_out(ground: Ground, one: Measured, scale: Scale) -> None:
    spent = _spent(ground, one)
    seen = _post(ground, one, seconds=scale.seconds, connections=scale.connections)
    one.rates.append(seen.rate)
    one.cpu.append((_spent(ground, one) - spent) / seen.accepted * MICROSECONDS)
    one.answers += seen.answered


def _steady(ground: Ground, one: Measured, scale: Scale) -> None:
    seen = _post(ground, one, seconds=scale.seconds, connections=STEADY_CONNECTIONS, rate=scale.steady_rate)
    one.p50.append(percentile(seen.latencies_ms, 0.5))
    one.p99.append(percentile(seen.latencies_ms, 0.99))
    one.steady_answers += seen.answered


def _post(ground: Ground, one: Measured, **options: float) -> Outcome:
    seen = drive(reports(one.port, ground.secret, ground.assistant_id, **options))
    one.accepted += seen.accepted
    return seen


def _spent(ground: Ground, one: Measured) -> float:
    return ground.cpu_seconds(f"web {one.name}") + ground.server_cpu_seconds()


def prove_stored(ground: Ground, accepted: int) -> None:
    """Every answer stands for one stored event with its job; a figure for less would be worth nothing."""
    with organization(ground.org_id) as tx:
        stored = tx.value(
            "SELECT count(*) FROM webhook_events e JOIN jobs j ON j.org_id = e.org_id AND j.key = e.id::text"
            " WHERE e.org_id = %s",
            (ground.org_id,),
        )
    if stored != accepted:
        raise LoadFailed(f"{accepted} events were acknowledged and {stored} are stored")


def _figures(edge: Measured, bare: Measured) -> list[Figure]:
    half, steady = Aim(Of.RATIO, 0.3, is_floor=True), Aim(Of.VALUE, 50.0, is_floor=False)
    flat_out, at_rate = edge.answers, edge.steady_answers
    return [
        _figure("as fast as it can", "1/s", edge.rates, bare.rates, flat_out, half),
        _figure("processor time for each", "µs", edge.cpu, bare.cpu, flat_out, None),
        _figure("steady, p50", "ms", edge.p50, bare.p50, at_rate, None),
        _figure("steady, p99", "ms", edge.p99, bare.p99, at_rate, steady),
    ]


def _figure(name: str, unit: str, ours: list[float], baseline: list[float], samples: int, aim: Aim | None) -> Figure:
    return figure(NAME, name, unit, ours, baseline, baseline_name=BASELINE, samples=samples, aim=aim)
