"""Requests that no honest sender makes, byte by byte over real sockets: each has its answer, and the edge goes on."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from settings import settings
from tests.edge.desk import CALLS, LEADS, SMS, STATUS, VAPI, VOICE, call_body, encoded, report
from tests.edge.live import Edge, HungUp, chunked, request

LIMIT = 2 * 1024 * 1024
CANARY = "canary-4711"
BODY = encoded(call_body(caller_name=CANARY, notes=CANARY))

Make = Callable[[Edge], bytes]


@dataclass(frozen=True)
class Case:
    name: str
    make: Make
    status: int
    code: str | None = None
    stops_sending: bool = False
    """Half-closes the connection after the request, as whoever breaks off does."""


def at(path: str, edge: Edge) -> str:
    """An address with the token that is right there."""
    kind = {LEADS: "convoso_leads", VAPI: "vapi"}.get(path, "convoso_calls")
    return f"{path}?token={edge.tokens[kind]}"


def raw(line: str, *headers: str, body: bytes = BODY) -> Make:
    """A request whose every byte is the case's own; TOKEN stands for the token, LENGTH for the body's length."""

    def make(edge: Edge) -> bytes:
        head = "\r\n".join((line, *headers, "", "")).replace("TOKEN", edge.tokens["convoso_calls"])
        return head.replace("LENGTH", str(len(body))).encode("latin-1") + body

    return make


def headed(*headers: str, body: bytes = BODY, path: str = CALLS) -> Make:
    """A good call but for these headers."""
    return raw(f"POST {path}?token=TOKEN HTTP/1.1", "Host: x", *headers, body=body)


def secretly(*headers: str) -> Make:
    """A Vapi report that shows these headers; SECRET stands for the deployment's."""

    def make(edge: Edge) -> bytes:
        body = encoded(report("hostile"))
        lines = "\r\n".join(headers).replace("SECRET", edge.environment["VAPI_WEBHOOK_SECRET"])
        lines = lines.replace("TOKEN", edge.tokens["vapi"])
        return f"POST {VAPI} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{lines}\r\n\r\n".encode() + body

    return make


BODIES = [
    Case("a chunked body over the limit", lambda e: chunked(at(CALLS, e), b"x" * LIMIT, b"x"), 413, "too_large"),
    Case("a chunked body of the limit", lambda e: chunked(at(CALLS, e), BODY.ljust(LIMIT)), 200),
    Case("a body of the limit", lambda e: request(at(CALLS, e), BODY.ljust(LIMIT)), 200),
    Case("a body over the limit by a byte", lambda e: request(at(CALLS, e), BODY.ljust(LIMIT + 1)), 413, "too_large"),
    Case("a length over the limit without a body", headed(f"Content-Length: {LIMIT + 1}", body=b""), 413, "too_large"),
    Case("an astronomical length", headed(f"Content-Length: {10**30}", body=b""), 413, "too_large"),
    Case("a body shorter than its length", headed("Content-Length: 5000"), 400, "truncated", True),
    Case("a chunked body without its end", lambda e: chunked(at(CALLS, e), BODY, end=b""), 400, "truncated", True),
    Case("a chunk cut short", headed("Transfer-Encoding: chunked", body=b"fff\r\n{"), 400, "truncated", True),
    Case(
        "a chunk size that is no number",
        headed("Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n0\r\n\r\n"),
        400,
        "truncated",
    ),
    Case(
        "a negative chunk size", headed("Transfer-Encoding: chunked", body=b"-1\r\n{}\r\n0\r\n\r\n"), 400, "truncated"
    ),
    Case(
        "a chunk longer than it says",
        headed("Transfer-Encoding: chunked", body=b"1\r\n{}}}\r\n0\r\n\r\n"),
        400,
        "truncated",
    ),
    Case(
        "a chunk extension without end",
        headed("Transfer-Encoding: chunked", body=b"1;" + b"a" * 20_000),
        400,
        "truncated",
    ),
    Case(
        "a trailer that is no header",
        lambda e: chunked(at(CALLS, e), BODY, end=b"0\r\nno colon\r\n\r\n"),
        400,
        "truncated",
    ),
    Case(
        "a trailer that authorizes",
        lambda e: chunked(at(CALLS, e), BODY, end=b"0\r\nAuthorization: x\r\n\r\n"),
        400,
        "truncated",
    ),
    Case("a trailer that hurts nobody", lambda e: chunked(at(CALLS, e), BODY, end=b"0\r\nX-Sum: 1\r\n\r\n"), 200),
    Case("a length and chunks", headed("Content-Length: LENGTH", "Transfer-Encoding: chunked"), 400),
    Case("two lengths", headed("Content-Length: LENGTH", "Content-Length: 0"), 400),
    Case("the same length twice", headed("Content-Length: LENGTH", "Content-Length: LENGTH"), 400),
    Case("a length with a sign", headed("Content-Length: +5"), 400),
    Case("a negative length", headed("Content-Length: -5"), 400),
    Case("a length in words", headed("Content-Length: five"), 400),
    Case("a length in raised digits", headed("Content-Length: \xb2"), 400),
    Case("a transfer encoding of next year", headed("Transfer-Encoding: quantum", "Content-Length: LENGTH"), 501),
    Case("the identity as a transfer encoding", headed("Transfer-Encoding: identity", "Content-Length: LENGTH"), 400),
    Case("chunks within chunks", headed("Transfer-Encoding: chunked, chunked"), 400),
    Case("a compressed body", headed("Content-Encoding: gzip", "Content-Length: LENGTH"), 415, "unsupported_encoding"),
    Case("another compression", headed("Content-Encoding: identity, br", "Content-Length: LENGTH"), 415),
    Case("an identity encoding", headed("Content-Encoding: Identity", "Content-Length: LENGTH"), 200),
    Case("a compressed body from nobody", raw(f"POST {CALLS} HTTP/1.1", "Host: x", "Content-Encoding: gzip"), 415),
    Case("no length at all", headed(body=b""), 400, "missing_fields"),
]

LINES = [
    Case("the old protocol", raw(f"POST {CALLS}?token=TOKEN HTTP/1.0", "Content-Length: LENGTH"), 200),
    Case("the old protocol with chunks", raw(f"POST {CALLS}?token=TOKEN HTTP/1.0", "Transfer-Encoding: chunked"), 400),
    Case("no protocol", raw(f"POST {CALLS}?token=TOKEN"), 400),
    Case("a protocol to come", raw(f"POST {CALLS}?token=TOKEN HTTP/9.9", "Host: x"), 400),
    Case("the preface of HTTP/2", raw("PRI * HTTP/2.0", body=b"SM\r\n\r\n"), 400),
    Case("a method in small letters", raw(f"post {CALLS}?token=TOKEN HTTP/1.1", "Host: x"), 400),
    Case(
        "an absolute address",
        raw(f"POST http://evil.example{CALLS}?token=TOKEN HTTP/1.1", "Host: x", "Content-Length: LENGTH"),
        200,
    ),
    Case(
        "a doubled slash in front", raw(f"POST /{CALLS}?token=TOKEN HTTP/1.1", "Host: x", "Content-Length: LENGTH"), 200
    ),
    Case("no address", raw("POST  HTTP/1.1", "Host: x"), 400),
    Case("an address in foreign letters", raw(f"POST {CALLS}?token=\xe9 HTTP/1.1", "Host: x"), 400),
    Case(
        "a percent-encoded path",
        raw("POST /api/webhooks/%63onvoso%2Dcalls?token=TOKEN HTTP/1.1", "Host: x", "Content-Length: LENGTH"),
        200,
    ),
    Case(
        "a path of dots",
        raw("POST /api/webhooks/../webhooks/convoso-calls?token=TOKEN HTTP/1.1", "Host: x"),
        404,
        "not_found",
    ),
    Case("a path of encoded dots", raw("POST /api/webhooks/%2e%2e/x HTTP/1.1", "Host: x"), 404, "not_found"),
    Case("a path with NUL", raw(f"POST {CALLS}%00 HTTP/1.1", "Host: x"), 404, "not_found"),
    Case("a path in broken UTF-8", raw(f"POST {CALLS}%ff%fe HTTP/1.1", "Host: x"), 404, "not_found"),
    Case("a path that goes on", raw(f"POST {CALLS}/?token=TOKEN HTTP/1.1", "Host: x"), 404, "not_found"),
    Case("a path with a line break", raw(f"POST {CALLS}%0d%0aSet-Cookie:%20a=b HTTP/1.1", "Host: x"), 404, "not_found"),
    Case(
        "a query in broken UTF-8",
        raw(f"POST {CALLS}?token=%ff%00%ed%a0%80 HTTP/1.1", "Host: x", "Content-Length: LENGTH"),
        401,
    ),
    Case(
        "the token twice",
        raw(f"POST {CALLS}?token=TOKEN&token=TOKEN HTTP/1.1", "Host: x", "Content-Length: LENGTH"),
        401,
        "unauthorized",
    ),
    Case(
        "the token and an empty one",
        raw(f"POST {CALLS}?token=TOKEN&token= HTTP/1.1", "Host: x", "Content-Length: LENGTH"),
        401,
    ),
    Case("a line that is too long", raw(f"POST {CALLS}?token=TOKEN&x={'a' * 5_000} HTTP/1.1", "Host: x"), 414),
    Case(
        "PUT", raw(f"PUT {CALLS}?token=TOKEN HTTP/1.1", "Host: x", "Content-Length: LENGTH"), 405, "method_not_allowed"
    ),
    Case("DELETE", raw(f"DELETE {CALLS}?token=TOKEN HTTP/1.1", "Host: x", body=b""), 405, "method_not_allowed"),
    Case("PATCH", raw(f"PATCH {VAPI} HTTP/1.1", "Host: x", body=b""), 405, "method_not_allowed"),
    Case("TRACE", raw(f"TRACE {VAPI} HTTP/1.1", "Host: x", body=b""), 405, "method_not_allowed"),
    Case("CONNECT", raw("CONNECT evil.example:443 HTTP/1.1", "Host: x", body=b""), 404),
    Case("OPTIONS", raw(f"OPTIONS {VOICE} HTTP/1.1", "Host: x", body=b""), 200),
    Case("OPTIONS of everything", raw("OPTIONS * HTTP/1.1", "Host: x", body=b""), 404),
]

HEADERS = [
    Case("a header that is too long", headed(f"X-Long: {'a' * 9_000}"), 431),
    Case("a header almost too long", headed("Content-Length: LENGTH", f"X-Long: {'a' * 8_000}"), 200),
    Case("too many headers", headed(*(f"X-{number}: 1" for number in range(100))), 431),
    Case("a header without a colon", headed("X-Vapi-Secret"), 400),
    Case("a header with a space in its name", headed("X-Vapi-Secret : a"), 400),
    Case("a header with NUL", headed("X-Odd: a\0b"), 400),
    Case("a folded header", headed("X-Odd: a", " b"), 400),
    Case("a header of foreign letters", headed("Content-Length: LENGTH", "X-Odd: \xe9\xff"), 200),
    Case("an expectation", headed("Content-Length: LENGTH", "Expect: 100-continue"), 200),
    Case("an expectation of miracles", headed("Content-Length: LENGTH", "Expect: miracles"), 417),
    Case("a path in a header", headed("Content-Length: LENGTH", "SCRIPT_NAME: /x", "PATH_INFO: /y"), 200),
    Case("a path in an honest header", headed("Content-Length: LENGTH", "Script-Name: /x", "Path-Info: /y"), 200),
    Case(
        "an upgrade to HTTP/2",
        headed(
            "Content-Length: LENGTH",
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
        ),
        200,
    ),
    Case("an upgrade to a socket", headed("Content-Length: LENGTH", "Connection: Upgrade", "Upgrade: websocket"), 405),
    Case("a proxy's greeting", raw("PROXY TCP4 1.2.3.4 5.6.7.8 1 2"), 400),
    Case("two hosts", headed("Host: y"), 400),
    Case("two content types", headed("Content-Length: LENGTH", "Content-Type: a/b", "Content-Type: c/d"), 400),
    Case("a content type of nonsense", headed("Content-Length: LENGTH", 'Content-Type: ;;;="\xe9'), 200),
    Case("the secret", secretly("X-Vapi-Secret: SECRET"), 200),
    Case("the secret twice", secretly("X-Vapi-Secret: SECRET", "X-Vapi-Secret: SECRET"), 401, "unauthorized"),
    Case("the secret and a wrong one", secretly("X-Vapi-Secret: SECRET", "x-vapi-secret: wrong"), 401, "unauthorized"),
    Case("the secret and an empty one", secretly("X-Vapi-Secret: SECRET", "X-Vapi-Secret:"), 401, "unauthorized"),
    Case("two bearers", secretly("Authorization: Bearer SECRET", "Authorization: Bearer TOKEN"), 401, "unauthorized"),
    Case("the secret and two timestamps", secretly("X-Vapi-Secret: SECRET", "X-Timestamp: 1", "X-Timestamp: 2"), 401),
    Case("the secret and two signatures", secretly("X-Vapi-Secret: SECRET", "X-Signature: a", "X-Signature: b"), 401),
    Case("two tokens in headers", secretly("X-Webhook-Token: TOKEN", "X-Webhook-Token: TOKEN"), 401, "unauthorized"),
    Case("the secret under an underscore", secretly("X_Vapi_Secret: SECRET"), 401, "unauthorized"),
    Case("a secret of foreign letters", secretly("X-Vapi-Secret: é\u0101\u2603"), 401, "unauthorized"),
    Case("a bearer of foreign letters", secretly("Authorization: Bearer é\u2603"), 401, "unauthorized"),
    Case("a very long secret", secretly("X-Vapi-Secret: " + "a" * 8_000), 401, "unauthorized"),
    Case("basic authorization", secretly("Authorization: Basic SECRET"), 401, "unauthorized"),
    Case("a bearer of nothing", secretly("Authorization: Bearer"), 401, "unauthorized"),
    Case("a signature of foreign letters", secretly("X-Signature: é\u2603", "X-Timestamp: 1767225600"), 401),
    *(
        Case(f"a timestamp like {stamp[:20]!r}", secretly("X-Signature: " + "0" * 64, f"X-Timestamp: {stamp}"), 401)
        for stamp in ("", "now", "1e9", "-1", "+1767225600", "1767225600.5", "\u0661\u0662\u0663", "9" * 400, "0x10")
    ),
]


@pytest.mark.parametrize("case", BODIES + LINES + HEADERS, ids=lambda case: case.name)
def test_every_odd_request_has_its_answer_and_the_edge_goes_on(edge: Edge, case: Case) -> None:
    before = len(edge.log())
    with edge.connected() as connection:
        connection.send(case.make(edge))
        if case.stops_sending:
            connection.socket.shutdown(socket.SHUT_WR)
        answer = connection.answer()
    assert answer.status == case.status, answer.body
    assert edge.good() == 200
    if case.status >= 400 and answer.headers["content-type"] == "application/json":
        said = json.loads(answer.body)
        assert said["ok"] is False
        assert case.code in (None, said["code"])
    for secret in (CANARY, edge.environment["VAPI_WEBHOOK_SECRET"], *edge.tokens.values()):
        assert secret not in edge.log()[before:]
        assert secret.encode() not in answer.body
    for word in (b"Traceback", b'File "', b"werkzeug", b"psycopg2"):
        assert word not in answer.body


@pytest.mark.parametrize("path", [VAPI, "/api/webhooks/vapi", CALLS, LEADS, VOICE, STATUS, SMS])
def test_head_tells_of_every_path_what_get_does_without_a_body(edge: Edge, path: str) -> None:
    line = f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    with edge.connected() as connection:
        connection.send(line)
        assert connection.answer(to_head=True).status == 200
        with pytest.raises(HungUp):
            connection.answer()


@pytest.mark.parametrize("path", ["/api//webhooks/convoso-calls", "/api/webhooks//convoso-calls", "///x"])
def test_a_doubled_slash_leads_nowhere(edge: Edge, path: str) -> None:
    """A redirect would turn a provider's POST into a GET, and the Host header is anybody's word."""
    answer = edge.say(raw(f"POST {path}?token=TOKEN HTTP/1.1", "Host: evil.example", "Content-Length: LENGTH")(edge))
    assert answer.status == 404
    assert "location" not in answer.headers
    assert b"evil" not in answer.body


def test_the_answers_header_repeats_only_a_plain_request_id(edge: Edge) -> None:
    sent = {"abc-1.Z_9": True, "a b": False, "a\tb": False, "x" * 65: False, "é": False, "<script>": False, "": False}
    for given, is_kept in sent.items():
        answer = edge.say(headed("Content-Length: LENGTH", f"X-Request-Id: {given}")(edge))
        assert (answer.headers["x-request-id"] == given) is is_kept
        assert answer.status == 200


def test_the_tests_know_the_limit_that_is_the_default(edge: Edge) -> None:
    assert settings().max_body_bytes == LIMIT
