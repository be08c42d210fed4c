"""The sample organization of a first start: somebody to sign in as, tokens, a line, and a curl for each webhook."""

from __future__ import annotations

import json
import secrets
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from threading import Event
from urllib.parse import urlencode
from uuid import UUID

import requests
from twilio.request_validator import RequestValidator

from models import credentials
from models.database import organization
from models.organizations import add_assistant, add_number, create_organization, list_organizations
from models.people import add_membership, create_user
from models.tokens import create_token, list_tokens
from run.home import Home
from run.stand_in import StandIn
from settings import Settings
from simulator import calls, play
from simulator.announce import announced, stand_in_of
from simulator.targets import target_of
from tasks.tools.jobs import owe_registration
from vocabulary import NOBODY, Endpoint, Role

NAME = "Sample Clinic"
EMAIL = "owner@example.com"
ASSISTANT = "7d0f3c52-9b1e-4f6a-8a57-0c2d5be1a9f3"
LINE = "+12025550143"
ASSISTANT_LINE = "+12025550100"
CALLER = "+12025550178"
TEXT_LINE = "+12025550199"
ALERTED = "+12025550188"
VAPI_LINE = "4b0f6f0e-2f0c-4c8f-9a52-6a6d2c8d1a77"
CALLS = 12
DAYS_BEFORE, CALLS_A_DAY = 13, 3
SEED = "a first look"
TOKENS = (Endpoint.CONVOSO_CALLS, Endpoint.CONVOSO_LEADS)


@dataclass(frozen=True, slots=True)
class Sample:
    org_id: UUID
    email: str
    password: str
    is_new: bool
    """Whether this start made it."""


def sample_organization(home: Home) -> Sample | None:
    """The sample, made where the database holds no organization yet; None where others were there first."""
    made = home.recall("sample")
    if made is None and list_organizations():
        return None
    password = home.secret("sample_password", secrets.token_urlsafe(12))
    return Sample(UUID(made or home.secret("sample", str(_make(password)))), EMAIL, password, is_new=made is None)


def play_sample_calls(org_id: UUID, settings: Settings, stop: Event) -> int:
    """Posts simulated calls at the running edge, signed as their providers sign; how many webhooks were accepted.

    Those of today first, then some of each day before, for the figures to have something to be held against.
    """
    target, now = target_of(org_id, settings), datetime.now(UTC)
    days = [calls(SEED, CALLS, target, until=now)]
    days += [
        calls(f"{SEED} {day}", CALLS_A_DAY + day % 3, target, until=now - timedelta(days=day))
        for day in range(1, DAYS_BEFORE + 1)
    ]
    sent = announced(chain.from_iterable(days), target, stand_in_of(settings))
    return len(play(sent, target.base_url, threads=1, stop=stop).acknowledged())


def connect(org_id: UUID, stand_in: StandIn, settings: Settings) -> None:
    """Connects the sample to the stand-in, all but what somebody has connected already; it may write at any hour."""
    with organization(org_id) as tx:
        if not credentials.exists(tx, org_id, "convoso"):
            credentials.put(tx, org_id, "convoso", {"auth_token": stand_in.convoso_token})
        if settings.twilio_api_url == stand_in.url:
            tx.run(
                "UPDATE organizations SET sms_number = %s, sms_account = %s, alert_number = %s, send_from = '00:00',"
                " send_until = '23:59:59.999999' WHERE org_id = %s AND sms_number IS NULL",
                (TEXT_LINE, settings.twilio_account_sid, ALERTED, org_id),
            )
    requests.post(f"{stand_in.url}/__standin/assistants", json={"id": ASSISTANT}, timeout=5).raise_for_status()
    with organization(NOBODY) as tx:
        owe_registration(tx)


def _make(password: str) -> UUID:
    org_id = create_organization(NAME, timezone="America/New_York")
    add_membership(org_id, create_user(EMAIL, "Sam Sample", password), Role.OWNER)
    add_assistant(org_id, ASSISTANT, "Front desk")
    add_number(
        org_id,
        LINE,
        "Reception",
        assistant_number=ASSISTANT_LINE,
        vapi_phone_number_id=VAPI_LINE,
        vapi_assistant_id=ASSISTANT,
    )
    for endpoint in TOKENS:
        create_token(org_id, endpoint)
    return org_id


def curls(org_id: UUID, settings: Settings) -> list[tuple[str, str]]:
    """A command for each webhook that an authentic sender would be answered 200 to, each with its title."""
    tokens = {str(token["endpoint_type"]): str(token["token"]) for token in list_tokens(org_id) if token["is_active"]}
    found = []
    if settings.vapi_webhook_secret:
        found.append(("Vapi, a call's report", _vapi(settings)))
    if token := tokens.get(Endpoint.CONVOSO_CALLS.value):
        found.append(("Convoso, a call", _convoso_call(settings, token)))
    if token := tokens.get(Endpoint.CONVOSO_LEADS.value):
        found.append(("Convoso, a lead", _convoso_lead(settings, token)))
    if settings.twilio_auth_token and settings.twilio_account_sid:
        found.append(("Twilio, a call from the registered line", _twilio(settings)))
    return found


def _vapi(settings: Settings) -> str:
    body = {
        "message": {
            "type": "end-of-call-report",
            "endedReason": "customer-ended-call",
            "startedAt": "2025-06-02T14:00:00.000Z",
            "endedAt": "2025-06-02T14:02:05.000Z",
            "cost": 0.2145,
            "artifact": {"transcript": "AI: How can I help?\nUser: I would like an appointment.\n"},
            "analysis": {"summary": "The caller asked for an appointment."},
            "call": {
                "id": "3f0c8a54-6d0e-4a51-9b0f-5c6f1f6f2a10",
                "type": "inboundPhoneCall",
                "assistantId": ASSISTANT,
                "customer": {"number": CALLER, "name": "Robin Example"},
            },
        }
    }
    return _post(settings, "/api/vapi/webhook", body, f"X-Vapi-Secret: {settings.vapi_webhook_secret}")


def _convoso_call(settings: Settings, token: str) -> str:
    body = {
        "call_id": "curl-1",
        "lead_id": "4711",
        "agent_name": "Kim",
        "phone_number": CALLER,
        "disposition": "APPT",
        "duration": "184",
        "campaign": "Spring",
    }
    return _post(settings, f"/api/webhooks/convoso-calls?token={token}", body)


def _convoso_lead(settings: Settings, token: str) -> str:
    body = {"lead_id": "4711", "first_name": "Robin", "last_name": "Example", "phone": CALLER, "status": "NEW"}
    return _post(settings, f"/api/webhooks/convoso?token={token}", body)


def _twilio(settings: Settings) -> str:
    """Signed as Twilio signs: over the public URL, whatever address the request goes to."""
    path = "/api/webhooks/twilio"
    form = {
        "AccountSid": settings.twilio_account_sid or "",
        "CallSid": "CA" + "0123456789abcdef" * 2,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": LINE,
        "To": ASSISTANT_LINE,
    }
    signature = RequestValidator(settings.twilio_auth_token).compute_signature(settings.public_url + path, form)
    words = ["curl", f"http://localhost:{settings.port}{path}", "-H", f"X-Twilio-Signature: {signature}"]
    return shlex.join([*words, "-d", urlencode(form)])


def _post(settings: Settings, path: str, body: object, *headers: str) -> str:
    words = ["curl", f"http://localhost:{settings.port}{path}", "-H", "Content-Type: application/json"]
    for header in headers:
        words += ["-H", header]
    return shlex.join([*words, "-d", json.dumps(body)])
