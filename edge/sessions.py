"""Who is signed in: one signed, short-lived cookie that says who and since when, and proves that our forms are ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, g, request
from itsdangerous import BadData, URLSafeSerializer

from edge.errors import Problem
from models import people
from models.people import Person
from settings import settings

IDLE_SECONDS = 8 * 3600
ABSOLUTE_SECONDS = 24 * 3600
TOUCH_SECONDS = 60
"""How much idle time goes unnoticed, so that not every page sets the cookie again."""
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
FIELD = "csrf"


@dataclass(frozen=True, slots=True)
class Session:
    """Times are seconds since 1970. Before sign-in there is a session too: its forms need proof as well."""

    csrf: str
    """What forms send back, drawn at sign-in: it also tells this session from the person's others."""
    user_id: str = ""
    began: float = 0
    seen: float = 0


def current() -> Session:
    """This browser's session, a new and anonymous one where it has none that counts."""
    if "session" not in g:
        g.session = _read(request.cookies.get(cookie_name(), ""))
        if g.session is None:
            g.session, g.session_is_new = _start(), True
    found: Session = g.session
    return found


def current_person() -> Person | None:
    """Who is signed in; None after sign-out, too long a pause, or a day."""
    session = current()
    if not session.user_id:
        return None
    person = people.signed_in(UUID(session.user_id), session.csrf)
    if person is None or session.began < person.sessions_valid_from.timestamp():
        return None
    if time.time() - session.seen > TOUCH_SECONDS and not _asks_by_itself():
        _set(replace(session, seen=time.time()))
    return person


def _asks_by_itself() -> bool:
    """A page that follows what happens, whoever still sits before it: every htmx GET of ours is on a timer."""
    return request.method == "GET" and "HX-Request" in request.headers


def begin(user_id: UUID, began: float) -> None:
    """Signs this browser in; `began` is by the database's clock, which also says when sessions end early."""
    _set(Session(secrets.token_urlsafe(24), str(user_id), began, time.time()))


def end() -> None:
    """Signs this browser out, and whoever has a copy of its cookie."""
    session = current()
    if session.user_id:
        people.end_session(session.csrf, datetime.fromtimestamp(session.began + ABSOLUTE_SECONDS, UTC))
    _set(_start())


def csrf_token() -> str:
    """What a form of ours must send back; sets the cookie that it is compared with."""
    session = current()
    if g.get("session_is_new"):
        _set(session)
    return session.csrf


def check_form() -> None:
    """Raises Problem 403 for a form that another site, or another session's page, has posted."""
    given = request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), current().csrf.encode()):
        raise Problem(403, "form_expired", "This form has expired. Go back, reload the page and send it again")


def write_cookie(response: Response) -> Response:
    """Sends the cookie where the session has changed."""
    changed = g.pop("session_changed", None)
    if changed is not None:
        response.set_cookie(
            cookie_name(),
            _signer().dumps(asdict(changed)),
            max_age=ABSOLUTE_SECONDS,
            secure=is_secure(),
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def is_secure() -> bool:
    """Secure everywhere but on this very machine, where there is no https."""
    parts = urlsplit(settings().public_url)
    return parts.scheme == "https" or parts.hostname not in LOCAL_HOSTS


def cookie_name() -> str:
    """Browsers keep cookies apart by host but not by port: two instances on one machine need two names."""
    if is_secure():
        return "__Host-aftercall"
    return f"aftercall-{urlsplit(settings().public_url).port or 80}"


def _start() -> Session:
    return Session(secrets.token_urlsafe(24))


def _set(session: Session) -> None:
    g.session = g.session_changed = session


def _read(cookie: str) -> Session | None:
    try:
        fields: dict[str, Any] = _signer().loads(cookie)
        session = Session(**fields)
    except (BadData, TypeError):
        return None
    now = time.time()
    is_over = session.user_id and (now - session.seen > IDLE_SECONDS or now - session.began > ABSOLUTE_SECONDS)
    return None if is_over else session


def _signer() -> URLSafeSerializer:
    how = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(settings().session_secret, "aftercall session", signer_kwargs=how)
