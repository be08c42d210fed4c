"""`credentials set|list|remove`: what an organization connects its providers with."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from models import audit, credentials
from models.credential_fields import FIELDS, NAMES, SECRET_FIELDS
from models.database import organization

ACTOR = "command line"
PROVIDER = click.Choice(sorted(FIELDS))
OF = click.option("--org", type=ORGANIZATION, required=True, help="The organization, by id or name.")


@click.group("credentials", help="Connect an organization to its providers.")
def command() -> None:
    pass


@command.command("set")
@OF
@click.argument("provider", type=PROVIDER)
@with_json
def change(org: UUID, provider: str, as_json: bool) -> None:
    """Connect a provider. What it needs is asked for, or read from the input, a line each: never from the command."""
    config = {name: _read(name) for name in FIELDS[provider]}
    with plainly(), organization(org) as tx:
        credentials.put(tx, org, provider, config)
        audit.record(tx, org, ACTOR, "credentials.set", provider)
    show_one({"provider": provider, "is_active": True}, as_json)


@command.command("list")
@OF
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List what is connected, and what the provider said to it; never the credentials themselves."""
    with organization(org) as tx:
        rows = credentials.list_credentials(tx, org)
    show(rows, as_json, empty="Nothing is connected: `./aftercall credentials set --org ORG PROVIDER` does it.")


@command.command("remove")
@OF
@click.argument("provider", type=PROVIDER)
@with_json
def remove(org: UUID, provider: str, as_json: bool) -> None:
    """Forget a credential."""
    with organization(org) as tx:
        if not credentials.remove(tx, org, provider):
            raise click.ClickException(f"{NAMES[provider]} is not connected")
        audit.record(tx, org, ACTOR, "credentials.remove", provider)
    show_one({"provider": provider, "is_active": False}, as_json)


def _read(name: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=name in SECRET_FIELDS))
    return sys.stdin.readline().strip()
