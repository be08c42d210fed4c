"""The proof that nobody is written to twice: many intents, a provider that fails in every way, and workers that die.

The stand-in's own log of what it took is held against the rows: no intent twice, and no row that says otherwise. What
takes hours in life (looks at the provider, pauses after an outage) is brought forward as soon as it is planned.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import requests

from bench.ground import Ground, open_ground
from models.database import Unavailable, organization, system
from models.intents import Intent
from models.organizations import create_organization
from run.children import Program
from run.launch import free_port
from tasks.broker import broker
from tasks.messages import owe_message
from vocabulary import Method, Purpose

AREAS = (202, 212, 305, 312, 404, 415, 503, 602, 713, 808)
MAIL_EVERY = 5
BATCH = 20
BLOW_EVERY_SECONDS = 2.0
HASTEN_EVERY_SECONDS = 0.5
PATIENCE_SECONDS = 600.0
ENDED = ("sent", "delivered", "undelivered", "failed", "skipped")
ACCEPTED = ("sent", "delivered", "undelivered")
UNSETTLED = "could not be found out"
FAULTS = (
    {"fault": "timeout_before", "weight": 0.05, "seconds": 3},
    {"fault": "timeout_after", "weight": 0.08, "seconds": 3},
    {"fault": "reset", "weight": 0.07},
    {"fault": "reset_after", "weight": 0.09},
    {"fault": "status", "weight": 0.06, "status": 429, "headers": {"Retry-After": "1"}},
    {"fault": "status", "weight": 0.05, "status": 500},
    {"fault": "status_after", "weight": 0.05, "status": 500},
    {"fault": "status", "weight": 0.05, "status": 503},
)
LOOK_FAULTS = ({"fault": "status", "weight": 0.1, "status": 500}, {"fault": "reset", "weight": 0.1})
CALLBACKS = {"lost": 0.4, "duplicated": 0.2, "shuffled": True}
ACCOUNT, TOKEN = "AC" + "5" * 32, "0123456789abcdef" * 2
MAIL_KEY, MAIL_SECRET = "re_storm", "whsec_c3Rvcm0tc3Rvcm0tc3Rvcm0tc3Rvcm0="
HASTENED = (
    (
        "UPDATE messages SET send_at = now() WHERE status = 'planned' AND send_at > now()"
        " AND (slot_at IS NULL OR slot_at <= now())"
    ),
    (
        "UPDATE provider_health SET open_until = least(open_until, now() + interval '1 second'),"
        " probe_until = least(probe_until, now() + interval '1 second') WHERE open_until IS NOT NULL"
    ),
    (
        "UPDATE jobs SET run_at = now() FROM messages m WHERE jobs.state = 'ready' AND run_at > now()"
        " AND jobs.actor IN ('send_message', 'settle_message') AND m.org_id = jobs.org_id"
        " AND m.id = (jobs.args->>'message_id')::uuid AND (m.status <> 'planned' OR m.send_at <= now())"
    ),
)
"""The same minute for everybody: what was planned for later is due."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Storm:
    """`blows`: how often something is killed or flushed, a few seconds apart, while intents are owed and sent."""

    intents: int = 1_000
    organizations: int = 50
    blows: int = 24
    seed: int = 1


@dataclass
class Aftermath:
    """What came of it. `lies` are rows that say other than what the provider took."""

    intents: int
    accepted: int = 0
    twice: list[str] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    """How many outcomes nobody knew at some time."""
    settled: int = 0
    """How many of these a look or a callback settled."""
    faults: Counter[str] = field(default_factory=Counter)
    blows: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the promises were kept."""
        is_ended = sum(self.statuses[status] for status in ENDED) == self.intents
        return is_ended and not self.twice and not self.lies and self.settled >= 0.99 * self.unknown


def play(storm: Storm, tell: Tell) -> Aftermath:
    """Lets the storm loose on an instance of its own, waits until all is quiet, and compares. Raises NotReady."""
    begun = time.monotonic()
    with open_ground() as ground:
        stand_in = _start(ground)
        orgs = [_organization(number) for number in range(storm.organizations)]
        _weather(stand_in, storm.seed)
        blows = Blows(ground, storm)
        _owe_all(storm, orgs, blows, tell)
        _await_end(ground, storm.intents, blows, tell)
        aftermath = _compare(storm, stand_in)
    aftermath.blows = blows.fallen
    aftermath.seconds = time.monotonic() - begun
    return aftermath


def _start(ground: Ground) -> str:
    """The stand-in, and an instance that takes it for its providers; returns the stand-in's address."""
    port, web_port = free_port(), free_port()
    stand_in = f"http://127.0.0.1:{port}"
    keys = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "RESEND_API_KEY": MAIL_KEY,
        "RESEND_WEBHOOK_SECRET": MAIL_SECRET,
    }
    public = f"http://127.0.0.1:{web_port}"
    ground.environment |= keys | {
        "PUBLIC_URL": public,
        "RESEND_FROM": "Storm <storm@example.com>",
        "TWILIO_API_URL": stand_in,
        "RESEND_API_URL": stand_in,
    }
    ground.adopt()
    command = (sys.executable, "-m", "standin", "--port", str(port))
    ground.start_program(Program("standin", command, keys | {"STANDIN_WEBHOOKS": public}))
    ground.await_that(lambda: _answers(stand_in), 30.0, "the stand-in does not answer")
    ground.start_web(port=web_port)
    ground.start_workers()
    ground.start_scheduler()
    return stand_in


def _answers(stand_in: str) -> bool:
    try:
        return requests.get(f"{stand_in}/__standin/sent", timeout=2).ok
    except requests.RequestException:
        return False


def _organization(number: int) -> UUID:
    """One with a number of its own, which may write at any hour."""
    org_id = create_organization(f"Storm Clinic {number}", "America/New_York")
    with organization(org_id) as tx:
        tx.run(
            "UPDATE organizations SET sms_number = %s, sms_account = %s, send_from = '00:00',"
            " send_until = '23:59:59.999999' WHERE org_id = %s",
            (f"+1919555{number:04d}", ACCOUNT, org_id),
        )
    return org_id


def _weather(stand_in: str, seed: int) -> None:
    told: list[dict[str, Any]] = [
        {"match": match, "method": method, "faults": faults}
        for match in ("/2010-04-01/", "/emails")
        for method, faults in (("POST", FAULTS), ("GET", LOOK_FAULTS))
    ]
    for one in [*told, {"callbacks": CALLBACKS}]:
        requests.post(f"{stand_in}/__standin/weather", json=one | {"seed": seed}, timeout=10).raise_for_status()


def intent(number: int) -> Intent:
    """Each has its own recipient and words, so that the provider's log tells which it was."""
    is_mail = number % MAIL_EVERY == 0
    phone = f"+1{AREAS[number // 100 % len(AREAS)]}5550{100 + number % 100}"
    return Intent(
        method=Method.EMAIL if is_mail else Method.SMS,
        purpose=Purpose.SYSTEM,
        recipient=f"intent{number}@example.com" if is_mail else phone,
        content=f"Intent {number} of the storm",
        intent_key=f"storm:{number}",
        requested_by="rule:storm",
        subject=f"Intent {number}" if is_mail else None,
    )


class Blows:
    """kill -9 of a worker or the scheduler, or everything in Valkey is gone: one every few seconds."""

    def __init__(self, ground: Ground, storm: Storm) -> None:
        self.fallen: Counter[str] = Counter()
        self._ground, self._left, self._dice = ground, storm.blows, random.Random(storm.seed)
        self._next = time.monotonic() + BLOW_EVERY_SECONDS

    def go_on(self) -> None:
        """What died is started again, as a supervisor would; and the next blow falls when its time has come."""
        self._ground.tend()
        _hasten()
        if self._left and time.monotonic() >= self._next:
            self.fallen[self._strike()] += 1
            self._left -= 1
            self._next = time.monotonic() + BLOW_EVERY_SECONDS

    def _strike(self) -> str:
        what = self._dice.choice(("kill -9 of a worker", "kill -9 of a worker", "kill -9 of the scheduler", "FLUSHALL"))
        if what == "FLUSHALL":
            broker.client.flushall()
            return what
        kind = "worker" if "worker" in what else "scheduler"
        running = [child.pid for name, child in self._ground.children.items() if name.startswith(kind) and child.pid]
        if running:
            os.killpg(self._dice.choice(running), signal.SIGKILL)
        return what


def _owe_all(storm: Storm, orgs: list[UUID], blows: Blows, tell: Tell) -> None:
    for number in range(storm.intents):
        _insist(partial(_owe, orgs[number % len(orgs)], number))
        if number % BATCH == BATCH - 1:
            blows.go_on()
            tell(f"owed {number + 1} of {storm.intents}")


def _owe(org_id: UUID, number: int) -> None:
    with organization(org_id) as tx:
        owe_message(tx, org_id, intent(number))


def _insist(act: Callable[[], None]) -> None:
    """An intent that could not be written down is written down again: its key makes it the same one."""
    until = time.monotonic() + 30.0
    while True:
        try:
            return act()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _hasten() -> None:
    try:
        with system() as tx:
            for statement in HASTENED:
                tx.run(statement)
    except Unavailable:
        time.sleep(0.2)


def _await_end(ground: Ground, intents: int, blows: Blows, tell: Tell) -> None:
    told = 0.0

    def is_quiet() -> bool:
        nonlocal told
        blows.go_on()
        time.sleep(HASTEN_EVERY_SECONDS)
        ended = _count_ended()
        if time.monotonic() > told + 5:
            tell(f"{ended} of {intents} have ended")
            told = time.monotonic()
        return ended == intents

    ground.await_that(is_quiet, PATIENCE_SECONDS, "not every intent has ended")


def _count_ended() -> int:
    with system() as tx:
        return int(tx.value("SELECT count(*) FROM messages WHERE status = ANY(%s)", (list(ENDED),)))


def _compare(storm: Storm, stand_in: str) -> Aftermath:
    sent = requests.get(f"{stand_in}/__standin/sent", timeout=60).json()
    taken = Counter(str(one["body"]) for one in sent)
    with system() as tx:
        rows = tx.rows("SELECT org_id, id, content, status, reason, external_message_id FROM messages")
        lost = {
            row["id"]
            for row in tx.rows("SELECT DISTINCT args->>'message_id' AS id FROM jobs WHERE actor = 'settle_message'")
        }
    aftermath = Aftermath(storm.intents, accepted=len(sent), statuses=Counter(row["status"] for row in rows))
    aftermath.twice = sorted(words for words, times in taken.items() if times > 1)
    aftermath.lies = [_lie(row, taken) for row in rows if (row["status"] in ACCEPTED) != bool(taken[row["content"]])]
    unknown = [row for row in rows if str(row["id"]) in lost]
    aftermath.unknown = len(unknown)
    aftermath.settled = sum(row["status"] in ENDED and UNSETTLED not in (row["reason"] or "") for row in unknown)
    played = requests.get(f"{stand_in}/__standin/requests", timeout=60).json()
    aftermath.faults = Counter(str(one["fault"]) for one in played if one["fault"])
    return aftermath


def _lie(row: dict[str, Any], taken: Counter[str]) -> str:
    words = row["content"]
    return f"{words}: the row says {row['status']} ({row['reason']}), the provider took it {taken[words]} times"
