"""Stands before the providers: keeps every request, and plays the fault that was scripted for it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response

KEPT_REQUESTS = 10_000
KEPT_JSON_BYTES = 1_000_000
CONTROL = "/__standin/"
SECRET_HEADERS = ("authorization", "cookie", "x-api-key")
SECRET_PARAMETERS = ("auth_token", "signature")
SECRET_FIELDS = ("authToken", "twilioAuthToken")
PIECE = b"\0" * 65_536

App = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One request as it came, without the values of secrets; `fault` is what was played for it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body_bytes: int
    json: Any
    fault: str | None


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


class Script:
    """The faults that wait for requests, by the prefix of the path, and the requests that came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[str, deque[Fault]]] = []
        self._kept: deque[Kept] = deque(maxlen=KEPT_REQUESTS)

    def add(self, match: str, answers: Iterable[dict[str, Any]]) -> None:
        faults = [Fault(**answer) for answer in answers]
        if unknown := {one.fault for one in faults} - set(FAULTS):
            raise ValueError(f"there is no fault {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
        with self._lock:
            self._faults.append((match, deque(faults)))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self._kept.clear()

    def requests(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(kept) for kept in self._kept]

    def around(self, app: App) -> App:
        """The WSGI application behind this script. The stand-in's own control paths pass it by."""

        def play(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if environ["PATH_INFO"].startswith(CONTROL):
                return app(environ, start_response)
            body = Request(environ).get_data()
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
            fault = self._next(environ["PATH_INFO"])
            with self._lock:
                self._kept.append(_keep(Request(environ), body, fault))
            return FAULTS[fault.fault](fault, app, environ)(environ, start_response)

        return play

    def _next(self, path: str) -> Fault:
        with self._lock:
            waiting = next((faults for match, faults in self._faults if faults and path.startswith(match)), None)
            if waiting is None:
                return Fault("none")
            waiting[0].times -= 1
            return waiting.popleft() if waiting[0].times <= 0 else waiting[0]


def _keep(request: Request, body: bytes, fault: Fault) -> Kept:
    query = {name: _masked(name, value) for name, value in parse_qsl(request.query_string.decode())}
    headers = {name.lower(): _masked(name.lower(), value) for name, value in request.headers.items()}
    played = None if fault.fault == "none" else fault.fault
    return Kept(request.method, request.path, query, headers, len(body), _json(body), played)


def _masked(name: str, value: str) -> str:
    """A secret keeps its scheme and loses its value: `Bearer …`."""
    if name not in SECRET_HEADERS + SECRET_PARAMETERS:
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} …" if space else "…"


def _json(body: bytes) -> Any:
    if body[:1] not in (b"{", b"[") or len(body) > KEPT_JSON_BYTES:
        return None
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return said
    return {name: "…" if name in SECRET_FIELDS else value for name, value in said.items()}


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
    "status": _status,
    "slow": _slow,
    "empty": _empty,
    "truncated": _truncated,
    "wrong_type": _wrong_type,
    "oversize": _oversize,
    "redirect": _redirect,
    "expired": _expired,
}
