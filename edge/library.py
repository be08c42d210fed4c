"""The library over the API: calls to learn from, best, worst and newest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response

from edge.encoding import json_response
from edge.reading import reading
from edge.scope import readable
from models import library
from models.library import LENGTH, Shelf

blueprint = Blueprint("library", __name__)

Rows = list[dict[str, Any]]


@blueprint.get("/api/ui/library/simple")
def simple() -> Response:
    """`avgScore` is the mean QA score of every call that has one, null where none has."""
    now = datetime.now(UTC)
    best, worst, recent = [], [], []
    total, count = 0.0, 0
    for membership in readable():
        org_id = membership.org_id
        with reading(org_id) as tx:
            best += library.shelf(tx, org_id, Shelf.BEST)
            worst += library.shelf(tx, org_id, Shelf.WORST)
            recent += library.recent(tx, org_id, now)
            scores, judged = library.judged(tx, org_id)
        total, count = total + float(scores), count + judged
    return json_response(
        {
            "ok": True,
            "best": _first(best, lambda call: (call["qa_score"] is None, -(call["qa_score"] or 0))),
            "worst": _first(worst, lambda call: (call["qa_score"] is None, call["qa_score"] or 0)),
            "recent": _first(recent, lambda call: ()),
            "avgScore": round(total / count, 1) if count else None,
        }
    )


def _first(calls: Iterable[dict[str, Any]], key: Any) -> Rows:
    """Of several organizations' calls the first, by the key and then by the newest."""
    newest = sorted(calls, key=lambda call: (call["happened_at"], call["id"].int), reverse=True)
    return [
        {name: value for name, value in call.items() if name != "happened_at"}
        for call in sorted(newest, key=key)[:LENGTH]
    ]
