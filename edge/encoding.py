"""How values travel in JSON: times in UTC with a Z, money and scores as numbers, ids as strings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from flask import Flask, Response, current_app
from flask.json.provider import JSONProvider

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_NON_STR_KEYS


class Json(JSONProvider):
    """orjson behind Flask's `jsonify` and `request.get_json`."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return encode(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return json_response(self._prepare_response_obj(args, kwargs))


def install(app: Flask) -> None:
    app.json = Json(app)


def encode(value: Any) -> bytes:
    return orjson.dumps(value, default=_other, option=OPTIONS)


def json_response(value: Any, status: int = 200) -> Response:
    return current_app.response_class(encode(value), status, mimetype="application/json")


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _other(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
