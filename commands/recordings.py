"""`recordings list|redrive|keep`: those that were given up, a new search for them, and how long the others are kept."""

from __future__ import annotations

from uuid import UUID

import click

from commands.arguments import ORGANIZATION
from commands.printing import show, show_one, with_json
from models import audit, recordings
from models.database import organization
from tasks.recordings import look_again

ACTOR = "command line"
ALWAYS = "always"
OF = click.option("--org", type=ORGANIZATION, required=True, help="The organization, by id or name.")


@click.group("recordings", help="Recordings that could not be had, and how long the others are kept.")
def command() -> None:
    pass


@command.command("list")
@OF
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List the recordings that were given up, oldest first."""
    with organization(org) as tx:
        rows = recordings.failures(tx, org)
    show(rows, as_json, empty="No recording was given up.")


@command.command("redrive")
@OF
@click.argument("recording_ids", type=click.UUID, nargs=-1)
@with_json
def redrive(org: UUID, recording_ids: tuple[UUID, ...], as_json: bool) -> None:
    """Look again for these recordings, or for all that were given up."""
    show_one({"looked_for": look_again(org, recording_ids or None)}, as_json)


@command.command("keep")
@OF
@click.argument("days", metavar=f"DAYS|{ALWAYS}")
@with_json
def keep(org: UUID, days: str, as_json: bool) -> None:
    """Keep recordings for so many days after the call, or always."""
    if days != ALWAYS and not (days.isdigit() and 0 < int(days) < 100_000):
        raise click.BadParameter(f"a number of days, or {ALWAYS}")
    chosen = None if days == ALWAYS else int(days)
    with organization(org) as tx:
        recordings.keep_for(tx, org, chosen)
        audit.record(tx, org, ACTOR, "recordings.retention", days)
    show_one({"org_id": org, "recording_retention_days": chosen}, as_json)
