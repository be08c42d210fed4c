"""Resend's webhooks: proof of the sender, identity for the edge, and what became of our mails.

They are signed as Svix signs. https://resend.com/docs/dashboard/webhooks/event-types
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from providers.base import STANDARD
from providers.body import decode_json
from providers.values import dig, identifier, moment, sha256_key, text
from vocabulary import (
    Customs,
    Delivery,
    Endpoint,
    Fact,
    Handling,
    Headers,
    Identity,
    MessageStatus,
    Provider,
)

PROVIDER = Provider.RESEND
ENDPOINTS = frozenset({Endpoint.RESEND})
KEPT_HEADERS: tuple[str, ...] = ("content-type", "user-agent")

TOLERANCE_SECONDS = 300
SECRET_PREFIX = "whsec_"  # noqa: S105
VERSION = "v1,"
MOST_SIGNATURES = 10
CODE = re.compile(r"[a-z0-9_]{1,60}\Z")
PERMANENT = "permanent"

# Their word: our word.
STATUSES = {
    "email.scheduled": MessageStatus.PLANNED,
    "email.delivery_delayed": MessageStatus.PLANNED,
    "email.sent": MessageStatus.SENT,
    "email.delivered": MessageStatus.DELIVERED,
    "email.complained": MessageStatus.DELIVERED,
    "email.bounced": MessageStatus.UNDELIVERED,
    "email.suppressed": MessageStatus.FAILED,
    "email.failed": MessageStatus.FAILED,
}
"""Who complains about a mail has received it."""
IGNORED = ("email.opened", "email.clicked", "email.received", "contact.", "domain.", "suppression.", "topic.", "inbox.")
REASONS = {
    "email.complained": "The recipient reported the mail as unwanted",
    "email.suppressed": "Resend writes no more to this address: a mail to it bounced for good, or was reported",
}


def signature_valid(secret: str, headers: Headers, raw: bytes, now: datetime) -> bool:
    """Svix's signature over id, time and the bytes of the body, of the last five minutes. Never raises."""
    name, sent_at, given = (headers.one(f"svix-{part}") for part in ("id", "timestamp", "signature"))
    if not name or not sent_at or not given or not _is_recent(sent_at, now):
        return False
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        return False
    signed = f"{name}.{sent_at}.".encode("utf-8", "surrogatepass") + raw
    expected = VERSION.encode() + base64.b64encode(hmac.digest(key, signed, sha256))
    presented = given.encode("utf-8", "surrogatepass").split(b" ")[:MOST_SIGNATURES]
    return bool(key) and any(hmac.compare_digest(one, expected) for one in presented)


def _is_recent(sent_at: str, now: datetime) -> bool:
    is_number = sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12
    return is_number and abs(now.timestamp() - int(sent_at)) <= TOLERANCE_SECONDS


def decode(raw: bytes, content_type: str | None) -> dict[str, Any]:
    """JSON, whatever its type is said to be; raises Malformed."""
    return decode_json(raw)


def identify(
    endpoint: Endpoint, body: dict[str, Any], raw: bytes, headers: Headers, customs: Customs = STANDARD
) -> Identity:
    """What the edge must know; the svix-id is the same on every attempt at one event, and a mail has many events."""
    kind = identifier(body.get("type")) or "unknown"
    name = identifier(headers.one("svix-id"))
    return Identity(kind=kind, dedupe_key=f"svix|{name}" if name else sha256_key(raw), handling=_handling(kind))


def _handling(kind: str) -> Handling:
    if kind in STATUSES:
        return Handling.HANDLE
    return Handling.IGNORE if kind.startswith(IGNORED) else Handling.UNSUPPORTED


def org_of(body: dict[str, Any]) -> UUID | None:
    """The organization that we named when we sent the mail, as far as the body can be believed."""
    return _tag(body, "org")


def _tag(body: dict[str, Any], name: str) -> UUID | None:
    """A tag of ours: they come back as an object, although they are sent as a list."""
    tags = dig(body, "data", "tags")
    if isinstance(tags, list):
        tags = {str(one.get("name")): one.get("value") for one in tags if isinstance(one, dict)}
    given = text(dig(tags, name))
    try:
        return UUID(given) if given else None
    except ValueError:
        return None


def parse(endpoint: Endpoint, body: dict[str, Any], event_id: UUID, customs: Customs = STANDARD) -> tuple[Fact, ...]:
    """What became of a mail; nothing where the event names none, or says nothing of its delivery."""
    kind = text(body.get("type")) or ""
    mail, status = identifier(dig(body, "data", "email_id")), STATUSES.get(kind)
    if mail is None or status is None:
        return ()
    return (
        Delivery(
            provider=PROVIDER,
            at=moment(body.get("created_at")),
            external_id=mail,
            status=status,
            message_id=_tag(body, "message"),
            reason=_reason(kind, body),
            opts_out=kind in ("email.complained", "email.suppressed") or (kind == "email.bounced" and _is_final(body)),
        ),
    )


def _is_final(body: dict[str, Any]) -> bool:
    return (text(dig(body, "data", "bounce", "type")) or "").lower() == PERMANENT


def _reason(kind: str, body: dict[str, Any]) -> str | None:
    """In our words: what mail servers say may quote anything."""
    if kind == "email.bounced":
        words = "The address takes no mail" if _is_final(body) else "The mailbox could not take the mail"
        return f"{words} (bounced)"
    if kind == "email.failed":
        code = text(dig(body, "data", "failed", "reason")) or ""
        return f"Resend could not send the mail ({code})" if CODE.match(code) else "Resend could not send the mail"
    return REASONS.get(kind)
