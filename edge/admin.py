"""Calls and figures across organizations: all of them for a super admin, their own for admins; and deleting calls."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from edge.api import call_in_list
from edge.auth import caller
from edge.declared import asked, declared, sent
from edge.encoding import json_response
from edge.errors import Problem
from edge.figures import shown
from edge.reading import page_of_calls, reading
from edge.scope import actor, json_body, readable, writable
from edge.shapes.admin import AgencyCalls, AgencyStats, ClearAsked, ClearOwed
from edge.shapes.figures import SpanAsked
from edge.spans import asked_span
from models import audit, clearing, dashboard_stats, everywhere
from models.dashboard_stats import Figures
from models.database import organization
from models.ids import new_id
from models.organizations import list_organizations
from models.people import Membership
from tasks.clearing import owe_clearing
from vocabulary import Role

blueprint = Blueprint("admin", __name__)

PHRASE = "delete all calls of {name}"


@blueprint.get("/api/admin/calls")
@declared(AgencyCalls)
def calls() -> Response:
    """The newest calls of all organizations, each with its organization's name.

    Super admins see all there are, which leaves a trace in each; admins see their own.
    """
    if _is_everywhere():
        rows = everywhere.newest_calls(actor(), _route())
        return _answer([_call(row | {"seen_as": Role.OWNER}) for row in rows], None)
    members = readable(Role.ADMIN)
    names = {member.org_id: member.name for member in members}
    found = page_of_calls(members, {}, everywhere.MOST).calls
    return _answer([_call(row | {"agency_name": names[row["org_id"]]}) for row in found], members)


@blueprint.get("/api/admin/stats")
@declared(AgencyStats, query=SpanAsked)
def stats() -> Response:
    """The sums of a span of days, over all organizations and by each.

    Super admins see all there are, which leaves a trace in each; admins see their own.
    """
    members = _all() if _is_everywhere() else readable(Role.ADMIN)
    asked(SpanAsked)
    span = asked_span(request.args, members)
    if _is_everywhere():
        found = everywhere.figures(span.first, span.last, actor(), _route())
    else:
        found = {member.org_id: _figures(member.org_id, span.first, span.last) for member in members}
    sums = [(member, found.get(member.org_id, Figures())) for member in members]
    agencies = [{"agency_id": at.org_id, "agency_name": at.name, **shown([sum_])} for at, sum_ in sums]
    data = {
        "range": {"from": span.first, "to": span.last, "days": len(span.days)},
        "total": {"agencies": len(members), **shown(sum_ for _, sum_ in sums)},
        "agencies": agencies,
    }
    return _answer(data, None if _is_everywhere() else members)


@blueprint.post("/api/admin/clear-all-calls")
@declared(ClearOwed, body=ClearAsked, status=202)
def clear_all_calls() -> Response:
    """Deletes all calls of one organization, for super admins only.

    It is done in a moment, once the phrase that names the organization was sent along, and stands on its audit trail.
    """
    if not caller().person.is_super_admin:
        raise Problem(403)
    here = writable(Role.OWNER, json_body())
    phrase = PHRASE.format(name=here.name)
    if sent(ClearAsked).confirm != phrase:
        raise Problem(400, "confirmation_required", f'To go on, send confirm: "{phrase}"')
    name = str(new_id())
    with organization(here.org_id) as tx:
        count = clearing.count(tx, here.org_id)
        owe_clearing(tx, here.org_id, name)
        audit.record(tx, here.org_id, actor(), "calls.clear", name, {"calls": count})
    return json_response({"ok": True, "data": {"id": name, "org_id": here.org_id, "calls": count}}, 202)


def _is_everywhere() -> bool:
    """A super admin who names no organization means all of them."""
    return caller().is_super_admin and caller().selected is None and not request.args.get("org_id")


def _all() -> tuple[Membership, ...]:
    return tuple(Membership(row["org_id"], Role.OWNER, row["name"], row["timezone"]) for row in list_organizations())


def _figures(org_id: UUID, first: date, last: date) -> Figures:
    with reading(org_id) as tx:
        return sum(dashboard_stats.by_day(tx, org_id, first, last).values(), Figures())


def _call(row: dict[str, Any]) -> dict[str, Any]:
    return call_in_list(row) | {"agency_id": row["org_id"]}


def _answer(data: Any, members: tuple[Membership, ...] | None) -> Response:
    """`filtered_by_agencies`: the organizations that it is about, null where it is about all."""
    about = None if members is None else [member.org_id for member in members]
    flags = {"is_super_admin": caller().is_super_admin, "filtered_by_agencies": about}
    return json_response({"ok": True, "data": data} | flags)


def _route() -> str:
    return request.url_rule.rule if request.url_rule else ""
