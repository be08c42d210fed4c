"""Fetching a recording into a file: only from hosts that are allowed, and only what really is one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import urljoin

import requests

from providers.addresses import named, origin
from providers.audio import HEAD_BYTES, Kind, NotWhole, kind_of, seconds_of
from providers.http import Ask, BadAnswer, Forbidden, OutboundError, asked, pieces
from settings import settings

MOST_BYTES = 200 * 1024 * 1024
MOST_REDIRECTS = 3
UNSPOKEN_TYPES = ("application/octet-stream", "binary/octet-stream", "")
"""Types by which a storage says nothing about a file."""


class NotThereYet(OutboundError):
    """The provider has no recording of this call by now; it may have one later."""


class NotConnected(OutboundError):
    """A credential is missing or refused: nothing will come before a person has set it."""


class Expired(OutboundError):
    """The storage refuses: the address that it was asked by was good for a while only."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A recording that lies in a file, and what it was seen to be."""

    bytes: int
    sha256: str
    kind: Kind
    seconds: float | None


def is_allowed(url: str) -> bool:
    """Whether a recording may come from there: from a provider's API, or encrypted from a host that settings list."""
    try:
        scheme, host, port = origin(url)
    except Forbidden:
        return False
    listed = any(host == one or (one.startswith(".") and host.endswith(one)) for one in settings().recording_hosts)
    return (scheme, host, port) in named() or (scheme == "https" and listed)


def fetch(ask: Ask, path: Path, most_bytes: int = MOST_BYTES) -> Fetched:
    """Writes the recording to `path`, synced to the disk. Raises an OutboundError; the caller removes the file."""
    with _final(ask) as answer:
        _refuse_other_types(ask.who, answer)
        digest, head, got = hashlib.sha256(), b"", 0
        with _private(path) as file:
            for piece in pieces(ask.who, answer, most_bytes):
                head = head or piece[:HEAD_BYTES]
                digest.update(piece)
                got += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if got == 0:
            raise BadAnswer(f"{ask.who} sent an empty recording")
    return Fetched(got, digest.hexdigest(), *_look(ask.who, path, head))


def _private(path: Path) -> IO[bytes]:
    """An empty file that nobody else can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _look(who: str, path: Path, head: bytes) -> tuple[Kind, float | None]:
    kind = kind_of(head)
    if kind is None:
        raise BadAnswer(f"{who} sent something that is no recording")
    try:
        return kind, seconds_of(path, kind)
    except NotWhole:
        raise BadAnswer(f"{who} sent a recording that breaks off") from None


@contextmanager
def _final(ask: Ask) -> Iterator[requests.Response]:
    """The answer that is no redirect. Each host is looked at anew, and only the first one gets credentials."""
    for _ in range(MOST_REDIRECTS + 1):
        with asked(ask, partial(_refuse_elsewhere, ask.who)) as answer:
            location = answer.headers.get("Location")
            if answer.is_redirect and location:
                ask = Ask(ask.who, urljoin(ask.url, location))
                continue
            _refuse_status(ask, answer.status_code)
            yield answer
            return
    raise BadAnswer(f"{ask.who} redirects more than {MOST_REDIRECTS} times")


def _refuse_elsewhere(who: str, url: str) -> None:
    if is_allowed(url):
        return
    try:
        host = origin(url)[1]
    except Forbidden as error:
        raise Forbidden(f"{who} leads to {error}") from None
    raise Forbidden(f"{who} leads to {host}, which RECORDING_HOSTS does not name")


def _refuse_status(ask: Ask, status: int) -> None:
    who = ask.who
    if status in (401, 403):
        if ask.headers or ask.auth:
            raise NotConnected(f"{who} refuses our credentials ({status})")
        raise Expired(f"{who}'s storage answered {status}: its address is no longer good")
    if status == 404:
        raise NotThereYet(f"{who} has no recording of this call yet")
    if status != 200:
        raise BadAnswer(f"{who} answered {status}")


def _refuse_other_types(who: str, answer: requests.Response) -> None:
    given = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not given.startswith("audio/") and given not in UNSPOKEN_TYPES:
        raise BadAnswer(f"{who} sent {given[:60]} where a recording should be")
