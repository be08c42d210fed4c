"""A client that holds every answer of the API against what its endpoint declares: each test of it is one of these."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from edge.declared import Declared, declaration
from edge.shapes.base import Refusal


class HoldingToPromises(FlaskClient):
    def open(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().open(*args, **kwargs)
        promised = self._promised(answer)
        if promised is not None and answer.is_json:
            is_refused = answer.status_code >= 400
            assert is_refused or answer.status_code in (promised.status, 200), answer.request.path
            _check(Refusal if is_refused else promised.answer, answer)
        return answer

    def _promised(self, answer: Any) -> Declared | None:
        urls = self.application.url_map.bind("localhost")
        try:
            endpoint, _ = urls.match(answer.request.path, answer.request.method)
        except HTTPException:
            return None
        return declaration(self.application.view_functions[endpoint])


def _check(shape: type[BaseModel] | str, answer: Any) -> None:
    assert not isinstance(shape, str), "an answer in JSON has a shape"
    try:
        shape.model_validate_json(answer.data)
    except ValidationError as error:
        raise AssertionError(f"{answer.request.path} answers other than {shape.__name__} promises: {error}") from None
