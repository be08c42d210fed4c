"""Named queries: each finds its own organization's rows, filters by it itself, and uses its index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from inspect import getmembers, isfunction, signature
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models import queries
from models.database import Access, Transaction, organization
from models.ids import new_id
from models.queries import CallFilter, Place
from tests.conftest import TestDatabase

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Rows:
    """One call of an organization with everything that hangs on it."""

    def __init__(self, org_id: UUID) -> None:
        self.org_id, self.call_id, self.event_id = org_id, new_id(), new_id()
        with organization(org_id) as tx:
            tx.run(
                "INSERT INTO calls (org_id, id, provider, started_at, campaign) VALUES (%s, %s, 'vapi', %s, 'Spring')",
                (org_id, self.call_id, NOON),
            )
            tx.run("INSERT INTO call_refs VALUES (%s, 'vapi', 'v-1', %s)", (org_id, self.call_id))
            tx.run(
                "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, call_ref, state)"
                " VALUES (%s, %s, 'vapi', 'vapi', 'status-update', 'k', 'vapi:v-1', 'processed')",
                (org_id, self.event_id),
            )
            tx.run(
                "INSERT INTO jobs (org_id, actor, key) VALUES (%s, 'process_event', %s)", (org_id, str(self.event_id))
            )
            tx.run("INSERT INTO recordings (org_id, id, call_id) VALUES (%s, %s, %s)", (org_id, new_id(), self.call_id))


Query = Callable[[Transaction, UUID, Rows], Any]

QUERIES: dict[str, Query] = {
    "newest_calls": lambda tx, org_id, rows: queries.newest_calls(tx, org_id, CallFilter(), 10),
    "call_of": lambda tx, org_id, rows: queries.call_of(tx, org_id, rows.call_id),
    "names_of_call": lambda tx, org_id, rows: queries.names_of_call(tx, org_id, rows.call_id),
    "events_of_names": lambda tx, org_id, rows: queries.events_of_names(tx, org_id, ["vapi:v-1"]),
    "jobs_of_events": lambda tx, org_id, rows: queries.jobs_of_events(tx, org_id, [rows.event_id]),
    "recordings_of_call": lambda tx, org_id, rows: queries.recordings_of_call(tx, org_id, rows.call_id),
    "choices": lambda tx, org_id, rows: queries.choices(tx, org_id)["campaign"],
    "organization_of": lambda tx, org_id, rows: queries.organization_of(tx, org_id),
}


def test_every_named_query_is_tried_here() -> None:
    functions = dict(getmembers(queries, isfunction))
    own = {name for name, one in functions.items() if one.__module__ == queries.__name__}
    assert {name for name in own if "tx" in signature(functions[name]).parameters} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_its_own_rows_and_no_strangers(
    database: TestDatabase, alice_org: UUID, bob_org: UUID, name: str
) -> None:
    query, rows = QUERIES[name], Rows(alice_org)
    with organization(alice_org, Access.READ) as tx:
        assert query(tx, alice_org, rows)
    with organization(bob_org, Access.READ) as tx:
        found = query(tx, alice_org, rows)
        assert not found, "row security must hide it even from a query that names it"


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_names_its_organization_itself(
    database: TestDatabase, alice_org: UUID, bob_org: UUID, name: str
) -> None:
    """As the superuser, whom row security does not stop, a stranger's id still finds nothing of Alice's."""
    rows = Rows(alice_org)
    connection = psycopg2.connect(database.admin_url)
    try:
        from models.database import Transaction, pool

        tx = Transaction(connection, pool(Access.READ))
        found = QUERIES[name](tx, bob_org, rows)
        if name == "organization_of":
            assert found["org_id"] == bob_org
        else:
            assert not found
        assert QUERIES[name](tx, alice_org, rows)
    finally:
        connection.close()


def test_the_pages_role_cannot_write(database: TestDatabase, alice_org: UUID) -> None:
    Rows(alice_org)
    refusals = (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ReadOnlySqlTransaction)
    with pytest.raises(refusals), organization(alice_org, Access.READ) as tx:
        tx.run("UPDATE calls SET campaign = 'x'")


def test_a_page_is_read_from_its_index(database: TestDatabase, alice_org: UUID) -> None:
    """Row security keeps only leakproof operators in an index: these have to be."""
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO calls (org_id, id, provider, started_at) SELECT %s, gen_random_uuid(), 'vapi',"
            " %s::timestamptz - n * interval '1 minute' FROM generate_series(1, 3000) n",
            (alice_org, NOON),
        )
    with psycopg2.connect(database.owner_url) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE calls")
    with organization(alice_org, Access.READ) as tx:
        wanted = CallFilter(since=NOON - timedelta(days=1), until=NOON)
        tx.run("SELECT 1")  # the transaction's beginning travels with its first statement
        queries.newest_calls(tx, alice_org, wanted, 50, Place(NOON - timedelta(hours=1), new_id()))
        asked = tx._cursor.query.decode()
        plan = "\n".join(str(row["QUERY PLAN"]) for row in tx.rows("EXPLAIN " + asked.replace("%", "%%")))
    assert "calls_newest" in plan
    assert "Sort" not in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "happened_at >=" in condition
    assert "ROW(happened_at, id)" in condition


def test_pages_do_not_skip_or_repeat_calls_of_the_same_moment(database: TestDatabase, alice_org: UUID) -> None:
    for _ in range(5):
        with organization(alice_org) as tx:
            tx.run("INSERT INTO calls (org_id, id, provider, started_at) VALUES (%s, %s, 'vapi', %s)",
                   (alice_org, new_id(), NOON))  # fmt: skip
    seen, place = [], None
    for _ in range(5):
        with organization(alice_org, Access.READ) as tx:
            row = queries.newest_calls(tx, alice_org, CallFilter(), 1, place)[0]
        seen.append(row["id"])
        place = Place(row["happened_at"], row["id"])
    assert len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
