"""Twilio's API as the stand-in plays it: the recordings of a call, and their media, behind Basic authentication."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, jsonify, request

from standin.calls import Announced
from standin.stage import stage
from standin.storage import audio

blueprint = Blueprint("twilio", __name__, url_prefix="/2010-04-01/Accounts/<account>")

SID, TOKEN = "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"
CODES = {401: (20003, "Authenticate"), 404: (20404, "The requested resource was not found")}


@blueprint.get("/Calls/<call_sid>/Recordings.json")
def recordings(account: str, call_sid: str) -> Any:
    if not is_account(account):
        return error(401)
    call = stage().calls.named(call_sid)
    ready = call is not None and call.is_ready(stage().now())
    uri = f"/2010-04-01/Accounts/{account}/Calls/{call_sid}/Recordings.json?Page=0&PageSize=50"
    listed = [_recording(account, call)] if call is not None and ready else []
    page = {"page": 0, "page_size": 50, "start": 0, "end": max(0, len(listed) - 1), "uri": uri}
    return jsonify(page | {"first_page_uri": uri, "next_page_uri": None, "recordings": listed})


@blueprint.get("/Recordings/<sid>.<any(wav, mp3):ending>")
def media(account: str, sid: str, ending: str) -> Any:
    if not is_account(account):
        return error(401)
    call = next((one for one in stage().calls.all() if recording_sid(one) == sid), None)
    if call is None or not call.is_ready(stage().now()):
        return error(404)
    return audio(call.id, call.seconds, ending)


def recording_sid(call: Announced) -> str:
    return "RE" + hashlib.md5(call.call_sid.encode(), usedforsecurity=False).hexdigest()


def _recording(account: str, call: Announced) -> dict[str, Any]:
    sid = recording_sid(call)
    return {
        "account_sid": account,
        "call_sid": call.call_sid,
        "sid": sid,
        "status": "completed",
        "source": "OutboundAPI",
        "channels": 1,
        "duration": str(round(call.seconds)),
        "start_time": format_datetime(call.started_at),
        "date_created": format_datetime(call.started_at),
        "date_updated": format_datetime(call.ended_at),
        "error_code": None,
        "uri": f"/2010-04-01/Accounts/{account}/Recordings/{sid}.json",
    }


def is_account(account: str) -> bool:
    given = request.authorization
    if given is None or given.type != "basic" or given.username != account:
        return False
    return stage().accepts(SID, given.username) and stage().accepts(TOKEN, given.password)


def error(status: int) -> Any:
    code, message = CODES[status]
    info = f"https://www.twilio.com/docs/errors/{code}"
    return jsonify(code=code, message=message, more_info=info, status=status), status
