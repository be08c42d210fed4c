"""Calling people back over the API: the wish is written down and answered; a worker places the call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, request

from edge.declared import declared
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.scope import actor, json_body, writable
from edge.sending import intending, intent_key
from edge.shapes.base import Sent
from edge.shapes.callbacks import CallBackOwed
from models.database import organization
from tasks.callbacks import Asked, ask_back
from tasks.permission import CannotCall
from vocabulary import Role

blueprint = Blueprint("callbacks", __name__)

PURPOSE = "callback"
NOT_NOW = ("opted_out", "quiet_hours")
"""Of what keeps us from calling, this is about the person and no mistake of who asks."""


@blueprint.post("/api/contacts/<uuid:contact_id>/call-back")
@declared(CallBackOwed, Role.OPERATOR, body=Sent, status=202, problems=(409, 422), is_idempotent=True)
def call_back(contact_id: UUID) -> Response:
    """Calls a contact back

    The same Idempotency-Key, or a second click within a minute without one, is the same call.
    """
    org_id = writable(Role.OPERATOR, json_body()).org_id
    asked = ask(org_id, contact_id, actor(), key_of(actor(), request.headers.get("Idempotency-Key", "")))
    facts = {"callId": asked.call_id, "vapiCallId": asked.vapi_call_id, "phone": asked.phone, "status": "initiated"}
    return json_response({"ok": True, **facts}, 202)


def ask(org_id: UUID, contact_id: UUID, by: str, key: str | None, joins: bool = False) -> Asked:
    """Owes a call to a contact; with `joins` it may be one that a colleague has asked for just now.

    Raises Problem 400, 404, 409 and 422.
    """
    with intending(), _able(), organization(org_id) as tx:
        asked = ask_back(tx, org_id, contact_id, by, key, datetime.now(UTC), joins)
        if asked is None:
            raise not_found()
    return asked


def key_of(by: str, given: str) -> str | None:
    return intent_key(by, PURPOSE, given) if given.strip() else None


@contextmanager
def _able() -> Iterator[None]:
    try:
        yield
    except CannotCall as no:
        raise Problem(409 if no.code in NOT_NOW else 400, no.code, str(no)) from None
