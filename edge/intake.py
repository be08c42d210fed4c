"""The life of a webhook at the edge: read, decode, identify, verify, store; and only then an answer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

import gevent
import structlog
from flask import Request
from gunicorn.http.errors import ParseException

from edge.door import door
from edge.errors import Problem
from edge.post import Post
from edge.requests import concerns
from edge.senders import sender_of, shows_something
from models.database import Silent, Unavailable
from models.events import OUR_MESSAGE, OUR_PROVEN, Arrival, Sender
from models.ids import new_id
from models.organizations import customs_of_token
from providers import provider_of
from providers.base import AUTHENTICATION_HEADERS, STANDARD, ProviderModule
from providers.body import Malformed
from settings import settings
from vocabulary import Customs, Endpoint, Headers, Identity, Receipt

STORE_SECONDS = 6
"""How long a sender may wait while the database comes back: within every provider's limit."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.4
RETRY_AFTER_SECONDS = 5
IDENTITY_ENCODINGS = ("", "identity")

T = TypeVar("T")
log = structlog.get_logger("aftercall.edge")


class TooSlow(Exception):
    """A body did not arrive in time. An Exception, so that gunicorn gives the connection up, not just the body."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in, and what the ledger said of it."""

    endpoint: Endpoint
    identity: Identity
    receipt: Receipt
    body: dict[str, Any]


def take_in(request: Request, endpoint: Endpoint) -> Intake:
    """Stores one webhook and returns what its answer is made of; raises Problem for what is refused."""
    post = read_post(request, endpoint)
    provider = provider_of(endpoint)
    if not shows_something(provider.PROVIDER, post):
        raise _unauthorized()
    body, refusal = _decode(provider, post)
    identity = _identify(provider, post, body, STANDARD)
    sender = ride_out(lambda: sender_of(provider.PROVIDER, post, body, identity))
    if sender is None:
        raise _unauthorized()
    customs = _customs(provider, sender, identity)
    if customs is not STANDARD:
        identity = _identify(provider, post, body, customs)
    if refusal is None and identity.complaint:
        refusal = Problem(400, "missing_fields", identity.complaint)
    receipt = _store(provider, post, identity, sender, refusal)
    return Intake(endpoint, identity, receipt, body or {})


def _unauthorized() -> Problem:
    return Problem(401, "unauthorized", "The token, secret or signature is missing or wrong")


def read_post(request: Request, endpoint: Endpoint) -> Post:
    """The request as plain bytes and words, after the refusals that need no look at the body."""
    environ = request.environ
    if environ.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in IDENTITY_ENCODINGS:
        raise Problem(415, "unsupported_encoding", "Send the body without Content-Encoding")
    return Post(
        endpoint=endpoint,
        headers=_headers(environ),
        query_tokens=tuple(request.args.getlist("token")),
        url=settings().public_url
        + (environ.get("RAW_URI") or environ.get("REQUEST_URI") or request.full_path.rstrip("?")),
        raw=_read_body(request),
    )


def _headers(environ: dict[str, Any]) -> Headers:
    """By lower-case name. WSGI joins repeated headers by commas, which no proof of ours contains: told apart again."""
    values: dict[str, tuple[str, ...]] = {}
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            name = key[5:].replace("_", "-").lower()
            values[name] = tuple(value.split(",")) if name in AUTHENTICATION_HEADERS else (value,)
    if content_type := environ.get("CONTENT_TYPE"):
        values["content-type"] = (content_type,)
    return Headers(values)


def _read_body(request: Request) -> bytes:
    """All of the body, or a refusal. One byte more than allowed is asked for, since a server may cut silently."""
    limit, length = settings().max_body_bytes, request.content_length
    if length is not None and length > limit:
        raise _too_large(limit)
    try:
        with gevent.Timeout(settings().body_seconds, TooSlow):
            raw: bytes = request.environ["wsgi.input"].read(limit + 1 if length is None else length)
    except TooSlow:
        raise Problem(408, "too_slow", "The body did not arrive in time") from None
    except (OSError, ValueError, ParseException) as error:
        log.info("a body broke off", error=type(error).__name__)
        raise Problem(400, "truncated", "The body ended before its length") from None
    if len(raw) > limit:
        raise _too_large(limit)
    if length is not None and len(raw) < length:
        raise Problem(400, "truncated", "The body is shorter than its Content-Length")
    return raw


def _too_large(limit: int) -> Problem:
    return Problem(413, "too_large", f"The body is larger than {limit} bytes")


def _decode(provider: ProviderModule, post: Post) -> tuple[dict[str, Any] | None, Problem | None]:
    """The body, or why it never can be understood: said only once the sender is known to be genuine."""
    try:
        return provider.decode(post.raw, post.headers.one("content-type")), None
    except Malformed as error:
        return None, Problem(400, "malformed", error.reason)


def _identify(provider: ProviderModule, post: Post, body: dict[str, Any] | None, customs: Customs) -> Identity:
    if body is None:
        return Identity(kind="malformed", dedupe_key="sha256:" + hashlib.sha256(post.raw).hexdigest())
    return provider.identify(post.endpoint, body, post.raw, post.headers, customs)


def _customs(provider: ProviderModule, sender: Sender, identity: Identity) -> Customs:
    """An organization's own field names, asked for only where the usual ones do not make sense of a body."""
    if identity.complaint is None or sender.trusted:
        return STANDARD
    return ride_out(lambda: customs_of_token(sender.org_id, sender.token_hash)) or STANDARD


def _store(
    provider: ProviderModule, post: Post, identity: Identity, sender: Sender, refusal: Problem | None
) -> Receipt:
    event_id: UUID = new_id()
    kept = {name: value for name in provider.KEPT_HEADERS if (value := post.headers.one(name)) is not None}
    if sender.message_id is not None:
        kept[OUR_MESSAGE] = str(sender.message_id)
    if sender.proven:
        among = kept[OUR_PROVEN] = ",".join(map(str, sender.proven))
        identity = replace(identity, named=tuple(f"{name}|{among}" for name in identity.named if name[:5] == "text:"))
    words = None if refusal is None else (refusal.error, refusal.status)
    arrival = Arrival(event_id, provider.PROVIDER, post.endpoint, identity, sender, kept, post.raw, words)
    receipt = ride_out(lambda: door.store(arrival))
    if receipt.org_id is not None:
        concerns(receipt.org_id, receipt.event_id)
    if refusal is not None and receipt.verdict == "refused":
        raise refusal
    return receipt


def ride_out(call: Callable[[], T]) -> T:
    """Calls again while the database is away, for as long as a sender can wait: every call here may be repeated.

    A database that takes the question and is silent counts as away.
    """
    deadline, pause = time.monotonic() + STORE_SECONDS, FIRST_PAUSE_SECONDS
    while True:
        try:
            with gevent.Timeout(deadline - time.monotonic(), Silent):
                return call()
        except Unavailable as error:
            if time.monotonic() + pause > deadline:
                log.error("a webhook could not be stored", error=type(error).__name__)
                raise _unavailable() from error
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _unavailable() -> Problem:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Problem(503, "unavailable", "The event could not be stored; send it again", headers)
