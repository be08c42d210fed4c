"""The forms of lines, webhooks, connections and keys: the same functions as the API's, answered by their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from edge import api_keys, assistants, credentials, numbers, tokens
from edge.auth import caller
from edge.declared import read
from edge.scope import actor
from edge.settings_forms import Said, answered, in_words
from edge.shapes.api_keys import NewKey
from edge.shapes.assistants import ChangedAssistant, NewAssistant
from edge.shapes.numbers import ChangedLine, NewLine
from edge.shapes.tokens import NewToken
from edge.wiring_page import show_connections, show_keys, show_lines, show_webhooks
from models.credential_fields import FIELDS
from models.people import Membership
from vocabulary import Role

blueprint = Blueprint("wiring_actions", __name__)

PATH = "/o/<uuid:org_id>/settings"
ASSISTANT, LINE = f"{PATH}/lines/assistants/<uuid:id>", f"{PATH}/lines/numbers/<uuid:id>"
TOKEN, CONNECTION, KEY = f"{PATH}/webhooks/<uuid:id>", f"{PATH}/connections/<provider>", f"{PATH}/keys/<uuid:id>"
CALLED = {
    "vapi_assistant_id": "assistant",
    "vapi_phone_number_id, Vapi's id": "Vapi's id",
    "vapi_phone_number_id": "Vapi's id of the line",
    "assistant_number": "forwarded number",
    "phone_number": "phone number",
    "account_sid": "account SID",
    "auth_token": "auth token",
    "api_key": "API key",
    "webhook_secret": "signing secret",
    "expires_in_days": "days",
}
"""What the API's names are called on the pages."""


@blueprint.post(f"{PATH}/lines/assistants")
def add_assistant(org_id: UUID) -> Response:
    def act() -> str:
        body = _form("vapi_assistant_id", "name") | _tick("is_outbound")
        row = assistants.register(org_id, read(NewAssistant, body), actor())
        return _at("lines", org_id, "assistant-added", f"assistant-{row['id']}")

    return _done(org_id, show_lines, "assistant-new", act)


@blueprint.post(ASSISTANT)
def change_assistant(org_id: UUID, id: UUID) -> Response:
    def act() -> str:
        assistants.alter(org_id, id, read(ChangedAssistant, _form("name") | _tick("is_outbound")), actor())
        return _at("lines", org_id, "assistant-changed", f"assistant-{id}")

    return _done(org_id, show_lines, f"assistant-{id}", act)


@blueprint.post(f"{ASSISTANT}/remove")
def remove_assistant(org_id: UUID, id: UUID) -> Response:
    def act() -> str:
        assistants.take_off(org_id, id, actor())
        return _at("lines", org_id, "assistant-removed", "assistants")

    return _done(org_id, show_lines, f"assistant-{id}", act)


@blueprint.post(f"{PATH}/lines/numbers")
def add_line(org_id: UUID) -> Response:
    def act() -> str:
        body = _form("number", "label") | _tick("is_outbound")
        body |= {name: value for name, value in _form(*numbers.OPTIONAL).items() if value.strip()}
        row = numbers.register(org_id, read(NewLine, body), actor(), is_verified=caller().is_super_admin)
        return _at("lines", org_id, "line-added", f"line-{row['id']}")

    return _done(org_id, show_lines, "line-new", act)


@blueprint.post(LINE)
def change_line(org_id: UUID, id: UUID) -> Response:
    def act() -> str:
        numbers.alter(org_id, id, read(ChangedLine, _form("label") | _tick("is_outbound")), actor())
        return _at("lines", org_id, "line-changed", f"line-{id}")

    return _done(org_id, show_lines, f"line-{id}", act)


@blueprint.post(f"{LINE}/verify")
def verify_line(org_id: UUID, id: UUID) -> Response:
    def act() -> str:
        numbers.confirm(org_id, id, actor(), caller().is_super_admin)
        return _at("lines", org_id, "line-verified", f"line-{id}")

    return _done(org_id, show_lines, f"line-{id}", act)


@blueprint.post(f"{LINE}/remove")
def remove_line(org_id: UUID, id: UUID) -> Response:
    def act() -> str:
        numbers.take_off(org_id, id, actor())
        return _at("lines", org_id, "line-removed", "lines")

    return _done(org_id, show_lines, f"line-{id}", act)


@blueprint.post(f"{PATH}/webhooks")
def make_token(org_id: UUID) -> Response:
    def act() -> str:
        made = tokens.make(org_id, read(NewToken, _form("endpoint_type")), actor())
        return _at("webhooks", org_id, "token-made", f"token-{made['id']}", made=made["id"])

    return _done(org_id, show_webhooks, "token", act)


@blueprint.post(f"{TOKEN}/show")
def show_token(org_id: UUID, id: UUID) -> Response:
    """The address with its token, on the page that answers this form and on no other."""
    here = caller().within(org_id, Role.ADMIN)
    return make_response(show_webhooks(here, secret=tokens.reveal(org_id, id, actor())))


@blueprint.post(f"{TOKEN}/revoke")
def revoke_token(org_id: UUID, id: UUID) -> Response:
    def act() -> str:
        tokens.revoke(org_id, id, actor())
        return _at("webhooks", org_id, "token-revoked")

    return _done(org_id, show_webhooks, "token", act)


@blueprint.post(CONNECTION)
def connect(org_id: UUID, provider: str) -> Response:
    def act() -> str:
        credentials.known(provider)
        config = {name: value for name, value in _form(*FIELDS[provider]).items() if value.strip()}
        credentials.connect(org_id, provider, config, actor())
        return _at("connections", org_id, f"{provider}-connected", provider)

    return _done(org_id, show_connections, provider, act)


@blueprint.post(f"{CONNECTION}/retry")
def retry(org_id: UUID, provider: str) -> Response:
    def act() -> str:
        credentials.known(provider)
        credentials.redo(org_id, provider, request.form.get("step") or None, actor())
        return _at("connections", org_id, f"{provider}-retried", provider)

    return _done(org_id, show_connections, provider, act)


@blueprint.post(f"{CONNECTION}/remove")
def disconnect(org_id: UUID, provider: str) -> Response:
    def act() -> str:
        credentials.known(provider)
        is_at_vapi = credentials.disconnect(org_id, provider, actor())
        return _at("connections", org_id, f"{provider}-{'left' if is_at_vapi else 'removed'}", provider)

    return _done(org_id, show_connections, provider, act, Role.OWNER)


@blueprint.post(f"{PATH}/keys")
def make_key(org_id: UUID) -> Response:
    """The page with the key, which stands nowhere else."""
    here = caller().within(org_id, Role.ADMIN)
    made: dict[str, Any] = {}

    def act() -> str:
        days = request.form.get("expires_in_days", "").strip()
        body = _form("name", "role") | {"expires_in_days": int(days) if days.isdecimal() and len(days) < 9 else days}
        made.update(api_keys.make(here, read(NewKey, body), actor()))
        return _at("keys", org_id, "key-made")

    answer = _done(org_id, show_keys, "key", act)
    return make_response(show_keys(here, secret=made), 201) if made else answer


@blueprint.post(f"{KEY}/revoke")
def revoke_key(org_id: UUID, id: UUID) -> Response:
    def act() -> str:
        api_keys.revoke(org_id, id, actor())
        return _at("keys", org_id, "key-revoked")

    return _done(org_id, show_keys, "key", act)


def _done(
    org_id: UUID, show: Callable[[Membership, Said], str], part: str, act: Callable[[], str], role: Role = Role.ADMIN
) -> Response:
    here = caller().within(org_id, role)
    return answered(part, act, lambda said: show(here, replace(said, complaint=in_words(said.complaint, CALLED))))


def _form(*names: str) -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in names}


def _tick(name: str) -> dict[str, Any]:
    return {name: name in request.form}


def _at(page: str, org_id: UUID, done: str, anchor: str | None = None, **more: Any) -> str:
    return url_for(f"wiring_page.{page}", org_id=org_id, done=done, _anchor=anchor, **more)
