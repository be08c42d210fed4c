"""The forms that pages post: signing in and out. Session and form token are checked before any of them is reached."""

from __future__ import annotations

from math import ceil

import structlog
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from edge import sessions
from edge.attempts import Attempts, neighbourhood
from edge.auth import caller, public
from edge.limits import Allowance
from edge.requests import request_id
from models import people, sign_in_tries

blueprint = Blueprint("actions", __name__)

TRIES = 5
WINDOW_SECONDS = 60.0
MINUTE = 60
by_address = Attempts(TRIES, WINDOW_SECONDS)
by_email = Attempts(TRIES, WINDOW_SECONDS)

WRONG = "That e-mail address and password do not go together."

log = structlog.get_logger("aftercall.sign_in")


@blueprint.post("/sign-in")
@public
def sign_in() -> Response:
    email, password = request.form.get("email", "").replace("\0", "").strip().lower(), request.form.get("password", "")
    address = neighbourhood(request.remote_addr or "")
    wait = by_address.take(address) or by_email.take(email)
    if wait:
        return _too_often(ceil(wait), TRIES)
    if closed := sign_in_tries.take(email):
        return _too_often(ceil(closed), sign_in_tries.MOST)
    found = people.authenticate(email, password)
    if found is None:
        log.info("sign-in refused", request_id=request_id())
        return _form_again(401, WRONG)
    by_address.give_back(address)
    by_email.give_back(email)
    sign_in_tries.forget(email)
    user_id, began = found
    sessions.begin(user_id, began.timestamp())
    log.info("signed in", user_id=str(user_id), request_id=request_id())
    return _see(safe_address(request.form.get("next", "")))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Ends this browser's session, or with `everywhere` every session and token of the person."""
    if request.form.get("everywhere"):
        people.sign_out_everywhere(caller().person.id)
    sessions.end()
    return _see(url_for("dashboard.sign_in"))


def safe_address(given: str) -> str:
    """A page of ours to go on to; an address that leads elsewhere leads home."""
    is_ours = given.startswith("/") and not given.startswith("//")
    return given if is_ours and given.isprintable() and "\\" not in given else "/"


def _too_often(seconds: int, limit: int) -> Response:
    wait = f"{seconds} seconds" if seconds <= MINUTE else f"{ceil(seconds / MINUTE)} minutes"
    response = _form_again(429, f"Too many tries. Wait {wait} and try again.")
    response.headers.update(Allowance(limit, 0, seconds).headers)
    return response


def _form_again(status: int, complaint: str) -> Response:
    page = render_template(
        "sign_in.html", complaint=complaint, email=request.form.get("email", ""), next=request.form.get("next", "")
    )
    return make_response(page, status)


def _see(address: str) -> Response:
    return make_response(redirect(address, 303))
