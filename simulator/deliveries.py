"""What the simulator sends and at whom: an unsigned event, the target with its secrets, and a signed delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vocabulary import Endpoint

JSON = "application/json"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"

ASSISTANT_LINE = "+12025550100"
"""The shared number that lines are forwarded to, where none is registered with the line."""

PATHS = {
    Endpoint.VAPI: "/api/vapi/webhook",
    Endpoint.CONVOSO_CALLS: "/api/webhooks/convoso-calls",
    Endpoint.CONVOSO_LEADS: "/api/webhooks/convoso",
    Endpoint.TWILIO: "/api/webhooks/twilio",
    Endpoint.TWILIO_STATUS: "/api/webhooks/twilio/status",
    Endpoint.TWILIO_RECORDING: "/api/webhooks/twilio/recording",
    Endpoint.TWILIO_SMS: "/api/webhooks/twilio/sms",
    Endpoint.RESEND: "/api/webhooks/resend",
}
"""As the providers have them configured; written out here so that a changed path in the edge is noticed."""


class Expected(StrEnum):
    """The class of answer that a sender should get."""

    ACCEPTED = "accepted"
    """2xx: stored, or known already."""
    REJECTED = "rejected"
    """200 with TwiML that rejects the call: an unregistered caller."""
    REFUSED = "refused"
    """401: not from whom it pretends to be."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running edge and what authentic senders of one organization know. Traffic without its secret is left out."""

    base_url: str
    """Where requests go."""
    public_url: str
    """What Twilio signs: the address that the deployment is configured with."""
    org_id: UUID | None = None
    vapi_secret: str | None = field(default=None, repr=False)
    vapi_assistant_id: str | None = None
    vapi_phone_number_id: str | None = None
    assistant_name: str = "Front desk"
    convoso_calls_token: str | None = field(default=None, repr=False)
    convoso_leads_token: str | None = field(default=None, repr=False)
    convoso_timezone: str = "America/Los_Angeles"
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = field(default=None, repr=False)
    resend_webhook_secret: str | None = field(default=None, repr=False)
    line: str | None = None
    """A registered line of the organization, from which calls are forwarded."""
    assistant_line: str = ASSISTANT_LINE

    @property
    def takes_vapi(self) -> bool:
        return bool(self.vapi_secret and self.vapi_assistant_id)

    @property
    def takes_twilio(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.line)


@dataclass(frozen=True, slots=True)
class Event:
    """One webhook before it is signed."""

    endpoint: Endpoint
    key: str
    """The same for everything that is one event: its duplicates carry it too."""
    kind: str
    body: bytes
    content_type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request, ready to be sent but for what is signed at the moment of sending."""

    key: str
    kind: str
    endpoint: Endpoint
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    expected: Expected
    oddity: str = ""
    """What is wrong with it or special about it: duplicate, late, forged …"""
    hmac_secret: str | None = field(default=None, repr=False)
    """Where set, Vapi's timestamp and HMAC headers are made when the request leaves."""
