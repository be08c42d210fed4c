"""What happens to every request on its way in and out: an id, a guard, headers that browsers obey, and one log line."""

from __future__ import annotations

from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Request, Response, g, request

import logs
from edge import assets, auth, encoding, errors, limits, pages, requests, sessions
from edge.requests import ORGANIZATION, is_webhook, request_id
from settings import settings

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
SECURITY = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
STRICT_TRANSPORT = "max-age=31536000"
FORM_BYTES = 64 * 1024
"""The largest body that anything but a webhook takes."""
PROBES = ("/healthz", "/readyz", "/metrics", "/api/health", "/static/")
STARTED = "aftercall.started"

log = structlog.get_logger("aftercall.edge")


def install(app: Flask) -> None:
    """Puts everything that all routes share around the app; blueprints may be registered before or after."""
    logs.ask_also(requests.known)
    encoding.install(app)
    errors.install(app)
    pages.install(app)
    assets.install(app)
    security, is_talkative = _security(settings().public_url), settings().log_level == "debug"
    views = app.view_functions
    if "static" in views:
        auth.public(views["static"])

    def arrive() -> Any:
        """A webhook that is public, as they all are, goes straight to its view; an address without one to its 404."""
        here: Request = request._get_current_object()  # type: ignore[attr-defined]
        here.environ[STARTED] = perf_counter()
        view, is_hot = views.get(here.endpoint or ""), _is_hot(here.environ)
        if not is_hot:
            here.max_content_length = FORM_BYTES
        if view is None or (is_hot and getattr(view, auth.MARK, False)):
            return None
        ended = auth.guard(here, view)
        if ended is None and here.path.startswith("/api/") and "caller" in g:
            limits.take(auth.caller().actor)
        return ended

    def leave(response: Response) -> Response:
        environ = request.environ
        response.headers.set("X-Request-Id", request_id())
        is_hot = _is_hot(environ)
        if not is_hot or is_talkative or response.status_code >= 400:
            _log(response.status_code, environ["PATH_INFO"])
        return response if is_hot else _dress(response, security)

    app.before_request(arrive)
    app.after_request(leave)


def _is_hot(environ: dict[str, Any]) -> bool:
    """A provider's event: it pays for nothing that only browsers and people need."""
    return environ["REQUEST_METHOD"] == "POST" and is_webhook(environ["PATH_INFO"])


def _security(public_url: str) -> dict[str, str]:
    if urlsplit(public_url).scheme == "https":
        return SECURITY | {"Strict-Transport-Security": STRICT_TRANSPORT}
    return SECURITY


def _dress(response: Response, security: dict[str, str]) -> Response:
    for name, value in security.items():
        response.headers.setdefault(name, value)
    for name, value in limits.headers().items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return sessions.write_cookie(response)


def _log(status: int, path: str) -> None:
    """One line for a request: the route's rule and never the address that was asked for, which may hold a token."""
    say = log.error if status >= 500 else log.info
    if status < 400 and (is_webhook(path) or path.startswith(PROBES)):
        say = log.debug
    environ = request.environ
    say(
        "request",
        method=environ["REQUEST_METHOD"],
        route=request.url_rule.rule if request.url_rule else "unknown",
        status=status,
        ms=round((perf_counter() - environ[STARTED]) * 1000, 1),
        request_id=request_id(),
        org_id=environ.get(ORGANIZATION),
    )
