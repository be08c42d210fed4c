"""Convoso's API as the stand-in plays it: the recordings of a lead; failures answer 200, as theirs do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, jsonify, request

from standin.calls import Announced
from standin.stage import stage
from standin.storage import presigned

blueprint = Blueprint("convoso", __name__)

KEY = "CONVOSO_AUTH_TOKEN"
WALL_CLOCK = "%Y-%m-%d %H:%M:%S"


@blueprint.get("/v1/leads/get-recordings")
def get_recordings() -> Any:
    if not stage().accepts(KEY, request.args.get("auth_token")):
        return jsonify(success=False, code=5001, text="Authentication failed")
    lead_id, limit = request.args.get("lead_id", ""), request.args.get("limit", "10")
    offset = request.args.get("offset", "0")
    if not lead_id:
        return jsonify(success=False, code=7001, text="Missing lead_id")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        return jsonify(success=False, code=7258, text="Invalid limit")
    if not offset.isdigit():
        return jsonify(success=False, code=7231, text="Invalid offset")
    found = [_entry(call) for call in stage().calls.of_lead(lead_id) if _is_asked(call)]
    page = found[int(offset) : int(offset) + int(limit)]
    data = {"offset": int(offset), "limit": int(limit), "total": len(found), "entries": page}
    return jsonify(success=True, data=data)


def _is_asked(call: Announced) -> bool:
    """Whether the recording is there and begins within the window that was asked for."""
    zone = ZoneInfo(call.timezone)
    since, until = request.args.get("start_time"), request.args.get("end_time")
    after = not since or call.started_at >= _read(since, zone)
    before = not until or call.started_at <= _read(until, zone)
    return after and before and call.is_ready(stage().now())


def _read(text: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(text, WALL_CLOCK).replace(tzinfo=zone)


def _entry(call: Announced) -> dict[str, Any]:
    zone = ZoneInfo(call.timezone)
    return {
        "recording_id": f"{int(call.started_at.timestamp())}",
        "lead_id": call.lead_id,
        "start_time": call.started_at.astimezone(zone).strftime(WALL_CLOCK),
        "end_time": call.ended_at.astimezone(zone).strftime(WALL_CLOCK),
        "seconds": round(call.seconds),
        "url": presigned(f"{call.id}.mp3", stage().now()),
    }
