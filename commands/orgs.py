"""`orgs create|list`: the organizations whose calls are kept apart."""

from __future__ import annotations

import click

from commands.arguments import plainly
from commands.printing import show, show_one, with_json
from models.organizations import create_organization, list_organizations


@click.group("orgs", help="Create and list organizations.")
def command() -> None:
    pass


@command.command("create")
@click.argument("name")
@click.option("--timezone", default="America/New_York", show_default=True, help="The zone its people live in.")
@click.option("--convoso-timezone", help="The zone of Convoso's times without one; the same unless given.")
@with_json
def create(name: str, timezone: str, convoso_timezone: str | None, as_json: bool) -> None:
    """Create an organization and print its id."""
    with plainly():
        org_id = create_organization(name, timezone, convoso_timezone)
    show_one({"org_id": org_id, "name": name.strip(), "timezone": timezone}, as_json)


@command.command("list")
@with_json
def list_all(as_json: bool) -> None:
    """List every organization."""
    show(list_organizations(), as_json, empty="No organization yet: `./aftercall orgs create NAME` makes one.")
