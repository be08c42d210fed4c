"""What every answer carries: an id, obeyed headers, one log line; and what no answer carries: our insides."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from edge.auth import public
from models import database as pools
from tests.edge.desk import Desk, call_body
from tests.edge.people import bearer_of
from vocabulary import Role


def request_lines(logs: list[Any]) -> list[Any]:
    return [line for line in logs if line["event"] == "request"]


def test_an_id_comes_back_as_it_came(client: FlaskClient) -> None:
    answer = client.get("/api/calls", headers={"X-Request-Id": "trace-42.a_b"})
    assert answer.headers["X-Request-Id"] == "trace-42.a_b"
    assert answer.get_json()["request_id"] == "trace-42.a_b"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "é"])
def test_an_id_that_is_no_plain_word_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": given.encode().decode("latin-1")})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


@pytest.mark.parametrize("path", ["/sign-in", "/api/calls", "/nowhere", "/healthz", "/static/aftercall.css"])
def test_browsers_are_told_what_not_to_do(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:")
    assert policy.endswith("form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    assert "Access-Control-Allow-Origin" not in headers


def test_only_an_https_site_insists_on_https(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from edge import create_app

    monkeypatch.setenv("PUBLIC_URL", "https://calls.example.com")
    pools.reset()
    assert create_app().test_client().get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_private_answers_are_not_kept_and_static_files_are(client: FlaskClient) -> None:
    assert client.get("/api/calls").headers["Cache-Control"] == "no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    style = re.search(r'href="(/static/aftercall.css\?v=[0-9a-f]{12})"', client.get("/sign-in").text)
    assert style is not None
    assert client.get(style.group(1)).headers["Cache-Control"] == "public, max-age=31536000"


def test_a_log_line_names_the_route_and_never_the_address(client: FlaskClient, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.VIEWER), selected=alice_org) | {"X-Request-Id": "r-1"}
    with capture_logs() as logs:
        client.get("/api/calls?q=%2B13125550123&token=hush", headers=headers)
    line = request_lines(logs)[0]
    assert (line["method"], line["route"], line["status"], line["request_id"]) == ("GET", "/api/calls", 200, "r-1")
    assert (line["org_id"], line["log_level"]) == (str(alice_org), "info")
    assert line["ms"] >= 0
    assert "hush" not in str(logs)
    assert "3125550123" not in str(logs)


def test_an_address_without_a_route_is_logged_as_unknown(client: FlaskClient) -> None:
    with capture_logs() as logs:
        client.get("/secret-token-in-the-path")
    assert [line["route"] for line in request_lines(logs)] == ["unknown"]


def test_a_webhook_that_goes_well_is_not_worth_a_line(desk: Desk, calls_token: str) -> None:
    with capture_logs() as logs:
        assert desk.convoso(call_body(), calls_token).status_code == 200
        assert desk.convoso(call_body(), "wrong").status_code == 401
    lines = request_lines(logs)
    assert [(line["log_level"], line["status"]) for line in lines] == [("info", 401)]
    assert calls_token not in str(logs)
    assert "Ann" not in str(logs)


@pytest.fixture
def broken(database: Any) -> FlaskClient:
    """An app of its own with two views that fail while holding something secret."""
    from edge import create_app

    @public
    def fail() -> str:
        raise RuntimeError("number +13125550123 of Ann")

    app = create_app()
    app.add_url_rule("/broken", "broken_page", fail)
    app.add_url_rule("/api/broken", "broken_api", fail)
    return app.test_client()


def test_a_bug_shows_nothing_but_its_request_id(broken: FlaskClient) -> None:
    with capture_logs() as logs:
        api, page = broken.get("/api/broken"), broken.get("/broken")
    assert (api.status_code, page.status_code) == (500, 500)
    assert api.get_json().keys() == {"ok", "error", "code", "request_id"}
    assert (api.get_json()["ok"], api.get_json()["code"]) == (False, "internal")
    assert page.headers["X-Request-Id"] in page.text
    for text in (api.text, page.text, str(logs)):
        assert "3125550123" not in text
        assert "Traceback" not in text
    failures = [line for line in logs if line["event"] == "request failed"]
    assert failures[0]["error"] == "RuntimeError"
    assert failures[0]["places"][-1].startswith("test_middleware.py:")


def test_refusals_are_json_for_programs_and_pages_for_people(client: FlaskClient) -> None:
    api, page = client.get("/api/nowhere"), client.get("/nowhere")
    assert (api.status_code, api.get_json()["code"]) == (404, "not_found")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    wrong = client.put("/api/calls")
    assert (wrong.status_code, wrong.get_json()["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["Allow"]


def test_a_form_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"csrf": "x" * 70_000}).status_code == 413


def test_a_database_that_is_away_is_503(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    monkeypatch.setenv("DATABASE_URL", "postgresql://aftercall_app:none@127.0.0.1:1/none")
    pools.reset()
    answer = client.get("/api/calls", headers=headers)
    assert (answer.status_code, answer.get_json()["code"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
