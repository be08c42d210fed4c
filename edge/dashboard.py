"""The door, the front page and the pages of calls: GET only, as the read-only role. Forms go to the …_actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for

from edge import asked, call_list, live, present, sessions
from edge.actions import safe_address
from edge.addresses import webhook_url
from edge.auth import caller, public
from edge.call_list import Wanted
from edge.call_page import show_call, show_news
from edge.errors import Problem
from edge.highlights import pieces
from edge.reading import reading
from edge.rooms import rooms_for
from edge.search import reasons
from edge.transcripts import clock
from models import queries
from models.people import Membership
from models.queries import Place
from vocabulary import CallStatus, Direction, Endpoint, Role

blueprint = Blueprint("dashboard", __name__)

PAGE_LENGTH = 50
FOUND_LENGTH = 20
"""Calls of a search: each with the passages in which it was found."""
FILTERS = (
    "q", "from", "to", "date", "direction", "status", "outcome", "campaign", "agent", "sentiment", "booked",
    "min_value",
)  # fmt: skip
SPANS = (("Today", 0), ("7 days", 6), ("30 days", 29))
"""Label and how many days before today the span begins."""
MOODS = ("positive", "neutral", "negative")
UNTOLD = "Unknown Caller"
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
def calls(org_id: UUID) -> Any:
    """Follows what happens where the newest calls are shown; what was searched for stays as it was found."""
    here = caller().within(org_id, Role.VIEWER)
    wanted, complaint = _wanted(here)
    after = asked.place(request.args)
    if after is not None or wanted.sought is not None:
        return render_template(
            "calls.html", living=None, **_frame(here, wanted, complaint), **_list(here, wanted, after)
        )
    with reading(org_id) as tx:
        beat = live.beat(tx, org_id)
    if live.is_still(beat):
        return live.STILL
    shown = _list(here, wanted, None)
    frame = {} if live.is_asked() else _frame(here, wanted, complaint)
    return live.shown("calls.html", "calls_list.html", beat, _news(shown["listed"].calls), **frame, **shown)


@blueprint.get("/o/<uuid:org_id>/calls/<uuid:call_id>")
def call(org_id: UUID, call_id: UUID) -> str:
    return show_call(caller().within(org_id, Role.VIEWER), call_id)


@blueprint.get("/o/<uuid:org_id>/calls/<uuid:call_id>/news")
def call_news(org_id: UUID, call_id: UUID) -> str:
    return show_news(caller().within(org_id, Role.VIEWER), call_id)


def _wanted(here: Membership) -> tuple[Wanted, str]:
    """The filters, or what is wrong with them: a page shows that where the API refuses."""
    try:
        return call_list.wanted(request.args, here.timezone), ""
    except Problem as problem:
        return call_list.NOTHING, problem.error


def _list(here: Membership, wanted: Wanted, after: Place | None) -> dict[str, Any]:
    """For calls_list.html, the part of the page that moves."""
    sought = wanted.sought
    found = call_list.listed(here, wanted, PAGE_LENGTH if sought is None else FOUND_LENGTH, after)
    return {
        "here": here,
        "listed": found,
        "onward": asked.cursor(found.next) if found.next else None,
        "is_short": sought is not None and len(found.calls) < FOUND_LENGTH,
        "why": reasons(here, found.calls, sought) if sought is not None else {},
        "pieces": pieces,
        "clock": clock,
        "is_filtered": wanted != call_list.NOTHING,
        "example_url": webhook_url(Endpoint.CONVOSO_CALLS),
        "address": _address,
    }


def _frame(here: Membership, wanted: Wanted, complaint: str) -> dict[str, Any]:
    """For the rest of calls.html."""
    with reading(here.org_id) as tx:
        choices = queries.choices(tx, here.org_id)
    return {
        "complaint": complaint,
        "given": _given(),
        "choices": choices | {"direction": DIRECTIONS, "status": STATUSES, "sentiment": MOODS},
        "spans": _spans(here),
        "may_read": here.may(Role.ANALYST),
    }


def _news(calls: list[dict[str, Any]]) -> str:
    if not calls:
        return ""
    name = calls[0]["caller_name"]
    return f"Newest call: {name if name != UNTOLD else present.dialled(calls[0]['phone_number']) or name}"


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
