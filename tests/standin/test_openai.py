"""OpenAI as the stand-in plays it: the same opinion for the same transcript, and the refusals of a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from standin.app import make_app
from standin.server import running

TRANSCRIPT = "0 AGENT: Good morning, Cedar Dental\n1 CALLER: I love it, thank you so much for everything"


@pytest.fixture
def url() -> Iterator[str]:
    with running(make_app({"OPENAI_API_KEY": "sk-right"})) as base:
        yield f"{base}/v1/responses"


def asked(schema: dict[str, Any]) -> dict[str, Any]:
    said = {"type": "json_schema", "name": "x", "strict": True, "schema": schema}
    return {"model": "gpt-5.4-mini", "input": TRANSCRIPT, "text": {"format": said}, "store": False}


def ask(url: str, body: dict[str, Any], key: str = "sk-right") -> requests.Response:
    return requests.post(url, json=body, headers={"Authorization": f"Bearer {key}"}, timeout=5)


def test_the_same_transcript_gets_the_same_opinion_in_words_of_its_own(url: str) -> None:
    first, second = (ask(url, asked({})).json() for _ in range(2))
    assert first["output"] == second["output"]
    opinion = json.loads(first["output"][1]["content"][0]["text"])
    assert opinion["sentiment"]["label"] == "positive"
    assert opinion["sentiment"]["quotes"] == [{"line": 1, "words": "I love it, thank you so"}]
    assert (first["status"], first["store"]) == ("completed", False)
    assert first["usage"]["total_tokens"] == first["usage"]["input_tokens"] + first["usage"]["output_tokens"]


def test_a_wrong_key_is_told_as_openai_tells_it(url: str) -> None:
    answer = ask(url, asked({}), key="sk-wrong")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": [], "additionalProperties": False},
        {"type": "array", "items": {"type": "object", "properties": {}}},
    ],
)
def test_a_schema_that_is_not_strict_is_rejected(url: str, schema: dict[str, Any]) -> None:
    answer = ask(url, asked(schema))
    assert (answer.status_code, "Invalid schema" in answer.json()["error"]["message"]) == (400, True)
