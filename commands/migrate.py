"""`migrate`: brings the database to this version of the code, as its owner."""

from __future__ import annotations

import click

from commands.printing import show, with_json
from models.migrate import migrate
from settings import SettingsError, settings


@click.command("migrate", help="Bring the database to this version, as the owner role.")
@with_json
def command(as_json: bool) -> None:
    owner_url = settings().database_owner_url
    if owner_url is None:
        raise SettingsError(["DATABASE_OWNER_URL is not set; only migrations use it, and they need it"])
    applied = migrate(owner_url, log=lambda line: None if as_json else click.echo(line))
    if as_json or not applied:
        show([{"applied": name} for name in applied], as_json, empty="Nothing to migrate: the database is up to date.")
