"""Twilio's webhooks about messages: what somebody wrote to one of our numbers, and what became of what we sent."""

from __future__ import annotations

from typing import Any

from providers.phones import e164
from providers.twilio_words import PROBLEMS, STATUSES, code_of, in_words
from providers.values import first, identifier, text
from vocabulary import Customs, Delivery, InboundText, Provider

RECEIVED = "received"
INBOUND = (RECEIVED, "receiving")
OPT_WORDS = ("STOP", "START", "HELP")
LONGEST_TEXT = 2_000
"""Twilio's own limit is 1,600 characters."""


def kind_of(body: dict[str, Any]) -> str:
    """The message's status; a text that somebody sent us is received."""
    return first(identifier(body.get("MessageStatus")), identifier(body.get("SmsStatus"))) or RECEIVED


def sid_of(body: dict[str, Any]) -> str | None:
    return first(identifier(body.get("MessageSid")), identifier(body.get("SmsSid")))


def name_of(body: dict[str, Any], customs: Customs) -> str | None:
    """By what an organization is found: the account, our number, and the person at the other end."""
    ours, theirs = _ends(body, customs)
    account = identifier(body.get("AccountSid"))
    return f"text:{account}|{ours}|{theirs or ''}" if account and "|" not in account and ours else None


def _ends(body: dict[str, Any], customs: Customs) -> tuple[str | None, str | None]:
    """Our number and theirs, E.164: a text came to ours, and what we sent came from it."""
    came, went = (e164(text(body.get(name)), customs.default_region) for name in ("To", "From"))
    return (came, went) if kind_of(body) in INBOUND else (went, came)


def parse_text(body: dict[str, Any], customs: Customs) -> tuple[Delivery | InboundText, ...]:
    """What one of them states; nothing where it lacks what would tell whom it is about."""
    sid = sid_of(body)
    if sid is None:
        return ()
    return _inbound(body, sid, customs) if kind_of(body) in INBOUND else _delivery(body, sid)


def _delivery(body: dict[str, Any], sid: str) -> tuple[Delivery, ...]:
    status = STATUSES.get(kind_of(body))
    if status is None:
        return ()
    code = code_of(body.get("ErrorCode"))
    opts_out = code in PROBLEMS and PROBLEMS[code].opts_out
    return (Delivery(Provider.TWILIO, None, sid, status, reason=in_words(code), opts_out=opts_out),)


def _inbound(body: dict[str, Any], sid: str, customs: Customs) -> tuple[InboundText, ...]:
    account, (ours, theirs) = identifier(body.get("AccountSid")), _ends(body, customs)
    sender = theirs or identifier(body.get("From"))
    if account is None or ours is None or sender is None:
        return ()
    word = (text(body.get("OptOutType")) or "").upper()
    said = (text(body.get("Body")) or "")[:LONGEST_TEXT]
    return (InboundText(Provider.TWILIO, account, sender, ours, said, sid, None, word if word in OPT_WORDS else None),)
