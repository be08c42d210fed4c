"""What messages need in a test: a number and a key to send with, a stand-in to take them, and jobs done on demand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import requests

from models import ledger
from models.database import organization
from models.intents import Intent, Planned
from settings import settings
from tasks.ledger import Errand, perform
from tasks.messages import owe_message, send
from tasks.settling import settle
from tests.standin.side import Side, playing
from vocabulary import Method, Purpose

ACCOUNT, TOKEN = "AC" + "7" * 32, "token-of-twilio-in-tests"
MAIL_KEY = "re_key_of_tests"
OURS = "+12025550199"
ANN = "+12125550101"
"""In New York."""
TEXT = Intent(Method.SMS, Purpose.FOLLOWUP, ANN, "Hello Ann", "wish:1", "rule:test")
MAIL = Intent(Method.EMAIL, Purpose.SYSTEM, "ann@example.com", "Hello Ann", "wish:2", "rule:test", subject="Hello")


@contextmanager
def providers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    """A Twilio and a Resend that this deployment is connected to."""
    keys = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "RESEND_API_KEY": MAIL_KEY}
    with playing(keys, monkeypatch) as side:
        for name, value in (keys | {"RESEND_FROM": "Clinic <desk@example.com>"}).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield side


def equip(org_id: UUID, number: str = OURS, hours: tuple[str, str] = ("00:00", "23:59:59.999999")) -> None:
    """The organization may write from this number, at these hours."""
    with organization(org_id) as tx:
        tx.run(
            "UPDATE organizations SET sms_number = %s, sms_account = %s, send_from = %s, send_until = %s"
            " WHERE org_id = %s",
            (number, ACCOUNT, *hours, org_id),
        )


def owe(org_id: UUID, intent: Intent = TEXT, **changes: Any) -> Planned:
    with organization(org_id) as tx:
        return owe_message(tx, org_id, replace(intent, **changes))


def row(org_id: UUID, message_id: UUID) -> dict[str, Any]:
    with organization(org_id) as tx:
        found = tx.row("SELECT * FROM messages WHERE org_id = %s AND id = %s", (org_id, message_id))
    assert found is not None
    return found


def jobs(org_id: UUID, actor: str = "send_message") -> list[dict[str, Any]]:
    """The jobs that wait, the earliest first."""
    with organization(org_id) as tx:
        return tx.rows(
            "SELECT id, run_at, args FROM jobs WHERE actor = %s AND state = 'ready' ORDER BY run_at", (actor,)
        )


def run(org_id: UUID, actor: str = "send_message") -> None:
    """Does the jobs of that kind that wait, whatever time they wait for; a turn that was kept for one has come."""
    for job in jobs(org_id, actor):
        with organization(org_id) as tx:
            tx.run("UPDATE jobs SET run_at = now() WHERE id = %s", (job["id"],))
            tx.run(
                "UPDATE messages SET send_at = least(send_at, now()), slot_at = least(slot_at, now()) WHERE id = %s",
                (job["args"]["message_id"],),
            )
        perform(org_id, job["id"])


def errand_of(org_id: UUID, actor: str) -> tuple[Errand, UUID]:
    """Claims the next job of that kind, as a worker does: its errand, and the message that it is about."""
    job = jobs(org_id, actor)[0]
    with organization(org_id) as tx:
        tx.run("UPDATE jobs SET run_at = now() WHERE id = %s", (job["id"],))
    claim = ledger.claim(org_id, job["id"])
    assert claim is not None
    return Errand(claim, 30_000), UUID(claim.args["message_id"])


def send_at(org_id: UUID, now: datetime) -> None:
    """Does the sending that is owed, as if it were `now`."""
    errand, message_id = errand_of(org_id, "send_message")
    send(errand, org_id, message_id, lambda: now)


def settle_at(org_id: UUID, now: datetime) -> None:
    errand, message_id = errand_of(org_id, "settle_message")
    settle(errand, org_id, message_id, lambda: now)


def sent(side: Side) -> list[dict[str, Any]]:
    """What the providers took."""
    found: list[dict[str, Any]] = requests.get(f"{side.url}/__standin/sent", timeout=5).json()
    return found
