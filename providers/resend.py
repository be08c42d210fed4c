"""Resend: hands over one mail. The same mail under the same key is sent once within a day, however often it is told.

https://resend.com/docs/api-reference/emails/send-email
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.http import Reply, Tell, told
from providers.sending import Accepted, Outcome, Postponed, Rejected, Unclear, hand_over
from settings import settings

WHO = "Resend"
RATE_SECONDS = 1.0
RUNNING_SECONDS = 5.0
QUOTA_SECONDS = 3600.0
"""How long to wait where Resend names no time: for a limit a second, for a twin under way, for a quota."""
REFUSES_US = (401, 403, 404, 405)
CHANGED = "Resend has had another mail under this key"

# Their name: our words. https://resend.com/docs/api-reference/errors
QUOTAS = {
    "daily_quota_exceeded": "Resend's quota of the day is used up",
    "monthly_quota_exceeded": "Resend's quota of the month is used up",
}
PROBLEMS = {
    "missing_api_key": "Resend asks for a key",
    "invalid_api_key": "Resend does not accept the key",
    "restricted_api_key": "Resend's key may not send",
    "invalid_from_address": "Resend does not accept the sender's address",
    "validation_error": "Resend does not accept the mail, or its sender's domain is not verified",
    "missing_required_field": "Resend misses a part of the mail",
    "invalid_parameter": "Resend does not accept a part of the mail",
    "invalid_idempotency_key": "Resend does not accept the mail's key",
    "not_found": "Resend does not know what was asked for",
    "security_error": "Resend holds the mail to be unsafe",
}
OUR_SETUP = ("missing_api_key", "invalid_api_key", "restricted_api_key", "invalid_from_address")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of plain text. `sender`: an address, or `Name <address>`; tags come back with what becomes of it."""

    sender: str
    recipient: str
    subject: str
    text: str = field(repr=False)
    tags: Mapping[str, str] = field(default_factory=dict)
    """Names and values of ASCII letters, digits, dashes and underscores."""


def send(key: str, mail: Mail, idempotency_key: str) -> Outcome:
    """Hands one mail over. What was not clear is found out by the same mail with the same key, within 24 hours."""
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key}
    post = Tell(WHO, "POST", f"{settings().resend_api_url}/emails", headers=headers, json=_body(mail))
    return hand_over(WHO, lambda: told(post), _outcome)


def _body(mail: Mail) -> dict[str, Any]:
    return {
        "from": mail.sender,
        "to": [mail.recipient],
        "subject": mail.subject,
        "text": mail.text,
        "tags": [{"name": name, "value": value} for name, value in mail.tags.items()],
    }


def _outcome(reply: Reply) -> Outcome:
    said: dict[str, Any] = reply.body if isinstance(reply.body, dict) else {}
    name = str(said.get("name") or "")
    if 200 <= reply.status < 300:
        given = said.get("id")
        return Accepted(given) if isinstance(given, str) and given else Unclear("Resend's answer cannot be read")
    if reply.status == 429:
        return _later(name, reply.retry_after)
    if reply.status == 409:
        return _known_key(name)
    words = PROBLEMS.get(name, f"Resend refused the mail ({reply.status})")
    # A name that we do not know may be any words, and the code is shown to people.
    code = name if name in PROBLEMS else str(reply.status)
    return Rejected(words, code, is_our_setup=reply.status in REFUSES_US or name in OUR_SETUP)


def _later(name: str, wish: float) -> Postponed:
    """A quota of a day is not to be had again within seconds, whatever the answer says."""
    if name in QUOTAS:
        return Postponed(QUOTAS[name], max(wish, QUOTA_SECONDS), is_outage=False)
    return Postponed("Resend asks for fewer mails at a time", wish or RATE_SECONDS, is_outage=False)


def _known_key(name: str) -> Outcome:
    """The key was seen before: by an attempt that is not done yet, or with another mail.

    The other mail may have been sent under our name, so that this one is neither refused for good nor safe under
    another key: nobody can say.
    """
    if name == "concurrent_idempotent_requests":
        return Postponed("Resend is at work on this very mail", RUNNING_SECONDS, is_outage=False)
    return Unclear(CHANGED)
