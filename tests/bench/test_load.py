"""The load generator against a server that notes what it is sent: a figure is worth what its requests are worth."""

from __future__ import annotations

import json
import time

import pytest

from bench.drive import LoadFailed, drive, reports, whole_calls
from bench.load import answer_status
from bench.plan import call_id, call_sid, caller
from tests.bench.listener import Listener

ASSISTANT = "5f0c2a8e-7a41-4c39-9a55-0d2b6f3e1c01"


def test_every_report_is_of_another_call_and_of_real_size(listener: Listener):
    seen = drive(reports(listener.port, "s3cret", ASSISTANT, count=30, connections=3, prefix="00c0ffee"))
    assert (seen.accepted, len(seen.latencies_ms), seen.refused) == (30, 30, {})
    calls = [message["call"] for message in listener.messages]
    assert {call["id"] for call in calls} == {call_id("00c0ffee", number) for number in range(30)}
    assert {call["phoneCallProviderId"] for call in calls} == {call_sid("00c0ffee", number) for number in range(30)}
    assert {call["customer"]["number"] for call in calls} == {caller(number) for number in range(30)}
    assert listener.secrets == {"s3cret"}
    assert 16_000 <= len(json.dumps({"message": listener.messages[0]}, separators=(",", ":"))) <= 17_000
    assert len(set(listener.peers)) == 3


def test_a_call_s_status_comes_before_its_report(listener: Listener):
    drive(whole_calls(listener.port, "s", ASSISTANT, lag=2, count=20))
    kinds = {"status-update": 0, "end-of-call-report": 0}
    order = [(message["type"], message["call"]["id"]) for message in listener.messages]
    for kind, _ in order:
        kinds[kind] += 1
    assert kinds == {"status-update": 10, "end-of-call-report": 10}
    assert all(order.index(("status-update", call)) < order.index(("end-of-call-report", call)) for _, call in order)


def test_with_a_rate_a_wait_for_a_free_connection_counts(listener: Listener):
    listener.delay_seconds = 0.05
    seen = drive(reports(listener.port, "s", ASSISTANT, count=10, rate=1_000.0, connections=1))
    assert seen.latencies_ms == sorted(seen.latencies_ms)
    assert seen.latencies_ms[-1] > 400


def test_fresh_means_a_connection_for_each_request(listener: Listener):
    drive(reports(listener.port, "s", ASSISTANT, count=8, rate=200.0, fresh=True))
    assert len(set(listener.peers)) == 8


def test_acknowledgements_are_told_with_their_time(listener: Listener):
    before = time.time()
    seen = drive(reports(listener.port, "s", ASSISTANT, count=5, keep=True))
    assert [(kind, number) for kind, number, _ in seen.acknowledged] == [(0, n) for n in range(5)]
    assert all(before < at < time.time() for _, _, at in seen.acknowledged)


def test_a_refusal_fails_the_run(listener: Listener):
    listener.status = 503
    with pytest.raises(LoadFailed, match="503"):
        drive(reports(listener.port, "s", ASSISTANT, count=5))


def test_an_answer_counts_when_all_of_it_is_there():
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"
    assert [answer_status(whole[:cut]) for cut in (10, len(whole) - 1)] == [None, None]
    assert answer_status(whole) == 200
    assert answer_status(b"HTTP/1.1 204 NO CONTENT\r\nServer: x\r\n\r\n") == 204
