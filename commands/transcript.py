"""`transcript`: what was said on a call; the untouched words only where the organization keeps them."""

from __future__ import annotations

import getpass
from uuid import UUID

import click

from commands.arguments import plainly
from commands.printing import show, with_json
from models import audit, transcripts
from models.database import organization
from models.operations import organization_of_call


@click.command("transcript", help="Print what was said on a call; each reading is on the audit trail.")
@click.argument("call_id", type=click.UUID)
@click.option("--original", is_flag=True, help="The untouched words, where the organization keeps them.")
@with_json
def command(call_id: UUID, original: bool, as_json: bool) -> None:
    """The redacted transcript, or with --original the words as they were spoken."""
    org_id = organization_of_call(call_id)
    if org_id is None:
        raise click.ClickException(f"There is no call {call_id}")
    with plainly(), organization(org_id) as tx:
        kept = transcripts.of_call(tx, org_id, call_id)
        if kept is None:
            raise click.ClickException("This call has no transcript")
        turns = transcripts.turns(kept["turns"])
        if original:
            if kept["original"] is None:
                raise click.ClickException(
                    "The untouched words were not kept: `orgs set --keep-originals on` keeps them"
                )
            turns = transcripts.original(org_id, call_id, bytes(kept["original"])).turns
        action = "transcript.original_read" if original else "transcript.read"
        audit.record(tx, org_id, f"shell:{getpass.getuser()}", action, str(call_id))
    show([{"at": turn.start, "who": str(turn.speaker), "words": turn.text} for turn in turns], as_json)
