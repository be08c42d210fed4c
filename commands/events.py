"""`events list|show|replay`: stored webhooks, what became of them, and their work once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from edge.scrubbed import content
from models.database import organization, run_time
from models.events import release_quarantined
from models.operations import Wanted, find_event, list_events
from tasks.broker import broker
from tasks.replay import replay_event
from vocabulary import EventState, Provider

STATES = [state.value for state in EventState if state is not EventState.UNKNOWN]
PROVIDERS = [provider.value for provider in Provider if provider is not Provider.UNKNOWN]
AT_ONCE = 10_000
ACTOR = "command line"
SHOWN = ("id", "organization", "provider", "kind", "state", "attempts", "received_at", "error")

state_option = click.option("--state", type=click.Choice(STATES))
org_option = click.option("--org", type=ORGANIZATION)
provider_option = click.option("--provider", type=click.Choice(PROVIDERS))
since_option = click.option("--since", type=click.DateTime(), help="Received since then, in UTC.")


@click.group("events", help="List, show and replay stored webhooks.")
def command() -> None:
    pass


@command.command("list")
@state_option
@org_option
@provider_option
@since_option
@click.option("--limit", type=click.IntRange(1, AT_ONCE), default=50, show_default=True)
@with_json
def list_some(
    state: str | None, org: UUID | None, provider: str | None, since: datetime | None, limit: int, as_json: bool
) -> None:
    """List events, newest first, with the reason where one was refused, quarantined or died."""
    rows = list_events(_wanted(state, org, provider, since), limit)
    show(rows if as_json else [{name: row[name] for name in SHOWN} for row in rows], as_json, empty="No such event.")


@command.command("show")
@click.argument("event_id", type=click.UUID)
@with_json
def show_event(event_id: UUID, as_json: bool) -> None:
    """Show one event. Its body is shown scrubbed: no secrets, no numbers in full, nothing that was said."""
    row = find_event(event_id)
    if row is None:
        raise click.ClickException(f"There is no event {event_id}")
    show_one(row | _content(row["org_id"], event_id), as_json)


@command.command("replay")
@click.argument("event_ids", type=click.UUID, nargs=-1)
@state_option
@org_option
@provider_option
@since_option
@click.option("--all", "everything", is_flag=True, help="Every event that can be replayed.")
@with_json
def replay(
    event_ids: Sequence[UUID],
    state: str | None,
    org: UUID | None,
    provider: str | None,
    since: datetime | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Owe the work of events again: of those named, of those that match, or of --all.

    Quarantined events are asked again whose they are; those that are still nobody's stay where they are.
    """
    wanted = _wanted(state, org, provider, since)
    if bool(event_ids) + (not wanted.asks_nothing()) + everything != 1:
        raise click.UsageError("Give the ids of events, or filters, or --all")
    rows = _named(event_ids) if event_ids else list_events(wanted, AT_ONCE)
    released = _release() if any(row["state"] == EventState.QUARANTINED for row in rows) else 0
    with plainly():
        replayed = [
            row
            for row in rows
            if row["state"] != EventState.QUARANTINED and replay_event(row["org_id"], row["id"], ACTOR)
        ]
    counts = {"matched": len(rows), "replayed": len(replayed), "released_from_quarantine": released}
    show_one(counts | {"left_alone": len(rows) - len(replayed) - released}, as_json)


def _wanted(state: str | None, org: UUID | None, provider: str | None, since: datetime | None) -> Wanted:
    return Wanted(state, org, provider, since=since.replace(tzinfo=UTC) if since else None)


def _named(event_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    rows = []
    for event_id in event_ids:
        row = find_event(event_id)
        if row is None:
            raise click.ClickException(f"There is no event {event_id}; nothing was replayed")
        rows.append(row)
    return rows


def _release() -> int:
    with run_time() as tx:
        bells = release_quarantined(tx)
    if bells:
        broker.ring(bells)
    return len(bells)


def _content(org_id: UUID, event_id: UUID) -> dict[str, Any]:
    with organization(org_id) as tx:
        return content(tx, org_id, event_id)
