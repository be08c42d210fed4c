"""The pages: GET only, as the read-only role. What they do for people is posted to edge/actions.py instead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for

from edge import sessions
from edge.actions import safe_address
from edge.addresses import webhook_url
from edge.asked import call_filter
from edge.auth import caller, public
from edge.call_page import show_call, show_news
from edge.errors import Problem
from edge.reading import page_of_calls, reading
from edge.rooms import rooms_for
from models import queries
from models.people import Membership
from models.queries import CallFilter
from vocabulary import CallStatus, Direction, Endpoint, Role

blueprint = Blueprint("dashboard", __name__)

PAGE_LENGTH = 50
FILTERS = (
    "q", "from", "to", "date", "direction", "status", "outcome", "campaign", "agent", "sentiment", "booked",
    "min_value",
)  # fmt: skip
SPANS = (("Today", 0), ("7 days", 6), ("30 days", 29))
"""Label and how many days before today the span begins."""
DIRECTIONS = [direction.value for direction in Direction if direction is not Direction.UNKNOWN]
STATUSES = [status.value for status in CallStatus if status is not CallStatus.UNKNOWN]


@blueprint.get("/sign-in")
@public
def sign_in() -> Any:
    onward = safe_address(request.args.get("next", ""))
    if sessions.current_person() is not None:
        return redirect(onward, 303)
    return render_template("sign_in.html", complaint="", email="", next=onward)


@blueprint.get("/")
def home() -> Any:
    """The front page of the person's first organization."""
    memberships = caller().organizations(Role.VIEWER)
    if not memberships:
        return render_template("no_organization.html")
    return at(memberships[0].org_id)


@blueprint.get("/o/<uuid:org_id>")
def at(org_id: UUID) -> Any:
    """An organization's front page."""
    here = caller().within(org_id, Role.VIEWER)
    return redirect(url_for(rooms_for(here)[0].endpoint, org_id=org_id), 303)


@blueprint.get("/o/<uuid:org_id>/calls")
def calls(org_id: UUID) -> str:
    here = caller().within(org_id, Role.VIEWER)
    wanted, complaint = _wanted(here)
    page = page_of_calls([here], {} if complaint else request.args, PAGE_LENGTH)
    with reading(org_id) as tx:
        choices = queries.choices(tx, org_id)
    return render_template(
        "calls.html",
        here=here,
        page=page,
        complaint=complaint,
        given=_given(),
        is_filtered=wanted != CallFilter(),
        choices=choices | {"direction": DIRECTIONS, "status": STATUSES},
        spans=_spans(here),
        example_url=webhook_url(Endpoint.CONVOSO_CALLS),
        address=_address,
    )


@blueprint.get("/o/<uuid:org_id>/calls/<uuid:call_id>")
def call(org_id: UUID, call_id: UUID) -> str:
    return show_call(caller().within(org_id, Role.VIEWER), call_id)


@blueprint.get("/o/<uuid:org_id>/calls/<uuid:call_id>/news")
def call_news(org_id: UUID, call_id: UUID) -> str:
    return show_news(caller().within(org_id, Role.VIEWER), call_id)


def _wanted(here: Membership) -> tuple[CallFilter, str]:
    """The filters, or what is wrong with them: a page shows that where the API refuses."""
    try:
        return call_filter(request.args, here.timezone), ""
    except Problem as problem:
        return CallFilter(), problem.error


def _given() -> dict[str, str]:
    """The filters as they stand in the address, for the form to show again."""
    return {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}


def _address(**changes: str | None) -> str:
    """This page with some of its filters changed, or dropped where None; back on its first page."""
    query = {name: value for name, value in (_given() | changes).items() if value}
    bare = request.path
    return f"{bare}?{urlencode(query)}" if query else bare


def _spans(here: Membership) -> list[dict[str, Any]]:
    """Ready-made spans of days, in the organization's zone."""
    today = datetime.now(ZoneInfo(here.timezone)).date()
    given = _given()
    spans = [{"label": "All", "from": None}]
    spans += [{"label": label, "from": (today - timedelta(days=days)).isoformat()} for label, days in SPANS]
    is_plain = "to" not in given and "date" not in given
    return [span | {"is_current": is_plain and span["from"] == given.get("from")} for span in spans]
