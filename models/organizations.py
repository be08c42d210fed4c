"""Organizations and what is registered to them: assistants and lines, with the routes that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import psycopg2
from psycopg2.extras import Json

from models import audit, lines
from models.database import Transaction, organization, statement, system
from models.ids import new_id
from vocabulary import LAST_RESERVED, Customs

_zones = cache(available_timezones)
"""Looked up once: it opens some six hundred files."""

Then = Callable[[Transaction, UUID], object]
"""What else belongs to the transaction that made a row, given the row's id."""


def nothing(tx: Transaction, id: UUID) -> None:
    return None


class AlreadyRegistered(Exception):
    """Another organization has this line, assistant or number; the message says which thing, never whose it is."""


class UnknownAssistant(Exception):
    """The organization has no such assistant."""


class UnknownOrganization(Exception):
    """There is no such organization; `./aftercall orgs list` shows those that there are."""


def create_organization(name: str, timezone: str = "America/New_York", convoso_timezone: str | None = None) -> UUID:
    """Creates an organization and returns its id; raises ValueError for an unknown time zone or an empty name."""
    if not name.strip():
        raise ValueError("An organization needs a name")
    for zone in filter(None, (timezone, convoso_timezone)):
        if zone not in _zones():
            raise ValueError(f"{zone!r} is not an IANA time zone; write it like America/New_York")
    org_id = new_id()
    with system() as tx:
        tx.run(
            "INSERT INTO organizations (org_id, name, timezone, convoso_timezone) VALUES (%s, %s, %s, %s)",
            (org_id, name.strip(), timezone, convoso_timezone or timezone),
        )
        tx.run("SELECT seed_services(%s)", (org_id,))
    return org_id


def change_organization(
    org_id: UUID,
    retention_days: int | None = None,
    limit_per_minute: int | None = None,
    convoso_fields: dict[str, str] | None = None,
    openai: bool | None = None,
    openai_budget: Decimal | None = None,
    keeps_originals: bool | None = None,
    qa_weights: dict[str, float] | None = None,
    check: Callable[[dict[str, Any]], object] | None = None,
    by: str = "command line",
) -> dict[str, Any]:
    """Changes what is given and returns all of it; a limit of 0 takes the limit away, a field mapped to "" its mapping.

    `openai_budget` is in dollars a day; `qa_weights` adds to the weights that were set before. `check` is shown
    all of it before the commit: where it raises, nothing has changed. `by` is who stands on the audit trail for it.
    Raises UnknownOrganization.
    """
    with organization(org_id) as tx:
        row = tx.row(
            "UPDATE organizations SET body_retention_days = coalesce(%s, body_retention_days),"
            " webhook_limit_per_minute = nullif(coalesce(%s, webhook_limit_per_minute), 0),"
            " convoso_fields = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM"
            "   jsonb_each(convoso_fields || %s::jsonb) WHERE value <> to_jsonb(''::text)),"
            " openai_enabled = coalesce(%s, openai_enabled),"
            " openai_budget_per_day = coalesce(%s, openai_budget_per_day),"
            " keeps_originals = coalesce(%s, keeps_originals), qa_weights = qa_weights || %s::jsonb"
            " WHERE org_id = %s RETURNING body_retention_days, webhook_limit_per_minute, convoso_fields,"
            " openai_enabled, openai_budget_per_day, keeps_originals, qa_weights",
            (
                retention_days,
                limit_per_minute,
                Json(convoso_fields or {}),
                openai,
                openai_budget,
                keeps_originals,
                Json(qa_weights or {}),
                org_id,
            ),
        )
        if row is None:
            raise UnknownOrganization(f"There is no organization {org_id}; `./aftercall orgs list` shows them")
        if check is not None:
            check(row)
        given = (
            retention_days, limit_per_minute, convoso_fields, openai, openai_budget, keeps_originals, qa_weights,
        )  # fmt: skip
        changed = [name for name, value in zip(row, given, strict=True) if value not in (None, {})]
        if changed:
            audit.record(tx, org_id, by, "settings.change", str(org_id), {"changed": changed})
    return row


def list_organizations() -> list[dict[str, Any]]:
    """Every organization, by name: org_id, name, timezone, created_at."""
    with system() as tx:
        return tx.rows(
            "SELECT org_id, name, timezone, created_at FROM organizations WHERE org_id > %s ORDER BY name, org_id",
            (LAST_RESERVED,),
        )


def customs_of(tx: Transaction, org_id: UUID) -> Customs:
    """How this organization's providers write their fields and times."""
    row = tx.row(
        "SELECT convoso_timezone, convoso_fields, default_region, timezone, keeps_originals FROM organizations"
        " WHERE org_id = %s",
        (org_id,),
    )
    if row is None:
        raise UnknownOrganization(f"There is no organization {org_id}")
    return Customs(**row)


def customs_of_token(org_id: UUID | None, token_hash: str | None) -> Customs | None:
    """The customs of the organization that a sender belongs to, given directly or by an active token."""
    if org_id is None:
        with statement() as tx:
            org_id = tx.value("SELECT organization_of_token(%s)", (token_hash,))
    if org_id is None:
        return None
    with organization(org_id) as tx:
        return customs_of(tx, org_id)


def add_assistant(
    org_id: UUID, vapi_assistant_id: str, name: str = "", is_outbound: bool = False, then: Then = nothing
) -> UUID:
    """Registers a Vapi assistant and takes over the events that waited for it in quarantine.

    `then` runs before the commit. Raises ValueError for what cannot be an id of Vapi's.
    """
    vapi_assistant_id = lines.clean_vapi_id(vapi_assistant_id, "assistant")
    assistant_id = new_id()
    with registering(org_id, f"assistant {vapi_assistant_id}", f"vapi_assistant:{vapi_assistant_id}") as tx:
        add_route(tx, org_id, "vapi_assistant", vapi_assistant_id)
        if is_outbound:
            lines.clear_outbound(tx, org_id, "assistants")
        tx.run(
            "INSERT INTO assistants (org_id, id, vapi_assistant_id, name, is_outbound) VALUES (%s, %s, %s, %s, %s)",
            (org_id, assistant_id, vapi_assistant_id, name, is_outbound),
        )
        then(tx, assistant_id)
    return assistant_id


def add_number(
    org_id: UUID,
    number: str,
    label: str = "",
    assistant_number: str | None = None,
    vapi_phone_number_id: str | None = None,
    vapi_assistant_id: str | None = None,
    is_outbound: bool = False,
    then: Then = nothing,
    is_verified: bool = True,
) -> UUID:
    """Registers a line of the organization (E.164): who calls from it is this organization, and never a contact.

    One that is only stated, not verified, leads no calls here before `verify_number`; several may state the same. Its
    number at Vapi leads here at once: nobody guesses such an id, and it gives way to whoever proves the line.
    `vapi_assistant_id` names the assistant that answers it; raises UnknownAssistant if it is not registered here, and
    ValueError where a line that calls people back has no id at Vapi. `then` runs before the commit.
    """
    if vapi_phone_number_id is not None:
        vapi_phone_number_id = lines.clean_vapi_id(vapi_phone_number_id, "number")
    if is_outbound and vapi_phone_number_id is None:
        raise ValueError(lines.NOT_AT_VAPI)
    number_id = new_id()
    with registering(org_id, f"line {number}", f"line:{number}", f"vapi_number:{vapi_phone_number_id}") as tx:
        if is_verified:
            add_route(tx, org_id, "line", number)
            tx.run("SELECT outrank_unverified(%s, %s)", (org_id, vapi_phone_number_id))
        if vapi_phone_number_id:
            add_route(tx, org_id, "vapi_number", vapi_phone_number_id)
        assistant_id = tx.value(
            "SELECT id FROM assistants WHERE org_id = %s AND vapi_assistant_id = %s", (org_id, vapi_assistant_id)
        )
        if vapi_assistant_id is not None and assistant_id is None:
            raise UnknownAssistant(f"Register the assistant {vapi_assistant_id} first: `./aftercall assistants add`")
        if is_outbound:
            lines.clear_outbound(tx, org_id, "phone_numbers")
        tx.run(
            "INSERT INTO phone_numbers (org_id, id, number, label, assistant_number, vapi_phone_number_id,"
            " assistant_id, is_outbound)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (org_id, number_id, number, label, assistant_number, vapi_phone_number_id, assistant_id, is_outbound),
        )
        if is_verified:
            lines.verify_number(tx, org_id, number)
        then(tx, number_id)
    return number_id


def verify_number(org_id: UUID, number: str, then: Then = nothing) -> UUID | None:
    """Lets a line that was only stated count as the organization's own; its id where that is news.

    `then` runs before the commit where it is. Raises AlreadyRegistered where the number is another's own line.
    """
    with registering(org_id, f"line {number}", f"line:{number}") as tx:
        verified = lines.verify_number(tx, org_id, number)
        if verified is not None:
            add_route(tx, org_id, "line", number)
            then(tx, verified)
    return verified


def line_of(tx: Transaction, org_id: UUID, number: str) -> dict[str, Any] | None:
    """What a registered line stands for on a call that comes from it: phone_number_id and assistant_id, as at Vapi.

    A line that Vapi does not know goes by our own id.
    """
    return tx.row(
        "SELECT coalesce(n.vapi_phone_number_id, n.id::text) AS phone_number_id, a.vapi_assistant_id AS assistant_id"
        " FROM phone_numbers n LEFT JOIN assistants a ON a.org_id = n.org_id AND a.id = n.assistant_id"
        " WHERE n.org_id = %s AND n.number = %s AND n.verified_at IS NOT NULL",
        (org_id, number),
    )


def list_assistants(org_id: UUID) -> list[dict[str, Any]]:
    """The organization's assistants, oldest first."""
    with organization(org_id) as tx:
        return tx.rows(
            "SELECT id, vapi_assistant_id, name, is_outbound, created_at FROM assistants WHERE org_id = %s"
            " ORDER BY created_at, id",
            (org_id,),
        )


def list_numbers(org_id: UUID) -> list[dict[str, Any]]:
    """The organization's lines, oldest first."""
    with organization(org_id) as tx:
        return tx.rows(
            "SELECT id, number, label, assistant_number, vapi_phone_number_id, is_outbound,"
            " verified_at IS NOT NULL AS is_verified, created_at FROM phone_numbers"
            " WHERE org_id = %s ORDER BY created_at, id",
            (org_id,),
        )


def add_route(tx: Transaction, org_id: UUID, kind: str, value: str) -> None:
    tx.run("INSERT INTO routes (kind, value, org_id) VALUES (%s, %s, %s)", (kind, value, org_id))


@contextmanager
def registering(org_id: UUID, what: str, *names: str) -> Iterator[Transaction]:
    """A transaction in which a second owner of the same thing is a clear error.

    Its end hands over what waited in quarantine under these names; the sweeper rings for it.
    """
    try:
        with organization(org_id) as tx:
            yield tx
            for name in names:
                tx.run("SELECT release_quarantined(naming => %s)", (name,))
    except psycopg2.errors.UniqueViolation:
        raise AlreadyRegistered(f"The {what} is registered already; each belongs to one organization") from None
    except psycopg2.errors.ForeignKeyViolation:
        raise UnknownOrganization(f"There is no organization {org_id}; `./aftercall orgs list` shows them") from None
