"""Whom to ask for a call's recording, in which order, and with which credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from models import credentials
from models.credentials import Missing
from models.database import Transaction
from models.recordings import Standing
from models.vault import Unreadable
from providers.http import Ask
from providers.recording_places import at_convoso, at_twilio, at_vapi
from providers.recordings import NotConnected, is_allowed
from providers.twilio_account import TwilioAccount
from rules.recording_polls import AVERAGE_CALL
from settings import settings
from vocabulary import Provider

NO_VAPI = "Vapi is not connected: set VAPI_PRIVATE_KEY"
NO_TWILIO = "Please connect Twilio in settings"
BY = "poll_recording"
"""Who uses the credentials, for the audit trail."""


@dataclass(frozen=True, slots=True)
class Source:
    """One way to a recording: `find` asks for the place, and raises an OutboundError where there is none.

    Where the provider is not connected `missing` says what is, and there is nobody to ask.
    """

    name: str
    find: Callable[[], Ask] = field(repr=False)
    is_own: bool = False
    """Whether the credential is the organization's, so that its list tells if it works."""
    missing: str | None = None


def sources_of(tx: Transaction, org_id: UUID, found: Standing) -> list[Source]:
    """Every provider that knows the call, the one that handled it first; those not connected say so when asked."""
    refs = found.refs or {}
    sources = []
    if call_id := refs.get(Provider.VAPI):
        sources.append(_vapi(call_id))
    if call_sid := refs.get(Provider.TWILIO):
        sources.append(_twilio(tx, org_id, call_sid))
    if found.recording_url and Provider.CONVOSO in refs and is_allowed(found.recording_url):
        sources.append(_address(found.recording_url))
    if found.lead_id and Provider.CONVOSO in refs:
        sources.append(_convoso(tx, org_id, found, found.lead_id))
    return sources


def _vapi(call_id: str) -> Source:
    key = settings().vapi_private_key
    return Source("vapi", lambda: at_vapi(key, call_id)) if key else _unconnected("vapi", NO_VAPI)


def _twilio(tx: Transaction, org_id: UUID, call_sid: str) -> Source:
    """The organization's own account, else the deployment's."""
    try:
        config = credentials.get(tx, org_id, "twilio", by=BY).config
        own = TwilioAccount(config["account_sid"], config["auth_token"])
        return Source("twilio", lambda: at_twilio(own, call_sid), is_own=True)
    except Unreadable as error:
        return _unconnected("twilio", str(error))
    except Missing:
        sid, token = settings().twilio_account_sid, settings().twilio_auth_token
    if not sid or not token:
        return _unconnected("twilio", NO_TWILIO)
    account = TwilioAccount(sid, token)
    return Source("twilio", lambda: at_twilio(account, call_sid))


def _address(url: str) -> Source:
    """An address that Convoso itself has sent, where its host is one that we ask."""
    return Source("convoso", lambda: Ask("Convoso", url))


def _convoso(tx: Transaction, org_id: UUID, found: Standing, lead_id: str) -> Source:
    try:
        token = credentials.get(tx, org_id, "convoso", by=BY).config["auth_token"]
    except (Missing, Unreadable) as error:
        return _unconnected("convoso", str(error))
    length = timedelta(seconds=float(found.duration_seconds)) if found.duration_seconds else AVERAGE_CALL
    started = found.started_at or (found.ended_at - length if found.ended_at else found.happened_at)
    ended = found.ended_at or started + length
    zone = found.convoso_timezone
    return Source("convoso", lambda: at_convoso(token, lead_id, started, ended, zone), is_own=True)


def _unconnected(name: str, reason: str) -> Source:
    def refuse() -> Ask:
        raise NotConnected(reason)

    return Source(name, refuse, missing=reason)
