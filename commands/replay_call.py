"""`replay-call`: re-reads a call's stored events in order; they must give the row that is there."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from commands.arguments import plainly
from commands.printing import as_text, show, with_json
from models.operations import organization_of_call
from rules.scrub import scrub
from tasks.replay import Replay, replay_call


@click.command("replay-call", help="Re-read a call's stored events and compare: the same row must come out.")
@click.argument("call_id", type=click.UUID)
@with_json
def command(call_id: UUID, as_json: bool) -> None:
    """Exits 1 where the row differs from what its events say."""
    org_id = organization_of_call(call_id)
    if org_id is None:
        raise click.ClickException(f"There is no call {call_id}")
    with plainly():
        replay = replay_call(org_id, call_id)
    rows = [{"column": name, "row": row, "events": events} for name, (row, events) in _shown(replay).items()]
    if as_json:
        facts = {"call_id": call_id, "read": replay.read, "expired": replay.expired, "is_same": not rows}
        click.echo(as_text(facts | {"differences": rows}))
    else:
        click.echo(_sentence(replay))
        show(rows, as_json, empty="The row is what its events say.")
    sys.exit(1 if rows else 0)


def _sentence(replay: Replay) -> str:
    read = f"{replay.read} stored {'event' if replay.read == 1 else 'events'} of the call read again"
    if not replay.expired:
        return read + "."
    return f"{read}; the bodies of {replay.expired} have expired, and what only they said cannot be checked."


def _shown(replay: Replay) -> dict[str, tuple[object, object]]:
    return {name: (scrub(row, name), scrub(events, name)) for name, (row, events) in replay.differences.items()}
