"""Templates over the API: what an organization writes to people, shown as it would be read, and sent once as a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.sending import clean_address, intending, intent_key
from models import audit, opt_outs, templates
from models.database import Transaction, organization
from models.intents import Intent
from models.people import Membership
from models.templates import AlreadyCovered, Draft, DuplicateName
from providers.phones import e164
from rules.segments import segments
from rules.templates import FIELDS, RESULTS, clean_kind, clean_template, clean_words, shown
from rules.wording import VARIABLES, Words, limit_of
from rules.wording_defaults import DEFAULTS, FOLLOWUPS
from tasks.messages import owe_message
from tasks.senders import refusal
from vocabulary import Method, Purpose, Role

blueprint = Blueprint("message_templates", __name__)

PATH = "/api/templates"


@blueprint.get(PATH)
def show_all() -> Response:
    """The templates, and what there is to write them with: defaults, first words for follow-ups, variables."""
    found: list[dict[str, Any]] = []
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            found += templates.list_templates(tx, here.org_id)
    return json_response(
        {"ok": True, "data": found, "defaults": _defaults(), "variables": _variables(), "results": RESULTS}
    )


@blueprint.get(f"{PATH}/<uuid:template_id>")
def show(template_id: UUID) -> Response:
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            row = templates.template_of(tx, here.org_id, template_id)
        if row is not None:
            return json_response({"ok": True, "data": row})
    raise not_found()


@blueprint.post(PATH)
def create() -> Response:
    body = json_body()
    here = writable(Role.ADMIN, body)
    with _refusing(), organization(here.org_id) as tx:
        made = templates.create_template(tx, here.org_id, Draft(**clean_template(body, here.name)))
        audit.record(tx, here.org_id, actor(), "templates.create", str(made["id"]), {"purpose": made["purpose"]})
    return json_response({"ok": True, "data": made}, 201)


@blueprint.patch(f"{PATH}/<uuid:template_id>")
def change(template_id: UUID) -> Response:
    body = json_body()
    here = writable(Role.ADMIN, body)
    given = sorted(name for name in FIELDS if name in body)
    if not given:
        raise bad(f"Give at least one of {', '.join(FIELDS)}")
    with _refusing(), organization(here.org_id) as tx:
        draft = Draft(**clean_template(body, here.name, _standing(tx, here.org_id, template_id)))
        row = templates.change_template(tx, here.org_id, template_id, draft)
        audit.record(tx, here.org_id, actor(), "templates.change", str(template_id), {"changed": given})
    return json_response({"ok": True, "data": row})


@blueprint.delete(f"{PATH}/<uuid:template_id>")
def remove(template_id: UUID) -> Response:
    org_id = writable(Role.ADMIN, json_body()).org_id
    with organization(org_id) as tx:
        if not templates.remove_template(tx, org_id, template_id):
            raise not_found()
        audit.record(tx, org_id, actor(), "templates.remove", str(template_id))
    return json_response({"ok": True})


@blueprint.post(f"{PATH}/preview")
def preview() -> Response:
    """The words with examples for values, and what they cost as a text. Nothing is kept."""
    body = json_body()
    here = writable(Role.OPERATOR, body)
    with _refusing():
        purpose, method = clean_kind(body.get("purpose"), body.get("method"))
        words = shown(clean_words(body.get("body"), body.get("subject"), purpose, method), here.name, purpose, method)
    return json_response({"ok": True, "data": _previewed(words, purpose, method)})


@blueprint.post(f"{PATH}/<uuid:template_id>/test")
def send_test(template_id: UUID) -> Response:
    """Owes the template, with examples for values, to one number or address: once for each Idempotency-Key."""
    body = json_body()
    here, by = writable(Role.ADMIN, body), actor()
    key = intent_key(by, Purpose.SYSTEM)
    with _refusing(), intending(), organization(here.org_id) as tx:
        row = _standing(tx, here.org_id, template_id)
        purpose, method = Purpose(row["purpose"]), Method(row["method"])
        words = shown(Words(row["body"], row["subject"]), here.name, purpose, method)
        recipient = _recipient(tx, here, method, body.get("to"))
        planned = owe_message(
            tx, here.org_id, Intent(method, Purpose.SYSTEM, recipient, words.content, key, by, words.subject)
        )
        if planned.is_new:
            audit.record(tx, here.org_id, by, "templates.test", str(template_id), {"message": str(planned.id)})
    answer = {"success": True, "messageId": planned.id, "recipient": recipient, "method": method}
    return json_response({"ok": True, **answer, "status": planned.status}, 202)


def _standing(tx: Transaction, org_id: UUID, template_id: UUID) -> dict[str, Any]:
    row = templates.template_of(tx, org_id, template_id)
    if row is None:
        raise not_found()
    return row


def _recipient(tx: Transaction, here: Membership, method: Method, given: object) -> str:
    """To whom a test goes, where it can go. Raises Problem 400 and 409."""
    recipient = _address(given) if method is Method.EMAIL else e164(given if isinstance(given, str) else None)
    if recipient is None:
        like = "an address like name@example.com" if method is Method.EMAIL else "a phone number like +12125550100"
        raise bad(f"to must be {like}")
    if unable := refusal(tx, here.org_id, method):
        raise Problem(400, "not_connected", unable)
    if opt_outs.is_out(tx, here.org_id, recipient):
        raise Problem(409, "opted_out", "They asked not to be written to")
    return recipient


def _address(given: object) -> str | None:
    try:
        return clean_address(given)
    except Problem:
        return None


def _previewed(words: Words, purpose: Purpose, method: Method) -> dict[str, Any]:
    seen = {"body": words.content, "subject": words.subject, "limit": limit_of(purpose, method)}
    if method is Method.EMAIL:
        return seen | {"encoding": None, "length": len(words.content), "segments": None}
    cost = segments(words.content)
    return seen | {"encoding": cost.encoding, "length": cost.length, "segments": cost.count}


def _defaults() -> list[dict[str, Any]]:
    """What is sent where nothing was written; a follow-up is sent by itself only after the results of a template."""
    sent = [
        {"purpose": purpose, "method": method, "subject": words.subject, "body": words.content}
        for (purpose, method), words in DEFAULTS.items()
    ]
    proposed = [
        {"purpose": Purpose.FOLLOWUP, "method": Method.SMS, "subject": None, "body": text, "result": result}
        for result, text in FOLLOWUPS.items()
    ]
    return [*sent, *proposed]


def _variables() -> dict[str, dict[str, str]]:
    return {purpose: {name: one.meaning for name, one in known.items()} for purpose, known in VARIABLES.items()}


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except DuplicateName:
        raise Problem(409, "duplicate_name", "There is a template of this name already") from None
    except AlreadyCovered as error:
        raise Problem(409, "already_covered", str(error)) from None
    except ValueError as error:
        raise bad(str(error)) from None
