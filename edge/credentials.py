"""What an organization is connected with: put, seen as a state, tried again and forgotten. Secrets go in only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from edge.asked import bad
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from models import audit, connections
from models.connection_states import state_of, states
from models.credential_fields import PROVIDERS
from models.database import organization
from tasks.connections import retry, save
from vocabulary import Role

blueprint = Blueprint("credentials", __name__)

PATH = "/api/credentials"
LEFT_AT_VAPI = "Vapi still has the account and the number; remove them there if it shall not use them any more"


@blueprint.get(PATH)
def show_all() -> Response:
    found: list[dict[str, Any]] = []
    for membership in readable(Role.ADMIN):
        with reading(membership.org_id) as tx:
            found += states(tx, membership.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.get(f"{PATH}/<provider>")
def show(provider: str) -> Response:
    org_id = writable(Role.ADMIN).org_id
    _known(provider)
    with reading(org_id) as tx:
        return json_response({"ok": True, "data": state_of(tx, org_id, provider)})


@blueprint.put(f"{PATH}/<provider>")
def put(provider: str) -> Response:
    """Keeps what is sent. What has to be checked first is checked by jobs: 202, and the state tells how they fare."""
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    _known(provider)
    config = {name: value for name, value in body.items() if name != "org_id"}
    with organization(org_id) as tx:
        try:
            save(tx, org_id, provider, config, actor())
        except ValueError as error:
            raise bad(str(error)) from None
        state = state_of(tx, org_id, provider)
    return json_response({"ok": True, "data": state}, 202 if provider in connections.STEPS else 200)


@blueprint.post(f"{PATH}/<provider>/retry")
def try_again(provider: str) -> Response:
    """Does a failed step again: the one that is named, else the first that is not done; those after it go on."""
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    _known(provider)
    step = body.get("step")
    if step is not None and not isinstance(step, str):
        raise bad("step must be the name of a step")
    with organization(org_id) as tx:
        try:
            retry(tx, org_id, provider, step, actor())
        except LookupError as error:
            raise Problem(409, "nothing_to_retry", str(error.args[0])) from None
        state = state_of(tx, org_id, provider)
    return json_response({"ok": True, "data": state}, 202)


@blueprint.delete(f"{PATH}/<provider>")
def remove(provider: str) -> Response:
    org_id = writable(Role.ADMIN, json_body()).org_id
    _known(provider)
    with organization(org_id) as tx:
        is_at_vapi = connections.is_at_vapi(tx, org_id, provider)
        if not connections.disconnect(tx, org_id, provider):
            raise not_found()
        audit.record(tx, org_id, actor(), "credentials.remove", provider)
    return json_response({"ok": True} | ({"note": LEFT_AT_VAPI} if is_at_vapi else {}))


def _known(provider: str) -> None:
    if provider not in PROVIDERS:
        raise not_found()
