"""Tells the providers' stand-in of the calls that are played, so that their recordings can be fetched afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import requests

from settings import Settings
from simulator.convoso import UNSPOKEN
from simulator.deliveries import Delivery, Expected, Target
from vocabulary import Endpoint

SECONDS = 5.0


def stand_in_of(settings: Settings) -> str | None:
    """Where the stand-in listens, if Vapi's API is played on this machine."""
    return settings.vapi_api_url if urlsplit(settings.vapi_api_url).hostname in ("127.0.0.1", "localhost") else None


def announced(deliveries: Iterable[Delivery], target: Target, stand_in: str | None) -> Iterator[Delivery]:
    """The same deliveries; before one that ends a call goes out, the stand-in knows of the call."""
    with requests.Session() as session:
        for delivery in deliveries:
            call = call_of(delivery, target) if stand_in else None
            if call is not None:
                session.post(f"{stand_in}/__standin/calls", json=call, timeout=SECONDS).raise_for_status()
            yield delivery


def call_of(delivery: Delivery, target: Target) -> dict[str, Any] | None:
    """The call that a delivery ends, as standin/calls.py wants to be told of it; None where it ends none."""
    if delivery.expected is not Expected.ACCEPTED:
        return None
    if delivery.endpoint is Endpoint.VAPI and delivery.kind == "end-of-call-report":
        return _vapi(json.loads(delivery.body)["message"])
    if delivery.endpoint is Endpoint.TWILIO_STATUS and delivery.kind == "completed":
        return _twilio(dict(parse_qsl(delivery.body.decode())))
    return _convoso(delivery.body, target) if delivery.endpoint is Endpoint.CONVOSO_CALLS else None


def _vapi(message: dict[str, Any]) -> dict[str, Any] | None:
    """Reports of 2024 give no times of the call, but of what was said; a call that nobody took has neither."""
    spoken = [one for one in message.get("messages", []) if "endTime" in one]
    if message.get("startedAt"):
        started, ended = (datetime.fromisoformat(message[name]) for name in ("startedAt", "endedAt"))
    elif spoken and message.get("recordingUrl"):
        started, ended = (_moment(milliseconds) for milliseconds in (spoken[0]["time"], spoken[-1]["endTime"]))
    else:
        return None
    call = message["call"]
    return _told(call["id"], started, (ended - started).total_seconds(), call_sid=call.get("phoneCallProviderId") or "")


def _twilio(form: dict[str, str]) -> dict[str, Any]:
    seconds = float(form["CallDuration"])
    started = parsedate_to_datetime(form["Timestamp"]) - timedelta(seconds=seconds)
    return _told(form["CallSid"], started, seconds, call_sid=form["CallSid"])


def _convoso(body: bytes, target: Target) -> dict[str, Any] | None:
    fields = json.loads(body) if body.startswith(b"{") else dict(parse_qsl(body.decode()))
    lead_id = fields.get("lead_id") or fields.get("owner_id")
    at = fields.get("started_at") or fields.get("start_time")
    disposition = fields.get("disposition") or fields.get("status")
    if not lead_id or not at or disposition in UNSPOKEN:
        return None
    started = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(target.convoso_timezone))
    name = hashlib.sha256(body).hexdigest()[:32]
    return _told(name, started, float(fields["duration"]), lead_id=lead_id, timezone=target.convoso_timezone)


def _told(id: str, started: datetime, seconds: float, **more: str) -> dict[str, Any]:
    return {"id": id, "started_at": started.isoformat(), "seconds": seconds, **more}


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
