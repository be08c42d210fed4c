"""The library as a page: the calls from which an agent learns most, a shelf at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from edge.auth import caller
from edge.library import Shelves, shelves
from edge.reading import reading
from models.people import Membership
from models.playable import playable_of_calls
from vocabulary import Role

blueprint = Blueprint("library_page", __name__)

SHELVES = {"best": "Best", "worst": "Worst", "recent": "Recent"}


@blueprint.get("/o/<uuid:org_id>/library")
def library(org_id: UUID) -> str:
    here = caller().within(org_id, Role.VIEWER)
    found = shelves([here], datetime.now(UTC))
    wanted = request.args.get("shelf", "")
    shelf = wanted if wanted in SHELVES else _fullest(found)
    calls = _calls(found)[shelf]
    return render_template(
        "library.html",
        here=here,
        shelf=shelf,
        shelves=[(name, label, len(_calls(found)[name])) for name, label in SHELVES.items()],
        calls=calls,
        average=found.average,
        heard=_heard(here, calls),
    )


def _calls(found: Shelves) -> dict[str, list[dict[str, Any]]]:
    return {"best": found.best, "worst": found.worst, "recent": found.recent}


def _fullest(found: Shelves) -> str:
    """Where nobody chose: the first shelf on which something stands."""
    return next((name for name, calls in _calls(found).items() if calls), "best")


def _heard(here: Membership, calls: list[dict[str, Any]]) -> set[UUID]:
    """The calls that the caller can listen to; their addresses are handed out on their own pages."""
    if not here.may(Role.ANALYST):
        return set()
    with reading(here.org_id) as tx:
        return set(playable_of_calls(tx, here.org_id, [call["id"] for call in calls]))
