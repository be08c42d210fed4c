"""What is known of the request at hand beyond what was sent: its id, its organization, who really sent it."""

from __future__ import annotations

import os
import re
from uuid import UUID

from flask import has_request_context, request

FITTING_ID = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch
REQUEST_ID = "aftercall.request_id"
ORGANIZATION = "aftercall.organization"
EVENT = "aftercall.event"


def request_id() -> str:
    """The sender's X-Request-Id where it is a plain word, else one of ours: the same for the whole request."""
    environ = request.environ
    known = environ.get(REQUEST_ID)
    if known is None:
        given = environ.get("HTTP_X_REQUEST_ID")
        known = environ[REQUEST_ID] = given if given and FITTING_ID(given) else os.urandom(8).hex()
    return str(known)


def concerns(org_id: UUID, event_id: UUID | None = None) -> None:
    """Notes for the log whose request this is, and which event it became."""
    request.environ[ORGANIZATION] = str(org_id)
    if event_id is not None:
        request.environ[EVENT] = str(event_id)


def known() -> dict[str, str]:
    """The ids of the request at hand, for its log lines; none outside of one."""
    if not has_request_context():
        return {}
    found = {"request_id": request_id()}
    for name, place in (("org_id", ORGANIZATION), ("event_id", EVENT)):
        if value := request.environ.get(place):
            found[name] = value
    return found


def is_webhook(path: str) -> bool:
    """Is this the hot path, where every microsecond is paid for by each provider's event?"""
    return path.startswith("/api/webhooks/") or path == "/api/vapi/webhook"
