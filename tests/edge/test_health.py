"""Alive and ready: told apart, public, and asked of the servers at most once a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from redis import Redis

from edge import health
from edge.health import Readiness, Watch, readiness
from models import database, provider_health
from models.database import organization
from models.ledger import owe
from scheduler.sweeper import sweep
from tasks import lease


@pytest.fixture(autouse=True)
def look_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_watch", Watch())


def test_alive_asks_nothing_of_anybody(environment: Any) -> None:
    from edge import create_app

    client = create_app().test_client()
    for path in ("/healthz", "/api/health"):
        answer = client.get(path)
        assert (answer.status_code, answer.json) == (200, {"ok": True})


def test_ready_when_both_servers_answer(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ok": True, "database": "ok", "redis": "ok", "oldest_waiting_seconds": None, "scheduler": "stale",
        "scheduler_seconds": None, "providers": {},
    }  # fmt: skip


def test_ready_tells_since_when_nobody_keeps_time(
    client: FlaskClient, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for swept_seconds_ago in (None, 0, 10, 20):
        if swept_seconds_ago == 0:
            sweep()
        elif swept_seconds_ago is not None:
            valkey.pexpire(lease.KEY, lease.KEPT - timedelta(seconds=swept_seconds_ago))
        monkeypatch.setattr(health, "_watch", Watch())
        body = client.get("/readyz").get_json()
        told.append((body["ok"], body["scheduler"]))
        assert swept_seconds_ago is None or 0 <= body["scheduler_seconds"] - swept_seconds_ago < 4
    assert told == [(True, "stale"), (True, "ok"), (True, "ok"), (True, "stale")]


def test_ready_counts_circuits_and_names_no_organization(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    break_circuit(alice_org, "twilio")
    break_circuit(bob_org, "twilio", seconds=-1)
    break_circuit(bob_org, "resend", seconds=None)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["providers"]) == (
        200, {"resend": {"open": 0, "closed": 1}, "twilio": {"open": 1, "closed": 1}}
    )  # fmt: skip


def break_circuit(org_id: UUID, provider: str, seconds: int | None = 60) -> None:
    """Leaves a provider alone for so long from now; None: it fares well."""
    until = None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
    with organization(org_id) as tx:
        failures = provider_health.failures(tx, org_id, provider)
        provider_health.failed(tx, org_id, provider, failures + 5, until, "Outage: the provider answered 503")


def test_ready_tells_how_long_work_has_waited(database: Any, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        owe(tx, alice_org, "process_event", "1", {})
        tx.flush()
        tx.run("UPDATE jobs SET run_at = now() - interval '90 seconds'")
    waited = readiness().oldest_waiting_seconds
    assert waited is not None
    assert 90 <= waited < 120


@pytest.mark.parametrize("lost", ["DATABASE_URL", "REDIS_URL"])
def test_not_ready_without_one_of_them(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, lost: str) -> None:
    scheme = "postgresql" if lost == "DATABASE_URL" else "redis"
    monkeypatch.setenv(lost, f"{scheme}://nobody:none@127.0.0.1:1/0")
    database.reset()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["ok"]) == (503, False)
    assert answer.get_json()["database" if lost == "DATABASE_URL" else "redis"] == "unavailable"
    assert answer.get_json()["scheduler"] == ("unknown" if lost == "REDIS_URL" else "stale")
    assert client.get("/healthz").status_code == 200


def test_a_look_is_believed_for_a_moment() -> None:
    watch = Watch()
    watch._seen, watch._at = Readiness(True, True, 3.0), float("inf")
    assert watch.look() == Readiness(True, True, 3.0)
