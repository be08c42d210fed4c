"""The mails that the stand-in's Resend has taken, and the keys under which it has taken them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

KEPT = timedelta(hours=24)


@dataclass(slots=True)
class Mail:
    id: str
    key: str = field(repr=False)
    """The API key that it came with."""
    content: dict[str, Any]
    created_at: datetime
    last_event: str = "queued"


@dataclass(slots=True)
class Taken:
    """What came under one idempotency key; `mail` is None as long as it is worked on."""

    content: bytes
    at: datetime
    mail: Mail | None = None


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a team wants to be told what became of its mails, and the secret that signs it."""

    url: str
    secret: str = field(repr=False)


class Busy(Exception):
    """The same key is being worked on."""


class Changed(Exception):
    """The same key came with another mail."""


class Mails:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mails: dict[str, Mail] = {}
        self._taken: dict[tuple[str, str], Taken] = {}
        self.hooks: dict[str, Hook] = {}
        """By API key, for teams with webhooks of their own."""
        self.seconds = 0.0
        """How long a mail is worked on before its answer."""

    def begin(self, key: str, idempotency_key: str, content: bytes, now: datetime) -> Mail | None:
        """The mail that was taken under this key before, None for a new one. Raises Busy and Changed."""
        with self._lock:
            known = self._taken.get((key, idempotency_key))
            if known is None or now - known.at >= KEPT:
                self._taken[key, idempotency_key] = Taken(content, now)
                return None
            if known.content != content:
                raise Changed
            if known.mail is None:
                raise Busy
            return known.mail

    def take(self, key: str, idempotency_key: str | None, content: dict[str, Any], now: datetime) -> Mail:
        mail = Mail(str(uuid4()), key, content, now)
        with self._lock:
            self._mails[mail.id] = mail
            if idempotency_key is not None:
                self._taken[key, idempotency_key].mail = mail
        return mail

    def named(self, key: str, id: str) -> Mail | None:
        found = self._mails.get(id)
        return found if found and found.key == key else None

    def status(self, id: str) -> str | None:
        found = self._mails.get(id)
        return found.last_event if found else None

    def clear(self) -> None:
        with self._lock:
            self._mails.clear()
            self._taken.clear()
