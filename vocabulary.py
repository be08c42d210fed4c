"""The words that all rooms share: what the outside world did, in our terms and no provider's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

NOBODY = UUID(int=0)
"""The reserved organization that owns quarantined events and global jobs; nobody is a member of it."""

LAST_RESERVED = UUID(int=0xFF)
"""Organizations up to this id are our own: nobody's, and those that prove-isolation keeps."""


class Provider(StrEnum):
    VAPI = "vapi"
    TWILIO = "twilio"
    CONVOSO = "convoso"
    SIGNALWIRE = "signalwire"
    RESEND = "resend"
    AFTERCALL = "aftercall"
    """Ourselves: we name the calls that we place before their provider does."""
    UNKNOWN = "unknown"


class Endpoint(StrEnum):
    """What a webhook URL is for; a token counts at its own endpoint only."""

    VAPI = "vapi"
    CONVOSO_CALLS = "convoso_calls"
    CONVOSO_LEADS = "convoso_leads"
    TWILIO = "twilio"
    TWILIO_STATUS = "twilio_status"
    TWILIO_RECORDING = "twilio_recording"
    TWILIO_SMS = "twilio_sms"
    RESEND = "resend"


class CallStatus(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    FORWARDING = "forwarding"
    COMPLETED = "completed"
    FAILED = "failed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


STATUS_RANK = {
    CallStatus.UNKNOWN: 0,
    CallStatus.QUEUED: 1,
    CallStatus.RINGING: 2,
    CallStatus.IN_PROGRESS: 3,
    CallStatus.FORWARDING: 4,
    CallStatus.COMPLETED: 5,
    CallStatus.FAILED: 5,
    CallStatus.NO_ANSWER: 5,
    CallStatus.BUSY: 5,
    CallStatus.CANCELED: 5,
}
FINAL_RANK = 5


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    WEB = "web"
    UNKNOWN = "unknown"


class RecordingStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    NONE = "none"
    UNKNOWN = "unknown"


RECORDING_RANK = ("pending", "processing", "completed")
"""Of two recordings of a call the later stays; one that was given up or has expired is worth nothing."""


class EventState(StrEnum):
    """Where a stored webhook stands."""

    ACCEPTED = "accepted"
    PROCESSED = "processed"
    IGNORED = "ignored"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    DEAD = "dead"
    UNKNOWN = "unknown"


class JobState(StrEnum):
    READY = "ready"
    DONE = "done"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Role(StrEnum):
    VIEWER = "viewer"
    ANALYST = "analyst"
    OPERATOR = "operator"
    ADMIN = "admin"
    OWNER = "owner"
    UNKNOWN = "unknown"


ROLE_RANK = {Role.UNKNOWN: 0, Role.VIEWER: 1, Role.ANALYST: 2, Role.OPERATOR: 3, Role.ADMIN: 4, Role.OWNER: 5}


class Authority(StrEnum):
    """How much an event's statement weighs against an older or newer one about the same fact.

    A snapshot describes the call as it was created, a progress event as it was seen on the way, a report as it ended.
    """

    SNAPSHOT = "1snapshot"
    PROGRESS = "2progress"
    REPORT = "3report"


NAME_LIMIT = 200


def bounded(name: str) -> str:
    """A name from outside as an index can hold it: no NUL, no surrogates, and a digest where it is too long."""
    name = name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return name if len(name) <= NAME_LIMIT else "sha256:" + hashlib.sha256(name.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CallRef:
    """A name that a provider gives to a call."""

    provider: Provider
    ref: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", bounded(self.ref))

    def __str__(self) -> str:
        return f"{self.provider}:{self.ref}"

    def call_id(self, org_id: UUID) -> UUID:
        """The id of the call that this is the first name of: known before any work is done."""
        return uuid5(org_id, str(self))


class Speaker(StrEnum):
    AGENT = "agent"
    CALLER = "caller"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party said at a stretch; times in seconds from the call's start, None where nobody measured."""

    speaker: Speaker
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool that an assistant called on the way: a proof, where it worked, of what was only spoken of."""

    name: str
    result: str | None = None
    """What the tool answered, None where nobody said."""
    failed: bool | None = None
    at_seconds: float | None = None
    """From the call's start."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said on a call, as its provider heard it."""

    turns: tuple[Turn, ...]
    engine: str
    """Who wrote it down."""
    language: str | None = None
    tools: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What one event states about one call.

    `facts` maps columns of `calls` to values and leaves out what the event does not say; `identity` does the same
    for what was true when the call was created, which weighs less than `facts`. `at` is the time that the payload
    itself gives for the event, None where it gives none.
    """

    refs: tuple[CallRef, ...]
    provider: Provider
    at: datetime | None
    authority: Authority
    facts: dict[str, Any]
    identity: dict[str, Any] = field(default_factory=dict)
    email: str | None = None
    transcript: Transcript | None = None


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What one event states about a person: a lead of a call centre."""

    at: datetime | None
    lead_id: str | None
    phone: str | None
    """E.164, or None where the number given is not one."""
    facts: dict[str, Any]
    """Columns of `contacts`: name, first_name, last_name, email, campaign, status."""


class Method(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    """Why something is sent."""

    FOLLOWUP = "followup"
    REMINDER = "reminder"
    HOT_LEAD = "hot_lead"
    SHARE = "share"
    SYSTEM = "system"


class MessageStatus(StrEnum):
    """Where a message stands. From `sending` on somebody outside may have heard of it."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a provider says became of a message: found by our id where it came along, else by the provider's."""

    provider: Provider
    at: datetime | None
    external_id: str
    status: MessageStatus
    """SENT, DELIVERED, UNDELIVERED or FAILED; PLANNED where it is still on its way out."""
    message_id: UUID | None = None
    reason: str | None = None
    """The provider's code, with our words for it where we have some."""
    opts_out: bool = False
    """Whether the recipient may not be written to again."""


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text that somebody sent to one of our numbers."""

    provider: Provider
    account: str
    """The account at the provider that the number belongs to."""
    sender: str
    recipient: str
    body: str
    external_id: str
    at: datetime | None = None
    opt_word: str | None = None
    """STOP, START or HELP where the provider has read it so."""
    among: tuple[UUID, ...] = ()
    """The organizations whose account signed it; () where it was the deployment's, which speaks for all."""


Fact = CallFacts | LeadFacts | Delivery | InboundText


class Handling(StrEnum):
    """What becomes of an authentic event."""

    HANDLE = "handle"
    IGNORE = "ignore"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the edge must know of a body before it stores it."""

    kind: str
    """The sender's own word for the event."""
    dedupe_key: str
    handling: Handling = Handling.HANDLE
    refs: tuple[CallRef, ...] = ()
    """The call's names, the sender's own first."""
    named: tuple[str, ...] = ()
    """What in the body can name an organization, as `kind:value`, weightiest first (see models/routes)."""
    metadata_org: str | None = None
    """The organization that our own metadata in the body names, unproven."""
    complaint: str | None = None
    """Why the sender's body is refused although it is authentic: the exact words of the answer."""
    reply: dict[str, Any] = field(default_factory=dict)
    """What an answer to this sender needs from the body, such as tool call ids."""


@dataclass(frozen=True, slots=True)
class Customs:
    """What differs between organizations in what a provider sends them."""

    convoso_timezone: str = "America/Los_Angeles"
    convoso_fields: dict[str, str] = field(default_factory=dict)
    """Our field → their field, asked before the usual names."""
    default_region: str = "US"
    timezone: str = "UTC"
    """Of its days."""
    keeps_originals: bool = False
    """Whether the untouched words of calls are kept, encrypted, beside the redacted ones."""


@dataclass(frozen=True, slots=True)
class Headers:
    """A request's headers by lower-case name, every value kept: two of one name are a sign of trickery."""

    values: dict[str, tuple[str, ...]]

    def one(self, name: str) -> str | None:
        """The only value of a header; None where it is missing or was given twice."""
        given = self.values.get(name, ())
        return given[0] if len(given) == 1 else None

    def repeated(self, *names: str) -> bool:
        return any(len(self.values.get(name, ())) > 1 for name in names)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the ledger says of a stored event."""

    verdict: Verdict
    org_id: UUID | None
    event_id: UUID | None
    job_id: UUID | None
    customs: Customs | None = None
    """The organization's, where its provider's fields depend on them."""


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    WRONG_ORGANIZATION = "wrong_organization"
    UNKNOWN_CALLER = "unknown_caller"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that a figure comes from: characters `start` to `end` of a turn's text, or a fact of the call."""

    quote: str
    turn: int | None = None
    """Index into the transcript's turns; None where the evidence is a fact and not words."""
    start: int = 0
    end: int = 0

    def shown(self) -> dict[str, Any]:
        """As it is kept beside what it proves."""
        return {"quote": self.quote, "turn": self.turn, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, with the words that it comes from, so that every number explains itself."""

    kind: str
    version: str
    value: dict[str, Any]
    evidence: tuple[Evidence, ...] = ()
