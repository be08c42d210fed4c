"""Assistants over the API: whose calls are an organization's, which one calls people back, how their tools stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.registering import changes, everywhere, given, one_of, refuse_too_many, refusing
from edge.scope import actor, json_body, writable
from edge.shapes.assistants import Assistant, Assistants, ChangedAssistant, NewAssistant
from edge.shapes.base import Answer, Sent
from models import audit, lines, tools
from models.database import Transaction, organization
from models.organizations import add_assistant
from providers import vapi_api
from tasks.connections import resume_link
from tasks.tools.jobs import owe_link, owe_unlink
from vocabulary import Role

blueprint = Blueprint("assistants", __name__)

PATH = "/api/assistants"


@blueprint.get(PATH)
@declared(Assistants, Role.ADMIN)
def show_all() -> Response:
    """The assistants whose calls are the organization's"""
    return json_response({"ok": True, "data": everywhere(shown)})


@blueprint.get(f"{PATH}/<uuid:assistant_id>")
@declared(Assistant, Role.ADMIN, problems=(404,))
def show(assistant_id: UUID) -> Response:
    """One assistant"""
    return json_response({"ok": True, "data": one_of(shown, assistant_id)})


@blueprint.post(PATH)
@declared(Assistant, Role.ADMIN, body=NewAssistant, status=201, problems=(409,))
def create() -> Response:
    """Registers an assistant

    Its tools are linked by a job, and what waited for it in quarantine is let in.
    """
    org_id = writable(Role.ADMIN, json_body()).org_id
    return json_response({"ok": True, "data": register(org_id, sent(NewAssistant), actor())}, 201)


@blueprint.patch(f"{PATH}/<uuid:assistant_id>")
@declared(Assistant, Role.ADMIN, body=ChangedAssistant, problems=(404,))
def change(assistant_id: UUID) -> Response:
    """Changes an assistant's name, or which one calls people back"""
    org_id = writable(Role.ADMIN, json_body()).org_id
    return json_response({"ok": True, "data": alter(org_id, assistant_id, sent(ChangedAssistant), actor())})


@blueprint.delete(f"{PATH}/<uuid:assistant_id>")
@declared(Answer, Role.ADMIN, body=Sent, problems=(404,))
def remove(assistant_id: UUID) -> Response:
    """Takes an assistant off

    What comes from it is quarantined from now on, until it is registered again. Our tools are taken off it at Vapi by a
    job.
    """
    take_off(writable(Role.ADMIN, json_body()).org_id, assistant_id, actor())
    return json_response({"ok": True})


def register(org_id: UUID, body: NewAssistant, by: str) -> dict[str, Any]:
    """The assistant as it is shown. Raises Problem 400 and 409."""
    found: list[dict[str, Any]] = []

    def then(tx: Transaction, assistant_id: UUID) -> None:
        refuse_too_many(tx, org_id, "assistants", "assistants")
        found.extend(shown(tx, org_id, assistant_id))
        _saved(tx, found[0], by, "assistants.create", [])

    with refusing():
        add_assistant(org_id, **given(body), then=then)
    return found[0]


def alter(org_id: UUID, assistant_id: UUID, body: ChangedAssistant, by: str) -> dict[str, Any]:
    """The assistant as it is now. Raises Problem 400 and 404."""
    wanted = changes(body, "name and is_outbound")
    with organization(org_id) as tx:
        if lines.change_assistant(tx, org_id, assistant_id, **wanted) is None:
            raise not_found()
        row = shown(tx, org_id, assistant_id)[0]
        _saved(tx, row, by, "assistants.change", sorted(wanted))
    return row


def take_off(org_id: UUID, assistant_id: UUID, by: str) -> None:
    """Raises Problem 404."""
    with organization(org_id) as tx:
        for row in lines.assistants(tx, org_id, assistant_id):
            owe_unlink(tx, org_id, row["vapi_assistant_id"])
        if lines.remove_assistant(tx, org_id, assistant_id) is None:
            raise not_found()
        audit.record(tx, org_id, by, "assistants.remove", str(assistant_id))


def shown(tx: Transaction, org_id: UUID, assistant_id: UUID | None = None) -> list[dict[str, Any]]:
    """Assistants with their tools; `tools_note` says what keeps tools from being linked at all."""
    note = None if vapi_api.is_connected() else vapi_api.NOT_CONNECTED
    standing = tools.standing(tx, org_id)
    return [
        row | {"tools": standing.get(row["vapi_assistant_id"], []), "tools_note": note}
        for row in lines.assistants(tx, org_id, assistant_id)
    ]


def _saved(tx: Transaction, row: dict[str, Any], by: str, action: str, changed: list[str]) -> None:
    audit.record(tx, row["org_id"], by, action, str(row["id"]), {"changed": changed})
    owe_link(tx, row["org_id"], row["vapi_assistant_id"], row["updated_at"])
    resume_link(tx, row["org_id"], by)
