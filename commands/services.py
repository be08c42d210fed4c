"""`services list|add|set|remove|history`: what an organization sells, and what calls are valued by."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from models import audit, services
from models.database import Transaction, organization
from models.services import ServiceChange

ACTOR = "command line"
REVALUE = "Calls keep the price they were valued with; `./aftercall reanalyse` values them again."

org_option = click.option("--org", type=ORGANIZATION, required=True, help="The organization, by id or name.")
keyword_option = click.option("--keyword", "keywords", multiple=True, help="What callers say for it; give several.")


@click.group("services", help="List and change what an organization sells, with the history of its prices.")
def command() -> None:
    pass


@command.command("list")
@org_option
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List the services, by name."""
    with organization(org) as tx:
        rows = services.list_services(tx, org)
    show([_shown(row) for row in rows], as_json, empty="No service: `./aftercall services add` makes one.")


@command.command("add")
@org_option
@click.argument("name")
@click.argument("price")
@keyword_option
@with_json
def add(org: UUID, name: str, price: str, keywords: tuple[str, ...], as_json: bool) -> None:
    """Add a service; without keywords it is found by its name."""
    with plainly(), organization(org) as tx:
        clean = (services.clean_name(name), services.clean_price(price), services.clean_keywords(keywords))
        made = services.create_service(tx, org, *clean, ACTOR)
        audit.record(tx, org, ACTOR, "services.create", str(made["id"]))
    show_one(_shown(made), as_json)


@command.command("set")
@org_option
@click.argument("service")
@click.option("--name", help="A new name.")
@click.option("--price", help="A new price: the old one stays in the history.")
@keyword_option
@with_json
def change(
    org: UUID, service: str, name: str | None, price: str | None, keywords: tuple[str, ...], as_json: bool
) -> None:
    """Change a service, by name or id; keywords given replace those that it has."""
    with plainly(), organization(org) as tx:
        wanted = ServiceChange(
            services.clean_name(name) if name is not None else None,
            services.clean_price(price) if price is not None else None,
            services.clean_keywords(keywords) if keywords else None,
        )
        found = _find(tx, org, service)
        row = services.change_service(tx, org, found["id"], wanted, ACTOR)
        assert row is not None
        audit.record(tx, org, ACTOR, "services.change", str(row["id"]), {"price_version": row["price_version"]})
    show_one(_shown(row), as_json)
    if row["price_version"] != found["price_version"]:
        click.echo(REVALUE, err=True)


@command.command("remove")
@org_option
@click.argument("service")
@with_json
def remove(org: UUID, service: str, as_json: bool) -> None:
    """Take a service off the list; calls valued with it keep their value."""
    with plainly(), organization(org) as tx:
        found = _find(tx, org, service)
        services.remove_service(tx, org, found["id"])
        audit.record(tx, org, ACTOR, "services.remove", str(found["id"]))
    show_one({"id": found["id"], "name": found["name"], "is_removed": True}, as_json)


@command.command("history")
@org_option
@click.argument("service")
@with_json
def history(org: UUID, service: str, as_json: bool) -> None:
    """Show every price that a service has had, newest first."""
    with plainly(), organization(org) as tx:
        rows = services.price_history(tx, org, _find(tx, org, service)["id"])
    show(rows, as_json)


def _find(tx: Transaction, org_id: UUID, wanted: str) -> dict[str, Any]:
    for row in services.list_services(tx, org_id):
        if wanted.strip().lower() in (row["name"].lower(), str(row["id"])):
            return row
    raise LookupError(f"There is no service {wanted!r}; `./aftercall services list` shows those that there are")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "name", "price", "price_version", "keywords", "updated_at")}
