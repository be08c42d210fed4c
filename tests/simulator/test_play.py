"""The player against a small server with scripted answers: patience, and a ledger that tells what was answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from simulator import Answer, Delivery, Expected, play
from vocabulary import Endpoint

ACCEPTED = (200, b'{"ok": true, "event_id": "e-1"}')
DUPLICATE = (200, b'{"ok": true, "event_id": "e-1", "duplicate": true}')
BUSY = (503, b'{"ok": false}')
REFUSED = (401, b'{"ok": false}')
REJECTED = (200, b"<Response><Reject/></Response>")
HANG_UP = (0, b"")


class Scripted:
    """A server that gives each path its answers in turn, the last one for ever, and remembers what it was sent."""

    def __init__(self, scripts: dict[str, list[tuple[int, bytes]]]) -> None:
        self.received: list[tuple[str, bytes, dict[str, str]]] = []
        self.connections = 0
        owner, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with lock:
                    owner.connections += 1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    owner.received.append((self.path, body, dict(self.headers)))
                    script = scripts[self.path]
                    status, answer = script.pop(0) if len(script) > 1 else script[0]
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def servers() -> Iterator[list[Scripted]]:
    started: list[Scripted] = []
    yield started
    for server in started:
        server.close()


def scripted(servers: list[Scripted], **scripts: list[tuple[int, bytes]]) -> Scripted:
    servers.append(Scripted({f"/{name}": script for name, script in scripts.items()}))
    return servers[-1]


def delivery(name: str = "a", expected: Expected = Expected.ACCEPTED, **more: Any) -> Delivery:
    return Delivery(f"key {name}", "kind", Endpoint.VAPI, f"/{name}", {}, b"body " + name.encode(), expected, **more)


def test_what_is_acknowledged_stands_in_the_ledger_with_its_event_id(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[ACCEPTED, DUPLICATE])
    ledger = play([delivery(), delivery()], server.url, threads=1)
    assert ledger.acknowledged() == {"key a": "e-1"}
    assert [one.duplicate for one in ledger.answers] == [False, True]
    assert ledger.surprises() == []
    assert ledger.summary() == {("vapi", "accepted", 200): 2}


def test_one_thread_keeps_its_connection_and_the_order(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[ACCEPTED], b=[ACCEPTED])
    play([delivery("a"), delivery("b"), delivery("a")], server.url, threads=1)
    assert [path for path, _, _ in server.received] == ["/a", "/b", "/a"]
    assert server.connections == 1


def test_trouble_of_the_edge_is_met_by_sending_again(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[BUSY, HANG_UP, BUSY, ACCEPTED])
    (answer,) = play([delivery()], server.url, threads=1).answers
    assert (answer.status, answer.acknowledged) == (200, True)
    assert {body for _, body, _ in server.received} == {b"body a"}
    assert len(server.received) >= 4


def test_without_patience_trouble_is_what_the_ledger_says(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[BUSY])
    ledger = play([delivery()], server.url, threads=1, resend=False)
    assert [(one.status, one.attempts) for one in ledger.answers] == [(503, 1)]
    assert ledger.acknowledged() == {}
    assert len(ledger.surprises()) == 1


def test_a_refusal_is_final(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[REFUSED])
    ledger = play([delivery(expected=Expected.REFUSED)], server.url, threads=1)
    assert len(server.received) == 1
    assert ledger.surprises() == []


@pytest.mark.parametrize(
    ("expected", "answer", "is_expected"),
    [
        (Expected.ACCEPTED, ACCEPTED, True),
        (Expected.ACCEPTED, REFUSED, False),
        (Expected.ACCEPTED, REJECTED, False),
        (Expected.REJECTED, REJECTED, True),
        (Expected.REJECTED, ACCEPTED, False),
        (Expected.REFUSED, REFUSED, True),
        (Expected.REFUSED, ACCEPTED, False),
        (Expected.REFUSED, (500, b""), False),
    ],
)
def test_only_the_class_of_answer_that_was_expected_is_no_surprise(
    servers: list[Scripted], expected: Expected, answer: tuple[int, bytes], is_expected: bool
) -> None:
    server = scripted(servers, a=[answer])
    (given,) = play([delivery(expected=expected)], server.url, threads=1, resend=False).answers
    assert given.as_expected is is_expected


def test_nobody_answering_is_told_and_not_raised() -> None:
    ledger = play([delivery()], "http://127.0.0.1:9", threads=1, resend=False)
    assert [(one.status, one.error) for one in ledger.answers] == [(None, "ConnectionRefusedError")]
    assert ledger.percentile(0.5) is None


def test_a_signature_of_the_moment_is_made_when_the_request_leaves(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[ACCEPTED])
    play([delivery(hmac_secret="secret")], server.url, threads=1)
    ((_, _, headers),) = server.received
    assert len(headers["X-Signature"]) == 64
    assert headers["X-Timestamp"].isdigit()


def test_many_threads_send_everything_once(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[ACCEPTED])
    heard: list[Answer] = []
    ledger = play([delivery() for _ in range(200)], server.url, threads=6, on_answer=heard.append)
    assert (len(ledger.answers), len(heard), len(server.received)) == (200, 200, 200)
    assert 1 <= server.connections <= 6


def test_an_error_of_the_listener_ends_the_run_and_is_raised(servers: list[Scripted]) -> None:
    server = scripted(servers, a=[ACCEPTED])

    def fail(_: Answer) -> None:
        raise RuntimeError("the listener broke")

    with pytest.raises(RuntimeError, match="the listener broke"):
        play([delivery() for _ in range(50)], server.url, threads=2, on_answer=fail)


def test_a_run_can_be_stopped(servers: list[Scripted]) -> None:
    server, stop = scripted(servers, a=[ACCEPTED]), threading.Event()
    ledger = play((delivery() for _ in iter(int, 1)), server.url, threads=2, stop=stop, on_answer=lambda _: stop.set())
    assert ledger.answers
