"""Vapi's API as the stand-in plays it: a call, and its recording behind a redirect to a short-lived URL."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, request

from standin.calls import Announced
from standin.stage import stage
from standin.storage import presigned

blueprint = Blueprint("vapi", __name__)

KEY, SECRET = "VAPI_PRIVATE_KEY", "VAPI_WEBHOOK_SECRET"


@blueprint.get("/call/<id>")
def call(id: str) -> Any:
    if id in stage().dialled:
        return refusal() or jsonify(stage().dialled[id])
    found = _known(id)
    if not isinstance(found, Announced):
        return found
    told: dict[str, Any] = {
        "id": found.id,
        "type": "inboundPhoneCall",
        "status": "ended",
        "phoneCallProvider": "twilio",
        "phoneCallProviderId": found.call_sid or None,
        "startedAt": _stamp(found.started_at),
        "endedAt": _stamp(found.ended_at),
        "artifact": {},
    }
    if found.is_ready(stage().now()):
        now = stage().now()
        told["artifact"] = {"presignedMonoUrl": presigned(f"{found.id}.wav", now)}
    return jsonify(told)


@blueprint.get("/call/<id>/mono-recording")
def mono_recording(id: str) -> Any:
    found = _known(id)
    if not isinstance(found, Announced):
        return found
    if not found.is_ready(stage().now()):
        return error(404, "Not Found", "The recording of this call is not available")
    return redirect(presigned(f"{found.id}.wav", stage().now()), 302)


def _known(id: str) -> Announced | Any:
    """The call, or the answer for who may not ask or asks for what is not there."""
    return refusal() or stage().calls.named(id) or error(404, "Not Found", "Couldn't find this call")


def refusal() -> Any:
    """The answer for who may not ask; None for who may."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer" and stage().accepts(KEY, key):
        return None
    return error(401, "Unauthorized", "Invalid Key. Hot tip, you may be using the public key")


def error(status: int, word: str, message: str | list[str]) -> Any:
    return jsonify(message=message, error=word, statusCode=status), status


def _stamp(at: Any) -> str:
    return str(at.isoformat(timespec="milliseconds")).replace("+00:00", "Z")
