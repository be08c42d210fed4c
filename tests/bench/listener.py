"""A server that takes what the load generators send and notes it."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener(ThreadingHTTPServer):
    """Notes every body, with its connection; `status` is what it answers."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Note)
        self.messages: list[dict[str, Any]] = []
        self.secrets: set[str | None] = set()
        self.peers: list[int] = []
        self.status = 200
        self.scripted: list[int] = []
        """Answers that come before `status`."""
        self.delay_seconds = 0.0

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Note(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener

    def do_POST(self) -> None:
        status = self.server.scripted.pop(0) if self.server.scripted else self.server.status
        self.server.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"])
        self.server.secrets.add(self.headers["X-Vapi-Secret"])
        self.server.peers.append(self.client_address[1])
        time.sleep(self.server.delay_seconds)
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the default writes to standard error."""
