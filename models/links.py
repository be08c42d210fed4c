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
"""Makes a key of its own from SESSION_SECRET: what is signed for one purpose is worth nothing for another."""


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
    key = hmac.new(settings().session_secret.encode(), PURPOSE, hashlib.sha256).digest()
    message = "\n".join((str(org_id), str(recording_id), str(expires), by)).encode()
    return base64.urlsafe_b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode().rstrip("=")
