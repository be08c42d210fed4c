"""The forms of a call's page: the same functions as the API's, answered by the page that shows what they did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for

from edge.auth import caller
from edge.call_page import NOBODY, show_call
from edge.callbacks import ask, key_of
from edge.corrections import correct
from edge.declared import read
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor
from edge.sending import follow_up, intent_key, share
from edge.shapes.corrections import Correction
from edge.transcripts import as_file, export
from models import queries
from models.people import Membership
from vocabulary import Purpose, Role

blueprint = Blueprint("call_actions", __name__)

PATH = "/o/<uuid:org_id>/calls/<uuid:call_id>"
TYPED = ("message", "email", "value")
SENT_ALREADY = "This form was sent before, with other words. See what stands below, then send it again if you want to"


@blueprint.post(f"{PATH}/followup")
def send_follow_up(org_id: UUID, call_id: UUID) -> Any:
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        key = intent_key(actor(), Purpose.FOLLOWUP, request.form.get("key", ""))
        follow_up(here, call_id, request.form.get("message"), actor(), key)
        return _address(here, call_id, "messages")

    return _done(here, call_id, act)


@blueprint.post(f"{PATH}/share")
def share_recording(org_id: UUID, call_id: UUID) -> Any:
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        key = intent_key(actor(), Purpose.SHARE, request.form.get("key", ""))
        share(here, call_id, request.form.get("email"), actor(), key)
        return _address(here, call_id, "messages")

    return _done(here, call_id, act)


@blueprint.post(f"{PATH}/call-back")
def call_back(org_id: UUID, call_id: UUID) -> Any:
    """On to the page of the call that it will be, or already is where somebody else was quicker."""
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        key = key_of(actor(), request.form.get("key", ""))
        return _address(here, ask(org_id, _contact_of(org_id, call_id), actor(), key, joins=True).call_id)

    return _done(here, call_id, act)


@blueprint.post(f"{PATH}/corrections")
def correct_result(org_id: UUID, call_id: UUID) -> Any:
    """A person's word on a result, or with `withdraw` that word taken back."""
    here = caller().within(org_id, Role.OPERATOR)
    kind = request.form.get("kind", "")
    said = None if request.form.get("withdraw") else request.form.get("value", "")

    def act() -> str:
        wanted = read(Correction, {"kind": kind, "value": said})
        correct(here, call_id, wanted.kind, wanted.value, actor())
        return _address(here, call_id, wanted.kind)

    return _done(here, call_id, act, kind)


@blueprint.post(f"{PATH}/transcript")
def export_transcript(org_id: UUID, call_id: UUID) -> Response:
    here = caller().within(org_id, Role.ANALYST)
    return as_file(export(here, call_id), here)


def _contact_of(org_id: UUID, call_id: UUID) -> UUID:
    """Whom the call was with. Raises Problem 400 and 404."""
    with reading(org_id) as tx:
        row = queries.call_of(tx, org_id, call_id)
    if row is None:
        raise not_found()
    if row["contact_id"] is None:
        raise Problem(400, "no_contact", NOBODY)
    contact_id: UUID = row["contact_id"]
    return contact_id


def _done(here: Membership, call_id: UUID, act: Callable[[], str], about: str = "") -> Any:
    """On to where it is seen; or the page at once, with what was typed and what was wrong."""
    try:
        return make_response(redirect(act(), 303))
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        draft = {name: request.form.get(name, "") for name in TYPED}
        complaint = SENT_ALREADY if problem.code == "idempotency_key_reused" else problem.error
        page = show_call(here, call_id, complaint, draft, about)
        return make_response(page, problem.status, problem.headers)


def _address(here: Membership, call_id: UUID, anchor: str | None = None) -> str:
    return url_for("dashboard.call", org_id=here.org_id, call_id=call_id, _anchor=anchor)
