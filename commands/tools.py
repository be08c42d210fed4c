"""`tools plan|apply`: the tools at Vapi and on the assistants, as they are and as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION
from commands.printing import show, with_json
from models import tools
from models.database import organization
from models.organizations import list_organizations
from providers.http import OutboundError
from tasks.errors import Busy
from tasks.tools import links, plans, registry
from tasks.tools.plans import Difference
from vocabulary import NOBODY

ACTOR = "command line"
OF = click.option("--org", type=ORGANIZATION, help="Only this organization's assistants, by id or name.")


@click.group("tools", help="Show and mend what Vapi has of our tools.")
def command() -> None:
    pass


@command.command("plan")
@OF
@with_json
def plan(org: UUID | None, as_json: bool) -> None:
    """Show what `apply` would change at Vapi. This changes nothing, there or here."""
    with _plainly():
        coming = registry.plan_tools()
        found = plans.of_tools(coming)
        found += [plans.of_assistant(owner, assistant, coming) for owner, assistant in _assistants(org)]
    _print(found, as_json)


@command.command("apply")
@OF
@with_json
@click.pass_context
def apply(context: click.Context, org: UUID | None, as_json: bool) -> None:
    """Register the tools, link them to the assistants, and show what was done. Exit code 1 where something failed."""
    with _plainly():
        done = registry.register()
        with organization(NOBODY) as tx:
            registry.note(tx, done, ACTOR)
        found = plans.of_tools(done)
        for owner, assistant in _assistants(org):
            linked = links.link_alone(owner, assistant)
            with organization(owner) as tx:
                links.keep(tx, owner, linked, ACTOR)
            found.append(plans.of_linked(owner, linked))
    _print(found, as_json)
    if any(one.error for one in found):
        context.exit(1)


def _assistants(only: UUID | None) -> Iterator[tuple[UUID, str]]:
    """Every registered assistant with its organization."""
    for owner in [only] if only else [row["org_id"] for row in list_organizations()]:
        with organization(owner) as tx:
            found = tools.assistant_ids(tx, owner)
        for vapi_assistant_id in found:
            yield owner, vapi_assistant_id


def _print(found: list[Difference], as_json: bool) -> None:
    show([_row(one, as_json) for one in found], as_json)


def _row(one: Difference, as_json: bool) -> dict[str, Any]:
    changes: Any = list(one.changes) if as_json else ", ".join(one.changes) or ("" if one.error else plans.UNCHANGED)
    return {"what": one.what, "name": one.name, "org_id": one.org_id, "changes": changes, "error": one.error}


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except (OutboundError, Busy) as error:
        raise click.ClickException(str(error)) from error
