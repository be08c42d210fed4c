"""When webhooks were last heard of: told at once, however many came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models.arrivals import EVER, last_arrivals
from models.database import Access, organization
from tests.conftest import TestDatabase

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def busy(database: TestDatabase, alice_org: UUID) -> UUID:
    """An organization with many events of one endpoint and one, long ago, of another."""
    connection = psycopg2.connect(database.admin_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, state, received_at)"
            " select %s, gen_random_uuid(), case n when 0 then 'convoso' else 'vapi' end,"
            " case n when 0 then 'convoso_leads' else 'vapi' end, 'x', n::text, 'processed',"
            " %s::timestamptz - (10000 - n) * interval '1 minute' from generate_series(0, 10000) n",
            (str(alice_org), NOW),
        )
        cursor.execute("vacuum analyze webhook_events")
    connection.close()
    return alice_org


def plan(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(below for child in node.get("Plans", ()) for below in plan(child))]


def test_the_newest_are_told_with_their_time_and_older_ones_as_come(busy: UUID) -> None:
    with organization(busy, Access.READ) as tx:
        told = last_arrivals(tx, busy)
    assert (told["vapi"].at, told["vapi"].has_come) == (NOW, True)
    assert (told["convoso_leads"].at, told["convoso_leads"].has_come) == (None, True)
    assert (told["twilio"].at, told["twilio"].has_come) == (None, False)


def test_what_never_came_is_known_without_reading_what_did(busy: UUID) -> None:
    with organization(busy, Access.READ) as tx:
        (row,) = tx.rows(f"explain (analyze, format json) {EVER}", (["twilio"], ["twilio"], busy))
    nodes = plan(row["QUERY PLAN"][0]["Plan"])
    assert [node["Node Type"] for node in nodes if node.get("Relation Name") == "webhook_events"] == ["Index Only Scan"]
    assert sum(node.get("Rows Removed by Filter", 0) for node in nodes) == 0
