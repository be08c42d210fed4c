"""Playing a recording: a signed address that is good for a quarter of an hour, and the sound behind it, in ranges."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import structlog
from flask import Blueprint, Response, request, send_file

from edge.auth import public
from edge.declared import declared
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.requests import concerns, request_id
from edge.scope import actor, readable
from edge.shapes.transcripts import Sound
from models import audit, storage
from models.database import organization
from models.links import Link, recording_link, sign
from models.playable import Playable, playable, playable_of_call
from vocabulary import Role

blueprint = Blueprint("playback", __name__)

log = structlog.get_logger("aftercall.playback")


def hand_out(org_id: UUID, recording_id: UUID, by: str, now: datetime) -> Link:
    """A signed address, after it was put on the audit trail who got it."""
    with organization(org_id) as tx:
        audit.record(tx, org_id, by, "recording.link", str(recording_id))
    return recording_link(org_id, recording_id, by, now)


@blueprint.get("/api/calls/<uuid:call_id>/recording")
@declared(Sound, Role.ANALYST, problems=(404,))
def link(call_id: UUID) -> Response:
    """An address that plays a call's recording for a quarter of an hour; that it was given is on the audit trail."""
    for here in readable(Role.ANALYST):
        with reading(here.org_id) as tx:
            recording_id = playable_of_call(tx, here.org_id, call_id)
        if recording_id is not None:
            made = hand_out(here.org_id, recording_id, actor(), datetime.now(UTC))
            return json_response({"ok": True, "url": made.url, "expires_at": made.expires_at})
    raise Problem(404, "recording_not_found", "There is no recording of such a call that you can hear")


@blueprint.get("/recordings/<uuid:org_id>/<uuid:recording_id>")
@public
def play(org_id: UUID, recording_id: UUID) -> Response:
    """The signature stands for the sign-in: it names the organization, the recording, who asked and until when.

    The first sound that an address gives is noted, from whatever place; players ask for it in many stretches.
    """
    by = _checked(org_id, recording_id, datetime.now(UTC))
    concerns(org_id)
    with organization(org_id) as tx:
        found = playable(tx, org_id, recording_id)
        if found is None:
            raise not_found()
        if request.method != "HEAD":
            playing = uuid5(recording_id, request.args["sig"])
            audit.record(tx, org_id, by, "recording.played", str(recording_id), id=playing)
    return _sound(org_id, found)


def _sound(org_id: UUID, found: Playable) -> Response:
    path = storage.path_of(org_id, found.storage_key)
    if not path.is_file():
        log.error("a recording's file is missing", request_id=request_id())
        raise not_found()
    response = send_file(path, mimetype=found.content_type, conditional=True, etag=found.sha256, max_age=0)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _checked(org_id: UUID, recording_id: UUID, now: datetime) -> str:
    """Who the address was made for. Raises Problem 403 for one that is not ours, or whose time is over."""
    given: dict[str, Any] = {name: request.args.get(name, "") for name in ("exp", "by", "sig")}
    expires = int(given["exp"]) if given["exp"].isascii() and given["exp"].isdigit() and len(given["exp"]) < 12 else 0
    wanted = sign(org_id, recording_id, expires, given["by"])
    if not hmac.compare_digest(wanted.encode(), given["sig"].encode()):
        raise Problem(403, "bad_signature", "This address is not valid: ask for the recording again")
    if now.timestamp() >= expires:
        raise Problem(403, "expired", "This address is no longer good: ask for the recording again")
    return str(given["by"])
