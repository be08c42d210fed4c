"""What each sender is told once its event is safe: their format, and for calls at once something that works aloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from edge.encoding import json_response
from edge.errors import Problem
from edge.intake import Intake
from edge.tool_answers import results_of
from providers import convoso
from providers.base import STANDARD
from vocabulary import CallRef, Endpoint, Provider, Verdict

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
REJECT_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'
GREETING_TWIML = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    "<Say>Thank you for calling. We cannot take your call right now and will call you back.</Say><Hangup/></Response>"
)
LIMIT_RETRY_SECONDS = 60
REFUSALS = {
    Verdict.UNAUTHORIZED: (401, "unauthorized", "The token, secret or signature is missing or wrong"),
    Verdict.WRONG_ORGANIZATION: (401, "wrong_organization", "wrong_organization"),
    Verdict.LIMITED: (429, "rate_limited", "The organization's limit of events a minute is reached"),
}


def answer(intake: Intake) -> Response:
    """The answer to a stored, known or refused event; raises Problem for what the ledger refused."""
    verdict = intake.receipt.verdict
    if verdict in REFUSALS:
        status, code, error = REFUSALS[verdict]
        headers = {"Retry-After": str(LIMIT_RETRY_SECONDS)} if verdict is Verdict.LIMITED else {}
        raise Problem(status, code, error, headers)
    return BY_ENDPOINT[intake.endpoint](intake)


def receipt_of(intake: Intake) -> dict[str, Any]:
    body: dict[str, Any] = {"ok": True, "event_id": str(intake.receipt.event_id)}
    if intake.receipt.verdict is Verdict.DUPLICATE:
        body["duplicate"] = True
    return body


def to_vapi(intake: Intake) -> Response:
    """Vapi reads tool results from the answer and nothing else; every tool call needs one, in its order."""
    body = receipt_of(intake)
    if intake.identity.kind == "tool-calls":
        body["results"] = results_of(intake.identity.reply.get("tool_calls", []))
    return json_response(body)


def to_convoso_calls(intake: Intake) -> Response:
    """Convoso's users expect the call's and the organization's id at once, so both are known before the work."""
    org_id, event_id = intake.receipt.org_id, intake.receipt.event_id
    assert org_id is not None
    assert event_id is not None
    name = convoso.call_ref(intake.body, event_id, intake.receipt.customs or STANDARD)
    call_id = CallRef(Provider.CONVOSO, name or str(event_id)).call_id(org_id)
    facts = {"type": "call", "message": "Call received", "call_id": str(call_id), "agency_id": str(org_id)}
    return json_response(receipt_of(intake) | facts)


def to_convoso_leads(intake: Intake) -> Response:
    return json_response(receipt_of(intake) | {"type": "lead", "agency_id": str(intake.receipt.org_id)})


def to_twilio_voice(intake: Intake) -> Response:
    known = intake.receipt.verdict is not Verdict.UNKNOWN_CALLER
    return _twiml(GREETING_TWIML if known else REJECT_TWIML)


def to_twilio_callback(intake: Intake) -> Response:
    return Response(status=204)


def to_resend(intake: Intake) -> Response:
    return json_response(receipt_of(intake))


def to_twilio_sms(intake: Intake) -> Response:
    return _twiml(EMPTY_TWIML)


def _twiml(text: str) -> Response:
    return Response(text, 200, mimetype="text/xml")


BY_ENDPOINT: dict[Endpoint, Callable[[Intake], Response]] = {
    Endpoint.VAPI: to_vapi,
    Endpoint.CONVOSO_CALLS: to_convoso_calls,
    Endpoint.CONVOSO_LEADS: to_convoso_leads,
    Endpoint.TWILIO: to_twilio_voice,
    Endpoint.TWILIO_STATUS: to_twilio_callback,
    Endpoint.TWILIO_RECORDING: to_twilio_callback,
    Endpoint.TWILIO_SMS: to_twilio_sms,
    Endpoint.RESEND: to_resend,
}


def status_of(endpoint: Endpoint, org_id: UUID | None, recent_calls: int) -> Response:
    """What a GET on a webhook's path tells: that it is there, and to a token's owner how many calls came by it."""
    return json_response(
        {
            "ok": True,
            "endpoint": endpoint.value,
            "type": endpoint.value.split("_")[0],
            "recent_calls": recent_calls,
            "authenticated": org_id is not None,
        }
    )
