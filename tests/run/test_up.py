"""`up` as a person runs it: the real command, real servers and processes, from the first start to kill -9."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from run.embedded import Servers
from run.home import PROJECT
from run.launch import free_port

PATIENCE_SECONDS = 60.0
STARTED = "Ctrl-C stops everything"
SIGN_IN = re.compile(r"sign in as owner@example\.com with the password (\S{12,})")


class Instance:
    """A running `up` with its home, its port, and the processes that it was seen to have."""

    def __init__(self, folder: Path, *options: str, environment: dict[str, str] | None = None) -> None:
        self.home, self.port = folder / "home", free_port()
        self.log = folder / f"up-{self.port}.log"
        self.environment = {"PATH": os.environ["PATH"], "AFTERCALL_HOME": str(self.home), "WORKER_PROCESSES": "1"}
        self.environment |= {"WEB_PROCESSES": "1"} | (environment or {})
        command = [sys.executable, str(PROJECT / "cli.py"), "up", "--port", str(self.port), *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=self.environment, cwd="/", stdout=log, stderr=log)
        self.family: list[psutil.Process] = []

    def await_words(self, words: str) -> str:
        """What was printed, once it holds the words."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in (printed := self.log.read_text()):
            assert time.monotonic() < deadline, printed
            assert self.process.poll() is None, printed
            time.sleep(0.05)
        self.family = psutil.Process(self.process.pid).children(recursive=True)
        return printed

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command, as from a second terminal."""
        command = [sys.executable, str(PROJECT / "cli.py"), *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, cwd="/", check=False)

    def left(self) -> list[psutil.Process]:
        _, alive = psutil.wait_procs(self.family, timeout=PATIENCE_SECONDS)
        return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Instance]]:
    started: list[Instance] = []

    def start(*options: str, name: str = "one", environment: dict[str, str] | None = None) -> Instance:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        started.append(Instance(folder, *options, environment=environment))
        return started[-1]

    yield start
    for instance in started:
        if instance.process.poll() is None:
            instance.stop()


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def sample_organizations(instance: Instance) -> list[str]:
    return [row["name"] for row in json.loads(instance.call("orgs", "list", "--json").stdout)]


@pytest.mark.storm
def test_a_first_start_shows_a_sign_in_and_curls_that_work_and_a_second_keeps_them(up: Callable[..., Instance]) -> None:
    first = up()
    printed = first.await_words(STARTED)
    assert f"The dashboard: http://localhost:{first.port}/" in printed
    commands = [shlex.split(line) for line in printed.splitlines() if line.startswith("curl ")]
    assert len(commands) == 4
    for command in commands:
        answer = subprocess.run([*command, "-sw", "%{http_code}"], capture_output=True, text=True, check=False).stdout
        assert answer.endswith("200"), (command[1], answer)
    assert first.call("doctor").returncode == 0
    first.await_words("played sample calls")
    assert (first.stop(), first.left()) == (0, [])
    assert "No instance runs on" in first.call("migrate").stderr
    second = up()
    assert SIGN_IN.findall(second.await_words(STARTED)) == SIGN_IN.findall(printed) != []
    assert sample_organizations(second) == ["Sample Clinic"]


@pytest.mark.storm
def test_two_instances_stand_side_by_side_and_neither_takes_what_is_the_others(up: Callable[..., Instance]) -> None:
    one, two = up("--no-demo"), up("--no-demo", name="two")
    for instance in (one, two):
        instance.await_words(STARTED)
        assert get(f"http://127.0.0.1:{instance.port}/healthz")["ok"] is True
    home = one.call("up", "--port", str(free_port()))
    port = one.call("up", "--port", str(two.port))
    assert (home.returncode, port.returncode) == (1, 1)
    assert "is in use by another instance; stop that one, or give --home another folder" in home.stderr
    assert f"Port {two.port} is taken" in port.stderr
    one.stop()
    assert get(f"http://127.0.0.1:{two.port}/healthz")["ok"] is True


@pytest.mark.storm
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_killed_processes_come_back_and_a_killed_supervisor_leaves_none(up: Callable[..., Instance]) -> None:
    first = up()
    first.await_words(STARTED)
    masters = psutil.Process(first.process.pid).children()
    assert len(masters) == 6  # PostgreSQL, Valkey, web, one worker, scheduler, stand-in
    for master in masters:
        master.kill()
    for name in ("web       | ended", "worker.1  | ended", "scheduler | ended", "Postgres had died", "Valkey had died"):
        first.await_words(name)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while first.call("doctor").returncode != 0 or not answers(first):
        assert time.monotonic() < deadline, first.log.read_text()
    first.family = psutil.Process(first.process.pid).children(recursive=True)
    first.process.kill()
    first.process.wait()
    assert first.left() == []
    second = up()
    second.await_words(STARTED)
    assert sample_organizations(second) == ["Sample Clinic"]


def answers(instance: Instance) -> bool:
    try:
        return bool(get(f"http://127.0.0.1:{instance.port}/healthz")["ok"])
    except OSError:
        return False


@pytest.mark.storm
def test_given_servers_are_used_and_none_of_its_own_started(
    up: Callable[..., Instance], own_servers: tuple[Servers, dict[str, str]]
) -> None:
    _, urls = own_servers
    given = {name: value for name, value in urls.items() if name.startswith(("DATABASE", "REDIS"))}
    instance = up("--no-demo", environment=given)
    instance.await_words(STARTED)
    assert not (instance.home / "postgres").exists()
    assert len(psutil.Process(instance.process.pid).children()) == 3
