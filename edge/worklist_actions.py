"""The forms of the worklist: something is done, snoozed or taken back with one tap, and the page shows what is left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, request, url_for

from edge import worklist
from edge.asked import bad
from edge.auth import caller
from edge.errors import not_found
from edge.scope import actor
from edge.spans import RANGES
from models import audit, work_marks
from models.database import organization
from models.people import Membership
from models.worklist import Work
from vocabulary import Role

blueprint = Blueprint("worklist_actions", __name__)

BACK = "reopen"


@blueprint.post("/o/<uuid:org_id>/today/worklist")
def act(org_id: UUID) -> Any:
    """`mark` is kind:subject:action, as its button says: an outcome, a snooze, or reopen."""
    here = caller().within(org_id, Role.OPERATOR)
    kind, subject_id, action = _asked(request.form.get("mark", ""))
    if action == BACK:
        reopen(here, kind, subject_id, actor())
        return redirect(_address(here), 303)
    put_aside(here, kind, subject_id, action, actor(), datetime.now(UTC))
    return redirect(_address(here, marked=f"{kind}:{subject_id}"), 303)


def put_aside(here: Membership, kind: Work, subject_id: UUID, action: str, by: str, now: datetime) -> None:
    """Marks it as done, or snoozes it, with an entry on the trail. Raises Problem 400 and 404."""
    mark = worklist.mark_for(kind, subject_id, action, now, here.timezone)
    if mark is None:
        raise bad("What is to be done with it is not one of the list's actions")
    with organization(here.org_id) as tx:
        if not work_marks.is_there(tx, here.org_id, kind, subject_id):
            raise not_found()
        if work_marks.put_aside(tx, here.org_id, mark, by):
            name = "worklist.snooze" if mark.until else "worklist.done"
            told = {"kind": kind, "outcome": mark.outcome, "until": mark.until.isoformat() if mark.until else None}
            details = {key: value for key, value in told.items() if value}
            audit.record(tx, here.org_id, by, name, str(subject_id), details)


def reopen(here: Membership, kind: Work, subject_id: UUID, by: str) -> None:
    """Takes a mark back: the item stands on the list again, if it still waits. Without one nothing happens."""
    with organization(here.org_id) as tx:
        if not work_marks.is_there(tx, here.org_id, kind, subject_id):
            raise not_found()
        if work_marks.take_back(tx, here.org_id, kind, subject_id):
            audit.record(tx, here.org_id, by, "worklist.reopen", str(subject_id), {"kind": kind})


def _asked(given: str) -> tuple[Work, UUID, str]:
    """Raises Problem 400."""
    kind, _, rest = given.partition(":")
    subject, _, action = rest.partition(":")
    try:
        return Work(kind), UUID(subject), action
    except ValueError:
        raise bad("What is meant is named by its kind and its id") from None


def _address(here: Membership, **further: str) -> str:
    """Back on the page, with the span of days that it showed."""
    span, everything = request.form.get("range", ""), request.form.get("all", "")
    query = ({"range": span} if span in RANGES else {}) | ({"all": "1"} if everything else {}) | further
    page = url_for("today_page.today", org_id=here.org_id)
    return f"{page}?{urlencode(query)}" if query else page
