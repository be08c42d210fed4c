"""Services over the API: what an organization sells, at which price, and which price it had when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from models import audit, services
from models.database import organization
from models.services import DuplicateName, ServiceChange
from vocabulary import Role

blueprint = Blueprint("services", __name__)

PATH = "/api/services"
NOTE = "Calls keep the price they were valued with; run reanalyse to revalue"
CLEAN: dict[str, Callable[[object], Any]] = {
    "name": services.clean_name,
    "price": services.clean_price,
    "keywords": services.clean_keywords,
}


@blueprint.get(PATH)
def show_all() -> Response:
    found: list[dict[str, Any]] = []
    for membership in readable():
        with reading(membership.org_id) as tx:
            found += services.list_services(tx, membership.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.get(f"{PATH}/<uuid:service_id>")
def show(service_id: UUID) -> Response:
    for membership in readable():
        with reading(membership.org_id) as tx:
            row = services.service_of(tx, membership.org_id, service_id)
            if row is not None:
                prices = services.price_history(tx, membership.org_id, service_id)
                return json_response({"ok": True, "data": row | {"prices": prices}})
    raise not_found()


@blueprint.post(PATH)
def create() -> Response:
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    for name in ("name", "price"):
        if name not in body:
            raise bad(f"{name} is missing")
    given = _given(body | {"keywords": body.get("keywords", [])})
    with _refusing(), organization(org_id) as tx:
        made = services.create_service(tx, org_id, given["name"], given["price"], given["keywords"], actor())
        audit.record(tx, org_id, actor(), "services.create", str(made["id"]))
    return json_response({"ok": True, "data": made}, 201)


@blueprint.patch(f"{PATH}/<uuid:service_id>")
def change(service_id: UUID) -> Response:
    """Changes what is given. Nothing is valued again by itself, and the answer says so."""
    body = json_body()
    org_id = writable(Role.ADMIN, body).org_id
    given = _given(body)
    if not given:
        raise bad("Give at least one of name, price and keywords")
    with _refusing(), organization(org_id) as tx:
        row = services.change_service(tx, org_id, service_id, ServiceChange(**given), actor())
        if row is None:
            raise not_found()
        details = {"changed": sorted(given), "price_version": row["price_version"]}
        audit.record(tx, org_id, actor(), "services.change", str(service_id), details)
    return json_response({"ok": True, "data": row, "note": NOTE})


@blueprint.delete(f"{PATH}/<uuid:service_id>")
def remove(service_id: UUID) -> Response:
    org_id = writable(Role.OWNER, json_body()).org_id
    with organization(org_id) as tx:
        if not services.remove_service(tx, org_id, service_id):
            raise not_found()
        audit.record(tx, org_id, actor(), "services.remove", str(service_id))
    return json_response({"ok": True, "note": NOTE})


def _given(body: dict[str, Any]) -> dict[str, Any]:
    """The fields that were sent, clean; raises Problem 400, naming the field."""
    try:
        return {name: clean(body[name]) for name, clean in CLEAN.items() if name in body}
    except ValueError as error:
        raise bad(str(error)) from None


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except DuplicateName:
        raise Problem(409, "duplicate_name", "There is a service of this name already") from None
