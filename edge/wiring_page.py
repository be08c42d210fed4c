"""The settings that join Aftercall to the outside: lines and assistants, webhooks, connections, keys of the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from edge import assistants, numbers
from edge.addresses import webhook_url
from edge.auth import caller
from edge.credentials import LEFT_AT_VAPI, known
from edge.reading import reading
from edge.settings_forms import Said, said_before
from edge.webhook_words import SOURCES
from models import api_keys, audit, tokens
from models.arrivals import last_arrivals
from models.connection_states import state_of, states
from models.connections import STEPS
from models.credential_fields import PROVIDERS
from models.people import Membership
from settings import settings
from vocabulary import ROLE_RANK, Endpoint, Role

blueprint = Blueprint("wiring_page", __name__)

PATH = "/o/<uuid:org_id>/settings"
PART = 20
"""So many of a list stand on one page."""
USES_LOOKED_AT = 500
STILL_LIVE = timedelta(minutes=15)
"""Steps that have stood still for longer are not asked after any more by a page that is open."""


DONE = {
    "assistant-added": "The assistant is registered: its calls arrive here from now on.",
    "assistant-changed": "Saved.",
    "assistant-removed": "The assistant is removed.",
    "line-added": "The line is registered.",
    "line-changed": "Saved.",
    "line-verified": "The line is verified.",
    "line-removed": "The line is removed.",
    "token-made": "The address is made. Show it to copy it.",
    "token-revoked": "The address is revoked: what is posted to it is refused.",
    "key-revoked": "The key is revoked: it is refused from now on.",
} | {
    f"{provider}-{what}": sentence
    for provider in PROVIDERS
    for what, sentence in {
        "connected": "Saved: it is being checked." if provider in STEPS else "Saved.",
        "retried": "It is being tried again.",
        "removed": "The connection is removed.",
        "left": f"The connection is removed here. {LEFT_AT_VAPI}.",
    }.items()
}
"""What each form has done, by the word in the address that it leads to."""
IN_ORDER = ("twilio", "resend", "convoso", "openai", "elevenlabs")
"""Connections as they matter to a clinic."""


@blueprint.get(f"{PATH}/lines")
def lines(org_id: UUID) -> str:
    return show_lines(caller().within(org_id, Role.ADMIN))


@blueprint.get(f"{PATH}/webhooks")
def webhooks(org_id: UUID) -> str:
    return show_webhooks(caller().within(org_id, Role.ADMIN))


@blueprint.get(f"{PATH}/connections")
def connections(org_id: UUID) -> str:
    return show_connections(caller().within(org_id, Role.ADMIN))


@blueprint.get(f"{PATH}/connections/<provider>/steps")
def steps(org_id: UUID, provider: str) -> str | Response:
    """The part of the page that moves while a provider is being connected; whoever opens it gets the page."""
    here = caller().within(org_id, Role.ADMIN)
    known(provider)
    if "HX-Request" not in request.headers:
        return make_response(redirect(url_for("wiring_page.connections", org_id=org_id, _anchor=provider), 303))
    with reading(org_id) as tx:
        state = state_of(tx, org_id, provider)
    return render_template("settings_steps.html", here=here, one=state, is_live=_is_live(state))


@blueprint.get(f"{PATH}/keys")
def keys(org_id: UUID) -> str:
    return show_keys(caller().within(org_id, Role.ADMIN))


def show_lines(here: Membership, said: Said | None = None) -> str:
    with reading(here.org_id) as tx:
        registered = assistants.shown(tx, here.org_id)
        owned = numbers.shown(tx, here.org_id)
        twilio = state_of(tx, here.org_id, "twilio")
    return render_template(
        "settings_lines.html",
        here=here,
        said=said or said_before(DONE),
        assistants=_part(here, "assistants", registered),
        lines=_part(here, "lines", owned),
        names={row["vapi_assistant_id"]: row["name"] or row["vapi_assistant_id"] for row in registered},
        twilio=twilio,
        is_live=_is_live(twilio),
        may_verify=caller().is_super_admin,
    )


def show_webhooks(here: Membership, said: Said | None = None, secret: Mapping[str, Any] | None = None) -> str:
    """With a `secret`, which is a token that was asked for, its address too."""
    with reading(here.org_id) as tx:
        found = tokens.tokens_of(tx, here.org_id)
        arrivals = last_arrivals(tx, here.org_id)
    return render_template(
        "settings_webhooks.html",
        here=here,
        secret=secret,
        said=said or said_before(DONE),
        sources=SOURCES,
        arrivals=arrivals,
        live={kind: [row for row in found if row["is_active"] and row["endpoint_type"] == kind] for kind in Endpoint},
        revoked=[row for row in found if not row["is_active"]][:PART],
        made=request.args.get("made", ""),
        address=lambda endpoint: webhook_url(Endpoint(endpoint)),
        resend_address=f"{webhook_url(Endpoint.RESEND)}?org={here.org_id}",
        has_shared_secret=bool(settings().vapi_webhook_secret),
    )


def show_connections(here: Membership, said: Said | None = None) -> str:
    with reading(here.org_id) as tx:
        found = sorted(states(tx, here.org_id), key=lambda one: IN_ORDER.index(one["provider"]))
        uses = audit.last_of_subjects(tx, here.org_id, "credentials.use", USES_LOOKED_AT)
    return render_template(
        "settings_connections.html",
        here=here,
        said=said or said_before(DONE),
        connections=[
            one | {"fields": PROVIDERS[one["provider"]], "last_used_at": uses.get(one["provider"])} for one in found
        ],
        is_live=_is_live,
        may_remove=here.may(Role.OWNER),
        has_vapi=bool(settings().vapi_private_key),
        has_mail=bool(settings().resend_api_key),
    )


def show_keys(here: Membership, said: Said | None = None, secret: Mapping[str, Any] | None = None) -> str:
    """With a `secret`, which is a key that was made just now, the key too: nobody sees that again."""
    with reading(here.org_id) as tx:
        found = api_keys.keys_of(tx, here.org_id)
    now = datetime.now(UTC)
    works = [row for row in found if row["revoked_at"] is None and row["expires_at"] > now]
    return render_template(
        "settings_keys.html",
        here=here,
        secret=secret,
        said=said or said_before(DONE),
        keys=_part(here, "keys", works),
        over=[row for row in found if row not in works][:PART],
        roles=[role for role in api_keys.ROLES if ROLE_RANK[role] <= ROLE_RANK[here.role]],
        usual_days=api_keys.USUAL_DAYS,
        most_days=api_keys.MOST_DAYS,
        public_url=settings().public_url,
    )


def _is_live(state: Mapping[str, Any]) -> bool:
    """Whether something is under way that may be seen to move."""
    waiting = [step for step in state["steps"] if step["state"] == "waiting"]
    moved = max((step["updated_at"] for step in state["steps"]), default=None)
    return bool(state["state"] == "waiting" and waiting and moved and moved > datetime.now(UTC) - STILL_LIVE)


def _part(here: Membership, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of a list, with the addresses of those before and after it."""
    given = request.args.get(name, "")
    last = max(0, (len(rows) - 1) // PART)
    number = min(int(given[:4]), last) if given.isascii() and given.isdigit() else 0
    endpoint = "keys" if name == "keys" else "lines"

    def at(other: int) -> str | None:
        if not 0 <= other <= last or other == number:
            return None
        return f"{url_for(f'wiring_page.{endpoint}', org_id=here.org_id)}?{name}={other}#{name}"

    return {
        "rows": rows[number * PART : (number + 1) * PART],
        "count": len(rows),
        "before": at(number - 1),
        "after": at(number + 1),
    }
