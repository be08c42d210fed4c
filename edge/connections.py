"""gunicorn's gevent worker with what it lacks on the open internet: nobody can keep it busy, and it repeats nothing."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from typing import Any

import gevent
import orjson
import structlog
from gunicorn.http import errors
from gunicorn.workers.ggevent import GeventWorker

from settings import settings

LINGER_SECONDS = 2.0
LINGER_BYTES = 4 * 1024 * 1024
"""How long, and for how much, a sender is still listened to after its answer."""
DRAINED_BYTES = 64 * 1024
"""An unread rest this small is read by gunicorn, and the connection goes on."""
RECEIVED_AT_ONCE = 256 * 1024
ANSWER_SECONDS = 30.0
"""What a request may take besides its body's time, taking its answer included."""

STATUSES: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
    errors.ParseException: (400, "Bad Request"),
}
FAILED = (500, "Internal Server Error")

log = structlog.get_logger("aftercall.connections")


class TookTooLong(BrokenPipeError):
    """A request did not come to its end: most likely nobody takes the answer. gunicorn treats it as a hang-up."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "took too long")


class Worker(GeventWorker):  # type: ignore[misc]
    """A request that cannot be read is refused in JSON, and neither answer nor log says what stood in it."""

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """Serves one request; the connection ends where too much of its body was left unread."""
        # Where a socket always has more, as with pipelined requests, nothing else would ever hand on the processor.
        gevent.sleep(0)
        try:
            with gevent.Timeout(settings().body_seconds + ANSWER_SECONDS, TookTooLong):
                super().handle_request(listener_name, req, sock, addr)
        finally:
            must_end = not is_read(req.body)
            if must_end:
                hang_up(sock)
        if must_end:
            raise StopIteration

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """For what never becomes a request, or fails outside of the application."""
        status, reason = next((found for kind, found in STATUSES.items() if isinstance(exc, kind)), FAILED)
        say = log.error if status == FAILED[0] else log.info
        say("request unreadable", error=type(exc).__name__, status=status)
        body = orjson.dumps({"ok": False, "error": reason, "code": reason.lower().replace(" ", "_")})
        head = f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        with suppress(OSError):
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            hang_up(client)


def is_read(body: Any) -> bool:
    """Is nothing of the body left to come, or so little that it may be read and thrown away?"""
    if body is None:
        return True
    reader = body.reader
    if body.failed:
        return False
    if hasattr(reader, "length"):
        return bool(reader.length <= DRAINED_BYTES)
    return reader.parser is None


def hang_up(sock: Any) -> None:
    """Ends our side and listens for a moment: closed with bytes unread, TCP would take the answer back."""
    with suppress(OSError), gevent.Timeout(LINGER_SECONDS, False):
        sock.shutdown(socket.SHUT_WR)
        left = LINGER_BYTES
        while left > 0 and (received := len(sock.recv(RECEIVED_AT_ONCE))):
            left -= received
            gevent.sleep(0)
