"""How a test or the demo directs the stand-in: what came, which faults come, which calls were, what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, request

from standin.calls import Announced
from standin.stage import stage

blueprint = Blueprint("control", __name__, url_prefix="/__standin")


@blueprint.get("/requests")
def requests() -> Any:
    """Every request but these, oldest first; secrets have lost their values."""
    return jsonify(stage().script.requests())


@blueprint.post("/script")
def script() -> Any:
    """{"match": path prefix, "answers": [{"fault": …, "times": n, …}]}: played in turn, then the truth again."""
    given = request.get_json()
    try:
        stage().script.add(given["match"], given["answers"])
    except (KeyError, TypeError, ValueError) as error:
        return jsonify(error=str(error)), 400
    return jsonify(ok=True)


@blueprint.post("/reset")
def reset() -> Any:
    """Forgets requests, faults, what was sent and what it would lead to; announced calls stay."""
    stage().script.clear()
    stage().sent.clear()
    stage().deliveries.clear()
    return jsonify(ok=True)


@blueprint.post("/calls")
def calls() -> Any:
    """Announces calls that happened, one or a list; standin/calls.py says what a call tells."""
    given = request.get_json()
    try:
        announced = [Announced.of(one) for one in (given if isinstance(given, list) else [given])]
    except (KeyError, TypeError, ValueError) as error:
        return jsonify(error=str(error)), 400
    stage().calls.add(announced)
    return jsonify(ok=True, calls=len(announced))


@blueprint.post("/clock")
def clock() -> Any:
    """{"now": ISO time}: what time the stand-in believes it is; null for the machine's."""
    now = request.get_json().get("now")
    at = datetime.now(UTC)
    stage().ahead = (datetime.fromisoformat(now) if now else at) - at
    return jsonify(ok=True)


@blueprint.get("/sent")
def sent() -> Any:
    """Every text, mail and call that a provider has taken, oldest first."""
    return jsonify(stage().sent.all())


@blueprint.get("/webhooks")
def webhooks() -> Any:
    """Every webhook that was sent, with the status that it was answered with."""
    return jsonify(stage().deliveries.done())


@blueprint.post("/webhooks")
def direct_webhooks() -> Any:
    """{"url": the product's address, "keys": {name: secret}, "pace": seconds that one lasts, "lose": how many}."""
    given, deliveries = request.get_json(), stage().deliveries
    deliveries.url = str(given["url"]).rstrip("/") if given.get("url") else deliveries.url
    deliveries.pace = float(given.get("pace", deliveries.pace))
    deliveries.lost += int(given.get("lose", 0))
    stage().keys.update(given.get("keys", {}))
    return jsonify(ok=True)
