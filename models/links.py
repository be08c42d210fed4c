"""Signed addresses of recordings: whoever has one may hear it until its time is over."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from settings import settings

LISTENING = timedelta(minutes=15)
SHARED = timedelta(hours=24)
PURPOSE = b"aftercall: playing a recording, 1"
INVITING = b"aftercall: an invitation, 1"
"""Each makes a key of its own from SESSION_SECRET: what is signed for one purpose is worth nothing for another."""


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    expires_at: datetime


def recording_link(org_id: UUID, recording_id: UUID, by: str, now: datetime, lifetime: timedelta = LISTENING) -> Link:
    """An address that is good for `lifetime` from `now` on, for whom `by` names. The same again is the same address."""
    expires_at = (now + lifetime).replace(microsecond=0)
    expires = int(expires_at.timestamp())
    query = urlencode({"exp": expires, "by": by, "sig": sign(org_id, recording_id, expires, by)})
    return Link(f"{settings().public_url}/recordings/{org_id}/{recording_id}?{query}", expires_at)


def sign(org_id: UUID, recording_id: UUID, expires: int, by: str) -> str:
    return _signature(PURPOSE, "\n".join((str(org_id), str(recording_id), str(expires), by)))


def invitation_link(invitation_id: UUID) -> str:
    """The address of an invitation's page: whoever has it may join with the address that was invited."""
    return f"{settings().public_url}/invite/{invitation_token(invitation_id)}"


def invitation_token(invitation_id: UUID) -> str:
    """What only we can tell of an invitation's id; only its hash is kept."""
    return _signature(INVITING, str(invitation_id))


def _signature(purpose: bytes, message: str) -> str:
    key = hmac.new(settings().session_secret.encode(), purpose, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(hmac.new(key, message.encode(), hashlib.sha256).digest()).decode().rstrip("=")
