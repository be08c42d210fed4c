"""Where the benchmarks run: durable servers and processes of their own, in a folder that is gone afterwards."""

from __future__ import annotations

import os
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psutil
from redis import Redis

from models import database
from models.migrate import migrate
from models.organizations import add_assistant, create_organization
from run.children import Child, Program, programs
from run.embedded import Servers
from run.environment import instance_variables
from run.home import Home
from run.launch import free_port
from settings import VARIABLES

WEB_PROCESSES = 2
WORKER_PROCESSES = 2
WORKER_THREADS = 4
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.01
HEARTBEATS = "dramatiq:__heartbeats__"


class NotReady(Exception):
    """Something that a benchmark waits for did not happen in time; the message says what."""


class Ground:
    """Servers, one organization with an assistant, and the processes that a benchmark asks for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers = Servers(folder / "home")
        self.children: dict[str, Child] = {}
        self.assistant_id = str(uuid4())
        self.org_id = UUID(int=0)
        self.environment: dict[str, str] = {}

    @property
    def secret(self) -> str:
        return self.environment["VAPI_WEBHOOK_SECRET"]

    def prepare(self) -> None:
        """Starts the servers, migrates, and makes the organization; from here on settings() speaks of this ground."""
        addresses = self.servers.start().environment
        self.environment = instance_variables(Home(self.folder / "home"), {}, addresses, free_port())
        self.environment |= {"WEB_PROCESSES": str(WEB_PROCESSES), "LOG_FORMAT": "json"}
        self.environment |= {"API_LIMIT_PER_MINUTE": "1000000"}
        self.adopt()
        migrate(self.environment["DATABASE_OWNER_URL"], log=lambda _: None)
        self.org_id = create_organization("Benchmark Clinic")
        add_assistant(self.org_id, self.assistant_id, "Front desk")

    def adopt(self) -> None:
        """Makes this process see what the children see."""
        os.environ.update(self.environment)
        database.reset()

    def start_web(self, app: str = "edge.wsgi:app", port: int | None = None) -> int:
        """A web server in the edge's own configuration around the edge or another app; returns its port."""
        port = port or free_port()
        edge = next(one for one in programs("127.0.0.1", port, 1, 1) if one.name == "web")
        name = f"web {app}"
        self._start(Program(name, (*edge.command[:-1], app)))
        self.await_answer(port, name)
        return port

    def start_workers(self, *modules: str) -> list[str]:
        """The workers as the supervisor would run them, with the actors of further modules; returns their names once
        they listen."""
        workers = [one for one in programs("", 0, WORKER_PROCESSES, WORKER_THREADS) if one.name.startswith("worker")]
        for worker in workers:
            self._start(_with_modules(worker, modules))
        self.await_listeners(self.environment["REDIS_URL"], len(workers))
        return [worker.name for worker in workers]

    def start_scheduler(self) -> str:
        scheduler = next(one for one in programs("", 0, 0, 1) if one.name == "scheduler")
        self._start(scheduler)
        return scheduler.name

    def start_program(self, program: Program) -> None:
        self._start(program)

    def await_answer(self, port: int, name: str) -> None:
        """Waits until this child answers; one that has ended meanwhile is told of at once."""
        self.await_that(lambda: bool(self.pid(name)) and _answers(port), START_SECONDS, f"{name} does not answer")

    def await_listeners(self, redis_url: str, count: int) -> None:
        """Waits until so many worker processes have asked this Redis for work."""
        with Redis.from_url(redis_url) as redis:
            self.await_that(lambda: int(redis.zcard(HEARTBEATS)) >= count, START_SECONDS, "the workers do not listen")

    def await_that(self, is_so: Callable[[], bool], seconds: float, otherwise: str) -> float:
        """Waits for a condition and returns the seconds that it took; raises NotReady."""
        begun = time.monotonic()
        while not is_so():
            if time.monotonic() - begun > seconds:
                raise NotReady(f"{otherwise}, after {seconds:.0f} s\n{self._last_words()}")
            time.sleep(POLL_SECONDS)
        return time.monotonic() - begun

    def tend(self) -> None:
        """Starts again what has died, as the supervisor would."""
        self.servers.revive()
        for child in self.children.values():
            child.tend()

    @contextmanager
    def paused(self, *names: str) -> Iterator[None]:
        """Holds these processes still for a block; they notice nothing but the time."""
        still = [process for name in names for process in family(self.pid(name))]
        try:
            for process in still:
                process.suspend()
            yield
        finally:
            for process in still:
                process.resume()

    def pid(self, name: str) -> int:
        pid = self.children[name].pid
        if pid is None:
            raise NotReady(f"{name} does not run\n{self._last_words()}")
        return pid

    def stop_children(self, *names: str) -> None:
        """Ends the named processes, or all of them, and everything that they have started."""
        ending = [self.children.pop(name) for name in names or tuple(self.children)]
        for child in ending:
            child.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until and any(child.pid for child in ending):
            time.sleep(POLL_SECONDS)
        for child in ending:
            child.end()

    def stop(self) -> None:
        self.stop_children()
        database.reset()
        self.servers.stop()

    def cpu_seconds(self, *names: str) -> float:
        """Processor time that these children have used so far, their own children included."""
        return sum(cpu_seconds(self.pid(name)) for name in names)

    def server_cpu_seconds(self) -> float:
        """Processor time that PostgreSQL and Valkey have used so far."""
        return sum(cpu_seconds(pid) for pid in self._server_pids())

    def server_processes(self) -> int:
        return sum(len(family(pid)) for pid in self._server_pids())

    def _server_pids(self) -> list[int]:
        pids = [server.pid for server in (self.servers.postgres, self.servers.valkey) if server is not None]
        return [pid for pid in pids if pid is not None]

    def _start(self, program: Program) -> None:
        child = Child(program, self.environment, self._say)
        child.start()
        self.children[program.name] = child

    def _say(self, name: str, line: str) -> None:
        with (self.folder / "processes.log").open("a") as log:
            log.write(f"{name} | {line}\n")

    def _last_words(self) -> str:
        log = self.folder / "processes.log"
        return "\n".join(log.read_text().splitlines()[-12:]) if log.exists() else ""


def _with_modules(worker: Program, modules: tuple[str, ...]) -> Program:
    at = worker.command.index("tasks") + 1
    return replace(worker, command=(*worker.command[:at], *modules, *worker.command[at:]))


@contextmanager
def open_ground() -> Iterator[Ground]:
    """A ground for one benchmark. Afterwards its processes, its folder and its variables are gone."""
    names = [variable.name + suffix for variable in VARIABLES for suffix in ("", "_FILE")]
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as folder:
        ground = Ground(Path(folder))
        try:
            ground.prepare()
            yield ground
        finally:
            ground.stop()
            for name in names:
                os.environ.pop(name, None)
            os.environ.update(before)
            database.reset()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def family(pid: int) -> list[psutil.Process]:
    """A process and all of its descendants."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    """What a process and its descendants have used, those included that are gone."""
    spent = 0.0
    for one in family(pid):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system
    own = psutil.Process(pid).cpu_times()
    return spent + own.children_user + own.children_system
