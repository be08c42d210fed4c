"""Stands before the providers: keeps every request, and plays the fault that was scripted for it."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

from standin.faults import FAULTS, App, Fault, fault_of
from standin.weather import Weather

KEPT_REQUESTS = 10_000
KEPT_JSON_BYTES = 1_000_000
CONTROL = "/__standin/"
SECRET_HEADERS = ("authorization", "cookie", "x-api-key")
SECRET_PARAMETERS = ("auth_token", "signature")
SECRET_FIELDS = ("authToken", "twilioAuthToken")


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


class Script:
    """The faults that wait for requests, by the prefix of the path, and the requests that came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[str, deque[Fault]]] = []
        self._kept: deque[Kept] = deque(maxlen=KEPT_REQUESTS)
        self._weather: list[Weather] = []

    def add(self, match: str, answers: Iterable[dict[str, Any]]) -> None:
        faults = [fault_of(answer) for answer in answers]
        with self._lock:
            self._faults.append((match, deque(faults)))

    def weather(self, weather: Weather) -> None:
        """From now on, wherever nothing is scripted."""
        with self._lock:
            self._weather.append(weather)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self._weather.clear()
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
            fault = self._next(environ["REQUEST_METHOD"], environ["PATH_INFO"])
            with self._lock:
                self._kept.append(_keep(Request(environ), body, fault))
            return FAULTS[fault.fault](fault, app, environ)(environ, start_response)

        return play

    def _next(self, method: str, path: str) -> Fault:
        with self._lock:
            waiting = next((faults for match, faults in self._faults if faults and path.startswith(match)), None)
            if waiting is None:
                weather = next((one for one in self._weather if one.concerns(method, path)), None)
                return weather.draw() if weather else Fault("none")
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
