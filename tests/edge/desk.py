"""Providers as the tests play them: each posts as the real one does; what came of it is read as a superuser."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import psycopg2
from flask.testing import FlaskClient
from psycopg2.extras import RealDictCursor
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from settings import settings
from tasks.ledger import perform

VAPI = "/api/vapi/webhook"
CALLS = "/api/webhooks/convoso-calls"
LEADS = "/api/webhooks/convoso"
VOICE = "/api/webhooks/twilio"
STATUS = "/api/webhooks/twilio/status"
RECORDING = "/api/webhooks/twilio/recording"
SMS = "/api/webhooks/twilio/sms"
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"

ALICE_ASSISTANT = "assistant-of-alice"
BOB_ASSISTANT = "assistant-of-bob"
ALICE_LINE = "+12125550101"
BOB_LINE = "+13125550102"
SHARED_LINE = "+18005550100"


def encoded(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def message(kind: str, call_id: str | None = "call-1", assistant: str | None = None, **fields: Any) -> dict[str, Any]:
    """A Vapi server message; fields named call_… go into its call."""
    call: dict[str, Any] = {"id": call_id, "type": "inboundPhoneCall", "assistantId": assistant}
    call |= {name[5:]: fields.pop(name) for name in list(fields) if name.startswith("call_")}
    return {"message": {"type": kind, "call": call, **fields}}


def report(call_id: str = "call-1", assistant: str | None = None, **fields: Any) -> dict[str, Any]:
    times = {"startedAt": "2026-03-02T15:00:00Z", "endedAt": "2026-03-02T15:01:30Z"}
    facts = {"endedReason": "customer-ended-call", "artifact": {}, "analysis": {}} | times
    return message("end-of-call-report", call_id, assistant, **(facts | fields))


def call_body(**fields: Any) -> dict[str, Any]:
    """A Convoso call; fields given as None are left out."""
    body = {"call_id": "c-1", "agent_name": "Ann", "disposition": "Sale", "duration": "61"} | fields
    return {name: value for name, value in body.items() if value is not None}


def hmac_headers(key: str, raw: bytes, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(key.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-Signature": signature, "X-Timestamp": stamp}


def twilio_form(**fields: str) -> dict[str, str]:
    form = {"AccountSid": settings().twilio_account_sid or "", "CallSid": "CA1", "CallStatus": "ringing"}
    return form | {"Direction": "inbound"} | fields


def twilio_signature(path: str, form: Mapping[str, Any], token: str | None = None) -> str:
    validator = RequestValidator(token or settings().twilio_auth_token)
    return str(validator.compute_signature(settings().public_url + path, form))


class Desk:
    """Posts at the application in this process, and does its work when told to."""

    def __init__(self, client: FlaskClient, admin_url: str) -> None:
        self.client = client
        self.admin_url = admin_url

    def vapi(self, body: Any, secret: str | None = None, headers: Mapping[str, str] | None = None) -> TestResponse:
        """By default with the deployment's secret; any headers given take its place."""
        known = headers if headers is not None else {"X-Vapi-Secret": secret or settings().vapi_webhook_secret or ""}
        return self.client.post(VAPI, data=encoded(body), headers=dict(known), content_type=JSON_TYPE)

    def convoso(
        self, body: Any, token: str | None, path: str = CALLS, content_type: str = JSON_TYPE, **headers: str
    ) -> TestResponse:
        address = f"{path}?token={quote(token, safe='')}" if token is not None else path
        return self.client.post(address, data=encoded(body), headers=headers, content_type=content_type)

    def twilio(self, form: Mapping[str, str], path: str = VOICE, **headers: str) -> TestResponse:
        headers = {"X-Twilio-Signature": twilio_signature(path, form)} | headers
        return self.client.post(path, data=urlencode(form), headers=headers, content_type=FORM_TYPE)

    def work(self) -> int:
        """Does every job that is due, and those that they owe, in this process; returns how many events were read."""
        done = 0
        while due := self.rows("select * from jobs where state = 'ready' and run_at <= now() order by id"):
            for job in due:
                perform(job["org_id"], job["id"])
            done += sum(job["actor"] == "process_event" for job in due)
        return done

    def undone(self) -> list[dict[str, Any]]:
        """Jobs that are not done; a recording may be looked for all day."""
        return self.rows("select * from jobs where state <> 'done' and actor <> 'poll_recording'")

    def rows(self, query: str, params: Sequence[Any] = ()) -> list[dict[str, Any]]:
        connection = psycopg2.connect(self.admin_url)
        try:
            with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
                cursor.execute(query, params or None)
                return [dict(row) for row in cursor.fetchall()] if cursor.description else []
        finally:
            connection.close()

    def events(self, org_id: UUID | None = None) -> list[dict[str, Any]]:
        everything = "select * from webhook_events where org_id = coalesce(%s, org_id) order by received_at, id"
        return self.rows(everything, (org_id,))

    def jobs(self) -> list[dict[str, Any]]:
        return self.rows("select * from jobs order by created_at, id")

    def calls(self, org_id: UUID | None = None) -> list[dict[str, Any]]:
        everything = "select * from calls where org_id = coalesce(%s, org_id) order by created_at, id"
        return self.rows(everything, (org_id,))

    def states(self) -> list[str]:
        return [event["state"] for event in self.events()]
