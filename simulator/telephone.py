"""A call forwarded from the organization's own line, as Twilio tells it, and at times the assistant's report on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from urllib.parse import urlencode

from simulator.cast import Person, person
from simulator.deliveries import FORM, Event, Target
from simulator.talk import Course, course
from simulator.vapi import begin, told
from vocabulary import Endpoint

ASSISTED_SHARE = 0.4
"""Calls on which a Vapi session runs, so that both providers speak of the same call."""
STRANGER = "+12025550111"


def telephone_call(rng: Random, target: Target, created: datetime) -> Iterator[Event]:
    """Voice, status and recording callbacks of one call; with them, where assisted, Vapi's messages on it."""
    sid = f"CA{rng.getrandbits(128):032x}"
    yield voice(target, created, sid, target.line or "")
    answered = created + timedelta(seconds=rng.randint(1, 6))
    spoken = rng.randint(15, 420)
    yield _status(target, answered, sid, "in-progress", 1)
    if target.takes_vapi and rng.random() < ASSISTED_SHARE:
        yield from _assisted(rng, target, answered, sid)
    ended = answered + timedelta(seconds=spoken)
    yield _status(target, ended, sid, "completed", 2, CallDuration=str(spoken), Duration=str(spoken // 60 + 1))
    yield _recording(rng, target, ended, sid, spoken)


def _assisted(rng: Random, target: Target, at: datetime, sid: str) -> Iterator[Event]:
    """The session's customer is the line that forwarded the call, as the telephone network sees it."""
    caller = person(rng)
    forwarded = Person(
        caller.name, caller.first_name, caller.last_name, target.line or "", caller.email, caller.lead_id
    )
    metadata = {
        "org_id": str(target.org_id),
        "assistant_id": target.vapi_assistant_id,
        "phone_number_id": target.vapi_phone_number_id,
        "caller_phone_number": target.line,
        "assistant_phone_number": target.assistant_line,
    }
    overrides = {"metadata": metadata if target.org_id else {}}
    call = begin(rng, target, at, "inboundPhoneCall", forwarded, sid, assistantOverrides=overrides)
    goes = course(rng)
    yield from told(call, Course.ASKED if goes is Course.UNHEARD else goes, rng)


def voice(target: Target, at: datetime, sid: str, caller: str) -> Event:
    fields = _fields(target, sid, "ringing") | {"From": caller, "Caller": caller, "CallerName": "HARBOR CLINIC"}
    return _event(Endpoint.TWILIO, "ringing", f"twilio|{sid}|ringing", fields, at)


def stranger(rng: Random, target: Target, at: datetime) -> Event:
    """A call from a line that no organization has registered."""
    return voice(target, at, f"CA{rng.getrandbits(128):032x}", STRANGER)


def _status(target: Target, at: datetime, sid: str, word: str, sequence: int, **more: str) -> Event:
    fields = _fields(target, sid, word) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(at),
        **more,
    }
    return _event(Endpoint.TWILIO_STATUS, word, f"twilio|{sid}|{word}", fields, at)


def _recording(rng: Random, target: Target, at: datetime, sid: str, seconds: int) -> Event:
    recording, account = f"RE{rng.getrandbits(128):032x}", target.twilio_account_sid or ""
    fields = {
        "AccountSid": account,
        "CallSid": sid,
        "RecordingSid": recording,
        "RecordingUrl": f"https://api.twilio.example.com/2010-04-01/Accounts/{account}/Recordings/{recording}",
        "RecordingStatus": "completed",
        "RecordingDuration": str(seconds),
        "RecordingChannels": "2",
        "RecordingSource": "StartCallRecordingAPI",
        "ErrorCode": "0",
    }
    return _event(Endpoint.TWILIO_RECORDING, "completed", f"twilio|{recording}|completed", fields, at)


def _fields(target: Target, sid: str, word: str) -> dict[str, str]:
    line = target.line or ""
    return {
        "CallSid": sid,
        "AccountSid": target.twilio_account_sid or "",
        "From": line,
        "To": target.assistant_line,
        "Caller": line,
        "Called": target.assistant_line,
        "CallStatus": word,
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
        "FromCountry": "US",
        "ToCountry": "US",
    }


def _event(endpoint: Endpoint, kind: str, key: str, fields: dict[str, str], at: datetime) -> Event:
    return Event(endpoint, key, kind, urlencode(fields).encode(), FORM, at)
