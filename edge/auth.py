"""Who may pass: every route asks for a sign-in (pages) or a bearer (the API) unless it says that it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Request, Response, g, make_response, redirect, request, url_for

from edge import bearer, sessions
from edge.access import Caller
from edge.errors import Problem
from models import people

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
MARK = "is_public"


def public(view: View) -> View:
    """Marks a view that anybody may call; it sees to its own sender's authenticity."""
    setattr(view, MARK, True)
    return view


def is_public(app: Flask, endpoint: str) -> bool:
    return bool(getattr(app.view_functions[endpoint], MARK, False))


def guard(request: Request, view: Any) -> Any:
    """Lets a request through to its view, or raises or returns what ends it here."""
    is_api = request.path.startswith("/api/")
    if not is_api and request.method not in SAFE_METHODS:
        sessions.check_form()
    if getattr(view, MARK, False):
        return None
    return _by_bearer() if is_api else _by_session()


def _by_bearer() -> None:
    """The API takes a bearer, a token or a key, and nothing else: a cookie would let other sites' pages call it."""
    authorization = request.headers.get("Authorization", "")
    key = bearer.api_key(authorization)
    if key is not None:
        g.caller = Caller(key, key.at.org_id)
        return
    claims = bearer.verify(authorization)
    person = people.person(claims.user_id)
    if person is None or claims.issued_before(person.sessions_valid_from):
        raise bearer.unauthenticated("The token's user is unknown or has signed out")
    g.caller = Caller(person, claims.org_id)


def _by_session() -> Response | None:
    person = sessions.current_person()
    if person is None:
        return _to_sign_in()
    g.caller = Caller(person, None)
    return None


def _to_sign_in() -> Response:
    """A person who follows a link comes back to it after signing in."""
    if request.method not in SAFE_METHODS:
        raise Problem(401, error="You have been signed out; sign in and try again")
    if "HX-Request" in request.headers:
        # A part of a page that asks by itself: the page around it is to go, not that part.
        raise Problem(401, error="You have been signed out", headers={"HX-Refresh": "true"})
    address = url_for("dashboard.sign_in")
    if request.path != "/":
        address += f"?next={quote(request.full_path.rstrip('?'), safe='')}"
    return make_response(redirect(address, 303))


def caller() -> Caller:
    """Who makes this request; only on routes that are not public."""
    known: Caller = g.caller
    return known
