"""A webhook's story: what was said of it at the door, which work it owed, and what that was about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edge.story import of_job
from edge.story.scene import Scene, listed, plain, provider
from models import stories
from models.database import Transaction
from vocabulary import EventState

NAMES = {"assistant": "an assistant", "number": "a number at Vapi", "line": "a line", "text": "a number for texts"}
UNKNOWN_NAMES = "something that we do not know"


def tell(tx: Transaction, scene: Scene, event: Mapping[str, Any]) -> list[str]:
    jobs = stories.jobs_about(tx, scene.org_id, "event_id", [event["id"]])
    call_id = stories.call_named(tx, scene.org_id, event["call_ref"]) if event["call_ref"] else None
    told = [scene.opening("Event", event["id"]), arrival(scene, event), verdict(scene, event)]
    told += [line for job in jobs for line in of_job.lines(scene, job)]
    if not jobs and event["state"] in (EventState.PROCESSED, EventState.DEAD):
        told.append("Its job was tidied away since.")
    return told + ([f"It is about call {call_id}: `./aftercall why {call_id}`."] if call_id else [])


def arrival(scene: Scene, event: Mapping[str, Any], with_id: bool = False) -> str:
    named = f" as event {event['id']}" if with_id else ""
    return f"{scene.at(event['received_at'])}: {provider(event['provider'])} sent “{plain(event['kind'])}”{named}."


def verdict(scene: Scene, event: Mapping[str, Any]) -> str:
    """What became of it, and what helps where that is not what somebody wanted."""
    state, error = event["state"], event["error"] or "nobody said why"
    if state == EventState.PROCESSED:
        when = f" at {scene.at(event['processed_at'])}" if event["processed_at"] else ""
        return f"It was accepted, and processed{when}."
    if state == EventState.QUARANTINED:
        return (
            f"It waits in quarantine: it names {names(event)} that no organization has registered."
            " `./aftercall assistants add` or `./aftercall numbers add` frees it."
        )
    return {
        EventState.ACCEPTED: "It was accepted, and its work is not done yet.",
        EventState.IGNORED: f"It was kept and owed no work: {event['error'] or 'we have no use for this kind'}.",
        EventState.REFUSED: f"It was genuine, and refused with {event['answer']}: {error}.",
        EventState.DEAD: f"It was accepted, and could not be processed: {error}.",
    }.get(state, f"It stands as {state}.")


def names(event: Mapping[str, Any]) -> str:
    """What kinds of names a webhook carries: the names themselves may be somebody's number."""
    kinds = dict.fromkeys(name.partition(":")[0].removeprefix("vapi_") for name in event["named"])
    return listed([words for kind, words in NAMES.items() if kind in kinds] or [UNKNOWN_NAMES])
