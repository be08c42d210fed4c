"""Vapi's tools and assistants as the stand-in plays them. A PATCH replaces each field that it names, whole."""

from __future__ import annotations

import threading
from copy import deepcopy
from typing import Any
from uuid import uuid4

from flask import Blueprint, jsonify, request

from standin.stage import stage

blueprint = Blueprint("vapi_assistants", __name__)

KEY = "VAPI_PRIVATE_KEY"
TOOL_FIELDS = ("function", "server", "messages", "async", "parameters", "rejectionPlan", "variableExtractionPlan")
FIXED = ("id", "orgId", "createdAt", "updatedAt")
ORGANIZATION = "5f4e3d2c-0000-4000-8000-00000000c11e"
MOST = 1000

Row = dict[str, Any]


class Things:
    """Tools, or assistants, by id, in the order in which they were made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}

    def make(self, given: Row) -> Row:
        now = _stamp()
        row = {"id": str(uuid4()), "orgId": ORGANIZATION, "createdAt": now, "updatedAt": now} | deepcopy(given)
        with self._lock:
            self._rows[row["id"]] = row
        return deepcopy(row)

    def get(self, id: str) -> Row | None:
        with self._lock:
            return deepcopy(self._rows.get(id))

    def change(self, id: str, given: Row) -> Row | None:
        """Shallow: what is not named stays, what is named is replaced as a whole."""
        with self._lock:
            if id in self._rows:
                self._rows[id] |= deepcopy(given) | {"updatedAt": _stamp()}
            return deepcopy(self._rows.get(id))

    def remove(self, id: str) -> Row | None:
        with self._lock:
            return self._rows.pop(id, None)

    def all(self) -> list[Row]:
        with self._lock:
            return deepcopy(list(self._rows.values()))


@blueprint.before_request
def check_key() -> Any:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    is_control = request.path.startswith("/__standin/")
    if not is_control and (scheme != "Bearer" or not stage().accepts(KEY, key)):
        return _error(401, "Unauthorized", "Invalid Key. Hot tip, you may be using the public key")
    return None


@blueprint.post("/tool")
def create_tool() -> Any:
    given = request.get_json()
    name = (given.get("function") or {}).get("name")
    if given.get("type") == "function" and not name:
        return _error(400, "Bad Request", ["function.name must be a string"])
    return jsonify(_things("tools").make({name: given[name] for name in given if name not in FIXED})), 201


@blueprint.get("/tool")
def list_tools() -> Any:
    """Newest first, as many as asked for: 100 where nothing is said."""
    limit = min(int(request.args.get("limit", "100")), MOST)
    return jsonify(_things("tools").all()[::-1][:limit])


@blueprint.get("/tool/<id>")
def tool(id: str) -> Any:
    return _answered("tool", _things("tools").get(id))


@blueprint.patch("/tool/<id>")
def change_tool(id: str) -> Any:
    given = request.get_json()
    if unknown := sorted(set(given) - set(TOOL_FIELDS)):
        return _error(400, "Bad Request", [f"property {name} should not exist" for name in unknown])
    return _answered("tool", _things("tools").change(id, given))


@blueprint.delete("/tool/<id>")
def remove_tool(id: str) -> Any:
    return _answered("tool", _things("tools").remove(id))


@blueprint.get("/assistant/<id>")
def assistant(id: str) -> Any:
    return _answered("assistant", _things("assistants").get(id))


@blueprint.patch("/assistant/<id>")
def change_assistant(id: str) -> Any:
    given = {name: value for name, value in request.get_json().items() if name not in FIXED}
    return _answered("assistant", _things("assistants").change(id, given))


@blueprint.post("/__standin/assistants")
def make_assistant() -> Any:
    """Makes an assistant: what is given, over the example's fields. One that is there keeps what was done to it."""
    given = request.get_json()
    there = _things("assistants").get(str(given.get("id", "")))
    return jsonify(there or _things("assistants").make(EXAMPLE | given))


@blueprint.put("/__standin/assistants/<id>")
def somebody_changes_assistant(id: str) -> Any:
    """What a person does on Vapi's pages."""
    return _answered("assistant", _things("assistants").change(id, request.get_json()))


@blueprint.get("/__standin/assistants/<id>")
def raw_assistant(id: str) -> Any:
    return _answered("assistant", _things("assistants").get(id))


@blueprint.get("/__standin/tools")
def raw_tools() -> Any:
    return jsonify(_things("tools").all())


def _things(kind: str) -> Things:
    """What this stand-in has of a kind."""
    found: Things = stage().extensions.setdefault(f"vapi.{kind}", Things())
    return found


def _answered(kind: str, row: Row | None) -> Any:
    return jsonify(row) if row is not None else _error(404, "Not Found", f"Couldn't Get {kind.title()}. It isn't there")


def _error(status: int, error: str, message: str | list[str]) -> Any:
    return jsonify(message=message, error=error, statusCode=status), status


def _stamp() -> str:
    return stage().now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


EXAMPLE: Row = {
    "name": "Front desk",
    "firstMessage": "Thank you for calling. How can I help?",
    "model": {
        "provider": "openai",
        "model": "gpt-5.4-mini",
        "temperature": 0.4,
        "maxTokens": 250,
        "messages": [{"role": "system", "content": "You answer the telephone of a clinic. Be brief and friendly."}],
        "tools": [
            {"type": "endCall"},
            {"type": "transferCall", "destinations": [{"type": "number", "number": "+12025550199"}]},
        ],
        "toolIds": [],
        "knowledgeBase": {"provider": "custom-knowledge-base", "server": {"url": "https://kb.example.com/search"}},
        "emotionRecognitionEnabled": True,
    },
    "voice": {"provider": "11labs", "voiceId": "paula", "stability": 0.5, "fallbackPlan": {"voices": []}},
    "transcriber": {"provider": "deepgram", "model": "nova-3", "language": "en", "keywords": ["botox:2"]},
    "hooks": [{"on": "call.ending", "filters": [], "do": [{"type": "say", "exact": "Goodbye."}]}],
    "serverMessages": ["end-of-call-report", "status-update", "tool-calls", "transfer-destination-request"],
    "server": {"url": "https://calls.example.com/api/vapi/webhook", "timeoutSeconds": 20},
    "metadata": {"clinic": "sample"},
    "maxDurationSeconds": 600,
    "endCallPhrases": ["goodbye"],
}
"""Rich, so that a change which loses something shows."""
