"""The pages of operations: is everything well, what came in, what is owed, and the story of one event or job."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import redis
from flask import Blueprint, render_template, request

from edge import asked
from edge.auth import caller
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scrubbed import content
from edge.story import of_event, of_job
from edge.story.scene import Scene, provider
from edge.troubles import WELL, Standing, counted, troubles
from models import provider_health, stories, workload
from models.database import Access, Transaction, organization
from models.people import Membership
from models.queries import Place
from models.workload import EventFilter, JobFilter, Looked
from tasks import lease
from tasks.timetable import TIMETABLE
from vocabulary import NOBODY, EventState, JobState, Provider, Role

blueprint = Blueprint("operations_page", __name__)

PATH = "/o/<uuid:org_id>/operations"
PAGE_LENGTH = 50
WEEK = timedelta(days=7)
IN_QUARANTINE = 10
"""So many of the newest are shown."""
SHOWN_BYTES = 64 * 1024
"""A larger body takes too long to scrub while somebody waits."""
SHOWN_CHARACTERS = 20_000
ADVICE = "choose fewer"
EVENT_STATES = [state.value for state in EventState if state not in (EventState.UNKNOWN, EventState.QUARANTINED)]
PROVIDERS = [name.value for name in Provider if name is not Provider.UNKNOWN]
JOB_STATES = (("Waiting", JobState.READY), ("Dead", JobState.DEAD), ("Done", JobState.DONE))


@blueprint.get(PATH)
def operations(org_id: UUID) -> str:
    """Is everything well?"""
    here = caller().within(org_id, Role.ADMIN)
    now = datetime.now(UTC)
    standing, ticks = _standing(here, now)
    return render_template(
        "operations.html",
        here=here,
        standing=standing,
        troubles=troubles(standing, now, here.timezone),
        well=WELL,
        ticks=ticks,
        quarantine=_quarantine() if standing.quarantined else [],
        provider=provider,
        counted=counted,
        is_stale=lease.is_stale,
        redriven=_redriven(),
        at=now,
    )


@blueprint.get(f"{PATH}/events")
def events(org_id: UUID) -> str:
    here = caller().within(org_id, Role.ADMIN)
    given, complaint = _given({"state": EVENT_STATES, "provider": PROVIDERS, "kind": None})
    wanted = EventFilter(given.get("state"), given.get("provider"), given.get("kind"))
    with reading(org_id, ADVICE) as tx:
        found = workload.newest_events(tx, org_id, wanted, PAGE_LENGTH, _place())
        kinds = workload.recent_kinds(tx, org_id)
    return _list("operations_events.html", here, found, given, complaint, kinds=kinds, states=EVENT_STATES)


@blueprint.get(f"{PATH}/jobs")
def jobs(org_id: UUID) -> str:
    here = caller().within(org_id, Role.ADMIN)
    given, complaint = _given({"state": [state for _, state in JOB_STATES], "actor": None})
    wanted = JobFilter(given.get("state", JobState.READY), given.get("actor"))
    with reading(org_id, ADVICE) as tx:
        found = workload.listed_jobs(tx, org_id, wanted, PAGE_LENGTH, _place())
    return _list("operations_jobs.html", here, found, given, complaint, wanted=wanted, views=JOB_STATES)


@blueprint.get(f"{PATH}/events/<uuid:event_id>")
def event(org_id: UUID, event_id: UUID) -> str:
    here = caller().within(org_id, Role.ADMIN)
    with reading(org_id) as tx:
        row = stories.event(tx, org_id, event_id)
        if row is None:
            raise not_found()
        owed = stories.jobs_of_event(tx, org_id, event_id)
        call_id = stories.call_named(tx, org_id, row["call_ref"]) if row["call_ref"] else None
        shown = _shown(tx, org_id, event_id)
    scene = _scene(here)
    told = [of_event.arrival(scene, row), of_event.verdict(scene, row)]
    told += [line for job in owed for line in _about(scene, job)]
    return render_template(
        "operations_event.html", here=here, event=row, jobs=owed, told=told, call_id=call_id, provider=provider, **shown
    )


@blueprint.get(f"{PATH}/jobs/<uuid:job_id>")
def job(org_id: UUID, job_id: UUID) -> str:
    here = caller().within(org_id, Role.ADMIN)
    with reading(org_id) as tx:
        row = stories.job(tx, org_id, job_id)
    if row is None:
        raise not_found()
    scene = _scene(here)
    told = [f"It was owed at {scene.at(row['created_at'])}.", *_about(scene, row, "The")]
    named = {name.removesuffix("_id"): value for name, value in row["args"].items() if name.endswith("_id")}
    return render_template("operations_job.html", here=here, job=row, told=told, named=named, redriven=_redriven())


def _standing(here: Membership, now: datetime) -> tuple[Standing, list[dict[str, Any]]]:
    """How the work stands, and the timetable with its latest ticks."""
    has_redis, swept = _swept()
    with reading(here.org_id) as tx:
        waiting, dead = workload.waiting(tx, here.org_id), workload.dead_letters(tx, here.org_id)
        providers = provider_health.list_health(tx, here.org_id)
        refused = workload.count_aside(tx, here.org_id, EventState.REFUSED, now - WEEK)
        known = workload.latest_ticks(tx, here.org_id, [tick.name for tick in TIMETABLE if tick.each_organization])
    quarantined = None
    if caller().is_super_admin:
        with organization(NOBODY, Access.READ) as tx:
            quarantined = workload.count_aside(tx, NOBODY, EventState.QUARANTINED)
            known |= workload.latest_ticks(tx, NOBODY, [tick.name for tick in TIMETABLE if not tick.each_organization])
    standing = Standing(waiting, dead, providers, refused, has_redis, swept, quarantined)
    shown = [tick for tick in TIMETABLE if tick.each_organization or caller().is_super_admin]
    ticks = [{"tick": tick, "due_at": tick.latest(now) + tick.every, "last": known.get(tick.name)} for tick in shown]
    return standing, sorted(ticks, key=lambda row: (row["tick"].every, row["tick"].name))


def _swept() -> tuple[bool, float | None]:
    try:
        return True, lease.age_seconds()
    except redis.RedisError:
        return False, None


def _quarantine() -> list[dict[str, Any]]:
    """The newest events that are no organization's, with the kinds of names that they carry: for super admins."""
    with organization(NOBODY, Access.READ) as tx:
        found = workload.newest_events(tx, NOBODY, EventFilter(EventState.QUARANTINED), IN_QUARANTINE, None)
        rows = [stories.event(tx, NOBODY, row["id"]) for row in found.rows]
    return [row | {"carries": of_event.names(row)} for row in rows if row is not None]


def _about(scene: Scene, job: dict[str, Any], whose: str = "Its") -> list[str]:
    """A job's lines; what a command would cure is a button here."""
    command = f"`./aftercall jobs redrive {job['id']}`"
    return [line.replace(command, "redrive it") for line in of_job.lines(scene, job, whose)]


def _scene(here: Membership) -> Scene:
    return Scene(here.org_id, here.name, here.timezone, datetime.now(UTC))


def _shown(tx: Transaction, org_id: UUID, event_id: UUID) -> dict[str, Any]:
    """What it said, scrubbed, as text; or why that is not shown."""
    if workload.body_bytes(tx, org_id, event_id) > SHOWN_BYTES:
        return {"body": None, "body_note": f"too large for a page: `./aftercall events show {event_id}` shows it"}
    found = content(tx, org_id, event_id)
    if found["body"] is None:
        return found
    text = json.dumps(found["body"], indent=2, ensure_ascii=False)
    return {"body": text[:SHOWN_CHARACTERS], "is_cut": len(text) > SHOWN_CHARACTERS}


def _given(names: dict[str, list[str] | None]) -> tuple[dict[str, str], str]:
    """The filters of the address that mean something, and what is wrong with another one."""
    given, complaint = {}, ""
    for name, choices in names.items():
        value = request.args.get(name, "").strip().replace("\0", "")
        if value and choices is not None and value not in choices:
            complaint = f"{name.capitalize()} must be one of {', '.join(choices)}."
        elif value:
            given[name] = value
    return given, complaint


def _place() -> Place | None:
    try:
        return asked.place(request.args)
    except Problem:
        return None


def _list(template: str, here: Membership, found: Looked, given: dict[str, str], complaint: str, **more: Any) -> str:
    def address(**changes: str | None) -> str:
        """This page with some of its filters changed, or dropped where None; back on its first page."""
        query = {name: value for name, value in (given | changes).items() if value}
        return f"{request.path}?{urlencode(query)}" if query else request.path

    return render_template(
        template,
        here=here,
        rows=found.rows,
        next=asked.cursor(found.next) if found.next else None,
        given=given,
        complaint=complaint,
        address=address,
        provider=provider,
        providers=PROVIDERS,
        redriven=_redriven(),
        **more,
    )


def _redriven() -> int | None:
    """How many jobs a form has just redriven, for the page to say so."""
    told = request.args.get("redriven", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None
