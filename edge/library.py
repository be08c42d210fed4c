"""The library over the API: calls to learn from, best, worst and newest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response

from edge.declared import declared
from edge.encoding import json_response
from edge.reading import reading
from edge.scope import readable
from edge.shapes.library import Library
from models import library
from models.library import LENGTH, Shelf
from models.people import Membership
from vocabulary import Role

blueprint = Blueprint("library", __name__)

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Shelves:
    best: Rows
    worst: Rows
    recent: Rows
    average: float | None
    """The mean QA score of every call that has one; None where none has."""


@blueprint.get("/api/ui/library/simple")
@declared(Library, Role.VIEWER)
def simple() -> Response:
    """Calls to learn from: the best, the worst and the newest, twenty each.

    Best and worst are told by the disposition and the length of a call, in the order of their QA scores.
    """
    found = shelves(readable(), datetime.now(UTC))
    named = {"best": found.best, "worst": found.worst, "recent": found.recent}
    listed = {name: [_fields(call) for call in calls] for name, calls in named.items()}
    return json_response({"ok": True, "avgScore": found.average} | listed)


def shelves(memberships: Iterable[Membership], now: datetime) -> Shelves:
    """The calls of all of these organizations in one order on each shelf."""
    best, worst, recent = [], [], []
    total, count = 0.0, 0
    for membership in memberships:
        org_id = membership.org_id
        with reading(org_id) as tx:
            best += library.shelf(tx, org_id, Shelf.BEST)
            worst += library.shelf(tx, org_id, Shelf.WORST)
            recent += library.recent(tx, org_id, now)
            scores, judged = library.judged(tx, org_id)
        total, count = total + float(scores), count + judged
    return Shelves(
        _first(best, lambda call: (call["qa_score"] is None, -(call["qa_score"] or 0))),
        _first(worst, lambda call: (call["qa_score"] is None, call["qa_score"] or 0)),
        _first(recent, lambda call: ()),
        round(total / count, 1) if count else None,
    )


def _first(calls: Rows, key: Callable[[dict[str, Any]], Any]) -> Rows:
    """Of several organizations' calls the first, by the key and then by the newest."""
    newest = sorted(calls, key=lambda call: (call["happened_at"], call["id"].int), reverse=True)
    return sorted(newest, key=key)[:LENGTH]


def _fields(call: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in call.items() if name != "happened_at"}
