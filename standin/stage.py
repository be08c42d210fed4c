"""What the stand-in's modules share: the application that answers, with its credentials, calls, script and clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app

from standin.calls import Calls
from standin.deliveries import Deliveries
from standin.luck import Luck
from standin.mails import Mails
from standin.outbox import Outbox
from standin.script import Script
from standin.texts import Texts

WEBHOOKS = "STANDIN_WEBHOOKS"
"""Beside the credentials: the public address of the product that is told what becomes of things."""


class Stage(Flask):
    """`keys` are the credentials that are right, by the product's variables; `kept_in` keeps announced calls."""

    def __init__(self, keys: Mapping[str, str], kept_in: Path | None) -> None:
        super().__init__("standin")
        self.keys = dict(keys)
        self.calls = Calls(kept_in)
        self.script = Script()
        self.sent = Outbox()
        self.deliveries = Deliveries(self.keys.get(WEBHOOKS))
        self.dialled: dict[str, dict[str, Any]] = {}
        """Calls that Vapi was asked to place, by its id, oldest first."""
        self.outcomes: deque[str] = deque()
        """How the next of them go."""
        self.texts = Texts()
        self.mails = Mails()
        self.luck = Luck()
        self.ahead = timedelta(0)
        """How far the stand-in's clock is ahead of the machine's, so that nobody has to wait."""
        self.wsgi_app = self.script.around(self.wsgi_app)  # type: ignore[method-assign]

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def accepts(self, name: str, given: str | None) -> bool:
        """Whether a credential is the one that was set for its name; where none was set, any will do."""
        return bool(given) and self.keys.get(name) in (None, "", given)


def stage() -> Stage:
    """The stand-in that answers this request."""
    return cast(Stage, current_app)


def here() -> Stage:
    """The same for what goes on after the answer, in another thread."""
    return cast(Stage, current_app._get_current_object())  # type: ignore[attr-defined]
