"""A message's story: who asked, what the checks said, each plan as far as rows tell, and the provider's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edge.story import of_event, of_job
from edge.story.scene import Scene, plain, provider, times, who
from models import stories
from models.database import Transaction
from vocabulary import MessageStatus

PURPOSES = {
    "followup": "a follow-up",
    "reminder": "a reminder",
    "hot_lead": "an alert about a hot lead",
    "share": "a shared recording",
    "system": "a message of our own",
}
METHODS = {"sms": "by text", "email": "by mail"}
LEFT = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNDELIVERED)


def tell(tx: Transaction, scene: Scene, message: Mapping[str, Any]) -> list[str]:
    told = [scene.opening("Message", message["id"]), asked(scene, message)]
    if message["call_id"]:
        told.append(f"It is about call {message['call_id']}: `./aftercall why {message['call_id']}`.")
    if message["appointment_id"]:
        told.append(f"It is about appointment {message['appointment_id']}.")
    for job in stories.jobs_about(tx, scene.org_id, "message_id", [message["id"]]):
        told += of_job.lines(scene, job)
    happened = fate(scene, message)
    told += happened[:-1]
    for event in stories.reports_on(tx, scene.org_id, message["id"]):
        told += [of_event.arrival(scene, event, with_id=True), of_event.verdict(scene, event)]
    return told + happened[-1:]


def asked(scene: Scene, message: Mapping[str, Any], with_id: bool = False) -> str:
    named = f" as message {message['id']}" if with_id else ""
    how = METHODS.get(message["method"], message["method"])
    if message["direction"] == "inbound":
        return f"{scene.at(message['created_at'])}: somebody wrote to us {how}{named}."
    what = PURPOSES.get(message["purpose"], "a message")
    return f"{scene.at(message['created_at'])}: {who(message['requested_by'])} asked for {what} {how}{named}."


def fate(scene: Scene, message: Mapping[str, Any]) -> list[str]:
    """What became of it, in the order in which it happened."""
    if message["direction"] == "inbound":
        return []
    told = []
    if message["plans"] > 1:
        told.append(f"It was planned {times(message['plans'])}, since it could not leave before.")
    if message["claimed_at"]:
        told.append(
            f"{scene.at(message['claimed_at'])}: the checks let it pass, and it went to"
            f" {provider(message['service_provider'])} (attempt {message['attempts']})."
        )
    if message["status"] in LEFT and message["sent_at"]:
        named = f" and called it {message['external_message_id']}" if message["external_message_id"] else ""
        told.append(f"{scene.at(message['sent_at'])}: {provider(message['service_provider'])} took it{named}.")
    return [*told, _end(scene, message)]


def _end(scene: Scene, message: Mapping[str, Any]) -> str:
    reason = message["reason"] or "nobody said why"
    moved, sender = scene.at(message["updated_at"]), provider(message["service_provider"])
    match message["status"]:
        case MessageStatus.PLANNED:
            why = f": {message['reason']}" if message["reason"] else ""
            return f"It has not left: it is planned for {scene.at(message['send_at'])}{why}."
        case MessageStatus.SENDING:
            return "It may be on its way this moment: no answer is written yet."
        case MessageStatus.SENT:
            return "Whether it arrived was not reported yet."
        case MessageStatus.DELIVERED:
            return f"{scene.at(message['delivered_at'] or message['updated_at'])}: {sender} reported it delivered."
        case MessageStatus.UNDELIVERED:
            return f"{moved}: {sender} could not deliver it: {reason}."
        case MessageStatus.SKIPPED:
            return f"{moved}: the checks stopped it, and it was not sent: {reason}."
        case MessageStatus.FAILED:
            return f"{moved}: it failed, and was not sent as far as anybody can tell: {reason}."
        case MessageStatus.UNKNOWN:
            return (
                f"Nobody knows whether it left: {reason}."
                f" It was looked up at the provider {times(message['looks'])}; it is not sent again by itself."
            )
    return f"It stands as {plain(message['status'])}."
