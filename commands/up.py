"""`up`: everything on one machine. Servers, migrations, web, workers, scheduler, and something to look at."""

from __future__ import annotations

import os
import urllib.request
from threading import Event, Thread

import click

from models import database
from models.migrate import migrate
from run.children import programs
from run.environment import NAMES, instance_variables, servers_for
from run.home import Home, home_folder
from run.launch import becomes_free
from run.sample import Sample, connect, curls, play_sample_calls, sample_organization
from run.sample_calendar import book_sample_appointments
from run.stand_in import StandIn, stand_in_for
from run.supervisor import Supervisor
from settings import Settings, settings

DEFAULT_PORT = 8000
PROBE_SECONDS = 1.0
PORT_SECONDS = 3.0
"""What a web server that was just stopped may need to let go of its port."""


@click.command("up", help="Start everything: servers, web, workers and scheduler. Ctrl-C stops it.")
@click.option("--port", type=click.IntRange(1, 65535), help=f"Port of the web server (PORT, else {DEFAULT_PORT}).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--home", type=click.Path(file_okay=False), help="Data folder (AFTERCALL_HOME, else .aftercall).")
@click.option("--demo/--no-demo", default=True, help="A sample organization and a few simulated calls.")
def command(port: int | None, host: str, home: str | None, demo: bool) -> None:
    port = port or _port_variable()
    if not becomes_free(port, host, PORT_SECONDS):
        raise click.ClickException(f"Port {port} is taken: stop what uses it, or choose another with --port")
    folder = Home(home_folder(home))
    servers = servers_for(folder, os.environ)
    click.echo(f"Starting in {folder.folder}")
    addresses = servers.start().environment
    try:
        stand_in = stand_in_for(folder, os.environ, port) if demo else None
        os.environ.update(
            instance_variables(folder, os.environ, addresses, port, stand_in.url if stand_in is not None else None)
        )
        database.reset()
        chosen = settings()
        if chosen.database_owner_url:
            migrate(chosen.database_owner_url, log=click.echo)
        folder.save_environment({name: os.environ[name] for name in NAMES if name in os.environ})
        started = programs(host, port, chosen.worker_processes, chosen.worker_threads)
        if stand_in is not None:
            started.append(stand_in.program)
        supervisor = Supervisor(started, os.environ, servers)
        _supervise(supervisor, folder, chosen, demo and not chosen.is_production, stand_in)
    finally:
        folder.forget_environment()
        servers.stop()


def _supervise(supervisor: Supervisor, folder: Home, chosen: Settings, demo: bool, stand_in: StandIn | None) -> None:
    supervisor.start()
    stop = Event()
    try:
        if supervisor.tend_until(lambda: _all_answer(chosen, stand_in)):
            sample = sample_organization(folder) if demo else None
            if sample is not None and stand_in is not None:
                connect(sample.org_id, stand_in, chosen)
            _greet(supervisor, chosen, sample, stand_in)
            if sample is not None and sample.is_new:
                Thread(target=_play, args=(supervisor, sample, chosen, stand_in, stop), daemon=True).start()
            supervisor.tend_until(lambda: False)
    finally:
        stop.set()
        supervisor.say("stopping")
        supervisor.stop()
        supervisor.say("stopped")


def _play(supervisor: Supervisor, sample: Sample, chosen: Settings, stand_in: StandIn | None, stop: Event) -> None:
    accepted = play_sample_calls(sample.org_id, chosen, stop)
    if stand_in is not None:
        book_sample_appointments(sample.org_id, stand_in, stop)
    database.reset()
    if not stop.is_set():
        supervisor.say(f"played sample calls: {accepted} webhooks were accepted")
        # What was said at the start has scrolled away by now.
        supervisor.say(f"the dashboard: http://localhost:{chosen.port}/, {sample.email}, password {sample.password}")


def _all_answer(chosen: Settings, stand_in: StandIn | None) -> bool:
    is_ready = stand_in is None or _answers(stand_in.probe())
    return is_ready and _answers(f"http://127.0.0.1:{chosen.port}/healthz")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PROBE_SECONDS) as answer:  # noqa: S310 - our own processes
            return bool(answer.status == 200)
    except OSError:
        return False


def _greet(supervisor: Supervisor, chosen: Settings, sample: Sample | None, stand_in: StandIn | None) -> None:
    lines = ["", f"The dashboard: http://localhost:{chosen.port}/"]
    if sample is not None:
        lines.append(f"    sign in as {sample.email} with the password {sample.password}")
        for title, curl in curls(sample.org_id, chosen):
            lines += ["", f"{title}:", curl]
    if stand_in is not None:
        lines += [
            "",
            "A stand-in of the providers gives the recordings and takes what is sent: nobody outside is reached.",
            f"    what it took: {stand_in.url}/__standin/sent",
            "    with VAPI_PRIVATE_KEY set, there is none",
        ]
    lines += ["", "Ctrl-C stops everything. In another terminal: ./aftercall --help", ""]
    supervisor.show("\n".join(lines))


def _port_variable() -> int:
    given = os.environ.get("PORT", "").strip()
    if not given:
        return DEFAULT_PORT
    if not given.isdigit() or not 1 <= int(given) <= 65_535:
        raise click.ClickException("PORT must be a whole number from 1 to 65535")
    return int(given)
