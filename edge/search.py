"""Search over calls: names and numbers for every member, what was said for analysts and above."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg2
from flask import Blueprint, Response

from edge import asked
from edge.api import call_in_list
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.highlights import highlights, names_only
from edge.reading import reading
from edge.scope import actor, json_body, readable
from edge.shapes.search import USUAL, FoundCalls, Looking
from models import audit, search
from models.database import Access, organization
from models.people import Membership
from models.playable import playable_of_calls
from models.queries import Place
from models.search import Found
from models.search_words import Sought, parse
from vocabulary import RecordingStatus, Role

blueprint = Blueprint("search", __name__)

OLDER_MILLISECONDS = 1_000
"""Common words that are never said together: what was found until then is given, and where to look on."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    hits: list[tuple[Membership, Place]]
    looked_to: Place | None
    """Where to look on; None where no more is to be found."""


@blueprint.post("/api/ui/search")
@declared(FoundCalls, Role.VIEWER, body=Looking)
def find() -> Response:
    """Calls that match, the newest first: whoever asks at a front desk means the last call.

    Names and numbers are looked through for everybody, what was said for analysts and above; whose words are shown is
    on the audit trail. `next` looks further back; a page may have less than `limit` and a `next` all the same.
    """
    memberships = readable(Role.VIEWER, json_body())
    given = sent(Looking)
    sought = parse(given.q[: asked.TEXT_LIMIT])
    page = page_of_hits(memberships, sought, given.limit or USUAL, given.next)
    onward = asked.cursor(page.looked_to) if page.looked_to else None
    return json_response({"ok": True, "data": _shown(page, sought), "next": onward})


def page_of_hits(memberships: Iterable[Membership], sought: Sought, limit: int, after: Place | None) -> Page:
    """The newest hits over all of these organizations. Where one was not looked through, none is given that is older
    than where its search ended: they follow in their order."""
    if not sought.wanted:
        return Page([], None)
    found = {here: _find(here, sought, limit + 1, after) for here in memberships}
    each = [[(here, place) for place in one.places] for here, one in found.items()]
    merged = list(heapq.merge(*each, key=lambda hit: _order(hit[1]), reverse=True))
    ends = [one.looked_to for one in found.values() if one.looked_to]
    horizon = max(ends, key=_order) if ends else None
    hits = [hit for hit in merged if horizon is None or _order(hit[1]) >= _order(horizon)][:limit]
    if len(hits) == limit and (horizon or len(merged) > limit):
        horizon = hits[-1][1]
    return Page(hits, horizon)


def reasons(here: Membership, calls: Iterable[Row], sought: Sought) -> dict[UUID, list[Row]]:
    """Call → why it was found, once the trail has it of which calls some words are about to be shown."""
    calls, may_read = list(calls), here.may(Role.ANALYST)
    with reading(here.org_id) as tx:
        turns = search.turns_of(tx, here.org_id, [call["id"] for call in calls]) if may_read else {}
    found = {
        call["id"]: highlights(call, turns.get(call["id"], ()), sought.wanted)
        if may_read
        else names_only(call, sought.wanted)
        for call in calls
    }
    _note_reading(here, [call_id for call_id, why in found.items() if _quotes(why)])
    return found


def _shown(page: Page, sought: Sought) -> list[Row]:
    """The calls of a page as lists give them, with `agency_id` and why each was found."""
    rows: dict[Any, Row] = {}
    for here in {here.org_id: here for here, _ in page.hits}.values():
        rows |= _calls(here, [place.id for hit, place in page.hits if hit == here], sought)
    return [rows[place.id] for _, place in page.hits if place.id in rows]


def _find(here: Membership, sought: Sought, limit: int, after: Place | None) -> Found:
    names = not here.may(Role.ANALYST)
    with reading(here.org_id, "look for fewer words") as tx:
        near = search.newest(tx, here.org_id, sought, names, limit, after)
    if near.looked_to is None:
        return near
    try:
        with organization(here.org_id, Access.READ, OLDER_MILLISECONDS) as tx:
            far = search.older(tx, here.org_id, sought, names, limit - len(near.places), near.looked_to)
    except psycopg2.errors.QueryCanceled:
        return near
    return Found(near.places + far, None)


def _calls(here: Membership, ids: list[UUID], sought: Sought) -> dict[UUID, Row]:
    with reading(here.org_id) as tx:
        calls = search.calls_of(tx, here.org_id, ids)
        fetched = (call["id"] for call in calls if call["recording_status"] == RecordingStatus.COMPLETED)
        heard = playable_of_calls(tx, here.org_id, fetched)
    why = reasons(here, calls, sought)
    return {
        call["id"]: call_in_list(call | {"seen_as": here.role, "recording_id": heard.get(call["id"])})
        | {"agency_id": here.org_id, "highlights": why[call["id"]]}
        for call in calls
    }


def _note_reading(here: Membership, ids: list[UUID]) -> None:
    """Puts it on the audit trail of which calls some words are about to be shown, and not what was typed."""
    if ids:
        with organization(here.org_id) as tx:
            audit.record(tx, here.org_id, actor(), "transcript.search", "calls", {"calls": list(map(str, ids))})


def _quotes(why: list[Row]) -> bool:
    return any(one["field"] == "transcript" for one in why)


def _order(place: Place) -> tuple[Any, int]:
    return place.happened_at, place.id.int
