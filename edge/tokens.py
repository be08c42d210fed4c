"""Webhook tokens over the API: for an organization's owners and admins, with a trace of who saw or changed them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from edge.addresses import webhook_url
from edge.asked import bad
from edge.auth import caller
from edge.encoding import json_response
from edge.errors import not_found
from edge.scope import json_body
from models import audit, tokens
from models.database import organization
from models.tokens import ENDPOINTS_WITH_TOKENS
from vocabulary import Endpoint, Role

blueprint = Blueprint("tokens", __name__)

PATH = "/api/agencies/<uuid:org_id>/webhooks"


@blueprint.get(PATH)
def show(org_id: UUID) -> Response:
    caller().within(org_id, Role.ADMIN)
    _trace(org_id, "webhook_tokens.list", "all")
    return json_response({"ok": True, "tokens": [_public(token) for token in tokens.list_tokens(org_id)]})


@blueprint.post(PATH)
def create(org_id: UUID) -> Response:
    caller().within(org_id, Role.ADMIN)
    wanted = json_body().get("endpoint_type", Endpoint.CONVOSO_CALLS.value)
    if wanted not in list(ENDPOINTS_WITH_TOKENS):
        raise bad(f"endpoint_type must be one of {', '.join(ENDPOINTS_WITH_TOKENS)}")
    token = tokens.create_token(org_id, Endpoint(wanted))
    _trace(org_id, "webhook_tokens.create", str(token["id"]))
    return json_response({"ok": True, "token": _public(token)})


@blueprint.delete(PATH)
def deactivate(org_id: UUID) -> Response:
    caller().within(org_id, Role.ADMIN)
    given = json_body().get("token_id") or request.args.get("token_id")
    try:
        token_id = UUID(str(given))
    except ValueError:
        raise bad("token_id must be the id of one of the organization's tokens") from None
    if not tokens.deactivate_token(org_id, token_id):
        raise not_found()
    _trace(org_id, "webhook_tokens.deactivate", str(token_id))
    return json_response({"ok": True})


def _public(token: dict[str, Any]) -> dict[str, Any]:
    shown = ("id", "endpoint_type", "token", "is_active", "created_at", "last_used_at")
    address = webhook_url(Endpoint(token["endpoint_type"]), token["token"])
    return {name: token[name] for name in shown} | {"webhook_url": address}


def _trace(org_id: UUID, action: str, subject: str) -> None:
    with organization(org_id) as tx:
        audit.record(tx, org_id, caller().actor, action, subject)
