"""GET /api/openapi.json: the API in OpenAPI 3.1, put together from the routes and from what their views declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from edge.auth import is_public, public
from edge.declared import Declared, declaration, declared
from edge.encoding import encode
from edge.openapi_parts import DESCRIPTION, HEADERS, LIMITS, PARAMETERS, REFUSALS, SCHEMES, SUCCESSES, TAGS, tag_of
from edge.shapes.base import Refusal
from edge.shapes.openapi import Document
from settings import settings

blueprint = Blueprint("openapi", __name__)

VERSION = "1.0"
"""Of the API: the first number changes when something that was promised no longer holds."""
SCHEMAS = "#/components/schemas/"
JSON = "application/json"
KEPT = "openapi"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared view at one of its addresses."""

    path: str
    method: str
    endpoint: str
    parameters: dict[str, Json]
    """The parts of its path that vary, with their schemas."""
    view: Callable[..., Any]
    says: Declared
    is_public: bool


@blueprint.get("/api/openapi.json")
@public
@declared(Document)
def show() -> Response:
    """This document, for people's tools and for generated clients."""
    kept = current_app.extensions
    if KEPT not in kept:
        kept[KEPT] = encode(document(current_app))
    return current_app.response_class(kept[KEPT], mimetype=JSON)


def document(app: Flask) -> Json:
    found = sorted(operations(app), key=lambda one: (one.path, one.method))
    shapes = _shapes(found)
    queries = {shapes.name(one.says.query) for one in found if one.says.query}
    paths: dict[str, Json] = {}
    for one in found:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, shapes)
    used = {tag for path in paths.values() for one in path.values() for tag in one["tags"]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Aftercall", "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": settings().public_url.rstrip("/")}],
        "security": [{name: []} for name in SCHEMES],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items() if name in used],
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in shapes.schemas.items() if name not in queries},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": {_name(status): _refusal(status, shapes) for status in REFUSALS},
            "securitySchemes": SCHEMES,
        },
    }


def operations(app: Flask) -> Iterator[Operation]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        says = declaration(view)
        if says is None or not rule.rule.startswith("/api/"):
            continue
        path, parameters = _path(rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Operation(path, method, rule.endpoint, parameters, view, says, is_public(app, rule.endpoint))


def _path(rule: Rule) -> tuple[str, dict[str, Json]]:
    """The address as OpenAPI writes it, and what its parts are."""
    path, parts = rule.rule, {}
    for name in sorted(rule.arguments):
        is_id = f"<uuid:{name}>" in path
        path = path.replace(f"<uuid:{name}>" if is_id else f"<{name}>", f"{{{name}}}")
        parts[name] = {"type": "string", "format": "uuid"} if is_id else {"type": "string"}
    return path, parts


class _Schema(GenerateJsonSchema):
    """Names alone tell what a field is, without titles made from them; to be left out is not to be null."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> Json:
        made = super().default_schema(schema)
        return {name: value for name, value in made.items() if (name, value) != ("default", None)}


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Every shape that is named, and those that they are made of."""

    refs: dict[type[BaseModel], Json]
    schemas: dict[str, Json]

    def of(self, shape: type[BaseModel]) -> Json:
        return self.schemas[self.name(shape)]

    def name(self, shape: type[BaseModel]) -> str:
        return str(self.refs[shape]["$ref"]).removeprefix(SCHEMAS)


def _shapes(found: list[Operation]) -> _Shapes:
    named = [shape for one in found for shape in (one.says.answer, one.says.query, one.says.body)]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Refusal, "validation")]
    wanted += [(shape, "validation") for shape in dict.fromkeys(named) if isinstance(shape, type)]
    refs, made = models_json_schema(wanted, ref_template=SCHEMAS + "{model}", schema_generator=_Schema)
    return _Shapes({shape: refs[shape, mode] for shape, mode in wanted}, made["$defs"])


def _operation(one: Operation, shapes: _Shapes) -> Json:
    summary, _, rest = cleandoc(one.view.__doc__ or "").partition("\n")
    least = f"Least role: {one.says.role.value}." if one.says.role else ""
    told: Json = {
        "operationId": one.endpoint.replace(".", "_"),
        "tags": [tag_of(one.path)],
        "summary": summary,
        "description": "\n\n".join(part for part in (rest.strip(), least) if part),
        "parameters": list(_parameters(one, shapes)),
        "responses": _responses(one, shapes),
    }
    if one.says.body is not None:
        is_needed = bool(shapes.of(one.says.body).get("required"))
        told["requestBody"] = {"required": is_needed, "content": {JSON: {"schema": shapes.refs[one.says.body]}}}
    if one.is_public:
        told["security"] = []
    return {name: value for name, value in told.items() if value or name == "security"}


def _parameters(one: Operation, shapes: _Shapes) -> Iterator[Json]:
    for name, schema in one.parameters.items():
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if one.says.query is not None:
        shape = shapes.of(one.says.query)
        for name, schema in shape.get("properties", {}).items():
            yield _asked(name, schema, name in shape.get("required", ()))
    if not one.is_public and "org_id" not in one.parameters:
        yield {"$ref": "#/components/parameters/org_id"}
    if one.says.is_idempotent:
        yield {"$ref": "#/components/parameters/Idempotency-Key"}
    yield {"$ref": "#/components/parameters/X-Request-Id"}


def _asked(name: str, schema: Json, is_needed: bool) -> Json:
    """A parameter of the address: what is not given is left out, since an address has no null."""
    kept = {key: value for key, value in schema.items() if key != "description" and (key, value) != ("default", None)}
    choices = [choice for choice in kept.pop("anyOf", ()) if choice.get("type") != "null"]
    kept |= choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {}
    told = {"name": name, "in": "query", "required": is_needed, "schema": kept}
    words = schema.get("description")
    return told | {"description": words} if words else told


def _responses(one: Operation, shapes: _Shapes) -> Json:
    answer, text = one.says.answer, {"schema": {"type": "string"}}
    content: Json = {answer: text} if isinstance(answer, str) else {JSON: {"schema": shapes.refs[answer]}}
    content |= dict.fromkeys(one.says.also, text)
    headers = _headers(() if one.is_public else LIMITS)
    told = {
        str(status): {"description": SUCCESSES[status], "headers": headers, "content": content}
        for status in one.says.statuses
    }
    refusals = sorted(one.says.problems if one.is_public else one.says.refusals)
    return told | {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in refusals}


def _refusal(status: int, shapes: _Shapes) -> Json:
    words, headers = REFUSALS[status]
    return {"description": words, "headers": _headers(headers), "content": {JSON: {"schema": shapes.refs[Refusal]}}}


def _headers(names: tuple[str, ...]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *names)}


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")
