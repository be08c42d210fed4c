"""`numbers add|verify|list`: the lines that an organization owns."""

from __future__ import annotations

from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from models import audit
from models.database import Transaction, organization
from models.organizations import add_number, customs_of, list_numbers, verify_number
from providers.phones import e164
from scheduler.sweeper import sweep

ACTOR = "command line"


@click.group("numbers", help="Register, verify and list an organization's own lines.")
def command() -> None:
    pass


@command.command("add")
@click.argument("org", type=ORGANIZATION)
@click.argument("number")
@click.option("--label", default="", help="What people call the line.")
@click.option("--assistant-number", help="The shared number of the assistant that the line is forwarded to.")
@click.option("--assistant", help="Vapi's id of the assistant that answers, once it is registered.")
@click.option("--vapi-number-id", help="Vapi's id of the line, where Vapi answers it itself.")
@click.option("--outbound", is_flag=True, help="People are called back from this one; it needs --vapi-number-id.")
@with_json
def add(
    org: UUID,
    number: str,
    label: str,
    assistant_number: str | None,
    assistant: str | None,
    vapi_number_id: str | None,
    outbound: bool,
    as_json: bool,
) -> None:
    """Register NUMBER as a line of ORG: calls that come from it are ORG's, and it is never a contact."""
    with organization(org) as tx:
        region = customs_of(tx, org).default_region
    line = _e164(number, region)
    assistant_line = _e164(assistant_number, region) if assistant_number else None

    def then(tx: Transaction, number_id: UUID) -> None:
        audit.record(tx, org, ACTOR, "numbers.create", str(number_id))

    with plainly():
        added = add_number(org, line, label, assistant_line, vapi_number_id, assistant, outbound, then)
    sweep(grace_seconds=0)
    row = {"id": added, "number": line, "label": label, "assistant_number": assistant_line, "is_outbound": outbound}
    show_one(row, as_json)


@command.command("verify")
@click.argument("org", type=ORGANIZATION)
@click.argument("number")
@with_json
def verify(org: UUID, number: str, as_json: bool) -> None:
    """Say that NUMBER, which ORG has registered by itself, is ORG's own line: from now on calls from it are ORG's."""
    with organization(org) as tx:
        line = _e164(number, customs_of(tx, org).default_region)

    def then(tx: Transaction, number_id: UUID) -> None:
        audit.record(tx, org, ACTOR, "numbers.verify", str(number_id))

    with plainly():
        verify_number(org, line, then)
        row = next((row for row in list_numbers(org) if row["number"] == line), None)
        if row is None:
            raise LookupError("No such line is registered: `./aftercall numbers add ORG NUMBER` adds it, verified")
    sweep(grace_seconds=0)
    show_one(row, as_json)


@command.command("list")
@click.argument("org", type=ORGANIZATION)
@with_json
def list_all(org: UUID, as_json: bool) -> None:
    """List an organization's lines."""
    show(list_numbers(org), as_json, empty="No line yet: `./aftercall numbers add ORG NUMBER` registers one.")


def _e164(number: str, region: str) -> str:
    found = e164(number, region)
    if found is None:
        raise click.BadParameter(f"{number!r} is not a telephone number; write it like +13125550123")
    return found
