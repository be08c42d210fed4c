"""Vapi's API of calls as the stand-in plays it: takes one to place, and lists those that it took."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any
from uuid import uuid4

from flask import Blueprint, jsonify, request

from standin.dialled import OUTCOMES, SILENT, play, stamp
from standin.stage import here, stage
from standin.vapi import error, refusal

blueprint = Blueprint("vapi_calls", __name__)

E164 = re.compile(r"\+[1-9]\d{6,14}")
ORGANIZATION = "c0ffee00-0000-4000-8000-000000000001"
LONGEST_NAME = 40
LIMITS = {"concurrencyBlocked": False, "concurrencyLimit": 10, "remainingConcurrentCalls": 9}
CARRIED = ("assistantId", "phoneNumberId", "customer", "name", "metadata", "assistantOverrides")
BOUNDS: dict[str, Callable[[str, str], bool]] = {
    "createdAtGt": gt,
    "createdAtGe": ge,
    "createdAtLt": lt,
    "createdAtLe": le,
}
"""Times are written alike, so that they compare as texts."""
NOT_YET = dict.fromkeys(("startedAt", "endedAt", "endedReason"))


@blueprint.post("/call")
def place() -> Any:
    if said := refusal():
        return said
    asked = request.get_json(silent=True)
    asked = asked if isinstance(asked, dict) else {}
    if wrong := _wrong(asked):
        return error(400, "Bad Request", wrong)
    app, now = here(), stage().now()
    call = {
        "id": str(uuid4()),
        "orgId": ORGANIZATION,
        "type": "outboundPhoneCall",
        "status": "queued",
        "createdAt": stamp(now),
        "updatedAt": stamp(now),
        "phoneCallProvider": "twilio",
        "phoneCallProviderId": f"CA{uuid4().hex}",
        "phoneCallTransport": "pstn",
        **{name: asked[name] for name in CARRIED if name in asked},
        **NOT_YET,
    }
    answer = jsonify({**call, "subscriptionLimits": LIMITS})
    app.dialled[call["id"]] = call
    app.sent.add("vapi", call["id"], now, to=asked["customer"]["number"], name=asked.get("name"))
    play(app, call, app.outcomes.popleft() if app.outcomes else "answered")
    return answer, 201


def _wrong(asked: dict[str, Any]) -> list[str]:
    customer = asked.get("customer")
    number = customer.get("number") if isinstance(customer, dict) else None
    name = asked.get("name", "")
    found = [f"{one} must be a UUID" for one in ("assistantId", "phoneNumberId") if not _is_text(asked.get(one))]
    if not (isinstance(number, str) and E164.fullmatch(number)):
        found.append("customer.number must be a valid phone number in the E.164 format.")
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        found.append(f"name must be shorter than or equal to {LONGEST_NAME} characters")
    return found


def _is_text(given: Any) -> bool:
    return isinstance(given, str) and bool(given)


@blueprint.get("/call")
def listed() -> Any:
    """The newest first."""
    if said := refusal():
        return said
    given = request.args
    wanted = [(test, given[name]) for name, test in BOUNDS.items() if name in given]
    found = [
        call
        for call in reversed(stage().dialled.values())
        if given.get("assistantId") in (None, call["assistantId"])
        and all(test(call["createdAt"], bound) for test, bound in wanted)
    ]
    return jsonify(found[: int(given.get("limit", 100))])


@blueprint.post("/__standin/dials")
def script() -> Any:
    """{"outcomes": […]}: how the next calls go, one each."""
    outcomes = request.get_json()["outcomes"]
    if unknown := set(outcomes) - {*OUTCOMES, SILENT}:
        return jsonify(error=f"there is no outcome {', '.join(sorted(unknown))}"), 400
    stage().outcomes.extend(outcomes)
    return jsonify(ok=True)
