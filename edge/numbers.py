"""Lines over the API: the numbers that an organization owns, and the one from which people are called back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.auth import caller
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.registering import flag, given, refuse_too_many, refusing, words
from edge.scope import actor, json_body, readable, writable
from models import audit, lines
from models.database import Transaction, organization
from models.organizations import add_number, customs_of, verify_number
from providers.phones import e164
from vocabulary import Role

blueprint = Blueprint("numbers", __name__)

PATH = "/api/numbers"
CHANGES = {"label": words, "is_outbound": flag}
UNVERIFIED = (
    "Not verified: connect the Twilio account that this number belongs to, or ask the operator to verify it."
    " Until then calls from it are not known to be yours"
)
VAPI_IDS = ("vapi_assistant_id", "vapi_phone_number_id")


@blueprint.get(PATH)
def show_all() -> Response:
    found: list[dict[str, Any]] = []
    for membership in readable(Role.ADMIN):
        with reading(membership.org_id) as tx:
            found += _shown(tx, membership.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.get(f"{PATH}/<uuid:number_id>")
def show(number_id: UUID) -> Response:
    for membership in readable(Role.ADMIN):
        with reading(membership.org_id) as tx:
            if found := _shown(tx, membership.org_id, number_id):
                return json_response({"ok": True, "data": found[0]})
    raise not_found()


@blueprint.post(PATH)
def create() -> Response:
    """Registers a line; numbers are read as those of the organization's own country where they name none.

    Whoever is no super admin only states that it is theirs: it stands unverified.
    """
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    if "number" not in body:
        raise bad("number is missing")
    with reading(org_id) as tx:
        region = customs_of(tx, org_id).default_region
    wanted = given(body, CHANGES)
    wanted |= {name: words(name, body[name]) for name in VAPI_IDS if body.get(name) is not None}
    if body.get("assistant_number") is not None:
        wanted["assistant_number"] = _number("assistant_number", body["assistant_number"], region)
    found: list[dict[str, Any]] = []

    def then(tx: Transaction, number_id: UUID) -> None:
        refuse_too_many(tx, org_id, "phone_numbers", "lines")
        audit.record(tx, org_id, actor(), "numbers.create", str(number_id))
        found.extend(_shown(tx, org_id, number_id))

    with refusing():
        number = _number("number", body["number"], region)
        add_number(org_id, number, **wanted, then=then, is_verified=caller().is_super_admin)
    return json_response({"ok": True, "data": found[0]}, 201)


@blueprint.post(f"{PATH}/<uuid:number_id>/verify")
def verify(number_id: UUID) -> Response:
    """A super admin knows that the line is the organization's own; to say it again changes nothing."""
    org_id = writable(Role.ADMIN, json_body()).org_id
    with reading(org_id) as tx:
        found = _shown(tx, org_id, number_id)
    if not found:
        raise not_found()
    if not caller().is_super_admin:
        raise Problem(403, "super_admin_required", "Only an operator of this deployment can verify a line")

    def then(tx: Transaction, number_id: UUID) -> None:
        audit.record(tx, org_id, actor(), "numbers.verify", str(number_id))
        found[:] = _shown(tx, org_id, number_id)

    with refusing():
        verify_number(org_id, found[0]["number"], then)
    return json_response({"ok": True, "data": found[0]})


@blueprint.patch(f"{PATH}/<uuid:number_id>")
def change(number_id: UUID) -> Response:
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    wanted = given(body, CHANGES)
    if not wanted:
        raise bad("Give at least one of label and is_outbound")
    with refusing(), organization(org_id) as tx:
        if lines.change_number(tx, org_id, number_id, **wanted) is None:
            raise not_found()
        audit.record(tx, org_id, actor(), "numbers.change", str(number_id), {"changed": sorted(wanted)})
        row = _shown(tx, org_id, number_id)[0]
    return json_response({"ok": True, "data": row})


@blueprint.delete(f"{PATH}/<uuid:number_id>")
def remove(number_id: UUID) -> Response:
    """Takes a line off: who calls from it is an unknown caller from now on."""
    org_id = writable(Role.ADMIN, json_body()).org_id
    with organization(org_id) as tx:
        if not lines.remove_number(tx, org_id, number_id):
            raise not_found()
        audit.record(tx, org_id, actor(), "numbers.remove", str(number_id))
    return json_response({"ok": True})


def _shown(tx: Transaction, org_id: UUID, number_id: UUID | None = None) -> list[dict[str, Any]]:
    """Lines; `verification_note` says what is to be done about one that is not verified."""
    found = lines.numbers(tx, org_id, number_id)
    return [row | {"verification_note": None if row["is_verified"] else UNVERIFIED} for row in found]


def _number(name: str, written: object, region: str) -> str:
    found = e164(written, region) if isinstance(written, str) else None
    if found is None:
        raise bad(f"{name} must be a telephone number like +13125550123")
    return found
