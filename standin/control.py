"""How a test or the demo directs the stand-in: what came, which faults come, which calls were, what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, request

from standin.calls import Announced
from standin.stage import stage
from standin.weather import Weather

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
    """Forgets requests, faults, what was sent and what it would lead to; announced calls stay.

    {"keep_sent": true}: forgets requests and faults alone.
    """
    stage().script.clear()
    stage().luck.clear()
    if not (request.get_json(silent=True) or {}).get("keep_sent"):
        for kept in (stage().sent, stage().deliveries, stage().texts, stage().mails):
            kept.clear()
    return jsonify(ok=True)


@blueprint.post("/weather")
def weather() -> Any:
    """Faults by chance: {"match": path prefix, "seed": …, "method": "POST", "faults": [{"fault": …, "weight": 0.1}]}.

    And of the webhooks that tell of texts and mails: {"callbacks": {"lost": 0.3, "duplicated": 0.2, "shuffled": true}}.
    """
    given = request.get_json()
    try:
        if "faults" in given:
            stage().script.weather(Weather(given["match"], str(given["seed"]), given["faults"], given.get("method")))
        if "callbacks" in given:
            stage().luck.set(str(given["seed"]), **given["callbacks"])
    except (KeyError, TypeError, ValueError) as error:
        return jsonify(error=str(error)), 400
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
    return jsonify([one | {"status": _status(one["id"])} for one in stage().sent.all()])


def _status(id: str) -> str | None:
    """How it has fared by now; nothing for calls, which Vapi itself is asked for."""
    return stage().texts.status(id) or stage().mails.status(id)


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
