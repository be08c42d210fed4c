"""`keys status|rotate`: which version of ENCRYPTION_KEYS sealed how much, and all of it under the newest."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress

from commands.printing import as_text, show, with_json
from models import keys
from models.database import organization, system
from tasks.keys import rotate

ACTOR = "command line"
CLEAR = "Nothing is left under an older key: older versions may be taken out of ENCRYPTION_KEYS."
LEFT = "{} values are left under an older key, and its version must stay in ENCRYPTION_KEYS."
UNREADABLE = "{} of them cannot be opened: the version that sealed them is missing or was changed."


@click.group("keys", help="Which key sealed what, and everything under the newest.")
def command() -> None:
    pass


@command.command("status")
@with_json
def status(as_json: bool) -> None:
    """Count what is sealed under each version, over all organizations."""
    _tell(_counts(), 0, as_json)


@command.command("rotate")
@with_json
def rotate_all(as_json: bool) -> None:
    """Seal under the newest key what an older one had sealed. Stopped in the middle, it goes on when called again."""
    unreadable, here = 0, Console(stderr=True)
    with Progress(console=here, transient=True) as progress:
        for org_id in progress.track(_organizations(), description="sealing anew"):
            unreadable += sum(batch.unreadable for batch in rotate(org_id, ACTOR))
    _tell(_counts(), unreadable, as_json)
    if unreadable:
        raise click.exceptions.Exit(1)


def _organizations() -> list[UUID]:
    """All of them: what nobody owns yet is sealed too."""
    with system() as tx:
        return [row["org_id"] for row in tx.rows("SELECT org_id FROM organizations ORDER BY org_id")]


def _counts() -> dict[str, Counter[int]]:
    total: dict[str, Counter[int]] = {}
    for org_id in _organizations():
        with organization(org_id) as tx:
            for name, found in keys.versions(tx, org_id).items():
                total.setdefault(name, Counter()).update(found)
    return total


def _tell(total: dict[str, Counter[int]], unreadable: int, as_json: bool) -> None:
    rows = [
        {"sealed": name, "version": version, "values": found[version], "newest": version == keys.newest()}
        for name, found in total.items()
        for version in sorted(found, reverse=True)
    ]
    left = sum(int(str(row["values"])) for row in rows if not row["newest"])
    if as_json:
        click.echo(as_text({"newest": keys.newest(), "left": left, "unreadable": unreadable, "sealed": rows}))
        return
    show(rows, as_json, empty="Nothing is sealed yet.")
    click.echo(LEFT.format(left) if left else CLEAR)
    if unreadable:
        click.echo(UNREADABLE.format(unreadable))
