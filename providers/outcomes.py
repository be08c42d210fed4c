"""Why a Vapi call ended, as a class, the party at fault and a status; the raw words stay in `calls.ended_reason`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from vocabulary import CallStatus

LONGEST_REASON = 500
"""Characters looked at; the longest that Vapi documents has 131."""


class Outcome(StrEnum):
    """What kind of end a call had."""

    HUMAN = "human"
    """People or the assistant ended it in the ordinary way."""
    NOT_REACHED = "not_reached"
    OUR_SETUP = "our_setup"
    """The organization's or our own configuration or server."""
    ACCOUNT = "account"
    """The account at Vapi: its balance, limits or plan."""
    PLATFORM = "platform"
    """Vapi, the carrier or a vendor behind them."""
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """Who has to do something about it."""

    NOBODY = "nobody"
    ORGANIZATION = "organization"
    VAPI = "vapi"
    VENDOR = "vendor"
    CARRIER = "carrier"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ending:
    outcome: Outcome
    fault: Fault
    status: CallStatus


NORMAL = Ending(Outcome.HUMAN, Fault.NOBODY, CallStatus.COMPLETED)
CANCELED = Ending(Outcome.HUMAN, Fault.NOBODY, CallStatus.CANCELED)
NO_ANSWER = Ending(Outcome.NOT_REACHED, Fault.NOBODY, CallStatus.NO_ANSWER)
BUSY = Ending(Outcome.NOT_REACHED, Fault.NOBODY, CallStatus.BUSY)
NOT_CONNECTED = Ending(Outcome.NOT_REACHED, Fault.CARRIER, CallStatus.FAILED)
WRONG_NUMBER = Ending(Outcome.NOT_REACHED, Fault.ORGANIZATION, CallStatus.FAILED)
NOT_TAKEN_OVER = Ending(Outcome.NOT_REACHED, Fault.ORGANIZATION, CallStatus.COMPLETED)
"""The assistant spoke with the caller, but the person whom the call was handed to was not reached."""

MISCONFIGURED = Ending(Outcome.OUR_SETUP, Fault.ORGANIZATION, CallStatus.FAILED)
BLOCKED = Ending(Outcome.ACCOUNT, Fault.ORGANIZATION, CallStatus.FAILED)
VAPI_FAILED = Ending(Outcome.PLATFORM, Fault.VAPI, CallStatus.FAILED)
VENDOR_FAILED = Ending(Outcome.PLATFORM, Fault.VENDOR, CallStatus.FAILED)
CARRIER_FAILED = Ending(Outcome.PLATFORM, Fault.CARRIER, CallStatus.FAILED)
UNKNOWN_ENDING = Ending(Outcome.UNKNOWN, Fault.UNKNOWN, CallStatus.COMPLETED)

# Their word: our word. https://docs.vapi.ai/calls/call-ended-reason
EXACT = {
    "customer-did-not-answer": NO_ANSWER,
    "customer-busy": BUSY,
    "voicemail": NO_ANSWER,
    "call.forwarding.no-answer": NO_ANSWER,
    "call.forwarding.operator-busy": BUSY,
    "call.ringing.sip-inbound-caller-hungup-before-call-connect": NO_ANSWER,
    "customer-did-not-give-microphone-permission": NOT_CONNECTED,
    "twilio-failed-to-connect-call": NOT_CONNECTED,
    "vonage-failed-to-connect-call": NOT_CONNECTED,
    "vonage-rejected": NOT_CONNECTED,
    "sip-outbound-carrier-released-call": NOT_CONNECTED,
    "twilio-reported-customer-misdialed": WRONG_NUMBER,
    "sip-outbound-unallocated-number": WRONG_NUMBER,
    "exceeded-max-duration": NORMAL,
    "silence-timed-out": NORMAL,
    "vonage-completed": NORMAL,
    "call.in-progress.twilio-completed-call": NORMAL,
    "call.in-progress.sip-completed-call": NORMAL,
    "manually-canceled": CANCELED,
    "scheduled-call-deleted": CANCELED,
    "call-deleted": CANCELED,
    "assistant-not-found": MISCONFIGURED,
    "assistant-not-valid": MISCONFIGURED,
    "assistant-join-timed-out": MISCONFIGURED,
    "phone-call-provider-bypass-enabled-but-no-call-received": MISCONFIGURED,
    "call.in-progress.error-assistant-did-not-receive-customer-audio": CARRIER_FAILED,
    "phone-call-provider-closed-websocket": CARRIER_FAILED,
    "vonage-disconnected": CARRIER_FAILED,
    "worker-shutdown": VAPI_FAILED,
}

# The first that matches counts: whose fault it says before where it happened. Vendors' names come and go, so that
# rules and not lists decide; an organization's own keys and models at a vendor still show up as the vendor's failure.
RULES = tuple(
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"vapifault", VAPI_FAILED),
        (r"providerfault-(outbound-sip|transport)", CARRIER_FAILED),
        (r"providerfault", VENDOR_FAILED),
        (r"configfault", MISCONFIGURED),
        (r"^pipeline-error-vapi-", VAPI_FAILED),
        (r"^pipeline-error-", VENDOR_FAILED),
        (r"error-pipeline-", VENDOR_FAILED),
        (r"^call\.start\.error-get-transport$", CARRIER_FAILED),
        (r"^call\.start\.error-(subscription|vapi-number|fraud|get-|enterprise)", BLOCKED),
        (r"version-error-validation$", MISCONFIGURED),
        (r"^assistant-request-|^call-start-error-", MISCONFIGURED),
        (r"error-sip-.*failed-to-connect", CARRIER_FAILED),
        (r"error-(warm-)?transfer", NOT_TAKEN_OVER),
        (r"\.hook-executed-", NORMAL),
        (r"^customer-ended-call|^assistant-(ended-call|said-|forwarded-call)", NORMAL),
        (r"error|fault|failed", Ending(Outcome.PLATFORM, Fault.UNKNOWN, CallStatus.FAILED)),
    )
)


def classify(reason: str | None) -> Ending:
    """How a call ended by Vapi's endedReason; what is not known and names no error counts as an ordinary end."""
    words = (reason or "").strip().lower()[:LONGEST_REASON]
    if words in EXACT:
        return EXACT[words]
    return next((ending for pattern, ending in RULES if pattern.search(words)), UNKNOWN_ENDING)
