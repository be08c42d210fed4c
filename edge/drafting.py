"""Templates written, changed, shown with examples and sent as a test: for the API and the pages' forms alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from edge.asked import bad
from edge.errors import Problem, not_found
from edge.sending import clean_address, intending
from models import audit, opt_outs, templates
from models.database import Transaction, organization
from models.intents import Intent, Planned
from models.people import Membership
from models.templates import AlreadyCovered, Draft, DuplicateName
from providers.phones import e164
from rules.segments import segments
from rules.templates import FIELDS, clean_kind, clean_template, clean_words, shown
from rules.wording import Words, limit_of
from tasks.messages import owe_message
from tasks.senders import refusal
from vocabulary import Method, Purpose


@dataclass(frozen=True, slots=True)
class Tested:
    """A template that was sent as a test: the message, and to whom."""

    planned: Planned
    recipient: str
    method: Method


def add(here: Membership, given: Mapping[str, object], by: str) -> dict[str, Any]:
    """A new template. Raises Problem 400 and 409."""
    with _refusing(), organization(here.org_id) as tx:
        made = templates.create_template(tx, here.org_id, Draft(**clean_template(given, here.name)))
        audit.record(tx, here.org_id, by, "templates.create", str(made["id"]), {"purpose": made["purpose"]})
    return made


def put(here: Membership, template_id: UUID, given: Mapping[str, object], by: str) -> dict[str, Any] | None:
    """The template with what was given changed. Raises Problem 400, 404 and 409."""
    changed = sorted(name for name in FIELDS if name in given)
    if not changed:
        raise bad(f"Give at least one of {', '.join(FIELDS)}")
    with _refusing(), organization(here.org_id) as tx:
        draft = Draft(**clean_template(given, here.name, standing(tx, here.org_id, template_id)))
        row = templates.change_template(tx, here.org_id, template_id, draft)
        audit.record(tx, here.org_id, by, "templates.change", str(template_id), {"changed": changed})
    return row


def drop(org_id: UUID, template_id: UUID, by: str) -> None:
    """Raises Problem 404."""
    with organization(org_id) as tx:
        if not templates.remove_template(tx, org_id, template_id):
            raise not_found()
        audit.record(tx, org_id, by, "templates.remove", str(template_id))


def previewed(here: Membership, given: Mapping[str, object]) -> dict[str, Any]:
    """The words with examples for values, and what they cost as a text. Raises Problem 400."""
    with _refusing():
        purpose, method = clean_kind(given.get("purpose"), given.get("method"))
        words = shown(clean_words(given.get("body"), given.get("subject"), purpose, method), here.name, purpose, method)
    seen = {"body": words.content, "subject": words.subject, "limit": limit_of(purpose, method)}
    if method is Method.EMAIL:
        return seen | {"encoding": None, "length": len(words.content), "segments": None}
    cost = segments(words.content)
    return seen | {"encoding": cost.encoding, "length": cost.length, "segments": cost.count}


def send_test(here: Membership, template_id: UUID, to: object, by: str, key: str) -> Tested:
    """Owes the template, with examples for values, to one number or address. Raises Problem 400, 404, 409 and 422."""
    with _refusing(), intending(), organization(here.org_id) as tx:
        row = standing(tx, here.org_id, template_id)
        purpose, method = Purpose(row["purpose"]), Method(row["method"])
        words = shown(Words(row["body"], row["subject"]), here.name, purpose, method)
        recipient = _recipient(tx, here, method, to)
        intent = Intent(method, Purpose.SYSTEM, recipient, words.content, key, by, words.subject)
        planned = owe_message(tx, here.org_id, intent)
        if planned.is_new:
            audit.record(tx, here.org_id, by, "templates.test", str(template_id), {"message": str(planned.id)})
    return Tested(planned, recipient, method)


def standing(tx: Transaction, org_id: UUID, template_id: UUID) -> dict[str, Any]:
    """The template as it is. Raises Problem 404."""
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
