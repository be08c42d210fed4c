"""The supervisor: dead children come back, and whatever ends it leaves no process behind."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from run.children import programs
from run.home import PROJECT

PATIENCE_SECONDS = 20.0

SUPERVISE = """
import os, sys
from run.children import Program
from run.supervisor import Supervisor
scripts = dict(word.split("=", 1) for word in sys.argv[1:])
programs = [Program(name, (sys.executable, "-c", script)) for name, script in scripts.items()]
supervisor = Supervisor(programs, os.environ)
supervisor.start()
supervisor.tend_until(lambda: False)
supervisor.stop()
"""
SLEEPS = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
ENDS = "import os; print('pid', os.getpid(), flush=True); raise SystemExit(3)"
HAS_A_CHILD = (
    "import os, subprocess, sys, time; "
    "made = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
    "print('pid', os.getpid(), flush=True); print('pid', made.pid, flush=True); time.sleep(600)"
)
IS_DEAF = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('pid', os.getpid(), flush=True); time.sleep(600)"
)


class Run:
    """A supervisor in a process of its own, and what it has printed."""

    def __init__(self, log: Path, scripts: dict[str, str]) -> None:
        words = [f"{name}={script}" for name, script in scripts.items()]
        self.log = log
        with log.open("w") as file:
            self.process = subprocess.Popen([sys.executable, "-c", SUPERVISE, *words], cwd=PROJECT, stdout=file)

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def pids(self, count: int) -> list[int]:
        """The first `count` process ids that children have printed."""
        return await_value(lambda: [int(line.split()[-1]) for line in self.lines() if "| pid" in line][:count], count)

    def await_line(self, words: str) -> None:
        await_value(lambda: [line for line in self.lines() if words in line], 1)


def await_value(found: Callable[[], list], at_least: int) -> list:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(value := found()) < at_least:
        assert time.monotonic() < deadline, f"after {PATIENCE_SECONDS} s only {value}"
        time.sleep(0.02)
    return value


def alive(pids: list[int]) -> list[int]:
    """Which of the processes still run; a zombie that nobody reaps does not."""
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def await_end(pids: list[int]) -> None:
    await_value(lambda: [True] * (not alive(pids)), 1)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    started: list[Run] = []

    def start(**scripts: str) -> Run:
        started.append(Run(tmp_path / f"log-{len(started)}", scripts))
        return started[-1]

    yield start
    for one in started:
        one.process.terminate()  # asked, it ends its children's children too
        one.process.wait(PATIENCE_SECONDS)


def test_a_killed_child_is_started_again(run: Callable[..., Run]) -> None:
    supervised = run(web=SLEEPS)
    [first] = supervised.pids(1)
    os.kill(first, signal.SIGKILL)
    second = supervised.pids(2)[1]
    assert (alive([first]), alive([second])) == ([], [second])
    supervised.await_line("ended with signal SIGKILL; starts again in 0.2 s")


def test_a_child_that_ends_at_once_is_started_after_growing_pauses(run: Callable[..., Run]) -> None:
    supervised = run(web=ENDS)
    for pause in ("0.2", "0.4", "0.8"):
        supervised.await_line(f"ended with exit code 3; starts again in {pause} s")


def test_a_child_that_dies_takes_its_own_children_along(run: Callable[..., Run]) -> None:
    supervised = run(web=HAS_A_CHILD)
    master, its_child = supervised.pids(2)
    os.kill(master, signal.SIGKILL)
    await_end([master, its_child])
    assert len(supervised.pids(4)) == 4


def test_one_child_that_dies_leaves_the_others_alone(run: Callable[..., Run]) -> None:
    supervised = run(web=SLEEPS, worker=SLEEPS)
    first, other = supervised.pids(2)
    os.kill(first, signal.SIGKILL)
    supervised.pids(3)
    assert alive([other]) == [other]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_leaves_nothing(run: Callable[..., Run], by: signal.Signals) -> None:
    supervised = run(web=HAS_A_CHILD, worker=SLEEPS)
    pids = supervised.pids(3)
    supervised.process.send_signal(by)
    assert supervised.process.wait(PATIENCE_SECONDS) == 0
    await_end(pids)


def test_a_second_signal_ends_the_patience_with_a_deaf_child(run: Callable[..., Run]) -> None:
    supervised = run(web=IS_DEAF)
    pids = supervised.pids(1)
    supervised.process.send_signal(signal.SIGINT)
    time.sleep(0.5)  # the signals must arrive as two
    supervised.process.send_signal(signal.SIGINT)
    assert supervised.process.wait(5) == 0
    await_end(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_children_die_with_a_supervisor_that_was_killed(run: Callable[..., Run]) -> None:
    supervised = run(web=SLEEPS, worker=SLEEPS)
    pids = supervised.pids(2)
    supervised.process.kill()
    await_end(pids)


def test_lines_stand_behind_the_name_of_their_process(run: Callable[..., Run]) -> None:
    supervised = run(web="print('hello'); import time; time.sleep(600)")
    supervised.await_line("web       | hello")


def test_the_procfile_names_the_same_processes() -> None:
    lines = (PROJECT / "Procfile").read_text().splitlines()
    named = {name: shlex.split(command) for name, command in (line.split(": ", 1) for line in lines)}
    web, worker, scheduler = (list(program.command) for program in programs("0.0.0.0", 8000, workers=1, threads=4))
    assert ["python", "-m", *named["web"]] == ["python", *web[1:5], web[-1]]
    assert named["worker"][3:] == ["python", *worker[1:7], "${WORKER_THREADS:-4}", *worker[8:]]
    assert named["scheduler"] == ["python", *scheduler[1:]]
    assert named["release"] == ["python", "cli.py", "migrate"]
    assert Path(PROJECT / "cli.py").exists()
