"""Services over the API: what an organization sells, at which price, and which price it had when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from edge.shapes.base import Sent
from edge.shapes.services import (
    NewService,
    ServiceAnswer,
    ServiceChange,
    ServiceChanged,
    ServiceList,
    ServiceMade,
    ServiceRemoved,
)
from models import audit, services
from models.database import organization
from models.services import DuplicateName
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
@declared(ServiceList, Role.VIEWER)
def show_all() -> Response:
    """What is sold now."""
    found: list[dict[str, Any]] = []
    for membership in readable():
        with reading(membership.org_id) as tx:
            found += services.list_services(tx, membership.org_id)
    return json_response({"ok": True, "data": found})


@blueprint.get(f"{PATH}/<uuid:service_id>")
@declared(ServiceAnswer, Role.VIEWER)
def show(service_id: UUID) -> Response:
    """A service with every price that it has had."""
    for membership in readable():
        found = service_with_prices(membership.org_id, service_id)
        if found is not None:
            return json_response({"ok": True, "data": found})
    raise not_found()


@blueprint.post(PATH)
@declared(ServiceMade, Role.ADMIN, body=NewService, status=201, problems=(409,))
def create() -> Response:
    """Adds a service, at price version 1."""
    org_id = writable(Role.ADMIN, json_body()).org_id
    body = sent(NewService)
    made = add(org_id, {"name": body.name, "price": body.price, "keywords": body.keywords}, actor())
    return json_response({"ok": True, "data": made}, 201)


@blueprint.patch(f"{PATH}/<uuid:service_id>")
@declared(ServiceChanged, Role.ADMIN, body=ServiceChange, problems=(409,))
def change(service_id: UUID) -> Response:
    """Changes what is given. Nothing is valued again by itself, and the answer says so."""
    org_id = writable(Role.ADMIN, json_body()).org_id
    given = sent(ServiceChange).given()
    if not given:
        raise bad("Give at least one of name, price and keywords")
    return json_response({"ok": True, "data": put(org_id, service_id, given, actor()), "note": NOTE})


@blueprint.delete(f"{PATH}/<uuid:service_id>")
@declared(ServiceRemoved, Role.OWNER, body=Sent)
def remove(service_id: UUID) -> Response:
    """Takes a service off the list. What calls were valued with stays."""
    drop(writable(Role.OWNER, json_body()).org_id, service_id, actor())
    return json_response({"ok": True, "note": NOTE})


def service_with_prices(org_id: UUID, service_id: UUID) -> dict[str, Any] | None:
    with reading(org_id) as tx:
        row = services.service_of(tx, org_id, service_id)
        return row and row | {"prices": services.price_history(tx, org_id, service_id)}


def add(org_id: UUID, given: Mapping[str, object], by: str) -> dict[str, Any]:
    """A new service of name, price and keywords. Raises Problem 400 and 409."""
    new = _clean(given)
    with _refusing(), organization(org_id) as tx:
        made = services.create_service(tx, org_id, new["name"], new["price"], new["keywords"], by)
        audit.record(tx, org_id, by, "services.create", str(made["id"]))
    return made


def put(org_id: UUID, service_id: UUID, given: Mapping[str, object], by: str) -> dict[str, Any]:
    """The service with what was given changed. Raises Problem 400, 404 and 409."""
    new = _clean(given)
    with _refusing(), organization(org_id) as tx:
        row = services.change_service(tx, org_id, service_id, services.ServiceChange(**new), by)
        if row is None:
            raise not_found()
        details = {"changed": sorted(new), "price_version": row["price_version"]}
        audit.record(tx, org_id, by, "services.change", str(service_id), details)
    return row


def drop(org_id: UUID, service_id: UUID, by: str) -> None:
    """Raises Problem 404."""
    with organization(org_id) as tx:
        if not services.remove_service(tx, org_id, service_id):
            raise not_found()
        audit.record(tx, org_id, by, "services.remove", str(service_id))


def _clean(given: Mapping[str, object]) -> dict[str, Any]:
    """What was given, as it is kept; raises Problem 400, naming the field."""
    try:
        return {name: clean(given[name]) for name, clean in CLEAN.items() if name in given}
    except ValueError as error:
        raise bad(str(error)) from None


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except DuplicateName:
        raise Problem(409, "duplicate_name", "There is a service of this name already") from None
