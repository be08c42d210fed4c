"""`correct`: a person's word on what a call meant, which wins and is kept."""

from __future__ import annotations

import getpass
from uuid import UUID

import click

from commands.arguments import plainly
from commands.printing import show_one, with_json
from models import audit
from models.database import organization
from models.operations import organization_of_call
from rules.correction import READERS
from tasks.analysis import correct


@click.command(
    "correct", help="State what a call's result really is: your word wins over the rules, and both are kept."
)
@click.argument("call_id", type=click.UUID)
@click.argument("kind", type=click.Choice(list(READERS)))
@click.argument("value", required=False)
@click.option("--withdraw", is_flag=True, help="Take the correction back instead.")
@with_json
def command(call_id: UUID, kind: str, value: str | None, withdraw: bool, as_json: bool) -> None:
    """The daily figures follow at once."""
    if (value is None) != withdraw:
        raise click.UsageError("Give a value, or --withdraw to take the correction back")
    org_id = organization_of_call(call_id)
    if org_id is None:
        raise click.ClickException(f"There is no call {call_id}")
    author = f"shell:{getpass.getuser()}"
    with plainly(), organization(org_id) as tx:
        found = correct(tx, org_id, call_id, kind, value, author)
        audit.record(tx, org_id, author, "calls.correct", str(call_id), {"kind": kind, "withdrawn": withdraw})
    names = ("booking", "result", "service", "financial_value", "sentiment_label", "qa_score", "lead_score")
    show_one({"call": call_id} | {name: found.columns[name] for name in names}, as_json)
