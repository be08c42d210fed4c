"""The one door to the outside: timeouts, a size cap, no redirects, and no address that addresses.py does not allow."""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3

from providers.addresses import CONNECT_SECONDS, Adapter, named, origin
from providers.addresses import Forbidden as Forbidden
from providers.addresses import OutboundError as OutboundError

READ_SECONDS = 20.0
"""The longest silence within an answer."""
TOTAL_SECONDS = 120.0
JSON_BYTES = 2 * 1024 * 1024
CHUNK_BYTES = 65_536
LONGEST_PAUSE_SECONDS = 6 * 3600.0
PASSING = (408, 425, 429)
HEADERS = {"User-Agent": "Aftercall", "Accept-Encoding": "identity"}
"""Nothing comes compressed: what is counted is what travels."""
logging.getLogger("urllib3").setLevel(logging.INFO)
"""Its debug lines repeat addresses whole, with what is secret in them."""


class Outage(OutboundError):
    """The other side cannot answer now; `retry_after` is its own wish in seconds, 0 where it has none."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Unreached(Outage):
    """Nothing of the request left: to ask again is safe, whatever was asked."""


class Unclear(OutboundError):
    """It broke off after the other side may have read all of it: whether it was done is to be found out."""


class TooLarge(OutboundError):
    """The answer is larger than anything that is wanted."""


class BadAnswer(OutboundError):
    """The other side answered something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A GET: whom it is for people, where, and with what credentials."""

    who: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tell:
    """A request that changes something outside: its body is a form or JSON."""

    who: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. `body` is None where it is no JSON; `retry_after` their wish in seconds, 0 without one."""

    status: int
    body: Any = field(repr=False)
    retry_after: float = 0.0


@contextmanager
def asked(ask: Ask, check: Callable[[str], None] = lambda url: None) -> Iterator[requests.Response]:
    """The answer to a GET, its body still on the way; redirects come back as they are.

    `check` is given the address as it goes out, and raises Forbidden where it may not. Raises Forbidden, and Outage for
    who cannot be reached, asks for patience or is in trouble.
    """
    with _sent(ask.who, _asking(ask), check) as answer:
        _refuse_trouble(ask.who, answer)
        yield answer


def told(tell: Tell) -> Reply:
    """The answer to a request that changes something, whatever its status.

    Raises Forbidden, Unreached where nothing left, and Unclear where nobody can say what was done.
    """
    asking = requests.Request(
        tell.method, tell.url, headers=HEADERS | dict(tell.headers), data=tell.form, json=tell.json, auth=tell.auth
    )
    try:
        with _sent(tell.who, asking) as answer:
            wish = _seconds(answer.headers.get("Retry-After") or answer.headers.get("RateLimit-Reset", ""))
            return Reply(answer.status_code, _json_of(tell.who, answer), wish)
    except Unreached:
        raise
    except Outage as error:
        raise Unclear(str(error)) from None


def _json_of(who: str, answer: requests.Response) -> Any:
    """The answer as JSON; None where it is none, or more than anybody would say."""
    try:
        return json.loads(b"".join(pieces(who, answer, JSON_BYTES)))
    except (ValueError, TooLarge):
        return None


def _asking(ask: Ask) -> requests.Request:
    return requests.Request("GET", ask.url, headers=HEADERS | dict(ask.headers), params=dict(ask.params), auth=ask.auth)


@contextmanager
def _sent(
    who: str, asking: requests.Request, check: Callable[[str], None] = lambda url: None
) -> Iterator[requests.Response]:
    trusted = named()
    with requests.Session() as session:
        session.trust_env = False
        prepared = _prepared(who, session, asking)
        check(str(prepared.url))
        here = origin(str(prepared.url))
        if here[0] != "https" and here not in trusted:
            raise Forbidden(f"{who}: {here[1]} would be asked without encryption")
        session.mount(f"{here[0]}://", Adapter(may_be_private=here in trusted))
        try:
            answer = session.send(prepared, stream=True, allow_redirects=False, timeout=(CONNECT_SECONDS, READ_SECONDS))
        except requests.RequestException as error:
            kind = Unreached if _never_left(error) else Outage
            raise kind(f"{who} could not be reached: {type(error).__name__}") from None
        with answer:
            yield answer


def _never_left(error: requests.RequestException) -> bool:
    """Whether the connection failed before a request could be written to it."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, urllib3.exceptions.SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _prepared(who: str, session: requests.Session, asking: requests.Request) -> requests.PreparedRequest:
    try:
        return session.prepare_request(asking)
    except (requests.RequestException, ValueError):
        raise Forbidden(f"{who}: an address that cannot be asked") from None


def pieces(who: str, answer: requests.Response, most_bytes: int) -> Iterator[bytes]:
    """The body as it comes; raises TooLarge, and Outage where it stops coming."""
    deadline, got = time.monotonic() + TOTAL_SECONDS, 0
    try:
        for piece in answer.iter_content(CHUNK_BYTES):
            got += len(piece)
            if got > most_bytes:
                raise TooLarge(f"{who} sends more than {most_bytes // (1024 * 1024)} MB")
            if time.monotonic() > deadline:
                raise Outage(f"{who} takes longer than {TOTAL_SECONDS:.0f} s to send")
            yield piece
    except requests.RequestException as error:
        raise Outage(f"{who} broke off: {type(error).__name__}") from None


def read_json(ask: Ask) -> tuple[int, Any]:
    """Status and JSON of a small answer; None where it is no JSON."""
    with asked(ask) as answer:
        body = b"".join(pieces(ask.who, answer, JSON_BYTES))
        try:
            return answer.status_code, json.loads(body)
        except ValueError:
            return answer.status_code, None


def _refuse_trouble(who: str, answer: requests.Response) -> None:
    if answer.status_code >= 500 or answer.status_code in PASSING:
        wish = _seconds(answer.headers.get("Retry-After", ""))
        raise Outage(f"{who} answered {answer.status_code}", wish)


def _seconds(retry_after: str) -> float:
    """A Retry-After header in seconds: it holds a number, or a date."""
    try:
        wish = (
            float(retry_after)
            if retry_after.isdigit()
            else parsedate_to_datetime(retry_after).timestamp() - time.time()
        )
    except (ValueError, OverflowError):
        return 0.0
    return min(max(wish, 0.0), LONGEST_PAUSE_SECONDS)
