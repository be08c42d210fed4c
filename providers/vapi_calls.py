"""Calls that we place through Vapi: hands one over, and finds one of which nobody can say whether it was taken.

There is no idempotency key, so a POST is never repeated. https://docs.vapi.ai/api-reference/calls/create
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from providers.http import BadAnswer, Reply
from providers.sending import Accepted, Outcome, Postponed, Rejected, Unclear, hand_over
from providers.values import dig, identifier, moment, text
from providers.vapi_api import WHO, ask, tell
from providers.vapi_shapes import OUR_CALL

OUR_SETUP = {
    401: "Vapi refuses our key: check VAPI_PRIVATE_KEY",
    402: "Vapi asks for payment: look after the account's balance",
    403: "Vapi does not allow this account to place calls",
}
TOO_MANY = "over concurrency limit"
"""A word of theirs: as many calls are under way as the account may have."""
LIMIT_SECONDS = 30.0
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far Vapi's clock may be off ours, and a call from the moment at which we asked for it."""
PAGE, PAGES = 20, 100
"""A listed call brings all that was said on it along, so that pages are small."""


@dataclass(frozen=True, slots=True)
class Dial:
    """A call to place: which assistant calls from which line, both by Vapi's ids, and whom."""

    org_id: UUID
    id: UUID
    """The intent's, which Vapi carries along and by which the call is known again."""
    assistant_id: str
    phone_number_id: str
    number: str = field(repr=False)
    """E.164."""


def place(dial: Dial) -> Outcome:
    """Asks Vapi once to place the call."""
    return hand_over(WHO, lambda: tell("POST", "/call", _wish(dial)), _outcome)


def _wish(dial: Dial) -> dict[str, Any]:
    """What is ours stands in three places: which of them an answer repeats has changed over the years."""
    ours = {"org_id": str(dial.org_id), OUR_CALL: str(dial.id)}
    return {
        "name": str(dial.id),
        "assistantId": dial.assistant_id,
        "phoneNumberId": dial.phone_number_id,
        "customer": {"number": dial.number},
        "assistantOverrides": {"metadata": ours},
        "metadata": ours,
    }


def _outcome(reply: Reply) -> Outcome:
    status, given = reply.status, identifier(dig(reply.body, "id"))
    if status in (200, 201) and given:
        return Accepted(given)
    if status == 429 or (status == 400 and TOO_MANY in _words(reply.body)):
        wait = reply.retry_after or LIMIT_SECONDS
        return Postponed("As many calls are under way as the account at Vapi may have", wait, is_outage=False)
    if status in OUR_SETUP:
        return Rejected(OUR_SETUP[status], str(status), is_our_setup=True)
    if status >= 400:
        return Rejected(f"Vapi refused the call ({status})", str(status))
    return Unclear("Vapi's answer cannot be read")


def _words(body: Any) -> str:
    """Their complaint, which is a text or a list of texts."""
    said = dig(body, "message")
    return " ".join(map(str, said)).lower() if isinstance(said, list) else str(said).lower()


def find(dial: Dial, since: datetime) -> str | None:
    """Vapi's id of the call, where it was taken after all; `since` is when we asked for it.

    Raises VapiNotConnected, and any other OutboundError for what kept us from looking.
    """
    params = {
        "assistantId": dial.assistant_id,
        "createdAtGt": _stamp(since - CLOCKS_DIFFER),
        "createdAtLe": _stamp(since + CLOCKS_DIFFER),
        "limit": str(PAGE),
    }
    known: set[str] = set()
    for _ in range(PAGES):
        calls = [call for call in _listed(params) if identifier(dig(call, "id")) not in known]
        if found := next((str(call["id"]) for call in calls if _is_ours(call, dial.id)), None):
            return found
        oldest = min((at for call in calls if (at := moment(call.get("createdAt")))), default=None)
        if oldest is None:
            return None
        known |= {str(call["id"]) for call in calls}
        params["createdAtLe"] = _stamp(oldest)
    return None


def _listed(params: dict[str, str]) -> list[dict[str, Any]]:
    status, body = ask("/call", params)
    if status in OUR_SETUP:
        raise BadAnswer(OUR_SETUP[status])
    if status != 200 or not isinstance(body, list):
        raise BadAnswer(f"Vapi answered {status} to a look for a call")
    return [call for call in body if isinstance(call, dict) and identifier(call.get("id"))]


def _is_ours(call: dict[str, Any], id: UUID) -> bool:
    places = (("name",), ("metadata", OUR_CALL), ("assistantOverrides", "metadata", OUR_CALL))
    return any(text(dig(call, *place)) == str(id) for place in places)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
