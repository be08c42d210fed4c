"""`assistants add|list`: the Vapi assistants whose calls are an organization's."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from models import audit
from models.database import Transaction
from models.organizations import add_assistant, list_assistants
from scheduler.sweeper import sweep
from tasks.connections import resume_link
from tasks.tools.jobs import owe_link

ACTOR = "command line"


@click.group("assistants", help="Register and list an organization's Vapi assistants.")
def command() -> None:
    pass


@command.command("add")
@click.argument("org", type=ORGANIZATION)
@click.argument("vapi_assistant_id")
@click.option("--name", default="", help="What people call it.")
@click.option("--outbound", is_flag=True, help="People are called back with this one, and with no other any more.")
@with_json
def add(org: UUID, vapi_assistant_id: str, name: str, outbound: bool, as_json: bool) -> None:
    """Register a Vapi assistant: its calls are ORG's, and those that waited in quarantine for it are let in."""

    def then(tx: Transaction, assistant_id: UUID) -> None:
        audit.record(tx, org, ACTOR, "assistants.create", str(assistant_id), {"changed": []})
        owe_link(tx, org, vapi_assistant_id.strip(), datetime.now(UTC))
        resume_link(tx, org, ACTOR)

    with plainly():
        added = add_assistant(org, vapi_assistant_id, name, outbound, then)
    sweep(grace_seconds=0)
    row = {"id": added, "vapi_assistant_id": vapi_assistant_id.strip(), "name": name, "is_outbound": outbound}
    show_one(row, as_json)


@command.command("list")
@click.argument("org", type=ORGANIZATION)
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List an organization's assistants."""
    empty = "No assistant yet: `./aftercall assistants add ORG VAPI_ASSISTANT_ID` registers one."
    show(list_assistants(org), as_json, empty=empty)
