"""`orgs create|set|list`: the organizations whose calls are kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import click

from commands.arguments import DOLLARS, ORGANIZATION, plainly
from commands.printing import show, show_one, with_json
from models.database import organization
from models.organizations import change_organization, create_organization, list_organizations
from providers.convoso import CALL_FIELDS, LEAD_FIELDS
from rules.qa import Weights
from rules.qa_factors import FACTORS
from tasks.org_settings import change_settings, text_from

ACTOR = "command line"


@click.group("orgs", help="Create and list organizations.")
def command() -> None:
    pass


@command.command("create")
@click.argument("name")
@click.option("--timezone", default="America/New_York", show_default=True, help="The zone its people live in.")
@click.option("--convoso-timezone", help="The zone of Convoso's times without one; the same unless given.")
@with_json
def create(name: str, timezone: str, convoso_timezone: str | None, as_json: bool) -> None:
    """Create an organization and print its id."""
    with plainly():
        org_id = create_organization(name, timezone, convoso_timezone)
    show_one({"org_id": org_id, "name": name.strip(), "timezone": timezone}, as_json)


@command.command("set")
@click.argument("org", type=ORGANIZATION)
@click.option("--retention-days", type=click.IntRange(min=0), help="How long raw bodies are kept.")
@click.option("--limit", type=click.IntRange(min=0), help="Webhooks a minute, Vapi's aside; 0 for no limit.")
@click.option("--convoso-field", "fields", multiple=True, help="OURS=THEIRS: a field that Convoso sends otherwise.")
@click.option("--openai", type=bool, metavar="on|off", help="Whether OpenAI may refine what calls meant.")
@click.option("--openai-budget", type=DOLLARS, metavar="DOLLARS", help="What OpenAI may cost a day.")
@click.option("--keep-originals", type=bool, metavar="on|off", help="Keep unredacted words of calls too, encrypted.")
@click.option("--sms-number", help="The number that it texts from, one of the deployment's own Twilio account.")
@click.option("--alert-number", help='Who is texted about hot leads; "" for nobody.')
@click.option("--send-from", help="From when on people may be written to, by their own clock: 08:00.")
@click.option("--send-until", help="Until when: 21:00.")
@click.option("--qa-weight", "weights", multiple=True, help=f"NAME=NUMBER, NAME of {', '.join(FACTORS)}.")
@with_json
def change(
    org: UUID,
    retention_days: int | None,
    limit: int | None,
    fields: tuple[str, ...],
    openai: bool | None,
    openai_budget: Decimal | None,
    keep_originals: bool | None,
    weights: tuple[str, ...],
    sms_number: str | None,
    alert_number: str | None,
    send_from: str | None,
    send_until: str | None,
    as_json: bool,
) -> None:
    """Change an organization's retention, limit, Convoso fields, transcripts, QA, texts or OpenAI, and print them."""
    pairs = dict(field.partition("=")[::2] for field in fields)
    if unknown := set(pairs) - set(CALL_FIELDS) - set(LEAD_FIELDS):
        known = ", ".join(sorted(CALL_FIELDS))
        raise click.BadParameter(f"no such field: {', '.join(sorted(unknown))}; ours are {known}")
    hours = {"alert_number": alert_number, "send_from": send_from, "send_until": send_until}
    with plainly():
        texts = _texts(org, sms_number, {name: value for name, value in hours.items() if value is not None})
        changed = change_organization(
            org, retention_days, limit, pairs, openai, openai_budget, keep_originals, _weights(weights), _usable
        )
        show_one(changed | texts, as_json)


def _texts(org_id: UUID, sms_number: str | None, given: Mapping[str, object]) -> dict[str, Any]:
    """From where, to whom and when texts are sent, once what is given has changed."""
    with organization(org_id) as tx:
        if sms_number is not None:
            text_from(tx, org_id, sms_number, ACTOR)
        found = change_settings(tx, org_id, given, ACTOR).settings
    times = {name: f"{found[name]:%H:%M}" for name in ("send_from", "send_until")}
    return {"sms_number": found["sms_number"], "alert_number": found["alert_number"]} | times


def _weights(given: tuple[str, ...]) -> dict[str, float]:
    """The weights, each of them one that rules/qa knows."""
    try:
        weights = {name: float(number) for name, _, number in (one.partition("=") for one in given)}
        Weights(**weights)
    except (TypeError, ValueError) as error:
        known = ", ".join(FACTORS)
        raise click.BadParameter(f"write a weight as NAME=NUMBER, NAME one of {known} ({error})") from None
    return weights


def _usable(changed: Mapping[str, Any]) -> None:
    """Raises ValueError where the new weights leave nothing to judge by, together with those set before."""
    Weights(**changed["qa_weights"])


@command.command("list")
@with_json
def list_all(as_json: bool) -> None:
    """List every organization."""
    show(list_organizations(), as_json, empty="No organization yet: `./aftercall orgs create NAME` makes one.")
