"""Senders who are slow, idle, endless or greedy: others are served, and each such connection comes to its end."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.edge.desk import CALLS, FORM_TYPE, JSON_TYPE, VAPI, VOICE
from tests.edge.live import Edge, HungUp, chunked, request

ENDLESS = 50 * 1024**3
GOOD = 5
SLOW, IDLE = 400, 100
BODY_SECONDS = 3
"""As the running edge is configured."""
ANSWER_SECONDS = 30


def head(edge: Edge, framing: str, path: str = CALLS) -> bytes:
    token = edge.tokens["convoso_calls"]
    return f"POST {path}?token={token} HTTP/1.1\r\nHost: edge.example\r\n{framing}\r\n\r\n".encode()


@contextmanager
def flooding(edge: Edge, opening: bytes) -> Iterator[None]:
    """Somebody who sends as fast as the edge takes it, again and again, and reads no answer."""
    ending = threading.Event()

    def flood() -> None:
        while not ending.is_set():
            with edge.connected() as connection, suppress(OSError):
                connection.send(opening)
                while not ending.is_set():
                    connection.send(b"x" * 262_144)

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


@pytest.mark.parametrize(
    ("framing", "path"),
    [
        (f"Content-Length: {ENDLESS}", CALLS),
        ("Transfer-Encoding: chunked\r\n\r\nfffffffffff", CALLS),
        (f"Content-Length: {ENDLESS}", "/nowhere"),
        (f"Content-Length: {ENDLESS}\r\nContent-Encoding: gzip", CALLS),
    ],
    ids=["too long a body", "too long a chunk", "a body for nobody", "a refused encoding"],
)
def test_an_endless_body_keeps_nobody_else_waiting(edge: Edge, framing: str, path: str) -> None:
    with flooding(edge, head(edge, framing, path)):
        waited = []
        for _ in range(11):
            began = time.monotonic()
            assert edge.good() == 200
            waited.append(time.monotonic() - began)
        assert statistics.median(waited) < 2
    assert edge.memory() < 400 * 1024**2


def test_an_endless_row_of_requests_keeps_nobody_else_waiting(edge: Edge) -> None:
    """A connection that always has a next request ready would otherwise never hand on the processor."""
    with edge.connected() as greedy:
        reader = threading.Thread(target=greedy.is_closed)
        reader.start()
        row = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000
        sender = threading.Thread(target=greedy.send, args=(row, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))
        sender.start()
        began = time.monotonic()
        assert edge.good() == 200
        waited = time.monotonic() - began
        sender.join()
        reader.join()
        assert waited < (time.monotonic() - began) / 3


HEAVY = {
    "lists in lists from nobody": (VAPI, JSON_TYPE, b'{"a":[' + (b"[" * 60 + b"]" * 60 + b",") * 17_000 + b"[]]}", {}),
    "as many lists as are allowed": (VAPI, JSON_TYPE, b'{"a":[' + b"[]," * 199_000 + b"[]]}", {"X-Signature": "x"}),
    "as many escapes as are allowed": (VOICE, FORM_TYPE, b"a=" + b"%41" * 200_000, {"X-Twilio-Signature": "x"}),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_stranger_who_posts_heavy_bodies_all_the_time_keeps_nobody_else_waiting(edge: Edge, name: str) -> None:
    path, content_type, body, headers = HEAVY[name]
    heavy, ending = request(path, body, {"Content-Type": content_type} | headers), threading.Event()
    refused: list[float] = []

    def post() -> None:
        with edge.connected() as connection:
            while not ending.is_set():
                began = time.monotonic()
                connection.send(heavy)
                assert connection.answer().status == 401
                refused.append(time.monotonic() - began)

    stranger = threading.Thread(target=post)
    stranger.start()
    began = time.monotonic()
    statuses = [edge.good() for _ in range(GOOD)]
    took = time.monotonic() - began
    ending.set()
    stranger.join()
    assert statuses == [200] * GOOD
    # Each has waited for a few heavy ones at most, however slow the machine is today.
    assert took / GOOD < 1 + 2 * max(refused)


@pytest.mark.storm
def test_whoever_does_not_take_the_answers_is_given_up(edge: Edge) -> None:
    row = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" * 100_000
    with edge.connected() as deaf:
        deaf.socket.settimeout(BODY_SECONDS + ANSWER_SECONDS + 10)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while True:
                deaf.send(row)


def test_slow_and_idle_connections_leave_good_requests_alone_and_come_to_their_end(edge: Edge) -> None:
    with ExitStack() as open_connections:
        slow = [open_connections.enter_context(edge.connected()) for _ in range(SLOW)]
        for number, connection in enumerate(slow):
            framing = "Content-Length: 1000" if number % 2 else "Transfer-Encoding: chunked\r\n\r\n3e8"
            connection.send(head(edge, framing) if number % 4 else b"POST / HTTP/1.1\r\nX-Slow: ")
        idle = [open_connections.enter_context(edge.connected()) for _ in range(IDLE)]
        began = time.monotonic()
        while time.monotonic() - began < BODY_SECONDS - 1:
            assert [edge.good() for _ in range(25)] == [200] * 25
            for connection in slow:
                connection.send(b"x")
        answers = [connection.answer() for number, connection in enumerate(slow) if number % 4]
        assert {answer.status for answer in answers} == {408}
        assert all(b"too_slow" in answer.body for answer in answers)
        assert idle[0].socket.fileno() > 0
    assert edge.good() == 200


def test_a_slow_body_ends_the_connection_and_its_rest_is_no_request(edge: Edge) -> None:
    """What is sent after a 408 belongs to the body that was given up: read as a request it would be smuggled in."""
    smuggled = request(f"{CALLS}?token={edge.tokens['convoso_calls']}", b"{}")
    with edge.connected() as one, edge.connected() as other:
        one.send(head(edge, "Transfer-Encoding: chunked\r\n\r\nffff"), b"x")
        other.send(head(edge, "Content-Length: 65535"), b"x")
        for connection in (one, other):
            assert connection.answer().status == 408
            with suppress(OSError):
                connection.send(smuggled)
            with pytest.raises(HungUp):
                connection.answer()


@pytest.mark.storm
def test_a_head_that_never_ends_is_given_up(edge: Edge) -> None:
    with edge.connected() as connection:
        connection.send(b"POST / HTTP/1.1\r\nHost: x\r\n")
        assert connection.is_closed()


def test_whoever_leaves_before_the_answer_leaves_nothing_behind(edge: Edge) -> None:
    for _ in range(20):
        with edge.connected() as connection:
            connection.send(head(edge, "Content-Length: 1000"), b"{")
    for _ in range(20):
        with edge.connected() as connection:
            connection.send(request(f"{CALLS}?token={edge.tokens['convoso_calls']}", b"{}"))
    assert edge.good() == 200


def test_a_connection_serves_many_requests_and_refusals_alike(edge: Edge) -> None:
    with edge.connected() as connection:
        for _ in range(5):
            assert edge.good(connection) == 200
            connection.send(request(f"{CALLS}?token=wrong", b"{}"))
            assert connection.answer().status == 401
            connection.send(request("/nowhere", b"x" * 1_000))
            assert connection.answer().status == 404
            connection.send(chunked(f"{CALLS}?token=wrong", b"{", b"}"))
            assert connection.answer().status == 401


def test_requests_sent_in_one_go_are_answered_in_their_order(edge: Edge) -> None:
    address = f"{CALLS}?token={edge.tokens['convoso_calls']}"
    with edge.connected() as connection:
        connection.send(request(address, b"{}") + request("/nowhere", b"") + request(address, b"{}", method="GET"))
        assert [connection.answer().status for _ in range(3)] == [400, 404, 200]


def test_the_answer_to_a_body_that_is_too_long_arrives_although_it_is_still_being_sent(edge: Edge) -> None:
    body = b"x" * (3 * 1024**2)
    with edge.connected() as connection:
        connection.send(request(f"{CALLS}?token={edge.tokens['convoso_calls']}", body))
        assert connection.answer().status == 413
