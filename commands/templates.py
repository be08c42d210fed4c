"""`templates list|set|remove`: what an organization writes to people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from models import audit, org_settings, templates
from models.database import Transaction, organization
from models.templates import Draft
from rules.templates import METHODS, RESULTS, clean_template

ACTOR = "command line"

org_option = click.option("--org", type=ORGANIZATION, required=True, help="The organization, by id or name.")


@click.group("templates", help="List and change the texts and mails that an organization sends.")
def command() -> None:
    pass


@command.command("list")
@org_option
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List the templates; where there is none, the words that come with Aftercall are sent."""
    with organization(org) as tx:
        rows = templates.list_templates(tx, org)
    show([_shown(row) for row in rows], as_json, empty="No template: `./aftercall templates set` writes one.")


@command.command("set")
@org_option
@click.argument("name")
@click.option("--purpose", type=click.Choice([purpose.value for purpose in METHODS]), help="Of a new one: what for.")
@click.option("--method", type=click.Choice(["sms", "email"]), help="Of a new one: sms unless given.")
@click.option("--body", help="The words, with variables like {{ first_name }}.")
@click.option("--subject", help="Of a mail.")
@click.option("--after", "results", multiple=True, help=f"Send it after calls of this result: {', '.join(RESULTS)}.")
@click.option("--after-none", is_flag=True, help="Send it after no call.")
@with_json
def write(
    org: UUID,
    name: str,
    purpose: str | None,
    method: str | None,
    body: str | None,
    subject: str | None,
    results: tuple[str, ...],
    after_none: bool,
    as_json: bool,
) -> None:
    """Write a template, or change the one of this name: what is not given stays."""
    asked = {"purpose": purpose, "method": method, "body": body, "subject": subject}
    given: dict[str, object] = {key: value for key, value in asked.items() if value is not None}
    if results or after_none:
        given["after_results"] = list(results)
    with plainly(), organization(org) as tx:
        row = _write(tx, org, name, given)
    show_one(_shown(row), as_json)


@command.command("remove")
@org_option
@click.argument("name")
@with_json
def remove(org: UUID, name: str, as_json: bool) -> None:
    """Remove a template, by name or id; what was sent with it stays as it is."""
    with plainly(), organization(org) as tx:
        found = _find(tx, org, name)
        if found is None:
            raise LookupError(f"There is no template {name!r}; `./aftercall templates list` shows those that there are")
        templates.remove_template(tx, org, found["id"])
        audit.record(tx, org, ACTOR, "templates.remove", str(found["id"]))
    show_one({"id": found["id"], "name": found["name"], "is_removed": True}, as_json)


def _write(tx: Transaction, org_id: UUID, name: str, given: dict[str, object]) -> dict[str, Any]:
    clinic, found = org_settings.settings_of(tx, org_id), _find(tx, org_id, name)
    assert clinic is not None, "the argument has found it"
    if found is None:
        draft = Draft(**clean_template({"method": "sms", "name": name, **given}, clinic["name"]))
        row: dict[str, Any] | None = templates.create_template(tx, org_id, draft)
    else:
        row = templates.change_template(tx, org_id, found["id"], Draft(**clean_template(given, clinic["name"], found)))
    assert row is not None
    audit.record(tx, org_id, ACTOR, f"templates.{'change' if found else 'create'}", str(row["id"]))
    return row


def _find(tx: Transaction, org_id: UUID, wanted: str) -> dict[str, Any] | None:
    rows = templates.list_templates(tx, org_id)
    return next((row for row in rows if wanted.strip().lower() in (row["name"].lower(), str(row["id"]))), None)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "name", "purpose", "method", "subject", "body", "after_results")
    return {name: row[name] for name in kept}
