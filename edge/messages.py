"""Messages over the API: follow-ups, shared recordings, exported transcripts, and the trail of all that was sent."""

from __future__ import annotations

import heapq
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge import asked
from edge.declared import asked as asked_for
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.sending import follow_up, intent_key, share
from edge.shapes.messages import (
    ATTENTION,
    ExportAsked,
    FollowUp,
    FollowUpAsked,
    Messages,
    MessagesAsked,
    OneMessage,
    Share,
    ShareAsked,
)
from edge.transcripts import as_file, export
from models.message_queries import NEEDS_A_PERSON, MessageFilter, message_of, newest_messages
from models.people import Membership
from models.queries import Place
from vocabulary import Purpose, Role

blueprint = Blueprint("messages", __name__)

PATH = "/api/calls-dashboard/<uuid:call_id>"
CONFIDENTIAL = ("content", "subject", "recipient", "sender")
"""What a viewer does not see: whom something was sent, and what."""


@blueprint.post(f"{PATH}/followup")
@declared(FollowUpAsked, Role.OPERATOR, body=FollowUp, problems=(409, 422), is_idempotent=True)
def send_follow_up(call_id: UUID) -> Response:
    """Texts the caller of a call.

    It is written down and sent in a moment. At most three texts an hour go to one number.
    """
    here = writable(Role.OPERATOR, json_body())
    wish = follow_up(here, call_id, sent(FollowUp).message, actor(), intent_key(actor(), Purpose.FOLLOWUP))
    facts = {"messageId": wish.planned.id, "phone": wish.recipient, "status": wish.planned.status}
    return json_response({"ok": True, "success": True} | facts)


@blueprint.post(f"{PATH}/share")
@declared(ShareAsked, Role.OPERATOR, body=Share, problems=(409, 422), is_idempotent=True)
def share_recording(call_id: UUID) -> Response:
    """Mails somebody a link to a call's recording.

    It is written down and sent in a moment; the link plays the recording for a day.
    """
    here = writable(Role.OPERATOR, json_body())
    wish = share(here, call_id, sent(Share).email, actor(), intent_key(actor(), Purpose.SHARE))
    facts = {"messageId": wish.planned.id, "email": wish.recipient, "status": wish.planned.status}
    return json_response({"ok": True, "success": True} | facts)


@blueprint.post(f"{PATH}/transcript/export")
@declared("text/plain", Role.ANALYST, body=ExportAsked)
def export_transcript(call_id: UUID) -> Response:
    """A call's transcript as a file; that it left here is on the audit trail."""
    here = writable(Role.ANALYST, json_body())
    sent(ExportAsked)
    return as_file(export(here, call_id), here)


@blueprint.get("/api/messages")
@declared(Messages, Role.VIEWER, query=MessagesAsked)
def show_all() -> Response:
    """Every text and mail, in and out, the newest first.

    Words, subjects, and who a message is from and for are for analysts and above.
    """
    given = asked_for(MessagesAsked)
    found = [_page(here, given) for here in readable()]
    merged = list(heapq.merge(*found, key=_order, reverse=True))
    last = merged[given.limit - 1] if len(merged) > given.limit else None
    following = asked.cursor(Place(last["created_at"], last["id"])) if last else None
    return json_response({"ok": True, "data": merged[: given.limit], "next": following})


@blueprint.get("/api/messages/<uuid:message_id>")
@declared(OneMessage, Role.VIEWER)
def show(message_id: UUID) -> Response:
    """One message, and what became of it."""
    for here in readable():
        with reading(here.org_id) as tx:
            row = message_of(tx, here.org_id, message_id)
        if row is not None:
            return json_response({"ok": True, "data": seen_by(row, here)})
    raise not_found()


def seen_by(row: dict[str, Any], here: Membership) -> dict[str, Any]:
    """A message as this person may see it."""
    return row if here.may(Role.ANALYST) else row | dict.fromkeys(CONFIDENTIAL)


def _page(here: Membership, given: MessagesAsked) -> list[dict[str, Any]]:
    with reading(here.org_id) as tx:
        rows = newest_messages(tx, here.org_id, wanted(given), given.limit + 1, given.next)
    return [seen_by(row, here) for row in rows]


def wanted(given: MessagesAsked) -> MessageFilter:
    """The messages that an address asks for, be it the API's or the page's."""
    return MessageFilter(
        statuses=NEEDS_A_PERSON if given.status == ATTENTION else (given.status,) if given.status else None,
        method=given.method,
        purpose=given.purpose,
        direction=given.direction,
        call_id=given.call_id,
        contact_id=given.contact_id,
        appointment_id=given.appointment_id,
    )


def _order(message: dict[str, Any]) -> tuple[Any, int]:
    return message["created_at"], message["id"].int
