"""The pages: GET only, as the read-only role. What they do for people is posted to edge/actions.py instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for

from edge import call_facts, call_results, sessions, talk
from edge.actions import safe_address
from edge.addresses import webhook_url
from edge.asked import call_filter
from edge.auth import caller, public
from edge.errors import Problem, not_found
from edge.playback import hand_out
from edge.quotes import has_quotes
from edge.reading import page_of_calls, reading
from edge.scope import actor
from edge.timeline import timeline
from edge.transcripts import note_reading
from models import call_words, queries
from models.people import Membership
from models.queries import CallFilter
from models.recordings import playable_of_call
from settings import settings
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
    """The calls of the person's first organization."""
    memberships = caller().organizations(Role.VIEWER)
    if not memberships:
        return render_template("no_organization.html")
    return redirect(url_for("dashboard.calls", org_id=memberships[0].org_id), 303)


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
    """What was said is for analysts: others get the figures without any of the words that they come from."""
    here = caller().within(org_id, Role.VIEWER)
    may_hear = here.may(Role.ANALYST)
    with reading(org_id) as tx:
        row = queries.call_of(tx, org_id, call_id)
        if row is None:
            raise not_found()
        names = queries.names_of_call(tx, org_id, call_id)
        recordings = queries.recordings_of_call(tx, org_id, call_id)
        steps = timeline(tx, org_id, names)
        said = call_words.transcript_of(tx, org_id, call_id) if may_hear else None
        found = call_words.results_of(tx, org_id, call_id)
        people = call_words.names_of_people(tx, call_results.people_of(found.every))
        recording_id = playable_of_call(tx, org_id, call_id) if may_hear else None
    if may_hear and (said is not None or has_quotes(found.every)):
        note_reading(org_id, call_id)
    turns = (said["turns"] if said else []) if may_hear else None
    return render_template(
        "call.html",
        here=here,
        call=row,
        groups=call_facts.groups(row, here, found.standing),
        names=names,
        recordings=recordings,
        steps=steps,
        said=said,
        lines=talk.lines(said["turns"], found.standing.values()) if said else [],
        results=call_results.results(found, turns, people),
        may_hear=may_hear,
        sound=_sound(org_id, recording_id) if recording_id else None,
    )


def _sound(org_id: UUID, recording_id: UUID) -> str:
    """A signed address of the recording on this very site, whatever the name that the browser knows it by."""
    return hand_out(org_id, recording_id, actor(), datetime.now(UTC)).url.removeprefix(settings().public_url)


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
