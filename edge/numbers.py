"""Lines over the API: the numbers that an organization owns, and the one from which people are called back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.auth import caller
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.registering import changes, everywhere, given, one_of, refuse_too_many, refusing
from edge.scope import actor, json_body, writable
from edge.shapes.base import Answer, Sent
from edge.shapes.numbers import ChangedLine, Lines, NewLine, OneLine
from models import audit, lines
from models.database import Transaction, organization
from models.organizations import add_number, customs_of, verify_number
from providers.phones import e164
from vocabulary import Role

blueprint = Blueprint("numbers", __name__)

PATH = "/api/numbers"
UNVERIFIED = (
    "Not verified: connect the Twilio account that this number belongs to, or ask the operator to verify it."
    " Until then calls from it are not known to be yours"
)
NUMBERS = ("number", "assistant_number")
OPTIONAL = ("assistant_number", "vapi_assistant_id", "vapi_phone_number_id")


@blueprint.get(PATH)
@declared(Lines, Role.ADMIN)
def show_all() -> Response:
    """The lines that the organization owns"""
    return json_response({"ok": True, "data": everywhere(shown)})


@blueprint.get(f"{PATH}/<uuid:number_id>")
@declared(OneLine, Role.ADMIN, problems=(404,))
def show(number_id: UUID) -> Response:
    """One line"""
    return json_response({"ok": True, "data": one_of(shown, number_id)})


@blueprint.post(PATH)
@declared(OneLine, Role.ADMIN, body=NewLine, status=201, problems=(409,))
def create() -> Response:
    """Registers a line

    Numbers are read as those of the organization's own country where they name none. Whoever is no super admin only
    states that it is theirs: it stands unverified.
    """
    org_id = writable(Role.ADMIN, json_body()).org_id
    row = register(org_id, sent(NewLine), actor(), is_verified=caller().is_super_admin)
    return json_response({"ok": True, "data": row}, 201)


@blueprint.post(f"{PATH}/<uuid:number_id>/verify")
@declared(OneLine, None, body=Sent, problems=(404, 409))
def verify(number_id: UUID) -> Response:
    """Says that a line is the organization's own

    For super admins, who know it; to say it again changes nothing.
    """
    org_id = writable(Role.ADMIN, json_body()).org_id
    return json_response({"ok": True, "data": confirm(org_id, number_id, actor(), caller().is_super_admin)})


@blueprint.patch(f"{PATH}/<uuid:number_id>")
@declared(OneLine, Role.ADMIN, body=ChangedLine, problems=(404,))
def change(number_id: UUID) -> Response:
    """Changes a line's label, or from which one people are called back"""
    org_id = writable(Role.ADMIN, json_body()).org_id
    return json_response({"ok": True, "data": alter(org_id, number_id, sent(ChangedLine), actor())})


@blueprint.delete(f"{PATH}/<uuid:number_id>")
@declared(Answer, Role.ADMIN, body=Sent, problems=(404,))
def remove(number_id: UUID) -> Response:
    """Takes a line off: who calls from it is an unknown caller from now on"""
    take_off(writable(Role.ADMIN, json_body()).org_id, number_id, actor())
    return json_response({"ok": True})


def register(org_id: UUID, body: NewLine, by: str, is_verified: bool) -> dict[str, Any]:
    """The line as it is shown. Raises Problem 400 and 409."""
    with reading(org_id) as tx:
        region = customs_of(tx, org_id).default_region
    wanted = {name: value for name, value in given(body).items() if name == "number" or value is not None}
    wanted |= {name: _number(name, wanted[name], region) for name in NUMBERS if name in wanted}
    found: list[dict[str, Any]] = []

    def then(tx: Transaction, number_id: UUID) -> None:
        refuse_too_many(tx, org_id, "phone_numbers", "lines")
        audit.record(tx, org_id, by, "numbers.create", str(number_id))
        found.extend(shown(tx, org_id, number_id))

    with refusing():
        add_number(org_id, **wanted, then=then, is_verified=is_verified)
    return found[0]


def confirm(org_id: UUID, number_id: UUID, by: str, is_super_admin: bool) -> dict[str, Any]:
    """The line, verified. Raises Problem 403, 404, and 409 where it is another organization's own."""
    with reading(org_id) as tx:
        found = shown(tx, org_id, number_id)
    if not found:
        raise not_found()
    if not is_super_admin:
        raise Problem(403, "super_admin_required", "Only an operator of this deployment can verify a line")

    def then(tx: Transaction, number_id: UUID) -> None:
        audit.record(tx, org_id, by, "numbers.verify", str(number_id))
        found[:] = shown(tx, org_id, number_id)

    with refusing():
        verify_number(org_id, found[0]["number"], then)
    return found[0]


def alter(org_id: UUID, number_id: UUID, body: ChangedLine, by: str) -> dict[str, Any]:
    """The line as it is now. Raises Problem 400 and 404."""
    wanted = changes(body, "label and is_outbound")
    with refusing(), organization(org_id) as tx:
        if lines.change_number(tx, org_id, number_id, **wanted) is None:
            raise not_found()
        audit.record(tx, org_id, by, "numbers.change", str(number_id), {"changed": sorted(wanted)})
        return shown(tx, org_id, number_id)[0]


def take_off(org_id: UUID, number_id: UUID, by: str) -> None:
    """Raises Problem 404."""
    with organization(org_id) as tx:
        if not lines.remove_number(tx, org_id, number_id):
            raise not_found()
        audit.record(tx, org_id, by, "numbers.remove", str(number_id))


def shown(tx: Transaction, org_id: UUID, number_id: UUID | None = None) -> list[dict[str, Any]]:
    """Lines; `verification_note` says what is to be done about one that is not verified."""
    found = lines.numbers(tx, org_id, number_id)
    return [row | {"verification_note": None if row["is_verified"] else UNVERIFIED} for row in found]


def _number(name: str, written: object, region: str) -> str:
    found = e164(written, region) if isinstance(written, str) else None
    if found is None:
        raise bad(f"{name} must be a telephone number like +13125550123")
    return found
