"""A client that holds every answer of the API against what its endpoint declares: each test of it is one of these."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from edge.declared import Declared, declaration
from edge.shapes.base import Refusal


class HoldingToPromises(FlaskClient):
    def open(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().open(*args, **kwargs)
        promised = self._promised(answer)
        if promised is not None:
            hold(promised, answer)
        return answer

    def _promised(self, answer: Any) -> Declared | None:
        urls = self.application.url_map.bind("localhost")
        try:
            endpoint, _ = urls.match(answer.request.path, answer.request.method)
        except HTTPException:
            return None
        return declaration(self.application.view_functions[endpoint])


def holding(app: Flask) -> FlaskClient:
    app.test_client_class = HoldingToPromises
    return app.test_client()


def hold(promised: Declared, answer: Any) -> None:
    """Status, media type and JSON are what was declared; what is told of the JSON in the document holds as well."""
    where, is_refused = f"{answer.request.method} {answer.request.path}", answer.status_code >= 400
    told = promised.refusals if is_refused else promised.statuses
    assert answer.status_code in told, f"{where} does not tell of {answer.status_code}"
    shape = Refusal if is_refused else promised.answer
    if isinstance(shape, str) or not answer.is_json:
        assert answer.mimetype in (shape, *promised.also), f"{where} does not tell of {answer.mimetype}"
        return
    try:
        shape.model_validate_json(answer.data, strict=True)
        _schema(shape).validate(answer.json)
    except (ValidationError, jsonschema_rs.ValidationError) as error:
        raise AssertionError(f"{where} answers other than {shape.__name__} promises: {error}") from None


@cache
def _schema(shape: type[BaseModel]) -> Any:
    return jsonschema_rs.validator_for(shape.model_json_schema(), validate_formats=True)
