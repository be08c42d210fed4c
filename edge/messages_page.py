"""The page of messages: all that was sent and came back, newest first, what somebody should look at before the rest."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request

from edge import asked
from edge.auth import caller
from edge.declared import in_address
from edge.errors import Problem
from edge.messages import seen_by, wanted
from edge.reading import reading
from edge.shapes.messages import ATTENTION, MessagesAsked
from models.message_queries import MessageFilter, newest_messages
from models.queries import Place
from vocabulary import MessageStatus, Method, Purpose, Role

blueprint = Blueprint("messages_page", __name__)

PAGE_LENGTH = 50
FILTERS = ("status", "direction", "method", "purpose")
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("All", {}),
    ("Needs attention", {"status": ATTENTION}),
    ("Answers", {"status": MessageStatus.RECEIVED}),
)


@blueprint.get("/o/<uuid:org_id>/messages")
def messages(org_id: UUID) -> str:
    here = caller().within(org_id, Role.VIEWER)
    chosen, after, complaint = _asked()
    with reading(org_id, "choose fewer messages") as tx:
        rows = newest_messages(tx, org_id, chosen, PAGE_LENGTH + 1, after)
    return render_template(
        "messages.html",
        here=here,
        messages=[seen_by(row, here) for row in rows[:PAGE_LENGTH]],
        next=_next(rows),
        complaint=complaint,
        given=_given(),
        is_filtered=chosen != MessageFilter(),
        views=_views(),
        methods=list(Method),
        purposes=list(Purpose),
        sees_words=here.may(Role.ANALYST),
        address=_address,
    )


def _asked() -> tuple[MessageFilter, Place | None, str]:
    """The filters and the place, or what is wrong with them: the page shows that where the API refuses."""
    try:
        given = in_address(MessagesAsked)
        return wanted(given), given.next, ""
    except Problem as problem:
        return MessageFilter(), None, problem.error


def _next(rows: list[dict[str, Any]]) -> str | None:
    if len(rows) <= PAGE_LENGTH:
        return None
    last = rows[PAGE_LENGTH - 1]
    return asked.cursor(Place(last["created_at"], last["id"]))


def _given() -> dict[str, str]:
    return {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}


def _address(**changes: str | None) -> str:
    """This page with some of its filters changed, or dropped where None; back on its first page."""
    query = {name: value for name, value in (_given() | changes).items() if value}
    return f"{request.path}?{urlencode(query)}" if query else request.path


def _views() -> list[dict[str, Any]]:
    """Ready-made choices of what to look at; the method and the purpose stay as they are."""
    given = _given()
    standing = {name: given[name] for name in ("status", "direction") if name in given}
    bare: dict[str, str | None] = {"status": None, "direction": None}
    return [
        {"label": label, "address": _address(**(bare | view)), "is_current": standing == view} for label, view in VIEWS
    ]
