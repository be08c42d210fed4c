"""OpenAI's Responses API as the stand-in plays it: an opinion on the transcript that was sent, always the same."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from flask import Blueprint, jsonify, request

from standin.stage import stage

blueprint = Blueprint("openai", __name__)

KEY = "OPENAI_API_KEY"
LINE = re.compile(r"^(\d+) (CALLER|AGENT|UNKNOWN): (.+)$", re.MULTILINE)
QUOTED_WORDS = 6
MOODS = {
    "negative": ("angry", "terrible", "unacceptable", "worst", "ridiculous", "upset"),
    "positive": ("great", "perfect", "wonderful", "love", "thank"),
}
SCORES = {"negative": 0.2, "neutral": 0.5, "positive": 0.8}


@blueprint.post("/v1/responses")
def responses() -> Any:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not stage().accepts(KEY, key):
        return _error(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key")
    asked = request.get_json()
    if missing := [name for name in ("model", "input", "text") if name not in asked]:
        return _error(400, f"Missing required parameter: '{missing[0]}'.", "invalid_request_error", None)
    if complaint := _lax(asked["text"]["format"].get("schema", {})):
        return _error(400, f"Invalid schema for response_format: {complaint}", "invalid_request_error", None)
    said = [{"type": "output_text", "annotations": [], "logprobs": [], "text": json.dumps(opinion(asked["input"]))}]
    return jsonify(response(said, model=asked["model"], sent=asked))


def response(
    content: list[dict[str, Any]],
    status: str = "completed",
    reason: str | None = None,
    model: str = "gpt-5.4-mini",
    sent: Any = None,
) -> dict[str, Any]:
    """A response with this content; `reason` is why it is incomplete. Tokens are counted as four bytes each."""
    given, made = (len(json.dumps(one)) // 4 for one in (sent, content))
    return {
        "id": "resp_" + hashlib.sha256(json.dumps(content).encode()).hexdigest()[:48],
        "object": "response",
        "created_at": int(stage().now().timestamp()) if sent else 0,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": reason} if reason else None,
        "model": model,
        "output": [
            {"id": "rs_1", "type": "reasoning", "summary": []},
            {"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": content},
        ],
        "parallel_tool_calls": True,
        "store": bool((sent or {}).get("store", True)),
        "usage": {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + made,
        },
    }


def opinion(transcript: str) -> dict[str, Any]:
    """Claims with the first words of the longest line of each speaker, and a mood by the caller's words."""
    lines = [(int(number), speaker, words) for number, speaker, words in LINE.findall(transcript)]
    callers = [line for line in lines if line[1] != "AGENT"]
    agents = [line for line in lines if line[1] == "AGENT"]
    mood = _mood(" ".join(words for _, _, words in callers).lower())
    return {
        "summary": {"text": f"A call of {len(lines)} turns.", "quotes": _quotes(lines)},
        "sentiment": {
            "label": mood,
            "score": SCORES[mood],
            "urgency": "low",
            "summary": f"The caller sounds {mood}.",
            "quotes": _quotes(callers),
        },
        "qa": {
            "score": 60 + len(lines) % 40,
            "reason_primary": "The agent answered.",
            "reason_secondary": None,
            "quotes": _quotes(agents),
        },
    }


def _mood(words: str) -> str:
    return next((mood for mood, signs in MOODS.items() if any(sign in words for sign in signs)), "neutral")


def _quotes(lines: list[tuple[int, str, str]]) -> list[dict[str, Any]]:
    if not lines:
        return []
    number, _, words = max(lines, key=lambda line: (len(line[2]), -line[0]))
    return [{"line": number, "words": " ".join(words.split()[:QUOTED_WORDS])}]


def _lax(schema: Any) -> str | None:
    """What strict mode does not take: an object that leaves a property optional or lets others in."""
    if isinstance(schema, list):
        return next(filter(None, map(_lax, schema)), None)
    if not isinstance(schema, dict):
        return None
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false."
        if set(schema.get("required", ())) != set(schema.get("properties", ())):
            return "'required' is required to be supplied and to be an array including every key in properties."
    return next(filter(None, map(_lax, schema.values())), None)


def _error(status: int, message: str, kind: str, code: str | None) -> Any:
    return jsonify(error={"message": message, "type": kind, "param": None, "code": code}), status
