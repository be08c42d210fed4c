"""The forms of a call's page: the same functions as the API's, answered by the page that shows what they did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for

from edge.auth import caller
from edge.call_page import show_call
from edge.errors import Problem
from edge.scope import actor
from edge.sending import follow_up, intent_key, share
from edge.transcripts import as_file, export
from models.people import Membership
from vocabulary import Purpose, Role

blueprint = Blueprint("call_actions", __name__)

PATH = "/o/<uuid:org_id>/calls/<uuid:call_id>"
TYPED = ("message", "email")


@blueprint.post(f"{PATH}/followup")
def send_follow_up(org_id: UUID, call_id: UUID) -> Any:
    here = caller().within(org_id, Role.OPERATOR)
    key = intent_key(actor(), Purpose.FOLLOWUP, request.form.get("key", ""))
    return _done(here, call_id, lambda: follow_up(here, call_id, request.form.get("message"), actor(), key))


@blueprint.post(f"{PATH}/share")
def share_recording(org_id: UUID, call_id: UUID) -> Any:
    here = caller().within(org_id, Role.OPERATOR)
    key = intent_key(actor(), Purpose.SHARE, request.form.get("key", ""))
    return _done(here, call_id, lambda: share(here, call_id, request.form.get("email"), actor(), key))


@blueprint.post(f"{PATH}/transcript")
def export_transcript(org_id: UUID, call_id: UUID) -> Response:
    here = caller().within(org_id, Role.ANALYST)
    return as_file(export(here, call_id), here)


def _done(here: Membership, call_id: UUID, act: Callable[[], object]) -> Any:
    """Back to the page, where the message stands; or the page at once, with what was typed and what was wrong."""
    try:
        act()
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        draft = {name: request.form.get(name, "") for name in TYPED}
        return make_response(show_call(here, call_id, problem.error, draft), problem.status, problem.headers)
    address = url_for("dashboard.call", org_id=here.org_id, call_id=call_id, _anchor="messages")
    return make_response(redirect(address, 303))
