"""Twilio's words on messages in ours: statuses and error codes, for those who send and for those who hear back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vocabulary import MessageStatus

# Their word: our word. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATUSES = {
    "queued": MessageStatus.PLANNED,
    "accepted": MessageStatus.PLANNED,
    "scheduled": MessageStatus.PLANNED,
    "sending": MessageStatus.PLANNED,
    "sent": MessageStatus.SENT,
    "partially_delivered": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}
"""PLANNED: Twilio has it, and it is still on its way out."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a code means to people, and what follows from it."""

    words: str
    is_our_setup: bool = False
    """Whether every message of the account would fail alike."""
    opts_out: bool = False


# Their code: our words. https://www.twilio.com/docs/api/errors
PROBLEMS = {
    20003: Problem("Twilio does not accept the account's credentials", is_our_setup=True),
    20404: Problem("Twilio does not know this account", is_our_setup=True),
    20429: Problem("Twilio asks for fewer messages at a time"),
    21211: Problem("This is not a telephone number that can be written to"),
    21212: Problem("The sender's number is not a valid one", is_our_setup=True),
    21216: Problem("Twilio blocks this number"),
    21408: Problem("The Twilio account may not write to this country"),
    21602: Problem("The message has no text"),
    21606: Problem("The sender's number cannot send texts, or belongs to another account", is_our_setup=True),
    21608: Problem("A trial account writes to verified numbers only", is_our_setup=True),
    21609: Problem("Twilio does not accept our address for news of the message", is_our_setup=True),
    21610: Problem("The recipient has opted out of messages from this number", opts_out=True),
    21612: Problem("There is no way from the sender's number to this one"),
    21614: Problem("This number is not a mobile phone"),
    21617: Problem("The message is too long"),
    21635: Problem("This number is a landline"),
    21659: Problem("The sender's number is not one of Twilio's", is_our_setup=True),
    21660: Problem("The sender's number belongs to another Twilio account", is_our_setup=True),
    30001: Problem("Too many messages were waiting at Twilio"),
    30002: Problem("The Twilio account is suspended", is_our_setup=True),
    30003: Problem("The phone could not be reached"),
    30004: Problem("The recipient blocks messages"),
    30005: Problem("The number is unknown or no longer in use"),
    30006: Problem("The number is a landline or cannot be reached"),
    30007: Problem("A carrier filtered the message as unwanted"),
    30008: Problem("The carrier gave no reason"),
    30034: Problem("The sender's number is not registered with the carriers (A2P 10DLC)", is_our_setup=True),
    30036: Problem("The message could not be delivered in time"),
    30450: Problem("Twilio stopped the message as likely fraud"),
}


def code_of(value: Any) -> int | None:
    """An error code, which Twilio gives as a number here and as digits there; None for 0 and for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 6:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000_000 else None


def in_words(code: int | None) -> str | None:
    """A code with our words for it where there are some, as kept beside a message that came to nothing."""
    if code is None:
        return None
    known = PROBLEMS.get(code)
    return f"{known.words} ({code})" if known else f"Twilio's error {code}"
