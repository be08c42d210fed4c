"""The faults that the stand-in can play: answers that come late, break off, lie, or never come."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Response

PIECE = b"\0" * 65_536

App = Callable[..., Iterable[bytes]]


@dataclass(slots=True)
class Fault:
    """One scripted answer, played `times` times. Which fields count depends on the fault."""

    fault: str
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 60.0
    location: str = ""
    bytes: int = 0
    times: int = 1


def fault_of(given: dict[str, Any]) -> Fault:
    """Reads what was scripted; raises TypeError and ValueError."""
    fault = Fault(**{name: value for name, value in given.items() if name != "weight"})
    if fault.fault not in FAULTS:
        raise ValueError(f"there is no fault {fault.fault}; there are {', '.join(FAULTS)}")
    return fault


def _plain(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    return Response.from_app(app, environ)


def _timeout_before(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """Says nothing for `seconds` and goes away; nothing was done."""
    time.sleep(fault.seconds)
    return _reset(fault, app, environ)


def _timeout_after(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """Does what was asked, and then never says so."""
    Response.from_app(app, environ, buffered=True)
    return _timeout_before(fault, app, environ)


def _reset(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """Ends the connection without a word; the server then finds it gone."""
    with suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


def _status(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    said = fault.body if fault.body is not None else {"message": f"scripted {fault.status}"}
    text = said if isinstance(said, str) else json.dumps(said)
    return Response(
        text, fault.status, fault.headers, content_type=fault.headers.get("Content-Type", "application/json")
    )


def _reset_after(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """Does what was asked, and breaks off before it says so."""
    Response.from_app(app, environ, buffered=True)
    return _reset(fault, app, environ)


def _status_after(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """Does what was asked, and says that it went wrong."""
    Response.from_app(app, environ, buffered=True)
    return _status(fault, app, environ)


def _slow(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """The right answer, in ten pieces over `seconds`."""
    answer = Response.from_app(app, environ, buffered=True)
    body = answer.get_data()
    length = len(body) // 10 + 1

    def drip() -> Iterator[bytes]:
        for start in range(0, len(body), length):
            time.sleep(fault.seconds / 10)
            yield body[start : start + length]

    answer.response = drip()
    answer.content_length = len(body)
    return answer


def _empty(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    answer = Response.from_app(app, environ, buffered=True)
    answer.set_data(b"")
    return answer


def _truncated(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """Announces the whole length and breaks off in the middle."""
    answer = Response.from_app(app, environ, buffered=True)
    body = answer.get_data()
    answer.response = [body[: len(body) // 2]]
    answer.content_length = len(body)
    return answer


def _wrong_type(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    return Response("<!doctype html><title>Sign in</title>", content_type="text/html; charset=utf-8")


def _oversize(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """A stream of `bytes` bytes that calls itself audio and does not say its length."""
    pieces = (PIECE for _ in range(fault.bytes // len(PIECE) + 1))
    return Response((b"RIFF" + piece for piece in pieces), content_type="audio/wav")


def _redirect(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    return Response(status=302, headers={"Location": fault.location})


def _expired(fault: Fault, app: App, environ: dict[str, Any]) -> Response:
    """What a storage says of a presigned URL whose time is over."""
    words = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
    return Response(words, 403, content_type="application/xml")


FAULTS: dict[str, Callable[[Fault, App, dict[str, Any]], Response]] = {
    "none": _plain,
    "timeout_before": _timeout_before,
    "timeout_after": _timeout_after,
    "reset": _reset,
    "reset_after": _reset_after,
    "status": _status,
    "status_after": _status_after,
    "slow": _slow,
    "empty": _empty,
    "truncated": _truncated,
    "wrong_type": _wrong_type,
    "oversize": _oversize,
    "redirect": _redirect,
    "expired": _expired,
}
