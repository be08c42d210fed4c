"""Contacts over the API: who called, how warm they are, and what a person decides about them."""

from __future__ import annotations

import heapq
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from edge import asked
from edge.asked import bad
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from models import audit, contact_queries
from models.contact_queries import TEMPERATURES, ContactFilter
from models.database import organization
from models.queries import Place
from vocabulary import Role

blueprint = Blueprint("contacts", __name__)

LEAD_STATUSES = ("new", "contacted", "booked", "lost")
NARROWER = "narrow it by lead_status or temperature"
CHOICES = {"lead_status": LEAD_STATUSES, "temperature": TEMPERATURES}


@blueprint.get("/api/contacts")
def contacts() -> Response:
    """Those last heard of first; `next` asks for the ones that follow."""
    text = request.args.get("q", "").replace("\0", "").strip()[: asked.TEXT_LIMIT]
    wanted = ContactFilter(_choice("lead_status"), _choice("temperature"), text or None)
    most, after = asked.limit(request.args), asked.place(request.args)
    found = []
    for membership in readable():
        with reading(membership.org_id, NARROWER) as tx:
            found.append(contact_queries.newest_contacts(tx, membership.org_id, wanted, most + 1, after))
    merged = list(heapq.merge(*found, key=lambda row: (row["heard_at"], row["id"].int), reverse=True))
    shown = merged[:most]
    last = Place(shown[-1]["heard_at"], shown[-1]["id"]) if len(merged) > most else None
    onward = asked.cursor(last) if last else None
    return json_response({"ok": True, "data": [in_list(row) for row in shown], "next": onward})


@blueprint.get("/api/contacts/stats")
def stats() -> Response:
    counts = dict.fromkeys(("total", *TEMPERATURES), 0)
    for membership in readable():
        with reading(membership.org_id, "try again in a moment") as tx:
            own = contact_queries.contact_counts(tx, membership.org_id)
        counts = {name: counts[name] + own[name] for name in counts}
    return json_response({"ok": True, **counts, **{f"{name}_leads": count for name, count in counts.items()}})


@blueprint.patch("/api/contacts/<uuid:contact_id>")
def decide(contact_id: UUID) -> Response:
    """A person's word on lead_status or temperature: calls do not overwrite it, until null gives it back to them."""
    body = json_body()
    org_id = writable(Role.OPERATOR, body).org_id
    decided = {name: _decision(name, body[name]) for name in CHOICES if name in body}
    if not decided:
        raise bad("Give lead_status, temperature or both")
    with organization(org_id) as tx:
        row = contact_queries.decide(tx, org_id, contact_id, decided)
        if row is None:
            raise not_found()
        audit.record(tx, org_id, actor(), "contacts.decide", str(contact_id), decided)
    return json_response({"ok": True, "data": in_list(row)})


def in_list(row: dict[str, Any]) -> dict[str, Any]:
    """A contact under the names of today and those that older front ends know."""
    fields = {name: value for name, value in row.items() if name != "heard_at"}
    return fields | {"contact_name": row["name"], "phone_number": row["phone"]}


def _choice(name: str) -> str | None:
    given = request.args.get(name, "").strip().lower()
    if given and given not in CHOICES[name]:
        raise bad(f"{name} must be one of {', '.join(CHOICES[name])}")
    return given or None


def _decision(name: str, given: Any) -> str | None:
    if given is None:
        return None
    if given not in CHOICES[name]:
        raise bad(f"{name} must be one of {', '.join(CHOICES[name])}, or null to give it back to the rules")
    return str(given)
