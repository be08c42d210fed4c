"""`simulate`: believable, correctly signed traffic at a running edge, or one body from a file."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.arguments import ORGANIZATION
from commands.printing import as_text, show
from models.organizations import list_organizations
from settings import settings
from simulator import NO_FAULTS, ROUGH, Answer, Delivery, Ledger, NothingToSend, Target, calls, play
from simulator.announce import announced, stand_in_of
from simulator.signing import sign_body
from simulator.targets import target_of
from vocabulary import Endpoint

ENDPOINTS = [endpoint.value for endpoint in Endpoint]
SURPRISES_SHOWN = 5


@click.command("simulate", help="Post simulated calls of all providers at a running edge, correctly signed.")
@click.option("--count", type=click.IntRange(1), default=20, show_default=True, help="Calls and leads.")
@click.option("--rate", type=click.FloatRange(0.01), help="Requests a second; as fast as they are answered without it.")
@click.option("--org", type=ORGANIZATION, help="Whose calls; not needed where there is one organization.")
@click.option("--faults", is_flag=True, help="Duplicates, late and reordered parts, forged and unknown senders.")
@click.option("--seed", help="The same seed and --until give the same events again; new ones without it.")
@click.option("--until", type=click.DateTime(), help="When the last of the calls was over, in UTC; now unless given.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Connections at a time.")
@click.option("--url", help="Where the edge listens; this machine's port unless given.")
@click.option("--payload", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Post this body only.")
@click.option("--endpoint", type=click.Choice(ENDPOINTS), default="vapi", show_default=True, help="For --payload.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(
    count: int,
    rate: float | None,
    org: UUID | None,
    faults: bool,
    seed: str | None,
    until: datetime | None,
    threads: int,
    url: str | None,
    payload: Path | None,
    endpoint: str,
    as_json: bool,
) -> None:
    target, chosen = target_of(org or _only_organization(), settings(), url), seed or secrets.token_hex(4)
    if payload is not None:
        delivery = sign_body(Endpoint(endpoint), payload.read_bytes(), target, chosen)
        _tell_one(play([delivery], target.base_url, resend=False, threads=1).answers[0], as_json)
        return
    ended = until.replace(tzinfo=UTC) if until else datetime.now(UTC).replace(microsecond=0)
    deliveries = calls(chosen, count, target, until=ended, faults=ROUGH if faults else NO_FAULTS)
    try:
        ledger = _play(announced(deliveries, target, stand_in_of(settings())), target, rate, threads, as_json)
    except NothingToSend as error:
        raise click.ClickException(f"{error}: add one with `./aftercall assistants add` or `tokens create`") from None
    _tell(ledger, chosen, ended, as_json)
    sys.exit(1 if ledger.surprises() else 0)


def _only_organization() -> UUID:
    found = list_organizations()
    if len(found) != 1:
        raise click.UsageError("Say with --org whose calls; `./aftercall orgs list` shows the organizations")
    org_id: UUID = found[0]["org_id"]
    return org_id


def _play(deliveries: Iterable[Delivery], target: Target, rate: float | None, threads: int, quiet: bool) -> Ledger:
    columns = (SpinnerColumn(), TextColumn("{task.completed} answers"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as progress:
        task = progress.add_task("answers", total=None)
        return play(deliveries, target.base_url, rate=rate, threads=threads, on_answer=lambda _: progress.advance(task))


def _tell(ledger: Ledger, seed: str, until: datetime, as_json: bool) -> None:
    rows = [
        {"endpoint": endpoint, "expected": expected, "status": status or "no answer", "answers": number}
        for (endpoint, expected, status), number in sorted(ledger.summary().items(), key=str)
    ]
    surprises = [_surprise(answer) for answer in ledger.surprises()]
    facts = {
        "seed": seed,
        "until": until.strftime("%Y-%m-%dT%H:%M:%S"),
        "deliveries": len(ledger.answers),
        "events_acknowledged": len(ledger.acknowledged()),
        "seconds": round(ledger.seconds, 3),
        "p50_ms": _milliseconds(ledger.percentile(0.5)),
        "p99_ms": _milliseconds(ledger.percentile(0.99)),
    }
    if as_json:
        click.echo(as_text(facts | {"surprises": surprises, "answers": rows}))
        return
    show(rows, False)
    click.echo("{deliveries} deliveries in {seconds} s, p50 {p50_ms} ms, p99 {p99_ms} ms".format(**facts))
    click.echo("The same again: --seed {seed} --until {until}".format(**facts))
    for line in surprises[:SURPRISES_SHOWN]:
        click.echo(f"unexpected: {line}", err=True)
    if len(surprises) > SURPRISES_SHOWN:
        click.echo(f"and {len(surprises) - SURPRISES_SHOWN} more that were not expected", err=True)


def _milliseconds(seconds: float | None) -> float | None:
    return round(seconds * 1000, 1) if seconds is not None else None


def _surprise(answer: Answer) -> str:
    one = answer.delivery
    came = answer.status or answer.error
    return f"{one.endpoint.value} {one.kind} {one.oddity} expected {one.expected.value}, came {came}"


def _tell_one(answer: Answer, as_json: bool) -> None:
    row: dict[str, Any] = {
        "status": answer.status or answer.error,
        "event_id": answer.event_id,
        "duplicate": answer.duplicate,
        "ms": _milliseconds(answer.seconds),
    }
    show([row], as_json)
    sys.exit(0 if answer.acknowledged else 1)
