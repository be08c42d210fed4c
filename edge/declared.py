"""What an endpoint of the API takes and answers: declared once beside it, checked by it, and told in its OpenAPI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request
from pydantic import BaseModel, ValidationError

from edge.asked import bad
from edge.errors import Problem
from edge.scope import json_body
from vocabulary import Role

View = TypeVar("View", bound=Callable[..., Any])
Shape = TypeVar("Shape", bound=BaseModel)
MARK = "declared"
ALWAYS = frozenset((400, 401, 403, 404, 429, 503))
"""Refusals of every endpoint."""
TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Declared:
    """One endpoint. The first line of the view's docstring is its summary, the rest its description."""

    answer: type[BaseModel] | str
    """The shape of its JSON, or the media type of an answer that is none."""
    role: Role | None
    """The least role that may; None where that depends on more, which the docstring tells."""
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    statuses: tuple[int, ...]
    """What success is told by; the first is the usual one."""
    problems: tuple[int, ...]
    """Refusals beyond those that every endpoint of the API has, which are ALWAYS."""
    also: tuple[str, ...] = ()
    """Media types that it answers instead of JSON where it is asked to."""
    is_idempotent: bool = False
    """Whether it reads Idempotency-Key."""

    @property
    def refusals(self) -> frozenset[int]:
        return ALWAYS.union(self.problems, (TOO_LARGE,) if self.body else ())


def declared(
    answer: type[BaseModel] | str,
    role: Role | None = None,
    *,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    status: int | tuple[int, ...] = 200,
    problems: tuple[int, ...] = (),
    also: tuple[str, ...] = (),
    is_idempotent: bool = False,
) -> Callable[[View], View]:
    """Says what a view takes and answers; goes beneath the route. The view reads with `asked` and `sent`."""

    statuses = status if isinstance(status, tuple) else (status,)

    def mark(view: View) -> View:
        setattr(view, MARK, Declared(answer, role, query, body, statuses, problems, also, is_idempotent))
        return view

    return mark


def declaration(view: object) -> Declared | None:
    found: Declared | None = getattr(view, MARK, None)
    return found


def asked(shape: type[Shape]) -> Shape:
    """The parameters of the address. Raises Problem 400, naming the one that is wrong."""
    assert _here().query is shape, "what is read is what is declared"
    return in_address(shape)


def in_address(shape: type[Shape]) -> Shape:
    """The same for a page, which declares nothing. What is empty is not given."""
    return read(shape, {name: value for name, value in request.args.items() if value.strip()})


def sent(shape: type[Shape]) -> Shape:
    """The JSON that was sent. Raises Problem 400, naming the field that is wrong."""
    assert _here().body is shape, "what is read is what is declared"
    return read(shape, json_body())


def _here() -> Declared:
    found = declaration(current_app.view_functions[request.endpoint or ""])
    assert found is not None, "an endpoint that reads by shapes declares them"
    return found


def read(shape: type[Shape], given: dict[str, Any]) -> Shape:
    """What a form or a request holds, as the shape says. Raises Problem 400, naming the field that is wrong."""
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise _problem(error) from None


def _problem(error: ValidationError) -> Problem:
    """The first thing that is wrong, in a sentence that names its field and repeats nothing of what was given."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "value_error":
        return bad(str(first["ctx"]["error"]))
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return bad(f"{name} is missing")
    return bad(f"{name}: {first['msg'][:1].lower()}{first['msg'][1:]}")
