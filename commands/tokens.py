"""`tokens create|list|revoke`: what lets a provider post for an organization."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from edge.addresses import webhook_url
from models import audit, tokens
from models.database import organization
from models.tokens import ENDPOINTS_WITH_TOKENS
from vocabulary import Endpoint

ENDPOINTS = [endpoint.value for endpoint in ENDPOINTS_WITH_TOKENS]
ACTOR = "command line"


@click.group("tokens", help="Create, list and revoke webhook tokens.")
def command() -> None:
    pass


@command.command("create")
@click.argument("org", type=ORGANIZATION)
@click.argument("endpoint", type=click.Choice(ENDPOINTS), default=Endpoint.CONVOSO_CALLS.value)
@with_json
def create(org: UUID, endpoint: str, as_json: bool) -> None:
    """Create a token and print the address to give to the provider."""
    with plainly():
        made = tokens.create_token(org, Endpoint(endpoint))
    _trace(org, "webhook_tokens.create", str(made["id"]))
    show_one(made | {"webhook_url": webhook_url(Endpoint(endpoint), made["token"])}, as_json)


@command.command("list")
@click.argument("org", type=ORGANIZATION)
@click.option("--reveal", is_flag=True, help="Show the tokens themselves; that is noted on the audit trail.")
@with_json
def list_all(org: UUID, reveal: bool, as_json: bool) -> None:
    """List an organization's tokens, newest first."""
    if reveal:
        _trace(org, "webhook_tokens.list", "all")
    rows = [_shown(token, reveal) for token in tokens.list_tokens(org)]
    show(rows, as_json, empty="No token yet: `./aftercall tokens create ORG` makes one.")


@command.command("revoke")
@click.argument("org", type=ORGANIZATION)
@click.argument("token_id", type=click.UUID)
@with_json
def revoke(org: UUID, token_id: UUID, as_json: bool) -> None:
    """Revoke a token: it is refused at once, by every process, and kept in the list."""
    if not tokens.deactivate_token(org, token_id):
        raise click.ClickException(f"The organization has no token {token_id}; `./aftercall tokens list` shows them")
    _trace(org, "webhook_tokens.deactivate", str(token_id))
    show_one({"id": token_id, "is_active": False}, as_json)


def _shown(token: dict[str, Any], reveal: bool) -> dict[str, Any]:
    if reveal:
        return token | {"webhook_url": webhook_url(Endpoint(token["endpoint_type"]), token["token"])}
    return {name: value for name, value in token.items() if name != "token"}


def _trace(org_id: UUID, action: str, subject: str) -> None:
    with organization(org_id) as tx:
        audit.record(tx, org_id, ACTOR, action, subject)
