"""/metrics: for the bearer of its token alone, numbers over everybody and nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models import database as pools
from models import provider_health
from models.database import organization
from models.ledger import owe
from scheduler.sweeper import sweep
from tasks import tally as tally_module
from tasks.tally import Tally
from tests.edge.desk import ALICE_LINE, SHARED_LINE, Desk, call_body, message, report, twilio_form
from tests.tasks.texting import equip
from tests.tasks.texting import owe as owe_message

TOKEN = "metrics-of-the-tests"


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> Tally:
    """What other tests have counted is not looked at."""
    tally = Tally(f"tally-of-{uuid4()}")
    monkeypatch.setattr(tally_module, "HANDOVER_SECONDS", 600.0)
    for module in ("edge.metrics", "edge.webhooks", "tasks.ledger", "tasks.events"):
        monkeypatch.setattr(f"{module}.tally", tally)
    return tally


@pytest.fixture(autouse=True)
def token(environment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)


def read(client: FlaskClient) -> dict[str, float]:
    """Every sample, by its name and labels as they are written."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", TOKEN[:-1], "Bearer é"])
def test_whoever_lacks_the_token_is_refused(client: FlaskClient, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given} if given else {})
    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "unauthenticated")
    assert "aftercall_" not in answer.text


def test_without_a_token_there_is_no_such_address(
    database: Any, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("METRICS_TOKEN")
    pools.reset()
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_webhooks_are_counted_by_what_became_of_them(
    desk: Desk, client: FlaskClient, calls_token: str, assistants: None, lines: None
) -> None:
    for _ in range(2):
        desk.convoso(call_body(), calls_token)
    desk.convoso(call_body(), "wrong")
    desk.convoso(b"{", calls_token)
    desk.convoso(call_body(agent_name=None), calls_token)
    desk.convoso(b" " * 2_097_153, calls_token)
    desk.vapi(message("status-update", status="ended", assistant="nobody-knows-it"))
    desk.twilio(twilio_form(From="+15005550199", To=SHARED_LINE))
    desk.twilio(twilio_form(From=ALICE_LINE, To=SHARED_LINE, CallSid="CA2"))
    counted = {name: value for name, value in read(client).items() if name.startswith("aftercall_events_")}
    assert counted == {
        'aftercall_events_accepted_total{endpoint="convoso_calls"}': 1,
        'aftercall_events_accepted_total{endpoint="twilio"}': 1,
        'aftercall_events_duplicate_total{endpoint="convoso_calls"}': 1,
        'aftercall_events_unowned_total{endpoint="vapi"}': 1,
        'aftercall_events_refused_total{endpoint="convoso_calls",reason="unauthorized"}': 1,
        'aftercall_events_refused_total{endpoint="convoso_calls",reason="malformed"}': 1,
        'aftercall_events_refused_total{endpoint="convoso_calls",reason="missing_fields"}': 1,
        'aftercall_events_refused_total{endpoint="convoso_calls",reason="too_large"}': 1,
        'aftercall_events_refused_total{endpoint="twilio",reason="unknown_caller"}': 1,
        "aftercall_events_quarantined": 1,
    }


def test_a_token_used_for_another_organization_and_a_limit_are_reasons_of_their_own(
    desk: Desk, client: FlaskClient, alice_org: UUID, calls_token: str, vapi_token: str, assistants: None
) -> None:
    desk.vapi(report(assistant="assistant-of-bob"), vapi_token)
    desk.rows("update organizations set webhook_limit_per_minute = 1 where org_id = %s returning 1", (alice_org,))
    for number in range(2):
        desk.convoso(call_body(call_id=f"c-{number}"), calls_token)
    refused = {name: value for name, value in read(client).items() if "refused" in name}
    assert refused == {
        'aftercall_events_refused_total{endpoint="vapi",reason="wrong_organization"}': 1,
        'aftercall_events_refused_total{endpoint="convoso_calls",reason="rate_limited"}': 2,
    }


def test_an_event_is_measured_from_its_reception_to_its_effects(
    desk: Desk, client: FlaskClient, calls_token: str
) -> None:
    desk.convoso(call_body(), calls_token)
    desk.rows("update webhook_events set received_at = received_at - interval '20 seconds' returning 1")
    desk.work()
    seen = read(client)
    assert seen['aftercall_event_seconds_bucket{endpoint="convoso_calls",le="10.0"}'] == 0
    assert seen['aftercall_event_seconds_bucket{endpoint="convoso_calls",le="30.0"}'] == 1
    assert seen['aftercall_event_seconds_bucket{endpoint="convoso_calls",le="+Inf"}'] == 1
    assert seen['aftercall_event_seconds_count{endpoint="convoso_calls"}'] == 1
    assert 20 <= seen['aftercall_event_seconds_sum{endpoint="convoso_calls"}'] < 30
    assert seen['aftercall_job_attempts_total{actor="process_event",outcome="done"}'] == 1
    assert seen['aftercall_job_pickup_seconds_count{queue="live"}'] >= 1


def test_what_stands_is_counted_over_all_organizations_and_names_none(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    for org_id in (alice_org, bob_org):
        with organization(org_id) as tx:
            for number in range(3):
                owe(tx, org_id, "process_event", str(number), {})
            tx.flush()
            tx.run("UPDATE jobs SET run_at = now() - interval '90 seconds' WHERE key = '0'")
            tx.run("UPDATE jobs SET run_at = now() + interval '1 hour' WHERE key = '1'")
            tx.run("UPDATE jobs SET state = 'dead' WHERE key = '2'")
            counted = provider_health.failures(tx, org_id, "twilio") + 1
            provider_health.failed(tx, org_id, "twilio", counted, None, "Twilio does not answer")
    with organization(alice_org) as tx:
        open_until = datetime.now(UTC) + timedelta(minutes=1)
        provider_health.failed(tx, alice_org, "twilio", 5, open_until, "Twilio does not answer")
    seen = read(client)
    standing = {name: value for name, value in seen.items() if "process_event" in name or "twilio" in name}
    assert 90 <= standing.pop('aftercall_oldest_due_seconds{actor="process_event"}') < 120
    assert standing == {
        'aftercall_jobs_ready{actor="process_event"}': 4,
        'aftercall_jobs_due{actor="process_event"}': 2,
        'aftercall_jobs_dead{actor="process_event"}': 2,
        'aftercall_circuits_open{provider="twilio"}': 1,
        'aftercall_circuits_failing{provider="twilio"}': 2,
    }
    shown = " ".join(seen)
    assert not any(name in shown for name in ("Alice", "Bob", str(alice_org), str(bob_org)))


def test_messages_are_counted_by_where_they_stand(client: FlaskClient, alice_org: UUID) -> None:
    equip(alice_org)
    owe_message(alice_org)
    old = owe_message(alice_org, intent_key="wish:2").id
    owe_message(alice_org, intent_key="wish:3")
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET created_at = now() - interval '2 days' WHERE id = %s", (old,))
        tx.run("UPDATE messages SET status = 'failed' WHERE intent_key = 'wish:3'")
    seen = {name: value for name, value in read(client).items() if name.startswith("aftercall_messages")}
    assert seen == {
        'aftercall_messages_open{status="planned"}': 2,
        'aftercall_messages_day{status="planned"}': 1,
        'aftercall_messages_day{status="failed"}': 1,
    }


@pytest.mark.parametrize(("lost", "server"), [("DATABASE_URL", "database"), ("REDIS_URL", "redis")])
def test_a_server_that_is_away_is_said_to_be(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, lost: str, server: str
) -> None:
    assert read(client)[f'aftercall_up{{server="{server}"}}'] == 1
    monkeypatch.setenv(lost, f"{'postgresql' if server == 'database' else 'redis'}://nobody:none@127.0.0.1:1/0")
    pools.reset()
    seen = read(client)
    assert seen[f'aftercall_up{{server="{server}"}}'] == 0
    assert sum(name.startswith("aftercall_up") for name in seen) == 2


def test_a_scheduler_that_sweeps_is_seen(client: FlaskClient) -> None:
    name = "aftercall_scheduler_lease_seconds"
    assert name not in read(client)
    sweep()
    assert 0 <= read(client)[name] < 5
