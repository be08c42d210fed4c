"""The calls that a page or a file lists: those that the filters of an address ask for, and that hold what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from edge import asked
from edge.reading import reading
from edge.search import Page, page_of_hits
from models import queries, search
from models.people import Membership
from models.queries import CallFilter, Place
from models.search_words import Sought, parse

ROUNDS = 4
"""So many pages of hits are held against the filters before somebody has to ask for more."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    filter: CallFilter
    sought: Sought | None
    """What was typed into the search; None where nothing was."""


@dataclass(frozen=True, slots=True)
class Listed:
    calls: list[Row]
    next: Place | None
    """Where to look on; a search may give fewer calls than asked for, or none, and a place all the same."""


NOTHING = Wanted(CallFilter(), None)


def wanted(args: Mapping[str, str], timezone: str) -> Wanted:
    """What an address or a form asks for. Raises Problem 400, naming the filter that makes no sense."""
    chosen = asked.call_filter(args, timezone)
    return Wanted(replace(chosen, text=None), parse(chosen.text) if chosen.text else None)


def listed(here: Membership, wanted: Wanted, limit: int, after: Place | None) -> Listed:
    """The newest calls that follow `after`."""
    if wanted.sought is not None:
        return _found(here, wanted, wanted.sought, limit, after)
    with reading(here.org_id) as tx:
        rows = queries.newest_calls(tx, here.org_id, wanted.filter, limit + 1, after)
    return _cut(rows, limit, None)


def _found(here: Membership, wanted: Wanted, sought: Sought, limit: int, after: Place | None) -> Listed:
    """A search begins where the span of days ends; its hits are held against the other filters page by page."""
    until = wanted.filter.until
    place = after or (Place(until, UUID(int=0)) if until else None)
    calls: list[Row] = []
    for _ in range(ROUNDS):
        page = page_of_hits([here], sought, limit, place)
        calls += _fitting(here, page, wanted.filter)
        place = _onward(page, wanted.filter)
        if len(calls) >= limit or place is None or len(page.hits) < limit:
            break
    return _cut(calls, limit, place)


def _fitting(here: Membership, page: Page, chosen: CallFilter) -> list[Row]:
    with reading(here.org_id) as tx:
        return search.calls_of(tx, here.org_id, [place.id for _, place in page.hits], chosen)


def _onward(page: Page, chosen: CallFilter) -> Place | None:
    """Where a search looks on; None once it has passed the first of the days."""
    place = page.looked_to
    return None if place and chosen.since and place.happened_at < chosen.since else place


def _cut(calls: list[Row], limit: int, onward: Place | None) -> Listed:
    if len(calls) <= limit:
        return Listed(calls, onward)
    last = calls[limit - 1]
    return Listed(calls[:limit], Place(last["happened_at"], last["id"]))
