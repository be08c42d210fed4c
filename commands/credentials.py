"""`credentials set|list|show|retry|remove`: what an organization connects its providers with."""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import as_text, show, show_one, with_json
from models import audit, connections
from models.connection_states import state_of, states
from models.credential_fields import FIELDS, NAMES, OPTIONAL_FIELDS, SECRET_FIELDS
from models.database import organization
from tasks.connections import retry, save

ACTOR = "command line"
PROVIDER = click.Choice(sorted(FIELDS))
OF = click.option("--org", type=ORGANIZATION, required=True, help="The organization, by id or name.")
LISTED = (
    "provider", "state", "is_connected", "error", "account_ends", "number_ends", "last_verified_at", "updated_at",
)  # fmt: skip
STEP = ("step", "state", "error", "attempts", "updated_at")


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
        save(tx, org, provider, config, ACTOR)
        state = state_of(tx, org, provider)
    _show_state(state, as_json)


@command.command("list")
@OF
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List what is connected and how it stands; never the credentials themselves."""
    with organization(org) as tx:
        rows = [row for row in states(tx, org) if row["state"] != "not_connected"]
    listed = [{name: row[name] for name in LISTED} for row in rows]
    show(listed, as_json, empty="Nothing is connected: `./aftercall credentials set --org ORG PROVIDER` does it.")


@command.command("show")
@OF
@click.argument("provider", type=PROVIDER)
@with_json
def show_state(org: UUID, provider: str, as_json: bool) -> None:
    """Show how a connection stands, with its steps."""
    with organization(org) as tx:
        state = state_of(tx, org, provider)
    _show_state(state, as_json)


@command.command("retry")
@OF
@click.argument("provider", type=PROVIDER)
@click.option("--step", help="Which step; without it the first that is not done.")
@with_json
def try_again(org: UUID, provider: str, step: str | None, as_json: bool) -> None:
    """Try a failed step of a connection again; the steps after it go on."""
    with plainly(), organization(org) as tx:
        retry(tx, org, provider, step, ACTOR)
        state = state_of(tx, org, provider)
    _show_state(state, as_json)


@command.command("remove")
@OF
@click.argument("provider", type=PROVIDER)
@with_json
def remove(org: UUID, provider: str, as_json: bool) -> None:
    """Forget a credential. What Vapi was given stays there."""
    with organization(org) as tx:
        is_at_vapi = connections.is_at_vapi(tx, org, provider)
        if not connections.disconnect(tx, org, provider):
            raise click.ClickException(f"{NAMES[provider]} is not connected")
        audit.record(tx, org, ACTOR, "credentials.remove", provider)
    show_one({"provider": provider, "is_connected": False, "stays_at_vapi": is_at_vapi}, as_json)


def _show_state(state: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(as_text(state))
        return
    show_one({name: state.get(name) for name in LISTED}, as_json)
    if state["steps"]:
        show([{name: step[name] for name in STEP} for step in state["steps"]], as_json)


def _read(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    if name in OPTIONAL_FIELDS:
        return str(click.prompt(f"{name} (may be empty)", hide_input=name in SECRET_FIELDS, default=""))
    return str(click.prompt(name, hide_input=name in SECRET_FIELDS))
