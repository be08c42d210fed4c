"""What an organization is connected with: put, seen as a state, tried again and forgotten. Secrets go in only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.shapes.base import Sent
from edge.shapes.credentials import AgainConnection, Connections, Disconnected, NewConnection, OneConnection
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
@declared(Connections, Role.ADMIN)
def show_all() -> Response:
    """How each provider stands, connected or not"""
    found: list[dict[str, Any]] = []
    for membership in readable(Role.ADMIN):
        with reading(membership.org_id) as tx:
            found += states(tx, membership.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.get(f"{PATH}/<provider>")
@declared(OneConnection, Role.ADMIN)
def show(provider: str) -> Response:
    """How one provider stands, with the steps of its connection"""
    org_id = writable(Role.ADMIN).org_id
    known(provider)
    with reading(org_id) as tx:
        return json_response({"ok": True, "data": state_of(tx, org_id, provider)})


@blueprint.put(f"{PATH}/<provider>")
@declared(OneConnection, Role.ADMIN, body=NewConnection, status=(200, 202))
def put(provider: str) -> Response:
    """Connects a provider

    What has to be checked first is checked by jobs: 202, and the state tells how they fare.
    """
    org_id = writable(Role.ADMIN, json_body()).org_id
    known(provider)
    config = sent(NewConnection).model_dump(by_alias=True, exclude_unset=True, exclude={"org_id"})
    state = connect(org_id, provider, config, actor())
    return json_response({"ok": True, "data": state}, 202 if provider in connections.STEPS else 200)


@blueprint.post(f"{PATH}/<provider>/retry")
@declared(OneConnection, Role.ADMIN, body=AgainConnection, status=202, problems=(409,))
def try_again(provider: str) -> Response:
    """Does a failed step again: the one that is named, else the first that is not done; those after it go on"""
    org_id = writable(Role.ADMIN, json_body()).org_id
    known(provider)
    return json_response({"ok": True, "data": redo(org_id, provider, sent(AgainConnection).step, actor())}, 202)


@blueprint.delete(f"{PATH}/<provider>")
@declared(Disconnected, Role.OWNER, body=Sent)
def remove(provider: str) -> Response:
    """Forgets a connection; what Vapi was given stays there, and the answer says so"""
    org_id = writable(Role.OWNER, json_body()).org_id
    known(provider)
    is_at_vapi = disconnect(org_id, provider, actor())
    return json_response({"ok": True} | ({"note": LEFT_AT_VAPI} if is_at_vapi else {}))


def connect(org_id: UUID, provider: str, config: Mapping[str, Any], by: str) -> dict[str, Any]:
    """The state that follows. Raises Problem 400 for what is missing or misshapen, without repeating it."""
    with organization(org_id) as tx:
        try:
            save(tx, org_id, provider, config, by)
        except ValueError as error:
            raise bad(str(error)) from None
        return state_of(tx, org_id, provider)


def redo(org_id: UUID, provider: str, step: str | None, by: str) -> dict[str, Any]:
    """The state that follows. Raises Problem 409 where there is nothing to retry."""
    with organization(org_id) as tx:
        try:
            retry(tx, org_id, provider, step, by)
        except LookupError as error:
            raise Problem(409, "nothing_to_retry", str(error.args[0])) from None
        return state_of(tx, org_id, provider)


def disconnect(org_id: UUID, provider: str, by: str) -> bool:
    """Whether Vapi still has what it was given. Raises Problem 404 where it was not connected."""
    with organization(org_id) as tx:
        is_at_vapi = connections.is_at_vapi(tx, org_id, provider)
        if not connections.disconnect(tx, org_id, provider):
            raise not_found()
        audit.record(tx, org_id, by, "credentials.remove", provider)
    return is_at_vapi


def known(provider: str) -> None:
    """Raises Problem 404."""
    if provider not in PROVIDERS:
        raise not_found()
