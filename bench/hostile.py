"""Good requests at a steady rate while hundreds of connections are slow or idle, against the same rate without them.

All of them come from one address: the edge limits what a connection may hold up, and not how many an address may
open. Each good request opens a connection of its own, so that it has to get in where the others already are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.drive import LoadFailed, drive, reports
from bench.figures import Aim, Figure, Of, figure, percentile
from bench.ground import Ground, open_ground
from bench.scale import Scale
from bench.siege import Siege, besiege

NAME = "hostile"
BASELINE = "without them"
WARM_UP_SECONDS = 1.0
ROUNDS_AT_MOST = 3
SIEGE_LASTS = 2
"""How many times as long as the half without it: the edge must have time to cut the idle and slow, who come again."""
BYTES_AT_LEAST = 0.5
"""Share of the bytes due that must have been sent, or it was no siege."""

Tell = Callable[[str], None]


@dataclass
class Measured:
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    answers: int = 0


def rounds(scale: Scale) -> int:
    return min(scale.rounds, ROUNDS_AT_MOST)


def steps(scale: Scale) -> int:
    return 2 * rounds(scale)


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """The edge alone, with reports of 16 kB."""
    calm, besieged = Measured(), Measured()
    with open_ground() as ground:
        port = ground.start_web()
        siege = Siege(port, ground.secret, slow=scale.slow_connections, idle=scale.idle_connections)
        _post(ground, port, scale, Measured(), WARM_UP_SECONDS)
        for _ in range(rounds(scale)):
            tell(f"{scale.good_rate:g}/s alone")
            _post(ground, port, scale, calm, scale.seconds)
            tell(f"{scale.good_rate:g}/s beside {siege.slow} slow and {siege.idle} idle connections")
            _under_siege(ground, siege, scale, besieged)
    return _figures(besieged, calm)


def _under_siege(ground: Ground, siege: Siege, scale: Scale, noted: Measured) -> None:
    seconds = scale.seconds * SIEGE_LASTS
    with besiege(siege) as held:
        _post(ground, siege.port, scale, noted, seconds)
    due = siege.slow * (seconds - 1)
    if held.sent < due * BYTES_AT_LEAST:
        raise LoadFailed(f"the hostile connections sent {held.sent} bytes where {due:.0f} were due")


def _post(ground: Ground, port: int, scale: Scale, noted: Measured, seconds: float) -> None:
    seen = drive(reports(port, ground.secret, ground.assistant_id, seconds=seconds, rate=scale.good_rate, fresh=True))
    noted.p50.append(percentile(seen.latencies_ms, 0.5))
    noted.p99.append(percentile(seen.latencies_ms, 0.99))
    noted.answers += seen.answered


def _figures(besieged: Measured, calm: Measured) -> list[Figure]:
    return [
        _figure("good requests, p50", besieged.p50, calm.p50, besieged.answers),
        _figure("good requests, p99", besieged.p99, calm.p99, besieged.answers, Aim(Of.VALUE, 100.0, is_floor=False)),
    ]


def _figure(name: str, ours: list[float], baseline: list[float], samples: int, aim: Aim | None = None) -> Figure:
    return figure(NAME, name, "ms", ours, baseline, baseline_name=BASELINE, samples=samples, aim=aim)
