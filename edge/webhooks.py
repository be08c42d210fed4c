"""POST /api/webhooks/<endpoint>: take in, answer. GET tells that the address is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from flask import Blueprint, Response, request

from edge import answers
from edge.auth import public
from edge.errors import Problem
from edge.intake import ride_out, take_in
from edge.senders import presented_token_hash
from models.events import recent_calls_of_token
from tasks.tally import REFUSED, STORED, tally
from vocabulary import Endpoint, Receipt

PATHS: dict[Endpoint, tuple[str, ...]] = {
    Endpoint.VAPI: ("/api/vapi/webhook", "/api/webhooks/vapi"),
    Endpoint.CONVOSO_CALLS: ("/api/webhooks/convoso-calls", "/api/webhooks/convoso_calls"),
    Endpoint.CONVOSO_LEADS: ("/api/webhooks/convoso", "/api/webhooks/convoso_leads", "/api/webhooks/convoso-leads"),
    Endpoint.TWILIO: ("/api/webhooks/twilio",),
    Endpoint.TWILIO_STATUS: ("/api/webhooks/twilio/status",),
    Endpoint.TWILIO_RECORDING: ("/api/webhooks/twilio/recording",),
    Endpoint.TWILIO_SMS: ("/api/webhooks/twilio/sms",),
    Endpoint.RESEND: ("/api/webhooks/resend",),
}
"""The first of each is the one that we hand out."""

blueprint = Blueprint("webhooks", __name__)
log = structlog.get_logger("aftercall.edge")


def receive(endpoint: Endpoint) -> Response:
    try:
        intake = take_in(request, endpoint)
        _note(endpoint, intake.receipt)
        response = answers.answer(intake)
    except Exception as error:
        tally.count(REFUSED, error.code if isinstance(error, Problem) else "failed", endpoint.value)
        raise
    verdict = intake.receipt.verdict.value
    tally.count(*((verdict,) if verdict in STORED else (REFUSED, verdict)), endpoint.value)
    return response


def _note(endpoint: Endpoint, receipt: Receipt) -> None:
    if receipt.verdict not in ("accepted", "duplicate"):
        log.info("webhook", endpoint=endpoint.value, verdict=receipt.verdict.value, event_id=str(receipt.event_id))


def status(endpoint: Endpoint) -> Response:
    found = ride_out(lambda: recent_calls_of_token(presented_token_hash(request), endpoint))
    return answers.status_of(endpoint, *found)


def _bind(view: Callable[[Endpoint], Response], endpoint: Endpoint) -> Callable[[], Any]:
    return public(lambda: view(endpoint))


for _endpoint, _paths in PATHS.items():
    for _number, _path in enumerate(_paths):
        _name = f"{_endpoint.value}_{_number}"
        blueprint.add_url_rule(_path, f"receive_{_name}", _bind(receive, _endpoint), methods=["POST"])
        blueprint.add_url_rule(_path, f"status_{_name}", _bind(status, _endpoint), methods=["GET"])
