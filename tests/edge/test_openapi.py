"""The API's document: it is valid, tells of every route, and is made of the declarations that the views obey."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from edge.declared import declaration
from edge.openapi import document


@pytest.fixture
def told(app: Flask) -> Any:
    return document(app)


def operations(told: Any) -> dict[str, Any]:
    return {f"{method.upper()} {path}": one for path, by in told["paths"].items() for method, one in by.items()}


def is_told(path: str) -> bool:
    """Webhooks are providers' own business: their shapes are not ours to tell."""
    return path.startswith("/api/") and not path.startswith(("/api/webhooks/", "/api/vapi/"))


def test_every_route_of_the_api_declares_what_it_takes_and_answers(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if is_told(rule.rule)]
    assert len(rules) > 50
    assert [rule.rule for rule in rules if declaration(app.view_functions[rule.endpoint]) is None] == []


def test_the_document_is_valid_and_anybody_may_read_it(client: FlaskClient) -> None:
    answer = client.get("/api/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    OpenAPIV31SpecValidator(answer.json).validate()
    assert answer.json["openapi"] == "3.1.0"
    assert answer.json["servers"] == [{"url": "http://localhost:8000"}]


def test_every_operation_says_what_it_is_for_and_belongs_to_an_area(told: Any) -> None:
    areas = {tag["name"] for tag in told["tags"]}
    every = operations(told)
    assert [name for name, one in every.items() if not one.get("summary")] == []
    assert [name for name, one in every.items() if not set(one["tags"]) <= areas] == []
    assert len({one["operationId"] for one in every.values()}) == len(every)


def test_the_names_of_shapes_are_their_own(told: Any) -> None:
    """Two shapes of one name would be told apart by the modules that they are in, which are nobody's business."""
    assert [name for name in told["components"]["schemas"] if "__" in name] == []


def test_an_operation_tells_its_role_its_parameters_and_its_refusals(told: Any) -> None:
    one = operations(told)["GET /api/orgs/validate/{org_id}"]
    assert one["description"] == "Least role: viewer."
    assert one["parameters"] == [
        {"name": "org_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
        {"$ref": "#/components/parameters/X-Request-Id"},
    ]
    assert sorted(one["responses"]) == ["200", "400", "401", "403", "404", "429", "503"]
    assert "security" not in one


def test_what_is_public_says_that_it_is(told: Any) -> None:
    public = [name for name, one in operations(told).items() if one.get("security") == []]
    assert public == ["GET /api/health", "GET /api/openapi.json"]


def test_waiting_is_told_by_headers(told: Any) -> None:
    left = {"X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    assert told["components"]["responses"]["TooManyRequests"]["headers"].keys() == left | {"Retry-After"}
    assert operations(told)["GET /api/calls"]["responses"]["200"]["headers"].keys() == left
