"""Webhook tokens over the API: for an organization's owners and admins, with a trace of who saw or changed them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.addresses import webhook_url
from edge.asked import bad
from edge.auth import caller
from edge.declared import asked, declared, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.scope import actor
from edge.shapes.base import Answer
from edge.shapes.tokens import NewToken, Token, Tokens, WhichToken, WhichTokenAsked
from models import audit, tokens
from models.database import organization
from vocabulary import Endpoint, Role

blueprint = Blueprint("tokens", __name__)

PATH = "/api/agencies/<uuid:org_id>/webhooks"


@blueprint.get(PATH)
@declared(Tokens, Role.ADMIN)
def show(org_id: UUID) -> Response:
    """An organization's webhook tokens

    With their secrets, which is noted on the audit trail.
    """
    caller().within(org_id, Role.ADMIN)
    _trace(org_id, actor(), "webhook_tokens.list", "all")
    return json_response({"ok": True, "tokens": [_public(token) for token in tokens.list_tokens(org_id)]})


@blueprint.post(PATH)
@declared(Token, Role.ADMIN, body=NewToken)
def create(org_id: UUID) -> Response:
    """Makes a webhook token"""
    caller().within(org_id, Role.ADMIN)
    return json_response({"ok": True, "token": make(org_id, sent(NewToken), actor())})


@blueprint.delete(PATH)
@declared(Answer, Role.ADMIN, body=WhichToken, query=WhichTokenAsked)
def deactivate(org_id: UUID) -> Response:
    """Revokes a webhook token: it is refused from now on, and kept in the list"""
    caller().within(org_id, Role.ADMIN)
    given = sent(WhichToken).token_id or asked(WhichTokenAsked).token_id
    try:
        token_id = UUID(str(given))
    except ValueError:
        raise bad("token_id must be the id of one of the organization's tokens") from None
    revoke(org_id, token_id, actor())
    return json_response({"ok": True})


def make(org_id: UUID, body: NewToken, by: str) -> dict[str, Any]:
    """A new token with its secret."""
    token = tokens.create_token(org_id, Endpoint(body.endpoint_type))
    _trace(org_id, by, "webhook_tokens.create", str(token["id"]))
    return _public(token)


def revoke(org_id: UUID, token_id: UUID, by: str) -> None:
    """Raises Problem 404."""
    if not tokens.deactivate_token(org_id, token_id):
        raise not_found()
    _trace(org_id, by, "webhook_tokens.deactivate", str(token_id))


def reveal(org_id: UUID, token_id: UUID, by: str) -> dict[str, Any]:
    """One token that works, with its secret: who asked is noted before it is opened. Raises Problem 404."""
    with organization(org_id) as tx:
        row = tokens.sealed(tx, org_id, token_id)
        if row is None:
            raise not_found()
        audit.record(tx, org_id, by, "webhook_tokens.show", str(token_id))
    return _public(tokens.opened(row))


def _public(token: dict[str, Any]) -> dict[str, Any]:
    shown = ("id", "endpoint_type", "token", "is_active", "created_at", "last_used_at")
    address = webhook_url(Endpoint(token["endpoint_type"]), token["token"])
    return {name: token[name] for name in shown} | {"webhook_url": address}


def _trace(org_id: UUID, by: str, action: str, subject: str) -> None:
    with organization(org_id) as tx:
        audit.record(tx, org_id, by, action, subject)
