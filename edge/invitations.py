"""The page that an invitation leads to: a new person chooses a password, a known one signs in, and both join once."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from edge import sessions
from edge.actions import TRIES, WINDOW_SECONDS
from edge.attempts import Attempts, neighbourhood
from edge.auth import public
from edge.errors import Problem
from edge.limits import Allowance
from models import invitations
from models.invitations import Gone, Invitation
from models.people import AlreadyExists, Person

blueprint = Blueprint("invitations", __name__)

PATH = "/invite/<token>"
by_address = Attempts(TRIES, WINDOW_SECONDS)
"""Tokens that opened nothing."""
GONE = "This invitation is unknown, was used already, or is over; ask for a new one"


@blueprint.get(PATH)
@public
def show(token: str) -> Response:
    """Looking uses nothing up: programs that check mail follow links too."""
    return _page(_opened(token), sessions.current_person())


@blueprint.post(PATH)
@public
def accept(token: str) -> Response:
    found, person = _opened(token), sessions.current_person()
    if person is not None and person.email != found.email:
        return _page(found, person, 403)
    if person is None and found.user_id is not None:
        return _page(found, None, 401)
    try:
        if person is not None:
            invitations.accept(token, found, person.id)
        else:
            user_id, began = invitations.accept_as_new(token, found, *_chosen())
            sessions.begin(user_id, began.timestamp())
    except Gone:
        raise _gone() from None
    except AlreadyExists:
        return show(token)
    except ValueError as error:
        return _page(found, person, 400, str(error))
    return make_response(redirect(url_for("dashboard.at", org_id=found.org_id), 303))


@blueprint.after_request
def unsaid(response: Response) -> Response:
    """No page that follows is told this address, which holds the token."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _chosen() -> tuple[str, str]:
    return invitations.clean_name(request.form.get("name", "")), request.form.get("password", "")


def _opened(token: str) -> Invitation:
    """Raises Problem 404 for all that opens nothing, and 429 for who keeps trying."""
    address = neighbourhood(request.remote_addr or "")
    wait = by_address.take(address)
    if wait:
        raise Problem(429, headers=Allowance(TRIES, 0, ceil(wait)).headers)
    found = invitations.find(token)
    if found is None:
        raise _gone()
    by_address.give_back(address)
    return found


def _page(found: Invitation, person: Person | None, status: int = 200, complaint: str = "") -> Response:
    page = render_template(
        "invite.html",
        invitation=found,
        person=person,
        complaint=complaint,
        name=request.form.get("name", found.name),
    )
    return make_response(page, status)


def _gone() -> Problem:
    return Problem(404, "invitation_gone", GONE)
