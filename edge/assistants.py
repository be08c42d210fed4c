"""Assistants over the API: whose calls are an organization's, which one calls people back, how their tools stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.registering import flag, given, refuse_too_many, refusing, words
from edge.scope import actor, json_body, readable, writable
from models import audit, lines, tools
from models.database import Transaction, organization
from models.organizations import add_assistant
from providers import vapi_api
from tasks.connections import resume_link
from tasks.tools.jobs import owe_link, owe_unlink
from vocabulary import Role

blueprint = Blueprint("assistants", __name__)

PATH = "/api/assistants"
CHANGES = {"name": words, "is_outbound": flag}


@blueprint.get(PATH)
def show_all() -> Response:
    found: list[dict[str, Any]] = []
    for membership in readable(Role.ADMIN):
        with reading(membership.org_id) as tx:
            found += _shown(tx, membership.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.get(f"{PATH}/<uuid:assistant_id>")
def show(assistant_id: UUID) -> Response:
    for membership in readable(Role.ADMIN):
        with reading(membership.org_id) as tx:
            if found := _shown(tx, membership.org_id, assistant_id):
                return json_response({"ok": True, "data": found[0]})
    raise not_found()


@blueprint.post(PATH)
def create() -> Response:
    """Registers an assistant; its tools are linked by a job, and what waited for it in quarantine is let in."""
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    if "vapi_assistant_id" not in body:
        raise bad("vapi_assistant_id is missing")
    wanted = given(body, CHANGES)
    found: list[dict[str, Any]] = []

    def then(tx: Transaction, assistant_id: UUID) -> None:
        refuse_too_many(tx, org_id, "assistants", "assistants")
        found.extend(_shown(tx, org_id, assistant_id))
        _saved(tx, found[0], "assistants.create", [])

    with refusing():
        add_assistant(org_id, body["vapi_assistant_id"], **wanted, then=then)
    return json_response({"ok": True, "data": found[0]}, 201)


@blueprint.patch(f"{PATH}/<uuid:assistant_id>")
def change(assistant_id: UUID) -> Response:
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    wanted = given(body, CHANGES)
    if not wanted:
        raise bad("Give at least one of name and is_outbound")
    with organization(org_id) as tx:
        if lines.change_assistant(tx, org_id, assistant_id, **wanted) is None:
            raise not_found()
        row = _shown(tx, org_id, assistant_id)[0]
        _saved(tx, row, "assistants.change", sorted(wanted))
    return json_response({"ok": True, "data": row})


@blueprint.delete(f"{PATH}/<uuid:assistant_id>")
def remove(assistant_id: UUID) -> Response:
    """Takes an assistant off: what comes from it is quarantined from now on, until it is registered again.

    Our tools are taken off it at Vapi by a job.
    """
    org_id = writable(Role.ADMIN, json_body()).org_id
    with organization(org_id) as tx:
        for row in lines.assistants(tx, org_id, assistant_id):
            owe_unlink(tx, org_id, row["vapi_assistant_id"])
        if lines.remove_assistant(tx, org_id, assistant_id) is None:
            raise not_found()
        audit.record(tx, org_id, actor(), "assistants.remove", str(assistant_id))
    return json_response({"ok": True})


def _saved(tx: Transaction, row: dict[str, Any], action: str, changed: list[str]) -> None:
    audit.record(tx, row["org_id"], actor(), action, str(row["id"]), {"changed": changed})
    owe_link(tx, row["org_id"], row["vapi_assistant_id"], row["updated_at"])
    resume_link(tx, row["org_id"], actor())


def _shown(tx: Transaction, org_id: UUID, assistant_id: UUID | None = None) -> list[dict[str, Any]]:
    """Assistants with their tools; `tools_note` says what keeps tools from being linked at all."""
    note = None if vapi_api.is_connected() else vapi_api.NOT_CONNECTED
    standing = tools.standing(tx, org_id)
    return [
        row | {"tools": standing.get(row["vapi_assistant_id"], []), "tools_note": note}
        for row in lines.assistants(tx, org_id, assistant_id)
    ]
