"""Templates over the API: what an organization writes to people, shown as it would be read, and sent once as a test."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge import drafting
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.sending import intent_key
from edge.shapes.base import Sent
from edge.shapes.templates import (
    NewTemplate,
    Preview,
    TemplateAnswer,
    TemplateChange,
    TemplateList,
    TemplateRemoved,
    TestAsked,
    TestOwed,
    WordsAsked,
)
from models import templates
from rules.templates import RESULTS
from rules.wording import VARIABLES
from rules.wording_defaults import DEFAULTS, FOLLOWUPS
from vocabulary import Method, Purpose, Role

blueprint = Blueprint("message_templates", __name__)

PATH = "/api/templates"


@blueprint.get(PATH)
@declared(TemplateList, Role.ADMIN)
def show_all() -> Response:
    """The templates, and what there is to write them with.

    That is: what is sent where nothing was written, first words for follow-ups, and the variables of each purpose.
    """
    found: list[dict[str, Any]] = []
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            found += templates.list_templates(tx, here.org_id)
    return json_response(
        {"ok": True, "data": found, "defaults": _defaults(), "variables": _variables(), "results": RESULTS}
    )


@blueprint.get(f"{PATH}/<uuid:template_id>")
@declared(TemplateAnswer, Role.ADMIN)
def show(template_id: UUID) -> Response:
    """One template."""
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            row = templates.template_of(tx, here.org_id, template_id)
        if row is not None:
            return json_response({"ok": True, "data": row})
    raise not_found()


@blueprint.post(PATH)
@declared(TemplateAnswer, Role.ADMIN, body=NewTemplate, status=201, problems=(409,))
def create() -> Response:
    """Adds a template, where no other is sent in the same case."""
    here = writable(Role.ADMIN, json_body())
    return json_response({"ok": True, "data": drafting.add(here, sent(NewTemplate).given(), actor())}, 201)


@blueprint.patch(f"{PATH}/<uuid:template_id>")
@declared(TemplateAnswer, Role.ADMIN, body=TemplateChange, problems=(409,))
def change(template_id: UUID) -> Response:
    """Changes what is given; what a template is for and how it is sent stays."""
    here = writable(Role.ADMIN, json_body())
    row = drafting.put(here, template_id, sent(TemplateChange).given(), actor())
    return json_response({"ok": True, "data": row})


@blueprint.delete(f"{PATH}/<uuid:template_id>")
@declared(TemplateRemoved, Role.ADMIN, body=Sent)
def remove(template_id: UUID) -> Response:
    """Takes a template away. What was sent with it stays as it was sent."""
    drafting.drop(writable(Role.ADMIN, json_body()).org_id, template_id, actor())
    return json_response({"ok": True})


@blueprint.post(f"{PATH}/preview")
@declared(Preview, Role.OPERATOR, body=WordsAsked)
def preview() -> Response:
    """The words with examples for values, and what they cost as a text. Nothing is kept."""
    here = writable(Role.OPERATOR, json_body())
    return json_response({"ok": True, "data": drafting.previewed(here, sent(WordsAsked).given())})


@blueprint.post(f"{PATH}/<uuid:template_id>/test")
@declared(TestOwed, Role.ADMIN, body=TestAsked, status=202, problems=(409, 422), is_idempotent=True)
def send_test(template_id: UUID) -> Response:
    """Sends the template, with examples for values, to one number or address: once for each Idempotency-Key."""
    here = writable(Role.ADMIN, json_body())
    key = intent_key(actor(), Purpose.SYSTEM)
    tested = drafting.send_test(here, template_id, sent(TestAsked).to, actor(), key)
    answer = {"success": True, "messageId": tested.planned.id, "recipient": tested.recipient, "method": tested.method}
    return json_response({"ok": True, **answer, "status": tested.planned.status}, 202)


def _defaults() -> list[dict[str, Any]]:
    """What is sent where nothing was written; a follow-up is sent by itself only after the results of a template."""
    usual = [
        {"purpose": purpose, "method": method, "subject": words.subject, "body": words.content}
        for (purpose, method), words in DEFAULTS.items()
    ]
    proposed = [
        {"purpose": Purpose.FOLLOWUP, "method": Method.SMS, "subject": None, "body": text, "result": result}
        for result, text in FOLLOWUPS.items()
    ]
    return [*usual, *proposed]


def _variables() -> dict[str, dict[str, str]]:
    return {purpose: {name: one.meaning for name, one in known.items()} for purpose, known in VARIABLES.items()}
