"""Which addresses may be asked, and connections to what was looked at: a name cannot change its mind in between.

No private address that settings do not name, and nothing but plain names of hosts.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from settings import settings

CONNECT_SECONDS = 5.0
PORTS = {"https": 443, "http": 80}
NAME = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}\Z){NAME}(?:\.{NAME})*\Z")
"""Plain names only: what one reader of addresses takes for a part of a name, another takes for its end."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Origin = tuple[str, str, int]


class OutboundError(Exception):
    """A request that brought nothing usable. The message is for people: it names hosts and codes, never a secret."""


class Forbidden(OutboundError):
    """This address is never asked: a person has to change a setting, or somebody tries something."""


def origin(url: str) -> Origin:
    """Scheme, host and port of an address; raises Forbidden for what is no address of the web."""
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Forbidden("an address that cannot be read") from None
    if parts.scheme not in PORTS or parts.username or parts.password or not _is_host(parts.hostname or ""):
        raise Forbidden("an address that is not plainly one of the web")
    return parts.scheme, (parts.hostname or "").lower(), port


def _is_host(name: str) -> bool:
    if ":" not in name:
        return HOST.match(name.lower()) is not None
    try:
        return ipaddress.IPv6Address(name).scope_id is None
    except ValueError:
        return False


def named() -> frozenset[Origin]:
    """The origins that settings name as providers' APIs: only these may be private, or without encryption."""
    chosen = settings()
    urls = (chosen.vapi_api_url, chosen.twilio_api_url, chosen.convoso_api_url, chosen.resend_api_url)
    return frozenset(origin(url) for url in urls)


def is_private(address: str) -> bool:
    """Whether an address is anything but a public one, also where it wraps an older kind of address."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return not ip.is_global or ip.is_multicast


def _connect(host: str, port: int, may_be_private: bool) -> socket.socket:
    """A connection to an address that was looked at; raises Forbidden and OSError."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    if not may_be_private and any(is_private(str(entry[4][0])) for entry in found):
        raise Forbidden(f"{host} has a private address")
    last = OSError("no address")
    for family, kind, protocol, _, address in found:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection
    raise last


def _pools(may_be_private: bool) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _reach(self, may_be_private)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _reach(self, may_be_private)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def _reach(connection: HTTPConnection, may_be_private: bool) -> socket.socket:
    try:
        return _connect(connection.host, connection.port or PORTS["https"], may_be_private)
    except TimeoutError as error:
        raise urllib3.exceptions.ConnectTimeoutError(connection, "the connection took too long") from error
    except OSError as error:
        raise urllib3.exceptions.NewConnectionError(connection, type(error).__name__) from error


class Adapter(HTTPAdapter):
    """requests' way to the network, through connections that look at the address first."""

    def __init__(self, may_be_private: bool) -> None:
        self._may_be_private = may_be_private
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._may_be_private)
