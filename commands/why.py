"""`why`: the story of a call, message, event or job in plain words, whoever's it is; without numbers or words said."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from commands.printing import as_text, with_json
from edge.story import of_call, of_event, of_job, of_message
from edge.story.scene import Scene
from models import queries, stories
from models.database import Transaction, organization
from models.stories import Found

NOWHERE = (
    "Nothing is named {0}: it is no call, message, event or job of any organization, and no provider's name of a call"
    " or message.\nFinished jobs are forgotten after 7 days; two calls that proved to be one keep one id; what was"
    " refused as not genuine is counted and not kept."
)
READ = {"call": queries.call_of, "message": stories.message, "event": stories.event, "job": stories.job}


@click.command("why", help="Tell the story of a call, message, event or job: what came, what followed, what was sent.")
@click.argument("id")
@with_json
def command(id: str, as_json: bool) -> None:
    """Looks in all organizations; a provider's own name of a call or message does as well."""
    found = stories.find(id.strip())
    if not found:
        raise click.ClickException(NOWHERE.format(id))
    told = [(one, story(one, datetime.now(UTC))) for one in found]
    if as_json:
        click.echo(as_text([asdict(one) | {"story": lines} for one, lines in told]))
    else:
        click.echo("\n\n".join("\n".join(lines) for _, lines in told))


def story(found: Found, now: datetime) -> list[str]:
    """One thing's story, a sentence a line."""
    with organization(found.org_id) as tx:
        org = queries.organization_of(tx, found.org_id)
        assert org is not None, "whatever was found has an organization"
        return _tell(tx, found, Scene(found.org_id, org["name"], org["timezone"], now))


def _tell(tx: Transaction, found: Found, scene: Scene) -> list[str]:
    row = READ[found.kind](tx, scene.org_id, found.id)
    if row is None:
        raise click.ClickException(f"The {found.kind} was removed just now")
    match found.kind:
        case "call":
            return of_call.tell(tx, scene, row)
        case "message":
            return of_message.tell(tx, scene, row)
        case "event":
            return of_event.tell(tx, scene, row)
    return of_job.tell(scene, row)
