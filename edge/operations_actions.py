"""The forms of operations: dead jobs once more, and an event's words read once more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for

from edge.auth import caller
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor
from models import stories
from tasks.redriving import redrive
from tasks.replay import replay_event
from vocabulary import Role

blueprint = Blueprint("operations_actions", __name__)

PATH = "/o/<uuid:org_id>/operations"


@blueprint.post(f"{PATH}/jobs/<uuid:job_id>/redrive")
def redrive_job(org_id: UUID, job_id: UUID) -> Any:
    """A job that is not dead any more is left as it is: somebody was quicker."""
    caller().within(org_id, Role.ADMIN)
    with reading(org_id) as tx:
        if stories.job(tx, org_id, job_id) is None:
            raise not_found()
    count = redrive(org_id, actor(), [job_id])
    return redirect(url_for("operations_page.job", org_id=org_id, job_id=job_id, redriven=count), 303)


@blueprint.post(f"{PATH}/redrive")
def redrive_kind(org_id: UUID) -> Any:
    """All dead jobs of one kind."""
    caller().within(org_id, Role.ADMIN)
    kind = request.form.get("actor", "").replace("\0", "").strip()
    if not kind:
        raise Problem(400, error="Say which kind of work is meant")
    count = redrive(org_id, actor(), actor=kind)
    return redirect(url_for("operations_page.operations", org_id=org_id, redriven=count), 303)


@blueprint.post(f"{PATH}/events/<uuid:event_id>/replay")
def replay(org_id: UUID, event_id: UUID) -> Any:
    """Owes an event's work again. Raises Problem 404, and 409 where nothing is left to be read."""
    caller().within(org_id, Role.ADMIN)
    with reading(org_id) as tx:
        if stories.event(tx, org_id, event_id) is None:
            raise not_found()
    if not replay_event(org_id, event_id, actor()):
        raise Problem(409, "not_replayable", "This event owes no work, or its words are kept no more")
    return redirect(url_for("operations_page.event", org_id=org_id, event_id=event_id), 303)
