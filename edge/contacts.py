"""Contacts over the API: who called, how warm they are, and what a person decides about them."""

from __future__ import annotations

import heapq
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge import asked as places
from edge.asked import bad
from edge.declared import asked, declared, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.shapes.contacts import ContactCounts, ContactDecision, Contacts, ContactsAsked, OneContact
from models import audit, contact_queries
from models.contact_queries import TEMPERATURES, ContactFilter
from models.database import organization
from models.people import Membership
from models.queries import Place
from vocabulary import Role

blueprint = Blueprint("contacts", __name__)

NARROWER = "narrow it by lead_status or temperature"


@blueprint.get("/api/contacts")
@declared(Contacts, Role.VIEWER, query=ContactsAsked)
def contacts() -> Response:
    """Contacts, those last heard of first"""
    given = asked(ContactsAsked)
    wanted, found = ContactFilter(given.lead_status, given.temperature, given.q), []
    for membership in readable():
        with reading(membership.org_id, NARROWER) as tx:
            found.append(contact_queries.newest_contacts(tx, membership.org_id, wanted, given.limit + 1, given.next))
    merged = list(heapq.merge(*found, key=lambda row: (row["heard_at"], row["id"].int), reverse=True))
    shown = merged[: given.limit]
    onward = cursor_of(shown[-1]) if len(merged) > given.limit else None
    return json_response({"ok": True, "data": [in_list(row) for row in shown], "next": onward})


@blueprint.get("/api/contacts/stats")
@declared(ContactCounts, Role.VIEWER)
def stats() -> Response:
    """How many contacts there are, and how many of them are hot, warm and cold"""
    counts = dict.fromkeys(("total", *TEMPERATURES), 0)
    for membership in readable():
        with reading(membership.org_id, "try again in a moment") as tx:
            own = contact_queries.contact_counts(tx, membership.org_id)
        counts = {name: counts[name] + own[name] for name in counts}
    return json_response({"ok": True, **counts, **{f"{name}_leads": count for name, count in counts.items()}})


@blueprint.patch("/api/contacts/<uuid:contact_id>")
@declared(OneContact, Role.OPERATOR, body=ContactDecision, problems=(404,))
def decide(contact_id: UUID) -> Response:
    """A person's word on lead_status or temperature

    Calls do not overwrite it, until null gives it back to them.
    """
    here = writable(Role.OPERATOR, json_body())
    row = decide_on(here, contact_id, sent(ContactDecision).given(), actor())
    return json_response({"ok": True, "data": in_list(row)})


def decide_on(here: Membership, contact_id: UUID, decided: dict[str, str | None], by: str) -> dict[str, Any]:
    """The contact after a colleague's decision. Raises Problem 400 and 404."""
    if not decided:
        raise bad("Give lead_status, temperature or both")
    with organization(here.org_id) as tx:
        row = contact_queries.decide(tx, here.org_id, contact_id, decided)
        if row is None:
            raise not_found()
        audit.record(tx, here.org_id, by, "contacts.decide", str(contact_id), decided)
    return row


def cursor_of(row: dict[str, Any]) -> str:
    return places.cursor(Place(row["heard_at"], row["id"]))


def in_list(row: dict[str, Any]) -> dict[str, Any]:
    """A contact under the names of today and those that older front ends know."""
    fields = {name: value for name, value in row.items() if name != "heard_at"}
    return fields | {"contact_name": row["name"], "phone_number": row["phone"]}
