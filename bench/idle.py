"""What an instance costs while nothing happens: people leave it running on laptops.

It is the real `up`, with 2 web and 2 worker processes, on the ground's servers. Everything is counted that it runs:
supervisor, web, workers, scheduler, PostgreSQL and Valkey. The system counts in hundredths of a second, so a part that
needs less in all the time is told as 0.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable

import psutil

from bench.figures import Figure, figure
from bench.ground import START_SECONDS, WORKER_PROCESSES, Ground, cpu_seconds, family, open_ground
from bench.scale import Scale
from models.database import system
from run.children import Program

NAME = "idle"
UP = "up"
PARTS = {"gunicorn": "web", "dramatiq": "workers", "scheduler": "scheduler"}
"""Module that a child of the supervisor runs → its row."""
SUPERVISOR, SERVERS = "supervisor", "PostgreSQL and Valkey"
PERCENT = 100.0

Tell = Callable[[str], None]


def steps(scale: Scale) -> int:
    return 1


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """Processor time without traffic, from the moment at which nothing is left of the start."""
    with open_ground() as ground:
        home = str(ground.folder / "up")
        ground.start_program(Program(UP, (sys.executable, "cli.py", "up", "--no-demo", "--home", home)))
        ground.await_answer(int(ground.environment["PORT"]), UP)
        ground.await_listeners(ground.environment["REDIS_URL"], WORKER_PROCESSES)
        ground.await_that(_has_settled, START_SECONDS, "the jobs of the start are not done")
        tell(f"{scale.idle_seconds:g} s without traffic")
        before, begun = _spent(ground), time.monotonic()
        time.sleep(scale.idle_seconds)
        after, seconds = _spent(ground), time.monotonic() - begun
        count = _processes(ground)
    spent = {part: (after[part] - before[part]) / seconds * PERCENT for part in after}
    return [
        _figure("all processes", sum(spent.values()), sum(count.values())),
        *(_figure(part, percent, count[part]) for part, percent in spent.items()),
    ]


def _has_settled() -> bool:
    """Are the jobs done that a scheduler owes when it starts?"""
    with system() as tx:
        return bool(tx.value("SELECT count(*) FILTER (WHERE state = 'ready') = 0 AND count(*) > 0 FROM jobs"))


def _spent(ground: Ground) -> dict[str, float]:
    """Seconds of processor time by part."""
    up = psutil.Process(ground.pid(UP))
    own = up.cpu_times()
    spent = dict.fromkeys(PARTS.values(), 0.0) | {
        SERVERS: ground.server_cpu_seconds(),
        SUPERVISOR: own.user + own.system,
    }
    for child in up.children():
        spent[_part(child)] += cpu_seconds(child.pid)
    return spent


def _processes(ground: Ground) -> Counter[str]:
    count = Counter({SERVERS: ground.server_processes(), SUPERVISOR: 1})
    for child in psutil.Process(ground.pid(UP)).children():
        count[_part(child)] += len(family(child.pid))
    return count


def _part(child: psutil.Process) -> str:
    command = child.cmdline()
    return PARTS[command[command.index("-m") + 1]]


def _figure(name: str, percent: float, processes: int) -> Figure:
    return figure(NAME, name, "% of a core", [percent], samples=processes)
