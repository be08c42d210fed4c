"""The API of calls: what front ends read, by bearer, of the organizations in which the caller has the role."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from edge.auth import caller
from edge.declared import asked, declared
from edge.encoding import json_response
from edge.errors import not_found
from edge.messages import seen_by
from edge.quotes import fields_of, has_quotes
from edge.reading import page_of_calls, reading
from edge.scope import actor, readable
from edge.shapes.calls import Calls, CallsAsked, OneCall
from edge.shapes.organizations import Standing
from edge.timeline import Step, timeline
from edge.transcripts import note_reading
from models import call_words, message_queries, placed_calls, queries
from models.links import recording_link
from models.people import Membership
from models.playable import playable_of_call
from vocabulary import ROLE_RANK, Provider, Role

blueprint = Blueprint("api", __name__)

RENAMED = {"provider": "source", "provider_call_id": "source_ref", "duration_seconds": "duration_sec"}
"""Our column: the name under which the API has always given it."""
INTERNAL = ("seen_as", "recording_id", "happened_at", "metadata", "revision")


@blueprint.get("/api/calls")
@declared(Calls, Role.VIEWER, query=CallsAsked)
def calls() -> Response:
    """Calls, the newest first."""
    memberships = readable()
    page = page_of_calls(memberships, request.args, asked(CallsAsked).limit)
    return json_response({"ok": True, "data": [call_in_list(call) for call in page.calls], "next": page.next})


@blueprint.get("/api/calls/<uuid:call_id>")
@declared(OneCall, Role.VIEWER, problems=(404,))
def call(call_id: UUID) -> Response:
    """A call with its results and their words, its messages and its timeline.

    The words are for analysts and above; that they were read is on the audit trail.
    """
    for membership in readable():
        with reading(membership.org_id) as tx:
            row = queries.call_of(tx, membership.org_id, call_id)
            if row is None:
                continue
            names = queries.names_of_call(tx, membership.org_id, call_id)
            found = queries.recordings_of_call(tx, membership.org_id, call_id)
            recording_id = playable_of_call(tx, membership.org_id, call_id)
            steps = timeline(tx, membership.org_id, names)
            results = call_words.results_of(tx, membership.org_id, call_id)
            sent = message_queries.messages_of_call(tx, membership.org_id, call_id)
            placed = placed_calls.of_call(tx, membership.org_id, call_id)
        if membership.may(Role.ANALYST) and has_quotes(results.every):
            note_reading(membership.org_id, call_id)
        analyses = fields_of(results, membership)
        outgoing = {"messages": [seen_by(message, membership) for message in sent], "placed": placed}
        full = _in_full(row, names, found, steps, analyses, membership, recording_id)
        return json_response({"ok": True, "data": full | outgoing})
    raise not_found()


@blueprint.get("/api/orgs/validate/<uuid:org_id>")
@declared(Standing, Role.VIEWER, problems=(404,))
def validate(org_id: UUID) -> Response:
    """Whether the caller belongs to an organization, and as what."""
    member = caller().within(org_id, Role.VIEWER)
    org = {"id": member.org_id, "name": member.name, "timezone": member.timezone, "role": member.role}
    return json_response({"ok": True, "org": org})


def call_in_list(row: dict[str, Any]) -> dict[str, Any]:
    """A call as lists give it: under the names that front ends know, then every other fact under its own.

    `recording_url` is a signed address of ours, for analysts and above; playing it is on the audit trail.
    """
    fields = {RENAMED.get(name, name): value for name, value in row.items() if name not in INTERNAL}
    may_hear = ROLE_RANK[row["seen_as"]] >= ROLE_RANK[Role.ANALYST] and row["recording_id"] is not None
    return fields | {
        "has_recording": row["recording_id"] is not None,
        "recording_url": recording_link(row["org_id"], row["recording_id"], actor(), datetime.now(UTC)).url
        if may_hear
        else None,
    }


def _in_full(
    row: dict[str, Any],
    names: list[dict[str, Any]],
    searches: list[dict[str, Any]],
    steps: list[Step],
    analyses: list[dict[str, Any]],
    membership: Membership,
    recording_id: UUID | None,
) -> dict[str, Any]:
    fields = call_in_list(row | {"seen_as": membership.role, "recording_id": recording_id})
    if not membership.may(Role.ANALYST):
        searches = [search | {"source": None} for search in searches]
    return fields | {
        "metadata": row["metadata"],
        "revision": row["revision"],
        "refs": names,
        "vapiCallId": next((name["ref"] for name in names if name["provider"] == Provider.VAPI), None),
        "recordings": searches,
        "analyses": analyses,
        "events": [_step(step) for step in steps],
    }


def _step(step: Step) -> dict[str, Any]:
    hidden = ("org_id", "dedupe_key", "call_ref")
    return {name: value for name, value in step.event.items() if name not in hidden} | {
        "jobs": [{name: value for name, value in job.items() if name not in ("org_id", "key")} for job in step.jobs],
        "changed": sorted(step.changes) if step.changes is not None else None,
    }
