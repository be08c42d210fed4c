"""`jobs list|redrive`: the ledger of work, and another set of attempts for what has died."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import click

from commands.arguments import ORGANIZATION
from commands.printing import show, show_one, with_json
from models.operations import Wanted, dead_jobs, list_jobs, unknown_jobs
from tasks.redriving import redrive as redrive_jobs
from vocabulary import JobState

STATES = [state.value for state in JobState if state is not JobState.UNKNOWN]
ACTOR = "command line"
SHOWN = ("id", "organization", "actor", "key", "state", "attempts", "run_at", "last_error")

org_option = click.option("--org", type=ORGANIZATION)
actor_option = click.option("--actor", help="Only this kind of work, such as process_event.")


@click.group("jobs", help="List jobs, and redrive dead ones.")
def command() -> None:
    pass


@command.command("list")
@click.option("--state", type=click.Choice(STATES))
@org_option
@actor_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@with_json
def list_some(state: str | None, org: UUID | None, actor: str | None, limit: int, as_json: bool) -> None:
    """List jobs, newest first, with the error of those that failed."""
    rows = list_jobs(Wanted(state=state, org_id=org, actor=actor), limit)
    show(rows if as_json else [{name: row[name] for name in SHOWN} for row in rows], as_json, empty="No such job.")


@command.command("redrive")
@click.argument("job_ids", type=click.UUID, nargs=-1)
@org_option
@actor_option
@click.option("--all", "everything", is_flag=True, help="Every dead job of every organization.")
@with_json
def redrive(job_ids: Sequence[UUID], org: UUID | None, actor: str | None, everything: bool, as_json: bool) -> None:
    """Give dead jobs all their attempts again: those named, those that match, or --all."""
    wanted = Wanted(org_id=org, actor=actor)
    if bool(job_ids) + (not wanted.asks_nothing()) + everything != 1:
        raise click.UsageError("Give the ids of jobs, or --org or --actor, or --all")
    if unknown := unknown_jobs(job_ids):
        raise click.ClickException(f"There is no job {unknown[0]}; nothing was redriven")
    redriven = sum(redrive_jobs(org_id, ACTOR, ids) for org_id, ids in dead_jobs(wanted, job_ids).items())
    show_one({"redriven": redriven, "not_dead": max(len(job_ids) - redriven, 0)}, as_json)
