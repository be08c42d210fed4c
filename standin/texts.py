"""The texts that the stand-in's Twilio has taken, how each is to fare, and who wants no more of them."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

STOP_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT")
START_WORDS = ("START", "YES", "UNSTOP")
HELP_WORDS = ("HELP", "INFO")


@dataclass(slots=True)
class Text:
    """One message. `token` is what its account proved itself with, and signs the news of it."""

    sid: str
    account: str
    token: str = field(repr=False)
    sender: str
    recipient: str
    body: str
    callback: str
    created_at: datetime
    status: str = "queued"
    sent_at: datetime | None = None
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """The statuses that follow one another, and the code that the last one comes with."""

    statuses: tuple[str, ...] = ("sent", "delivered")
    code: int | None = None


class Texts:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._series = uuid4().hex[:20]
        self._texts: dict[str, Text] = {}
        self._by_recipient: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._fates: dict[str, Fate] = {}
        self._out: set[tuple[str, str, str]] = set()
        self.tokens: dict[str, str] = {}
        """With what each account proved itself last."""

    def new_sid(self) -> str:
        with self._lock:
            return f"SM{self._series}{next(self._numbers):012x}"

    def add(self, text: Text) -> None:
        with self._lock:
            self._texts[text.sid] = text
            self._by_recipient[text.account, text.recipient].append(text.sid)

    def named(self, account: str, sid: str) -> Text | None:
        found = self._texts.get(sid)
        return found if found and found.account == account else None

    def status(self, sid: str) -> str | None:
        found = self._texts.get(sid)
        return found.status if found else None

    def listed(self, account: str, to: str | None) -> list[Text]:
        """Newest first; `to` None for everybody."""
        with self._lock:
            if to is not None:
                return [self._texts[sid] for sid in reversed(self._by_recipient.get((account, to), []))]
            return [text for text in reversed(self._texts.values()) if text.account == account]

    def decide(self, recipient: str, fate: Fate) -> None:
        """How every text to this number fares from now on."""
        self._fates[recipient] = fate

    def fate(self, recipient: str) -> Fate:
        return self._fates.get(recipient, Fate())

    def is_out(self, account: str, sender: str, person: str) -> bool:
        return (account, sender, person) in self._out

    def obey(self, account: str, sender: str, person: str, body: str) -> str | None:
        """Notes STOP and START, as Twilio does by itself; the word that the message was read as."""
        word = body.strip().upper()
        if word in STOP_WORDS:
            self._out.add((account, sender, person))
            return "STOP"
        if word in START_WORDS:
            self._out.discard((account, sender, person))
            return "START"
        return "HELP" if word in HELP_WORDS else None

    def clear(self) -> None:
        with self._lock:
            for kept in (self._texts, self._by_recipient, self._fates, self._out):
                kept.clear()


def segments(body: str) -> int:
    """How many messages a body is in the air: GSM-7 by the rough rule that what is ASCII fits it."""
    whole, part = (160, 153) if body.isascii() else (70, 67)
    return 1 if len(body) <= whole else -(-len(body) // part)


def shown(text: Text, at: Any) -> dict[str, Any]:
    """As the API gives it; `at` writes its times."""
    uri = f"/2010-04-01/Accounts/{text.account}/Messages/{text.sid}"
    return {
        "account_sid": text.account,
        "api_version": "2010-04-01",
        "body": text.body,
        "date_created": at(text.created_at),
        "date_sent": at(text.sent_at) if text.sent_at else None,
        "date_updated": at(text.sent_at or text.created_at),
        "direction": "outbound-api",
        "error_code": text.error_code,
        "error_message": None,
        "from": text.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(segments(text.body)),
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.recipient,
        "uri": f"{uri}.json",
    }
