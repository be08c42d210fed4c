"""Which organizations a request of the API is about, and the JSON that it brings: the same for every endpoint."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from flask import request

from edge.asked import bad
from edge.auth import caller
from edge.errors import Problem, not_found
from models.people import Membership
from vocabulary import Role


def readable(role: Role = Role.VIEWER, body: dict[str, Any] | None = None) -> tuple[Membership, ...]:
    """The organizations that are read: the one that the token, the address or the body names, else all where the
    caller has the role."""
    chosen = request.args.get("org_id") or (body or {}).get("org_id")
    return (caller().within(_id(chosen), role),) if chosen else caller().organizations(role)


def writable(role: Role, body: dict[str, Any] | None = None) -> Membership:
    """The one organization that is changed: named by the token, the address or the body, and never guessed."""
    chosen = request.args.get("org_id") or (body or {}).get("org_id") or caller().selected
    if not chosen:
        raise Problem(400, "org_required", "Say which organization is meant: add org_id to the address or the body")
    return caller().within(_id(chosen), role)


def json_body() -> dict[str, Any]:
    """The JSON object that was sent, {} where nothing was. Raises Problem 400 for anything else."""
    raw = request.get_data()
    try:
        body = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise bad("The body must be a JSON object")
    return body


def actor() -> str:
    """Who acts, as the audit trail names them."""
    return caller().actor


def _id(given: object) -> UUID:
    try:
        return UUID(str(given))
    except ValueError:
        raise not_found() from None
