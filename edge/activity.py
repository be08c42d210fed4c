"""Recent activity in plain words: what the newest webhooks told, whose call it was, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from edge import present
from models import dashboard_stats
from models.database import Transaction
from models.people import Membership
from vocabulary import Endpoint, EventState, Role

TOLD = {
    (Endpoint.VAPI, "assistant-request"): "A call is coming in",
    (Endpoint.VAPI, "status-update"): "A call moved on",
    (Endpoint.VAPI, "tool-calls"): "The assistant used a tool",
    (Endpoint.VAPI, "transfer-update"): "A call was passed on",
    (Endpoint.VAPI, "end-of-call-report"): "A call ended and was reported",
    (Endpoint.CONVOSO_CALLS, "call"): "The call center reported a call",
    (Endpoint.CONVOSO_LEADS, "lead"): "The call center reported a lead",
    (Endpoint.TWILIO, "ringing"): "A call is coming in",
    (Endpoint.TWILIO_SMS, "received"): "Somebody sent a text",
    (Endpoint.TWILIO_SMS, "queued"): "A text waits at its provider",
    (Endpoint.TWILIO_SMS, "sending"): "A text is on its way",
    (Endpoint.TWILIO_SMS, "sent"): "A text was sent",
    (Endpoint.TWILIO_SMS, "delivered"): "A text was delivered",
    (Endpoint.TWILIO_SMS, "undelivered"): "A text was not delivered",
    (Endpoint.TWILIO_SMS, "failed"): "A text could not be sent",
    (Endpoint.RESEND, "email.sent"): "A mail was sent",
    (Endpoint.RESEND, "email.delivered"): "A mail was delivered",
    (Endpoint.RESEND, "email.bounced"): "A mail came back",
    (Endpoint.RESEND, "email.failed"): "A mail could not be sent",
    (Endpoint.RESEND, "email.complained"): "A mail was reported as unwanted",
}
ABOUT = {
    Endpoint.TWILIO: "A call on a line",
    Endpoint.TWILIO_STATUS: "A call on a line",
    Endpoint.TWILIO_RECORDING: "A recording",
    Endpoint.TWILIO_SMS: "A text",
}
"""What the others of an endpoint speak of, before their provider's own word."""
BECAME = {
    EventState.ACCEPTED: "Being worked on",
    EventState.IGNORED: "Nothing to do",
    EventState.REFUSED: "Refused",
    EventState.QUARANTINED: "Quarantined",
    EventState.DEAD: "Could not be worked on",
}
"""What is processed needs no word."""


@dataclass(frozen=True, slots=True)
class Activity:
    id: UUID
    at: datetime
    what: str
    became: str
    """"" where it went as it should."""
    state: str
    call_id: UUID | None
    appointment_id: UUID | None
    who: str


def recent(tx: Transaction, here: Membership) -> list[Activity]:
    """The newest events, newest first. Whom a message went to is for analysts and above."""
    events = dashboard_stats.recent_events(tx, here.org_id)
    callers = dashboard_stats.callers_of(tx, here.org_id, {event["call_id"] for event in events if event["call_id"]})
    messages = dashboard_stats.messages_told_of(tx, here.org_id, [one["id"] for one in events if not one["call_id"]])
    activities = []
    for event in events:
        caller, message = callers.get(event["call_id"]), messages.get(event["id"], {})
        person = who(caller["caller_name"], caller["phone_number"]) if caller else ""
        if message and here.may(Role.ANALYST):
            person = who(message["name"], message["recipient"])
        activities.append(_activity(event, message, person))
    return activities


def _activity(event: Mapping[str, Any], message: Mapping[str, Any], person: str) -> Activity:
    state = EventState(event["state"])
    return Activity(
        event["id"], event["at"], told(event["endpoint"], event["kind"]), BECAME.get(state, ""), state,
        event["call_id"] or message.get("call_id"), message.get("appointment_id"), person,
    )  # fmt: skip


def told(endpoint: str, kind: str) -> str:
    """What an event says, in our words where we have some."""
    known = TOLD.get((Endpoint(endpoint), kind))
    if known:
        return known
    about = ABOUT.get(Endpoint(endpoint))
    word = present.words(kind.removeprefix("email."))
    return f"{about}: {word.lower()}" if about else f"{present.words(endpoint)}: {word.lower()}"


def who(name: str | None, phone: str | None) -> str:
    """A person by name, else by number."""
    return name if name and name != "Unknown Caller" else present.dialled(phone) or "Unknown caller"
