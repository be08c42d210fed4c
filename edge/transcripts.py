"""A call's transcript over the API, for analysts and above; each reading is on the audit trail before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from edge import present
from edge.declared import asked, declared
from edge.encoding import json_response
from edge.errors import Problem
from edge.reading import reading
from edge.scope import actor, readable
from edge.shapes.transcripts import SpokenWords, TranscriptAsked
from models import audit, call_words
from models.database import organization
from models.people import Membership
from vocabulary import Role, Speaker

blueprint = Blueprint("transcripts", __name__)

SPEAKERS = {Speaker.AGENT: "Agent", Speaker.CALLER: "Caller", Speaker.UNKNOWN: "Speaker"}


@blueprint.get("/api/ui/call/transcript")
@declared(SpokenWords, Role.ANALYST, query=TranscriptAsked, problems=(404,), also=("text/plain",))
def transcript() -> Response:
    """What was said on a call, redacted; that it was read is on the audit trail.

    As txt: a header, then a block for each turn, "Speaker [m:ss]:" and what was said.
    """
    given = asked(TranscriptAsked)
    call_id = given.id
    for here in readable(Role.ANALYST):
        with reading(here.org_id) as tx:
            said = call_words.transcript_of(tx, here.org_id, call_id)
        if said is not None:
            note_reading(here.org_id, call_id)
            return _as_text(said, here) if given.format == "txt" else json_response(_as_json(said))
    raise Problem(404, "transcript_not_found", "There is no transcript of such a call that you can see")


def note_reading(org_id: UUID, call_id: UUID) -> None:
    """Puts it on the audit trail that the caller reads what was said on a call; without that nothing is shown."""
    with organization(org_id) as tx:
        audit.record(tx, org_id, actor(), "transcript.read", str(call_id))


def export(here: Membership, call_id: UUID) -> dict[str, Any]:
    """What was said on a call, once the audit trail has it that it leaves here as a file. Raises Problem 404."""
    with reading(here.org_id) as tx:
        said = call_words.transcript_of(tx, here.org_id, call_id)
    if said is None:
        raise Problem(404, "transcript_not_found", "There is no transcript of such a call that you can see")
    with organization(here.org_id) as tx:
        audit.record(tx, here.org_id, actor(), "transcript.export", str(call_id), {"format": "txt"})
    return said


def as_file(said: dict[str, Any], here: Membership) -> Response:
    response = _as_text(said, here)
    response.headers["Content-Disposition"] = f'attachment; filename="call-{said["call_id"]}.txt"'
    return response


def speaker(turn: Mapping[str, Any]) -> str:
    return SPEAKERS.get(turn["speaker"], SPEAKERS[Speaker.UNKNOWN])


def clock(seconds: float | None) -> str:
    """A moment of the call: 4:07, or 1:04:07. Empty where nobody measured."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"


def _as_json(said: dict[str, Any]) -> dict[str, Any]:
    """`words` is empty: no engine that writes for us times single words; `segments` are the turns."""
    return {
        "ok": True,
        "call_id": said["call_id"],
        "lang": said["language"],
        "engine": said["engine"],
        "text": "\n".join(f"{speaker(turn)}: {turn['text']}" for turn in said["turns"]),
        "translated_text": said["translated_text"],
        "segments": said["turns"],
        "words": [],
        "metadata": {
            "started_at": said["started_at"],
            "duration_sec": said["duration_seconds"],
            "agent_name": said["agent_name"],
            "customer_phone": said["phone_number"],
        },
    }


def _as_text(said: dict[str, Any], here: Membership) -> Response:
    local = said["happened_at"].astimezone(ZoneInfo(here.timezone))
    header = (
        ("Call", said["call_id"]),
        ("Date", f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"),
        ("Duration", present.duration(said["duration_seconds"]) or "unknown"),
        ("Language", said["language"] or "unknown"),
        ("Engine", said["engine"]),
    )
    lines = "\n".join(f"{name}: {value}" for name, value in header)
    blocks = [f"{speaker(turn)}{_at(turn)}:\n{turn['text']}" for turn in said["turns"]]
    response = Response("\n\n".join([lines, *blocks]) + "\n", mimetype="text/plain")
    response.headers["Content-Disposition"] = f'inline; filename="call-{said["call_id"]}.txt"'
    return response


def _at(turn: dict[str, Any]) -> str:
    return f" [{clock(turn['start'])}]" if turn["start"] is not None else ""
