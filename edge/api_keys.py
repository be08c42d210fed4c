"""Keys of the API over the API: for an organization's admins, who make none above their own role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.auth import caller
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.members import acting, refusing
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.shapes.api_keys import Keys, MadeKey, NewKey
from edge.shapes.base import Answer, Sent
from models import api_keys, audit, team
from models.database import organization
from models.people import Membership
from vocabulary import ROLE_RANK, Role

blueprint = Blueprint("api_keys", __name__)

PATH = "/api/keys"


@blueprint.get(PATH)
@declared(Keys, Role.ADMIN)
def show_all() -> Response:
    """The keys of the API, without their secrets"""
    found: list[dict[str, Any]] = []
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            found += api_keys.keys_of(tx, here.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.post(PATH)
@declared(MadeKey, Role.ADMIN, body=NewKey, status=201)
def create() -> Response:
    """Makes a key of the API

    The answer is the only place where the key itself ever stands. For people only: a key makes no keys.
    """
    here = writable(Role.ADMIN, json_body())
    caller().require_person()
    return json_response({"ok": True, "data": make(here, sent(NewKey), actor())}, 201)


@blueprint.delete(f"{PATH}/<uuid:key_id>")
@declared(Answer, Role.ADMIN, body=Sent)
def remove(key_id: UUID) -> Response:
    """Revokes a key: it is refused from the next request on, and kept in the list

    For people only.
    """
    org_id = writable(Role.ADMIN, json_body()).org_id
    caller().require_person()
    revoke(org_id, key_id, actor())
    return json_response({"ok": True})


def make(here: Membership, body: NewKey, by: str) -> dict[str, Any]:
    """A new key with its secret. Raises Problem 403 where it could do more than who makes it can by now."""
    role, days = Role(body.role), body.expires_in_days
    if ROLE_RANK[role] > ROLE_RANK[here.role]:
        raise Problem(403, "role_too_high", "A key may not do more than you may")
    with refusing(), organization(here.org_id) as tx:
        team.hold(tx, here.org_id)
        team.may_grant(tx, here.org_id, acting(), role)
        made = api_keys.make(tx, here.org_id, body.name, role, days, by)
        audit.record(tx, here.org_id, by, "api_keys.create", str(made["id"]), {"role": role, "days": days})
    return made


def revoke(org_id: UUID, key_id: UUID, by: str) -> None:
    """Raises Problem 404."""
    with organization(org_id) as tx:
        if not api_keys.revoke(tx, org_id, key_id):
            raise not_found()
        audit.record(tx, org_id, by, "api_keys.revoke", str(key_id))
