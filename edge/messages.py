"""Messages over the API: follow-ups, shared recordings, exported transcripts, and the trail of all that was sent."""

from __future__ import annotations

import heapq
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from edge import asked
from edge.asked import bad
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.sending import follow_up, intent_key, share
from edge.transcripts import as_file, export
from models.message_queries import NEEDS_A_PERSON, MessageFilter, message_of, newest_messages
from models.people import Membership
from models.queries import Place
from vocabulary import MessageStatus, Method, Purpose, Role

blueprint = Blueprint("messages", __name__)

PATH = "/api/calls-dashboard/<uuid:call_id>"
CONFIDENTIAL = ("content", "subject", "recipient", "sender")
"""What a viewer does not see: whom something was sent, and what."""
ATTENTION = "attention"
"""In place of a status: all that somebody should look at."""


@blueprint.post(f"{PATH}/followup")
def send_follow_up(call_id: UUID) -> Response:
    body = json_body()
    here = writable(Role.OPERATOR, body)
    sent = follow_up(here, call_id, body.get("message"), actor(), intent_key(actor(), Purpose.FOLLOWUP))
    facts = {"messageId": sent.planned.id, "phone": sent.recipient, "status": sent.planned.status}
    return json_response({"ok": True, "success": True} | facts)


@blueprint.post(f"{PATH}/share")
def share_recording(call_id: UUID) -> Response:
    body = json_body()
    here = writable(Role.OPERATOR, body)
    sent = share(here, call_id, body.get("email"), actor(), intent_key(actor(), Purpose.SHARE))
    facts = {"messageId": sent.planned.id, "email": sent.recipient, "status": sent.planned.status}
    return json_response({"ok": True, "success": True} | facts)


@blueprint.post(f"{PATH}/transcript/export")
def export_transcript(call_id: UUID) -> Response:
    body = json_body()
    here = writable(Role.ANALYST, body)
    if body.get("format", "txt") != "txt":
        raise bad("format must be txt")
    return as_file(export(here, call_id), here)


@blueprint.get("/api/messages")
def show_all() -> Response:
    limit, after = asked.limit(request.args), asked.place(request.args)
    found = [_page(here, limit + 1, after) for here in readable()]
    merged = list(heapq.merge(*found, key=_order, reverse=True))
    rows, last = merged[:limit], merged[limit - 1] if len(merged) > limit else None
    following = asked.cursor(Place(last["created_at"], last["id"])) if last else None
    return json_response({"ok": True, "data": rows, "next": following})


@blueprint.get("/api/messages/<uuid:message_id>")
def show(message_id: UUID) -> Response:
    for here in readable():
        with reading(here.org_id) as tx:
            row = message_of(tx, here.org_id, message_id)
        if row is not None:
            return json_response({"ok": True, "data": seen_by(row, here)})
    raise not_found()


def seen_by(row: dict[str, Any], here: Membership) -> dict[str, Any]:
    """A message as this person may see it."""
    return row if here.may(Role.ANALYST) else row | dict.fromkeys(CONFIDENTIAL)


def _page(here: Membership, limit: int, after: Place | None) -> list[dict[str, Any]]:
    with reading(here.org_id) as tx:
        rows = newest_messages(tx, here.org_id, wanted(), limit, after)
    return [seen_by(row, here) for row in rows]


def wanted() -> MessageFilter:
    """The filters of an address. Raises Problem 400, naming the parameter."""
    status = _word("status", [*MessageStatus, ATTENTION])
    return MessageFilter(
        statuses=NEEDS_A_PERSON if status == ATTENTION else (status,) if status else None,
        method=_word("method", list(Method)),
        purpose=_word("purpose", list(Purpose)),
        direction=_word("direction", ["inbound", "outbound"]),
        call_id=_id("call_id"),
        contact_id=_id("contact_id"),
        appointment_id=_id("appointment_id"),
    )


def _word(name: str, words: list[Any]) -> str | None:
    given = request.args.get(name, "").strip()
    if given and given not in words:
        raise bad(f"{name} must be one of {', '.join(map(str, words))}")
    return given or None


def _id(name: str) -> UUID | None:
    given = request.args.get(name, "").strip()
    try:
        return UUID(given) if given else None
    except ValueError:
        raise bad(f"{name} must be an id") from None


def _order(message: dict[str, Any]) -> tuple[Any, int]:
    return message["created_at"], message["id"].int
