"""What a person enters where, so that a provider's events arrive: for the page of webhooks."""

from __future__ import annotations

from dataclasses import dataclass

from vocabulary import Endpoint


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of webhook whose address holds a token; `sample` is a body that can be posted to try it."""

    endpoint: Endpoint
    name: str
    brings: str
    steps: tuple[str, ...]
    sample: str = ""


SOURCES = (
    Source(
        Endpoint.VAPI,
        "Vapi",
        "Calls that your assistants take and make: status, transcript, summary, and what they ask of a tool.",
        (
            "In Vapi, open the assistant and go to Advanced, then Messaging.",
            "Paste the address as its Server URL.",
            "As server messages choose end-of-call-report, status-update, tool-calls and transfer-update.",
        ),
    ),
    Source(
        Endpoint.CONVOSO_CALLS,
        "Convoso calls",
        "What your agents talked about: outcome, length and recording of each call.",
        (
            "In Convoso, make a webhook that is sent when a call is dispositioned, by POST and as JSON.",
            "Paste the address as its URL.",
            "Send at least call_id or lead_id, agent_name, disposition and duration.",
        ),
        '{"call_id":"test-1","agent_name":"Test agent","disposition":"Sale","duration":"61"}',
    ),
    Source(
        Endpoint.CONVOSO_LEADS,
        "Convoso leads",
        "New leads, which become contacts.",
        (
            "In Convoso, make a webhook that is sent when a lead is added or changed, by POST and as JSON.",
            "Paste the address as its URL.",
            "Send at least lead_id or phone, and the name if there is one.",
        ),
        '{"lead_id":"test-1","phone":"+12025550123","first_name":"Test","last_name":"Lead"}',
    ),
)
