"""What happens to every request on its way in and out: an id, a guard, headers that browsers obey, and one log line."""

from __future__ import annotations

from time import perf_counter
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, request

from edge import auth, encoding, errors, pages
from edge.requests import ORGANIZATION, is_webhook, request_id
from settings import settings

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
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
PROBES = ("/healthz", "/readyz", "/api/health", "/static/")
STARTED = "aftercall.started"

log = structlog.get_logger("aftercall.edge")


def install(app: Flask) -> None:
    """Puts everything that all routes share around the app; blueprints may be registered before or after."""
    encoding.install(app)
    errors.install(app)
    pages.install(app)
    security = dict(SECURITY)
    if urlsplit(settings().public_url).scheme == "https":
        security["Strict-Transport-Security"] = STRICT_TRANSPORT

    def arrive() -> None:
        environ = request.environ
        environ[STARTED] = perf_counter()
        if not is_webhook(environ["PATH_INFO"]):
            request.max_content_length = FORM_BYTES

    def leave(response: Response) -> Response:
        path = request.environ["PATH_INFO"]
        headers = response.headers
        headers["X-Request-Id"] = request_id()
        if is_webhook(path):
            headers["X-Content-Type-Options"] = "nosniff"
        else:
            for name, value in security.items():
                headers[name] = value
            if not path.startswith("/static/"):
                headers.setdefault("Cache-Control", "no-store")
        _log(response.status_code, path)
        return response

    app.before_request(arrive)
    auth.install(app)
    app.after_request(leave)


def _log(status: int, path: str) -> None:
    """One line for a request: the route's rule and never the address that was asked for, which may hold a token."""
    if status < 400 and is_webhook(path):
        say = log.debug
    elif status >= 500:
        say = log.error
    else:
        say = log.debug if path.startswith(PROBES) else log.info
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
