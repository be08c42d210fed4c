"""The sender that does not give up: what it counts as delivered was taken, however often it had to ask."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from bench.plan import call_id
from bench.sender import Sender
from tests.bench.listener import Listener

ASSISTANT = "5f0c2a8e-7a41-4c39-9a55-0d2b6f3e1c01"
PATIENCE_SECONDS = 30.0


def await_that(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_refused_is_posted_again_and_what_is_taken_is_not(listener: Listener):
    listener.scripted = [503, 503, 200, 503]
    sender = Sender(listener.port, "s", ASSISTANT, rate=20.0)
    sender.start()
    await_that(partial(sender.has_delivered, time.time() + 0.3))
    assert sender.stop()
    posted = Counter(message["call"]["id"] for message in listener.messages)
    assert set(posted) == {call_id(sender.prefix, number) for number in range(len(sender.due))}
    assert posted.total() == len(sender.due) + 3


def test_reports_are_due_at_fixed_times(listener: Listener):
    sender = Sender(listener.port, "s", ASSISTANT, rate=50.0)
    sender.start()
    await_that(lambda: len(sender.due) >= 10)
    assert sender.stop()
    assert sender.due[9] - sender.due[0] == pytest.approx(9 / 50)


def test_nothing_is_delivered_before_somebody_listens():
    with socket.create_server(("127.0.0.1", 0)) as kept:
        port = kept.getsockname()[1]
    sender, until = Sender(port, "s", ASSISTANT, rate=20.0), time.time() + 0.2
    sender.start()
    await_that(lambda: time.time() > until and len(sender.due) >= 4)
    assert not sender.has_delivered(until)
    with Listener(port) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        await_that(lambda: sender.has_delivered(until))
        assert sender.stop()
        server.shutdown()
        serving.join()
    assert len({message["call"]["id"] for message in server.messages}) == len(sender.due)
