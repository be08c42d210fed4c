"""Sentry is told types, places and ids, by every process that logs, and nothing that anybody said."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from run.home import PROJECT

SPEAKS = """
import logging, sentry_sdk, structlog
from logs import set_up_logging
set_up_logging("web")
ours = structlog.get_logger("aftercall.edge")
def fail(words):
    raise ValueError(words)
try:
    fail("my number is +12125550101")
except ValueError:
    ours.error("request failed", request_id="r-1", body="my number is +12125550101", exc_info=True)
    logging.getLogger("a.library").error("cannot parse %s", "my number is +12125550101", exc_info=True)
logging.getLogger("aftercall.ledger").error("job %s (%s) is dead: %s", "j-1", "analyse", "KeyError at a.py:1")
ours.warning("a person may look")
sentry_sdk.flush(10)
"""


@pytest.fixture
def sentry() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A Sentry's address, and the events that it has been told."""
    told: list[dict[str, Any]] = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            lines = gzip.decompress(self.rfile.read(int(self.headers["Content-Length"]))).splitlines()
            told.extend(json.loads(line) for line in lines if b'"level"' in line)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the test's output."""

    server = HTTPServer(("127.0.0.1", 0), Listens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", told
    server.shutdown()
    server.server_close()


def test_errors_are_told_without_a_word_that_was_said(
    sentry: tuple[str, list[dict[str, Any]]], environment: dict[str, str]
) -> None:
    dsn, told = sentry
    known = environment | {"SENTRY_DSN": dsn, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", SPEAKS], cwd=PROJECT, env=known, check=True, capture_output=True, timeout=60)
    ours, library, ledger = sorted(told, key=lambda event: event["timestamp"])
    assert (ours["message"], ours["logger"], ours["environment"]) == ("request failed", "aftercall.edge", "development")
    assert ours["tags"].pop("places").endswith(":7")
    assert ours["tags"] == {"error": "ValueError", "process": "web", "request_id": "r-1"}
    assert (library["message"], library["tags"]["error"]) == ("a.library", "ValueError")
    assert ledger["message"] == "job j-1 (analyse) is dead: KeyError at a.py:1"
    assert ledger["fingerprint"] == ["aftercall.ledger", "job %s (%s) is dead: %s"]
    assert "5550101" not in json.dumps(told)
    known_fields = {"event_id", "timestamp", "level", "logger", "message", "tags", "fingerprint", "environment"}
    assert set().union(*told) <= known_fields | {"release"}


def test_without_an_address_the_sdk_is_not_even_loaded(environment: dict[str, str]) -> None:
    asks = "import sys; from logs import set_up_logging; set_up_logging('web'); print('sentry_sdk' in sys.modules)"
    known = environment | {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run([sys.executable, "-c", asks], cwd=PROJECT, env=known, check=True, capture_output=True)
    assert said.stdout == b"False\n"
