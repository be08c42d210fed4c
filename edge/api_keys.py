"""Keys of the API over the API: for an organization's admins, who make none above their own role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.auth import caller
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from models import api_keys, audit
from models.database import organization
from vocabulary import ROLE_RANK, Role

blueprint = Blueprint("api_keys", __name__)

PATH = "/api/keys"


@blueprint.get(PATH)
def show_all() -> Response:
    found: list[dict[str, Any]] = []
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            found += api_keys.keys_of(tx, here.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.post(PATH)
def create() -> Response:
    """The answer is the only place where the key itself ever stands."""
    body = json_body()
    here = writable(Role.ADMIN, body)
    caller().require_person()
    name, role, days = _given(body)
    if ROLE_RANK[role] > ROLE_RANK[here.role]:
        raise Problem(403, "role_too_high", "A key may not do more than you may")
    with organization(here.org_id) as tx:
        made = api_keys.make(tx, here.org_id, name, role, days, actor())
        audit.record(tx, here.org_id, actor(), "api_keys.create", str(made["id"]), {"role": role, "days": days})
    return json_response({"ok": True, "data": made}, 201)


@blueprint.delete(f"{PATH}/<uuid:key_id>")
def revoke(key_id: UUID) -> Response:
    org_id = writable(Role.ADMIN, json_body()).org_id
    caller().require_person()
    with organization(org_id) as tx:
        if not api_keys.revoke(tx, org_id, key_id):
            raise not_found()
        audit.record(tx, org_id, actor(), "api_keys.revoke", str(key_id))
    return json_response({"ok": True})


def _given(body: dict[str, Any]) -> tuple[str, Role, int]:
    try:
        return (
            api_keys.clean_name(body.get("name")),
            api_keys.clean_role(body.get("role", Role.VIEWER.value)),
            api_keys.clean_days(body.get("expires_in_days", api_keys.USUAL_DAYS)),
        )
    except ValueError as error:
        raise bad(str(error)) from None
