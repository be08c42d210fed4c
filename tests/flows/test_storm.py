"""Acknowledged means processed: whatever is killed while events arrive, the rows are those of a quiet day."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from edge import create_app
from models import stats
from models.calls import stretch
from models.database import reset, system
from models.migrate import migrate
from models.organizations import add_assistant, add_number, create_organization
from models.stats import COUNTS
from models.tokens import create_token
from run.embedded import Servers
from settings import settings
from simulator import ROUGH, Faults, Ledger, Target, calls, play
from simulator.signing import vapi_headers
from simulator.targets import target_of
from tasks.counting import counted
from tasks.ledger import perform
from tests.flows.instance import Instance, await_that, running
from vocabulary import Endpoint

UNTIL = datetime(2026, 3, 2, 18, tzinfo=UTC)
SEED = 20260302
COMPARED = (
    "provider, provider_call_id, call_sid, direction, call_type, status, assistant_id, phone_number_id, ended_reason,"
    " outcome, from_number, to_number, phone_number, caller_name, lead_id, agent_id, agent_name, campaign, disposition,"
    " started_at, ended_at, duration_seconds, total_cost, recording_url, transfer_to, transfer_time, transfer_reason,"
    " outcome_summary, sentiment_label, sentiment_score, metadata - 'org_id' AS metadata, booking, fault,"
    " has_transcript, booking_confirmed, result, result_sentence, service, financial_value, sentiment_summary,"
    " sentiment_urgency, lead_score, temperature, interested, qa_score, reason_primary, reason_secondary, risk_flags"
)
TWICE = Faults(duplicated=0.5)

Blow = Callable[[Instance], None]
BLOWS: dict[str, Blow] = {
    "kill a worker": lambda instance: instance.kill("worker"),
    "kill the edge": lambda instance: instance.kill("web"),
    "kill the scheduler": lambda instance: instance.kill("scheduler"),
    "flush Valkey": lambda instance: instance.flush(),
    "restart Valkey": lambda instance: instance.servers.restart_valkey(),
    "restart Postgres": lambda instance: instance.servers.restart_postgres(),
    "kill Postgres": lambda instance: (instance.servers.kill_postgres(), instance.servers.revive(), None)[-1],
}


def test_a_short_storm_loses_nothing(own_servers: tuple[Servers, dict[str, str]]) -> None:
    weather(own_servers, count=70, pause=1.0, blows=list(BLOWS))


@pytest.mark.storm
def test_figures_of_five_hundred_calls_are_a_recount_where_half_comes_twice_and_workers_die(
    own_servers: tuple[Servers, dict[str, str]],
) -> None:
    blows = ["kill a worker", "flush Valkey", "kill the scheduler", "kill a worker", "kill Postgres"] * 3
    weather(own_servers, count=500, pause=2.0, blows=blows, faults=TWICE)


@pytest.mark.storm
def test_a_long_storm_over_two_thousand_events_loses_nothing(own_servers: tuple[Servers, dict[str, str]]) -> None:
    blows = random.Random(SEED).choices(list(BLOWS), k=36)
    ledger = weather(own_servers, count=800, pause=1.0, blows=blows)
    assert len(ledger.acknowledged()) >= 2_000


def weather(
    own_servers: tuple[Servers, dict[str, str]], count: int, pause: float, blows: list[str], faults: Faults = ROUGH
) -> Ledger:
    """Plays rough traffic at an instance under blows, and holds what came of it against a quiet run."""
    servers, environment = own_servers
    with running(servers, environment) as instance:
        target = make_organization(instance.base_url)
        rate = len(list(calls(SEED, count, target, until=UNTIL, faults=faults))) / (pause * len(blows) + 1)
        # The blows come from this thread: what a thread starts is told to end with it.
        with ThreadPoolExecutor(1) as pool:
            traffic = calls(SEED, count, target, until=UNTIL, faults=faults)
            playing = pool.submit(play, traffic, instance.base_url, rate=rate)
            strike(instance, blows, pause)
            ledger = playing.result()
        assert ledger.surprises() == []
        await_that(nothing_is_owed, seconds=300)
        acknowledged, kept = ledger.acknowledged(), kept_events()
        assert set(filter(None, acknowledged.values())) <= kept
        assert len(acknowledged) == len(kept) - known_already()
        after_the_storm = rows()
        assert miscounted() == []
    assert differences(after_the_storm, quiet_day(servers, count, faults)) == []
    return ledger


def strike(instance: Instance, blows: list[str], pause: float) -> None:
    for name in blows:
        time.sleep(pause)
        BLOWS[name](instance)


def make_organization(base_url: str) -> Target:
    org_id = create_organization("Storm", timezone="America/New_York")
    add_assistant(org_id, "7d0f3c52-9b1e-4f6a-8a57-000000000001", "Front desk")
    add_number(org_id, "+12025550143", assistant_number="+12025550100", vapi_phone_number_id="line-1")
    for endpoint in (Endpoint.CONVOSO_CALLS, Endpoint.CONVOSO_LEADS):
        create_token(org_id, endpoint)
    return target_of(org_id, settings(), base_url)


def nothing_is_owed() -> bool:
    with system() as tx:
        owed = tx.value("SELECT count(*) FROM jobs WHERE state = 'ready' AND actor IN ('process_event', 'analyse')")
        return owed + tx.value("SELECT count(*) FROM webhook_events WHERE state = 'quarantined'") == 0


def kept_events() -> set[str]:
    with system() as tx:
        assert tx.rows("SELECT actor, last_error FROM jobs WHERE state = 'dead'") == []
        kept = tx.rows("SELECT id FROM webhook_events WHERE state IN ('processed', 'ignored')")
    return {str(row["id"]) for row in kept}


def known_already() -> int:
    """Events that waited for their call in quarantine while the same ones, sent again, found it: they count once."""
    with system() as tx:
        words = "the organization has had this event already"
        return int(tx.value("SELECT count(*) FROM webhook_events WHERE state = 'ignored' AND error = %s", (words,)))


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that the events became, without what differs between two runs of the same events."""
    with system() as tx:
        return {
            "calls": tx.rows(
                f"SELECT {COMPARED}, (SELECT phone FROM contacts k WHERE k.org_id = c.org_id AND k.id = c.contact_id)"
                " AS contact, (SELECT count(*) FROM recordings r WHERE r.org_id = c.org_id AND r.call_id = c.id)"
                " AS recordings FROM calls c ORDER BY provider, provider_call_id"
            ),
            "contacts": tx.rows(
                "SELECT lead_id, phone, name, first_name, last_name, email, campaign, status, source, lead_status,"
                " last_contacted_at, lead_score, temperature, services_interested FROM contacts ORDER BY phone, lead_id"
            ),
            # Not by day: a call of which nobody said when it began counts on the day of the test.
            "figures": tx.rows(
                f"SELECT campaign, agent, {', '.join(f'sum({name}) AS {name}' for name in COUNTS)}"
                " FROM call_stats_daily GROUP BY 1, 2 HAVING sum(calls) > 0 ORDER BY 1, 2"
            ),
            "refs": tx.rows("SELECT provider, ref FROM call_refs ORDER BY provider, ref"),
        }


def miscounted() -> list[Any]:
    """Calls that count for something else than their rows say, and daily figures that no recount gives."""
    with system() as tx:
        orgs = tx.rows("SELECT DISTINCT o.org_id, o.timezone FROM organizations o JOIN calls c ON c.org_id = o.org_id")
        calls_ = [(one, org["timezone"]) for org in orgs for one in stretch(tx, org["org_id"], None, 10_000)]
        wrong: list[Any] = [one["id"] for one, timezone in calls_ if counted(one, timezone) != one["counted"]]
        return wrong + [off for org in orgs for off in stats.differences(tx, org["org_id"])]


def differences(storm: dict[str, list[dict[str, Any]]], quiet: dict[str, list[dict[str, Any]]]) -> list[Any]:
    """Every value that the storm left otherwise than the quiet day did: (table, column, in the storm, in quiet)."""
    found: list[Any] = []
    for table, rows_ in quiet.items():
        if len(storm[table]) != len(rows_):
            found.append((table, "rows", len(storm[table]), len(rows_)))
        for one, other in zip(storm[table], rows_, strict=False):
            found += [(table, name, one[name], other[name]) for name in one if one[name] != other[name]]
    return found


def quiet_day(servers: Servers, count: int, faults: Faults) -> dict[str, list[dict[str, Any]]]:
    """The same traffic, one event after the other, in a database of its own."""
    assert servers.postgres is not None
    servers.postgres.create_database("quiet")
    urls = servers.postgres.urls("quiet")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in urls.items():
            patch.setenv(name, value)
        reset()
        migrate(urls["DATABASE_OWNER_URL"], log=lambda _: None)
        target = make_organization("http://localhost")
        client = create_app().test_client()
        for delivery in calls(SEED, count, target, until=UNTIL, faults=faults):
            headers = delivery.headers
            if delivery.hmac_secret is not None:
                headers = headers | vapi_headers(delivery.hmac_secret, delivery.body, datetime.now(UTC))
            client.post(delivery.path, data=delivery.body, headers=headers)
            process_what_is_owed()
        result = rows()
    reset()
    return result


def process_what_is_owed() -> None:
    """Until nothing is due: an event owes an analysis."""
    while owed := due():
        for job in owed:
            perform(UUID(str(job["org_id"])), UUID(str(job["id"])))


def due() -> list[dict[str, Any]]:
    with system() as tx:
        return tx.rows(
            "SELECT org_id, id FROM jobs WHERE state = 'ready' AND actor IN ('process_event', 'analyse')"
            " AND run_at <= now() ORDER BY created_at"
        )
