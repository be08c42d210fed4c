"""How many requests the API takes: by caller, by minute, told by headers, over all processes; and nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from edge import limits
from edge.limits import Counter
from models import api_keys
from models.database import organization, reset
from settings import settings
from tests.edge.desk import Desk, call_body
from tests.edge.people import bearer_of
from vocabulary import Role

NAMES = ("RateLimit-Limit", "RateLimit-Remaining", "Retry-After")


@pytest.fixture(autouse=True)
def three_a_minute(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Halfway through a minute that does not end."""
    monkeypatch.setenv("API_LIMIT_PER_MINUTE", "3")
    settings.cache_clear()
    monkeypatch.setattr(limits, "_counter", Counter())
    monkeypatch.setattr("edge.limits.time.time", lambda: 1_000_000_000.0 - 1_000_000_000 % 60 + 30)


def told(answer: Any) -> tuple[int, list[str | None]]:
    return answer.status_code, [answer.headers.get(name) for name in NAMES]


def test_each_answer_tells_what_is_left_and_the_fourth_is_refused(client: FlaskClient, alice_org: UUID) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    answers = [client.get(path, headers=headers) for path in ("/api/calls", "/api/contacts", "/api/admin/calls")]
    assert [told(answer) for answer in answers] == [
        (200, ["3", "2", None]), (200, ["3", "1", None]), (403, ["3", "0", None]),
    ]  # fmt: skip
    refused = client.get("/api/calls", headers=headers)
    assert told(refused) == (429, ["3", "0", "30"])
    assert refused.headers["RateLimit-Reset"] == "30"
    assert refused.get_json()["code"] == "too_many_requests"
    assert refused.get_json()["error"] == "Too many requests: 3 a minute are allowed; wait 30 s"


def test_one_caller_does_not_use_up_anothers(client: FlaskClient, alice_org: UUID) -> None:
    person, key = bearer_of((alice_org, Role.VIEWER)), {"Authorization": f"Bearer {make_key(alice_org)}"}
    assert [client.get("/api/calls", headers=person).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [client.get("/api/calls", headers=key).status_code for _ in range(4)] == [200, 200, 200, 429]


def make_key(org_id: UUID) -> str:
    with organization(org_id) as tx:
        return str(api_keys.make(tx, org_id, "test", Role.VIEWER, 1, "user:x")["key"])


def test_processes_count_together(client: FlaskClient, alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    for _ in range(3):
        monkeypatch.setattr(limits, "_counter", Counter())
        assert client.get("/api/calls", headers=headers).status_code == 200
    assert client.get("/api/calls", headers=headers).status_code == 429


def test_webhooks_and_pages_and_probes_are_not_counted(client: FlaskClient, desk: Desk, calls_token: str) -> None:
    answers = [desk.convoso(call_body(call_id=f"c-{number}"), calls_token) for number in range(5)]
    answers += [
        client.get(path) for path in ("/sign-in", "/healthz", "/api/health", "/api/openapi.json") for _ in range(4)
    ]
    assert {told(answer) == (200, [None, None, None]) for answer in answers} == {True}


def test_without_redis_nothing_is_limited(
    client: FlaskClient, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    reset()
    assert [told(client.get("/api/calls", headers=headers)) for _ in range(5)] == [(200, [None, None, None])] * 5
