"""The forms of a contact's page: the same functions as the API's, answered by the page that shows what they did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for

from edge.auth import caller
from edge.callbacks import ask, key_of
from edge.contacts import decide_on
from edge.contacts_page import show_contact
from edge.declared import read
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor
from edge.shapes.contacts import CHOICES, ContactDecision
from models import contact_queries
from models.people import Membership
from vocabulary import Role

blueprint = Blueprint("contact_actions", __name__)

PATH = "/o/<uuid:org_id>/contacts/<uuid:contact_id>"


@blueprint.post(f"{PATH}/decide")
def decide(org_id: UUID, contact_id: UUID) -> Any:
    """Each choice is a word, or empty where calls are to tell; what stands so already is not decided again."""
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        given = {name: request.form[name] or None for name in CHOICES if name in request.form}
        decided = read(ContactDecision, given).given()
        standing = _standing(here, contact_id)
        changed = {name: word for name, word in decided.items() if word != standing[name]}
        if changed:
            decide_on(here, contact_id, changed, actor())
        return url_for("contacts_page.contact", org_id=org_id, contact_id=contact_id, _anchor="standing")

    return _done(here, contact_id, act)


@blueprint.post(f"{PATH}/call-back")
def call_back(org_id: UUID, contact_id: UUID) -> Any:
    """On to the page of the call that it will be, or already is where somebody else was quicker."""
    here = caller().within(org_id, Role.OPERATOR)

    def act() -> str:
        key = key_of(actor(), request.form.get("key", ""))
        asked = ask(org_id, contact_id, actor(), key, joins=True)
        return url_for("dashboard.call", org_id=org_id, call_id=asked.call_id)

    return _done(here, contact_id, act)


def _standing(here: Membership, contact_id: UUID) -> dict[str, str | None]:
    """What colleagues have decided so far; None where calls tell. Raises Problem 404."""
    with reading(here.org_id) as tx:
        row = contact_queries.contact_of(tx, here.org_id, contact_id)
    if row is None:
        raise not_found()
    return {name: row[name] if row[f"{name}_held"] else None for name in CHOICES}


def _done(here: Membership, contact_id: UUID, act: Callable[[], str]) -> Any:
    """On to where it is seen; or the page at once, with what was wrong."""
    try:
        return make_response(redirect(act(), 303))
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return make_response(show_contact(here, contact_id, problem.error), problem.status, problem.headers)
