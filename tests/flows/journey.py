"""A journey of canaries: what may be sung of, where it may be heard, and somebody who sends it every way there is."""

from __future__ import annotations

import secrets
from itertools import count
from typing import Any
from uuid import UUID

import requests

from scheduler.sweeper import sweep
from tests.edge.people import keep_recording, make_call
from tests.flows.canary import Flight
from tests.flows.instance import await_that
from tests.standin.side import Side

SID, TOKEN = "AC" + secrets.token_hex(16), f"canary{secrets.token_hex(13)}"
MAIL_KEY, VAPI_KEY = f"re_canary{secrets.token_hex(13)}", f"canary-vapi{secrets.token_hex(13)}"
DIGITS, NAME = "646555018", f"Canaria{secrets.token_hex(6)}"
WORDS, EMAIL = f"canary-words-{secrets.token_hex(8)}", f"canary{secrets.token_hex(8)}@example.com"
SAID = f"{TOKEN} {MAIL_KEY} {VAPI_KEY} {DIGITS}0 {EMAIL} {NAME} {WORDS}"
ECHO = {"code": 21999, "message": SAID, "name": SAID, "error": SAID, "more_info": SAID}
"""What a provider may repeat of that which it was sent."""
TEXTS, PATIENCE = f"/2010-04-01/Accounts/{SID}/Messages.json", 30.0
TOLD = {
    DIGITS: ("messages", "opt_outs", "contacts", "calls", "placed_calls"),
    EMAIL: ("messages", "contacts"),
    NAME: ("messages", "contacts", "calls"),
    WORDS: ("messages", "message_templates", "appointments"),
    TOKEN: (), MAIL_KEY: (), VAPI_KEY: (),
}  # fmt: skip
"""Canaries, and the tables which are there to hold them."""
BESIDE = """select to_jsonb(m) - 'recipient' - 'content' - 'subject' - 'sender' from messages m union all
select to_jsonb(p) - 'phone' from placed_calls p"""
"""The same tables without the columns which are there to hold them."""
PASSING = "select last_error from jobs union all select last_error from provider_health"


class Journey:
    """Somebody at the API, a provider that they reach, and a clock that need not be waited for."""

    def __init__(self, flight: Flight, side: Side, org_id: UUID) -> None:
        self.flight, self.side, self.org_id = flight, side, org_id
        self._numbers = count()
        self.glimpses: list[str] = []

    def number(self) -> str:
        return f"+1{DIGITS}{next(self._numbers) % 10}"

    def call(self, phone: str) -> UUID:
        call_id = make_call(self.org_id, phone_number=phone, caller_name=NAME)
        keep_recording(self.org_id, call_id)
        return call_id

    def ask(self, method: str, path: str, body: Any, status: int, **headers: str) -> Any:
        """An answer that says yes may say to whom; one that says no repeats nothing."""
        url = f"http://127.0.0.1:{self.flight.edge.port}{path}"
        named = {**self.flight.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer = requests.request(method, url, json=body, headers=named, timeout=15)
        assert answer.status_code == status, answer.text
        if status >= 400:
            self.flight.answers.append(f"{answer.headers} {answer.text}")
        return answer.json()

    def text(self, fault: str = "none", **more: Any) -> str:
        """A follow-up to somebody new, with this fault at Twilio."""
        self.side.fault(TEXTS, fault, **more)
        path = f"/api/calls-dashboard/{self.call(self.number())}/followup"
        return str(self.ask("POST", path, {"message": f"Hello {NAME}, {WORDS}"}, 200)["messageId"])

    def share(self, fault: str = "none", **more: Any) -> str:
        self.side.fault("/emails", fault, **more)
        path = f"/api/calls-dashboard/{self.call(self.number())}/share"
        return str(self.ask("POST", path, {"email": EMAIL}, 200)["messageId"])

    def hurry(self) -> None:
        """All that is owed for later is due."""
        rows = self.flight.rows
        self.glimpses.append(repr(rows(PASSING)))
        rows("update messages set send_at = least(send_at, now()), slot_at = least(slot_at, now())")
        rows("update jobs set run_at = now() where state = 'ready' and run_at > now() and actor <> 'poll_recording'")
        sweep(grace_seconds=0)

    def arrives(self, query: str, *params: Any) -> None:
        """Waits until the query finds something."""

        def found() -> bool:
            self.hurry()
            return bool(self.flight.rows(query, *params))

        await_that(found, PATIENCE)

    def fares(self, message_id: str, *statuses: str) -> None:
        self.arrives("select 1 from messages where id = %s and status = any(%s)", message_id, list(statuses))

    def heard(self, canary: str) -> list[str]:
        """Everywhere but in its own tables, and in those but for its own columns."""
        beside = repr(self.flight.rows(BESIDE)) + "".join(self.glimpses)
        return self.flight.heard(canary, TOLD[canary]) + (["beside"] if canary in beside else [])
