"""`users create|join|password|token|list`: who may look, and where."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import click

from commands.arguments import ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from edge import bearer
from models import people
from vocabulary import Role

ROLES = [role.value for role in Role if role is not Role.UNKNOWN]
GENERATED_BYTES = 15
MOST_HOURS = 24 * 365

OF_A_ROLE = "A role is held in an organization: add --org NAME, or leave --role out and use `users join` later"

role_option = click.option("--role", type=click.Choice(ROLES), default=Role.VIEWER.value, show_default=True)


@click.group("users", help="Create users, give them roles, and print bearer tokens for the API.")
def command() -> None:
    pass


@command.command("create")
@click.argument("email")
@click.option("--name", default="", help="How pages call them.")
@click.option("--password", envvar="AFTERCALL_PASSWORD", help="Made up and printed once where none is given.")
@click.option("--org", type=ORGANIZATION, help="An organization to join, by id or name.")
@click.option("--role", type=click.Choice(ROLES), help="What they may do there; viewer where nothing is said.")
@click.option("--super-admin", is_flag=True, help="May look into every organization; each visit is audited.")
@with_json
def create(
    email: str, name: str, password: str | None, org: UUID | None, role: str | None, super_admin: bool, as_json: bool
) -> None:
    """Create a user, who signs in with EMAIL and the password."""
    if role is not None and org is None:
        raise click.UsageError(OF_A_ROLE)
    held = Role(role or Role.VIEWER)
    chosen = password or secrets.token_urlsafe(GENERATED_BYTES)
    with plainly():
        user_id = people.create_user(email, name, chosen, super_admin)
        if org is not None:
            people.add_membership(org, user_id, held)
    made = {"user_id": user_id, "email": people.clean_email(email), "org_id": org, "role": held if org else None}
    show_one(made if password else made | {"password": chosen}, as_json)


@command.command("join")
@click.argument("email")
@click.argument("org", type=ORGANIZATION)
@role_option
@with_json
def join(email: str, org: UUID, role: str, as_json: bool) -> None:
    """Give a user a role in an organization, in place of any they had there."""
    with plainly():
        person = people.person_by_email(email)
        people.add_membership(org, person.id, Role(role))
    show_one({"email": person.email, "org_id": org, "role": role}, as_json)


@command.command("password")
@click.argument("email")
@click.option("--password", envvar="AFTERCALL_PASSWORD", help="Made up and printed once where none is given.")
@with_json
def password_(email: str, password: str | None, as_json: bool) -> None:
    """Give a user a new password and sign them out everywhere."""
    chosen = password or secrets.token_urlsafe(GENERATED_BYTES)
    with plainly():
        person = people.person_by_email(email)
        people.set_password(person.id, chosen, person.email)
    show_one({"email": person.email} | ({} if password else {"password": chosen}), as_json)


@command.command("token")
@click.argument("email")
@click.option("--org", type=ORGANIZATION, help="Only for this organization; else for all of the user's.")
@click.option("--hours", type=click.IntRange(1, MOST_HOURS), default=12, show_default=True)
@with_json
def token(email: str, org: UUID | None, hours: int, as_json: bool) -> None:
    """Print a bearer token for the API: curl -H "Authorization: Bearer $(./aftercall users token EMAIL)" …"""
    with plainly():
        person = people.person_by_email(email)
    life = timedelta(hours=hours)
    made = bearer.make(person.id, org, life)
    if as_json:
        show_one({"token": made, "user_id": person.id, "org_id": org, "expires_at": datetime.now(UTC) + life}, as_json)
    else:
        click.echo(made)


@command.command("list")
@with_json
def list_all(as_json: bool) -> None:
    """List every user with their roles."""
    show(people.list_users(), as_json, empty="No user yet: `./aftercall users create EMAIL` makes one.")
