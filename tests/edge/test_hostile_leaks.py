"""Canaries fly through edge, queue and worker, whatever becomes of them, and sing in no log, queue, job or refusal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from redis import Redis

from tests.edge.desk import (
    ALICE_ASSISTANT,
    ALICE_LINE,
    CALLS,
    FORM_TYPE,
    LEADS,
    SHARED_LINE,
    VAPI,
    VOICE,
    Desk,
    call_body,
    encoded,
    report,
    twilio_form,
    twilio_signature,
)
from tests.edge.live import ROOT, Answer, Edge, HungUp, chunked, request

NAME, PHONE, DIGITS, WORDS = "Quentin Canary", "+12125550147", "2125550147", "the canary sang of its wallet"
GUESSED = "guessed-canary-token"
WORK_SECONDS = 60


def canaries(edge: Edge) -> list[str]:
    secrets = [edge.environment[name] for name in ("VAPI_WEBHOOK_SECRET", "TWILIO_AUTH_TOKEN", "SESSION_SECRET")]
    return [NAME, DIGITS, WORDS, GUESSED, ALICE_LINE, *secrets, *edge.tokens.values()]


def found_in(text: str, edge: Edge) -> list[str]:
    return [canary for canary in canaries(edge) if canary in text]


class Flight:
    """Everything that carries a canary, and the answers that it got."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.answers: list[Answer] = []
        self.calls, self.leads = (f"{path}?token={edge.tokens[kind]}" for path, kind in self.ADDRESSES.items())
        self.secret = {"X-Vapi-Secret": edge.environment["VAPI_WEBHOOK_SECRET"]}

    ADDRESSES = {CALLS: "convoso_calls", LEADS: "convoso_leads"}  # noqa: RUF012

    def post(self, address: str, body: Any, **headers: str) -> None:
        self.answers.append(self.edge.post(address, body, **headers))

    def say(self, *parts: bytes) -> None:
        try:
            self.answers.append(self.edge.say(*parts))
        except HungUp:
            return

    def accepted_twice(self) -> None:
        sung = report(
            "canary-vapi", ALICE_ASSISTANT, customer={"number": PHONE, "name": NAME}, artifact={"transcript": WORDS}
        )
        form = twilio_form(From=ALICE_LINE, To=SHARED_LINE, CallerName=NAME, CallSid="CAcanary")
        signature = twilio_signature(VOICE, form)
        for _ in range(2):
            self.post(VAPI, sung, **self.secret)
            self.post(self.calls, call_body(call_id="canary", phone=PHONE, caller_name=NAME, notes=WORDS))
            self.post(self.leads, {"lead_id": "canary", "phone": PHONE, "name": NAME})
            self.post(VOICE, urlencode(form).encode(), Content_Type=FORM_TYPE, X_Twilio_Signature=signature)

    def refused(self) -> None:
        sung = {"phone": PHONE, "caller_name": NAME, "notes": WORDS}
        self.post(self.calls, call_body(agent_name=None, call_id=PHONE, **sung))
        self.post(self.calls, sung)
        self.post(self.leads, {"name": NAME})
        self.post(self.calls, encoded(sung)[:-1])
        self.post(self.calls, encoded(sung) * 50_000)
        self.post(self.calls, sung, Content_Encoding="gzip")
        self.post(f"{CALLS}?token={GUESSED}", sung)
        self.post(f"{self.leads}&token={GUESSED}", sung)
        self.post(VAPI, report("c", metadata={"name": NAME}), X_Vapi_Secret=GUESSED)
        self.post(VAPI, report("c"), Authorization=f"Bearer {GUESSED}", **self.secret)
        self.post(f"{VAPI}?token={self.edge.tokens['convoso_calls']}", sung)
        self.post(VOICE, urlencode({"From": PHONE}).encode(), Content_Type=FORM_TYPE, X_Twilio_Signature=GUESSED)
        self.post(self.calls.replace("convoso", "convosso"), sung)
        self.post(f"/calls/{PHONE}?name={GUESSED}", sung)

    def unreadable(self) -> None:
        self.say(f"POST {self.calls} HTTP/9.9\r\n\r\n".encode(), encoded({"name": NAME}))
        self.say(f"post {self.calls} HTTP/1.1\r\n\r\n".encode())
        self.say(f"POST {VAPI} HTTP/1.1\r\nX-Vapi-Secret {self.secret['X-Vapi-Secret']}\r\n\r\n".encode())
        self.say(f"POST {VAPI} HTTP/1.1\r\nX-Vapi-Secret : {self.secret['X-Vapi-Secret']}\r\n\r\n".encode())
        self.say(request(self.calls, f'{{"name": "{NAME}"}}'.encode(), {"Transfer-Encoding": f"{GUESSED}, chunked"}))
        self.say(chunked(self.calls, b"{}", end=f"{NAME} {WORDS}\r\n{PHONE}\r\n\r\n".encode()))
        self.say(chunked(f"/nowhere?token={GUESSED}", b"{}", end=f"{NAME} {WORDS}\r\n{PHONE}\r\n\r\n".encode()))
        self.say(request(self.calls, b"", {"Expect": GUESSED}))
        self.say(request(f"{self.calls}&x={GUESSED * 400}", b""))


@contextmanager
def failing(desk: Desk) -> Iterator[None]:
    """A bug of the kind that quotes a row in its error: Postgres tells the whole row that a rule forbids."""
    desk.rows(f"alter table contacts add constraint planted check (name <> '{NAME}') not valid")
    try:
        yield
    finally:
        desk.rows("alter table contacts drop constraint planted")


def worked_off(edge: Edge, desk: Desk, log: Path) -> None:
    """A real worker does, or fails to do, everything that waits."""
    command = [sys.executable, "-m", "dramatiq", "tasks", "-p", "1", "-t", "2"]
    known = {"PATH": os.environ["PATH"], "dramatiq_worker_timeout": "10", "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("ab") as output:
        worker = subprocess.Popen(command, cwd=ROOT, env=known | edge.environment, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + WORK_SECONDS
        while desk.rows("select 1 from jobs where state = 'ready' and run_at <= now()"):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
    finally:
        worker.terminate()
        worker.wait()


def redis_contents(url: str) -> str:
    with Redis.from_url(url) as redis:
        readers = {b"string": redis.get, b"hash": redis.hgetall, b"set": redis.smembers}
        contents: list[Any] = []
        for key in redis.scan_iter():
            kind = redis.type(key)
            if kind == b"list":
                contents += [key, redis.lrange(key, 0, -1)]
            elif kind == b"zset":
                contents += [key, redis.zrange(key, 0, -1)]
            else:
                contents += [key, readers[kind](key)]
        return repr(contents)


@pytest.fixture
def flight(edge: Edge) -> Flight:
    return Flight(edge)


def test_no_canary_sings(edge: Edge, desk_of_edge: Desk, flight: Flight, tmp_path: Path) -> None:
    before, worker_log = len(edge.log()), tmp_path / "worker.log"
    desk_of_edge.rows("delete from jobs")
    flight.accepted_twice()
    desk_of_edge.rows("update jobs set attempts = 5 where state = 'ready' and attempts = 0")
    flight.refused()
    flight.unreadable()
    queued = redis_contents(edge.environment["REDIS_URL"])
    with failing(desk_of_edge):
        worked_off(edge, desk_of_edge, worker_log)
    dead = desk_of_edge.rows("select * from jobs where state = 'dead'")
    assert {job["last_error"].split()[0] for job in dead} == {"CheckViolation"}
    desk_of_edge.rows("update jobs set state = 'ready', attempts = 0 where state = 'dead'")
    assert desk_of_edge.work() >= len(dead)
    assert desk_of_edge.rows("select 1 from calls where caller_name = %s and phone_number = %s", (NAME, PHONE))

    assert [answer.status for answer in flight.answers if answer.status >= 500 and answer.status != 501] == []
    assert found_in(repr(flight.answers), edge) == []
    assert found_in(edge.log()[before:], edge) == []
    assert found_in(worker_log.read_text(), edge) == []
    assert found_in(queued + redis_contents(edge.environment["REDIS_URL"]), edge) == []
    assert found_in(repr(desk_of_edge.rows("select * from jobs") + dead), edge) == []
    assert found_in(repr(desk_of_edge.rows("select headers, error, kind, state from webhook_events")), edge) == []


def test_no_stored_body_can_be_read_without_its_key(edge: Edge, desk_of_edge: Desk, flight: Flight) -> None:
    flight.accepted_twice()
    bodies = desk_of_edge.rows("select raw from webhook_events where raw is not null")
    assert bodies
    assert found_in("".join(bytes(row["raw"]).decode("latin-1") for row in bodies), edge) == []
