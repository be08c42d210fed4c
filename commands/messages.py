"""`messages list|show`: what was sent and came in, who wanted it and what became of it; the words only on request."""

from __future__ import annotations

import getpass
from typing import Any
from uuid import UUID

import click

from commands.arguments import ORGANIZATION
from commands.printing import show, show_one, with_json
from models import audit
from models.database import organization
from models.message_queries import NEEDS_A_PERSON, MessageFilter, message_of, newest_messages
from vocabulary import MessageStatus

ATTENTION = "attention"
"""In place of a status: all that somebody should look at."""
STANDINGS = [ATTENTION, *(status.value for status in MessageStatus)]
LISTED = ("id", "created_at", "direction", "method", "purpose", "status", "reason", "requested_by", "sent_at")
WORDS = ("recipient", "sender", "subject", "content")
"""What is shown with --content only, and then stands on the audit trail."""
MOST = 500

org_option = click.option("--org", type=ORGANIZATION, required=True, help="The organization, by id or name.")


@click.group("messages", help="List and show what was sent, and what became of it.")
def command() -> None:
    pass


@command.command("list")
@org_option
@click.option("--status", type=click.Choice(STANDINGS), help="Only those that stand so.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many.")
@with_json
def list_all(org: UUID, status: str | None, limit: int, as_json: bool) -> None:
    """List messages, the newest first, without their words; --status attention: what somebody should look at."""
    statuses = NEEDS_A_PERSON if status == ATTENTION else (status,) if status else None
    with organization(org) as tx:
        rows = newest_messages(tx, org, MessageFilter(statuses=statuses), limit)
    show([{name: row[name] for name in LISTED} for row in rows], as_json, empty="No such message.")


@command.command("show")
@click.argument("message_id", type=click.UUID)
@org_option
@click.option("--content", is_flag=True, help="Also to whom and in which words; that is noted on the audit trail.")
@with_json
def show_message(message_id: UUID, org: UUID, content: bool, as_json: bool) -> None:
    """Show a message: who wanted it, when it was sent, what became of it and why."""
    with organization(org) as tx:
        row = message_of(tx, org, message_id)
        if row is None:
            raise click.ClickException("There is no such message; `./aftercall messages list` shows them")
        if content:
            audit.record(tx, org, f"shell:{getpass.getuser()}", "messages.read", str(message_id))
    show_one(row if content else _without_words(row), as_json)


def _without_words(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in WORDS}
