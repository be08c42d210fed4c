"""A call's story: what came of it at the door, what each webhook changed, what was found out, and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from edge import present
from edge.story import of_event, of_job, of_message
from edge.story.scene import Scene, listed, plain, times, who
from edge.timeline import Step, timeline
from models import queries, stories
from models.database import Transaction

FOUND = {
    "result": "the result “{0}”",
    "booking": "the booking “{0}”",
    "service": "the service “{0}”",
    "financial_value": "a value of {0}",
    "sentiment_label": "the mood “{0}”",
}
"""Columns that tell what a call meant, none of which quotes it."""
FAULTS = {
    "our_setup": "It failed by a fault in our set-up.",
    "account": "It failed by a fault in an account at a provider.",
    "platform": "It failed by a fault of a provider.",
}
RECORDINGS = {
    "pending": "Its recording is looked for",
    "processing": "Its recording is being fetched",
    "completed": "Its recording is kept",
    "failed": "Its recording could not be had",
    "expired": "Its recording was kept, and has expired",
}


def tell(tx: Transaction, scene: Scene, call: Mapping[str, Any]) -> list[str]:
    org_id, call_id = scene.org_id, call["id"]
    told = [scene.opening("Call", call_id), _summary(scene, call)]
    steps = timeline(tx, org_id, queries.names_of_call(tx, org_id, call_id))
    told += [line for step in steps for line in _step(scene, step)] or ["No webhook of it is stored any more."]
    for placing in (placings := stories.placings_of(tx, org_id, call_id)):
        told += _placing(scene, placing)
    recordings = queries.recordings_of_call(tx, org_id, call_id)
    told += _jobs(tx, scene, {"call_id": [call_id], "placed_id": [placing["id"] for placing in placings]})
    told += [FAULTS[call["fault"]]] if call["fault"] in FAULTS else []
    told.append(_found(call))
    for recording in recordings:
        told.append(_recording(scene, recording))
    told += _jobs(tx, scene, {"recording_id": [recording["id"] for recording in recordings]})
    messages = stories.messages_of_call(tx, org_id, call_id)
    for message in messages:
        told += [of_message.asked(scene, message, with_id=True), *of_message.fate(scene, message)]
    return told + ([] if messages else ["Nothing was sent about it."])


def _summary(scene: Scene, call: Mapping[str, Any]) -> str:
    words = [f"It stands as {plain(call['status'])}"]
    if call["direction"] != "unknown":
        words.append(plain(call["direction"]))
    if call["started_at"]:
        words.append(f"begun at {scene.at(call['started_at'])}")
    if call["duration_seconds"] is not None:
        words.append(f"{present.duration(call['duration_seconds'])} long")
    return ", ".join(words) + "."


def _step(scene: Scene, step: Step) -> list[str]:
    told = [of_event.arrival(scene, step.event, with_id=True), of_event.verdict(scene, step.event)]
    for row in step.jobs:
        told += of_job.lines(scene, {"args": {}, "lease_until": None} | row)
    if step.event["state"] == "processed":
        told.append(_changes(step.changes))
    return told


def _changes(changes: Mapping[str, Any] | None) -> str:
    if changes is None:
        return "What it changed cannot be told: its body has expired, or there is too much to read."
    if not changes:
        return "It said nothing new."
    return f"It told {listed(plain(column) for column in changes)}."


def _jobs(tx: Transaction, scene: Scene, about: Mapping[str, Iterable[Any]]) -> list[str]:
    """The work that followed on the call itself."""
    found = [job for name, ids in about.items() for job in stories.jobs_about(tx, scene.org_id, name, ids)]
    return [line for job in sorted(found, key=lambda job: job["created_at"]) for line in of_job.lines(scene, job)]


def _found(call: Mapping[str, Any]) -> str:
    words = []
    for column, phrase in FOUND.items():
        value = call[column]
        if value is not None:
            words.append(phrase.format(present.money(value) if column == "financial_value" else plain(value)))
    if words:
        return f"Found out: {listed(words)}."
    return "Nothing was found out yet." if call["has_transcript"] else "Nothing was found out: no transcript came."


def _recording(scene: Scene, recording: Mapping[str, Any]) -> str:
    told = RECORDINGS.get(recording["state"], f"Its recording stands as {plain(recording['state'])}")
    if recording["state"] == "pending" and recording["next_attempt_at"]:
        told += f", next at {scene.at(recording['next_attempt_at'])}"
    if recording["attempts"]:
        told += f", after it was looked for {times(recording['attempts'])}"
    return told + (f": {recording['error']}." if recording["error"] else ".")


def _placing(scene: Scene, placing: Mapping[str, Any]) -> list[str]:
    told = [f"{scene.at(placing['created_at'])}: {who(placing['requested_by'])} asked for this call to be placed."]
    if placing["claimed_at"]:
        told.append(f"{scene.at(placing['claimed_at'])}: Vapi was asked to dial.")
    reason = f": {placing['reason']}" if placing["reason"] else ""
    return [*told, f"{scene.at(placing['updated_at'])}: the placing stands as {plain(placing['status'])}{reason}."]
