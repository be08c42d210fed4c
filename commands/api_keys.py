"""`api-keys create|list|revoke`: what lets a program ask the API for an organization."""

from __future__ import annotations

from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from models import api_keys, audit
from models.database import organization
from vocabulary import Role

ACTOR = "command line"
ROLES = [role.value for role in api_keys.ROLES]


@click.group("api-keys", help="Create, list and revoke keys of the API.")
def command() -> None:
    pass


@command.command("create")
@click.argument("org", type=ORGANIZATION)
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default=Role.VIEWER.value, show_default=True)
@click.option("--days", type=click.IntRange(1, api_keys.MOST_DAYS), default=api_keys.USUAL_DAYS, show_default=True)
@with_json
def create(org: UUID, name: str, role: str, days: int, as_json: bool) -> None:
    """Create a key and print it, this once: curl -H "Authorization: Bearer ack_…" …"""
    with plainly():
        name = api_keys.clean_name(name)
    with organization(org) as tx:
        made = api_keys.make(tx, org, name, Role(role), days, ACTOR)
        audit.record(tx, org, ACTOR, "api_keys.create", str(made["id"]), {"role": role, "days": days})
    show_one(made, as_json)


@command.command("list")
@click.argument("org", type=ORGANIZATION)
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List an organization's keys, newest first; the keys themselves are never shown again."""
    with organization(org) as tx:
        rows = api_keys.keys_of(tx, org)
    show(rows, as_json, empty="No key yet: `./aftercall api-keys create ORG NAME` makes one.")


@command.command("revoke")
@click.argument("org", type=ORGANIZATION)
@click.argument("key_id", type=click.UUID)
@with_json
def revoke(org: UUID, key_id: UUID, as_json: bool) -> None:
    """Revoke a key: it is refused from the next request on, and kept in the list."""
    with organization(org) as tx:
        if not api_keys.revoke(tx, org, key_id):
            raise click.ClickException(f"The organization has no key {key_id}; `./aftercall api-keys list` shows them")
        audit.record(tx, org, ACTOR, "api_keys.revoke", str(key_id))
    show_one({"id": key_id, "is_revoked": True}, as_json)
