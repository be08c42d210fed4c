"""What a refused or failed request is told: JSON for programs, a page for people, never a payload or traceback."""

from __future__ import annotations

import traceback
from typing import Any

import structlog
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from edge.encoding import json_response
from edge.requests import is_webhook, request_id
from models.database import Unavailable

RETRY_AFTER_SECONDS = 5

CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "unavailable",
}
SENTENCES = {
    400: "The request cannot be understood",
    401: "Sign in first: send Authorization: Bearer with a valid token",
    403: "Your role does not allow this",
    404: "There is nothing here that you can see",
    405: "This address does not take that method",
    413: "The request is too large",
    415: "The request's encoding is not supported",
    429: "Too many requests; wait a moment",
    500: "Something failed on our side; the request id helps to find it",
    503: "The service cannot answer right now; try again in a few seconds",
}

log = structlog.get_logger("aftercall.edge")


class Problem(Exception):
    """A request that is not carried out. `code` is for programs, `error` for people: neither repeats what was sent."""

    def __init__(self, status: int, code: str = "", error: str = "", headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.code = code or CODES.get(status, "internal")
        self.error = error or SENTENCES.get(status, SENTENCES[500])
        self.headers = headers or {}
        super().__init__(self.code)


def not_found() -> Problem:
    """For what does not exist and for what belongs to another organization alike."""
    return Problem(404)


def install(app: Flask) -> None:
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _of_http)
    for kind in Unavailable:
        app.register_error_handler(kind, _of_database)
    app.register_error_handler(Exception, _of_bug)


def answer(problem: Problem) -> Response:
    if speaks_json():
        body = {"ok": False, "error": problem.error, "code": problem.code, "request_id": request_id()}
        response = json_response(body, problem.status)
    else:
        page = render_template("problem.html", problem=problem, request_id=request_id())
        response = Response(page, problem.status, mimetype="text/html")
    response.headers.update(problem.headers)
    return response


def speaks_json() -> bool:
    return request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))


def _of_http(error: HTTPException) -> Any:
    """Werkzeug's own refusals; its redirects pass as they are."""
    if error.code is None or error.code < 400:
        return error
    allowed = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return answer(Problem(error.code, CODES.get(error.code, "refused"), SENTENCES.get(error.code, error.name), allowed))


def _of_database(error: Exception) -> Response:
    log.error("database unavailable", error=type(error).__name__, request_id=request_id())
    return answer(Problem(503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}))


def _of_bug(error: Exception) -> Response:
    """Logs the places but not the message: an exception's words may quote what was sent. A provider may try again."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames[-6:]]
    log.error("request failed", error=type(error).__name__, places=places, request_id=request_id())
    if is_webhook(request.path):
        return answer(Problem(503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}))
    return answer(Problem(500))
