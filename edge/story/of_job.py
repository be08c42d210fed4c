"""A job's story: what it is for, how far it came, and what helps where it died."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edge.story.scene import Scene, plain

CURES = {
    "the body was forgotten": "Nothing here can mend that: ask the provider to send the event again.",
    "has no actor": "Start workers of the version that knows this work; then `./aftercall jobs redrive {id}`.",
    "by the organization's field names": "Tell the organization's own field names;"
    " then `./aftercall jobs redrive {id}`.",
    "that no worker survived": "Look in the workers' logs for what ended them (memory, a deadline);"
    " then `./aftercall jobs redrive {id}`.",
}
"""Part of a dead job's error → what helps."""
CURE = "When the cause is mended: `./aftercall jobs redrive {id}`."


def tell(scene: Scene, job: Mapping[str, Any]) -> list[str]:
    about = [f"the {name.removesuffix('_id')} {value}" for name, value in job["args"].items() if name.endswith("_id")]
    owed = f"It was owed at {scene.at(job['created_at'])}" + (f" for {' and '.join(about)}." if about else ".")
    return [scene.opening("Job", job["id"]), owed, *lines(scene, job, "The")]


def lines(scene: Scene, job: Mapping[str, Any], whose: str = "Its") -> list[str]:
    """How it stands, and the cure where it is dead."""
    name = f"{whose} job “{plain(job['actor'])}”"
    if job["state"] == "done":
        return [f"{name} was done at {scene.at(job['finished_at'])}, at attempt {job['attempts']}."]
    if job["state"] == "dead":
        return [
            f"{name} died at {scene.at(job['finished_at'])}, at attempt {job['attempts']}: {job['last_error']}.",
            cure(job),
        ]
    return [_waiting(scene, job, name) + _trouble(job)]


def cure(job: Mapping[str, Any]) -> str:
    words = next((words for part, words in CURES.items() if part in (job["last_error"] or "")), CURE)
    return words.format(id=job["id"])


def _waiting(scene: Scene, job: Mapping[str, Any], name: str) -> str:
    if job["lease_until"] is not None and job["lease_until"] > scene.now:
        return f"{name} is being done, at attempt {job['attempts']}."
    if job["run_at"] > scene.now:
        return f"{name} waits until {scene.at(job['run_at'])}."
    return f"{name} has been due since {scene.at(job['run_at'])}, and no worker has it: are workers running?"


def _trouble(job: Mapping[str, Any]) -> str:
    return f" Its last attempt ended with {job['last_error']}." if job["last_error"] else ""
