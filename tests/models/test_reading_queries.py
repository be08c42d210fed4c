"""What people read: each query finds its own organization's rows, and filters by it itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models import call_words, contact_queries, dashboard_stats, library, services
from models.contact_queries import ContactFilter
from models.database import Access, Transaction, organization, pool
from models.library import Shelf
from tests.conftest import TestDatabase
from tests.edge.people import make_call
from tests.edge.said import make_analysis, make_contact, make_day, make_transcript

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAY = date(2026, 3, 2)


class Rows:
    """One of everything that people read of an organization."""

    def __init__(self, org_id: UUID) -> None:
        self.call_id = make_call(org_id, disposition="Completed", duration_seconds=90)
        make_call(org_id, disposition="Busy")
        make_transcript(org_id, self.call_id)
        make_analysis(org_id, self.call_id, "summary", {"summary": "S", "by": "rules"})
        make_contact(org_id, temperature="hot")
        make_day(org_id, DAY, calls=1, qa_count=1, qa_sum=50)
        with organization(org_id) as tx:
            self.service_id = services.list_services(tx, org_id)[0]["id"]
            tx.run(
                "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, call_ref, state)"
                " VALUES (%s, gen_random_uuid(), 'vapi', 'vapi', 'status-update', 'k', 'vapi:v-1', 'processed')",
                (org_id,),
            )


Query = Callable[[Transaction, UUID, Rows], Any]

QUERIES: dict[str, Query] = {
    "library.best": lambda tx, org_id, rows: library.shelf(tx, org_id, Shelf.BEST),
    "library.worst": lambda tx, org_id, rows: library.shelf(tx, org_id, Shelf.WORST),
    "library.recent": lambda tx, org_id, rows: library.recent(tx, org_id, LONG_AGO),
    "library.judged": lambda tx, org_id, rows: library.judged(tx, org_id)[1],
    "contacts": lambda tx, org_id, rows: contact_queries.newest_contacts(tx, org_id, ContactFilter(), 10),
    "contact_counts": lambda tx, org_id, rows: contact_queries.contact_counts(tx, org_id)["total"],
    "by_day": lambda tx, org_id, rows: dashboard_stats.by_day(tx, org_id, DAY, DAY),
    "recent_events": lambda tx, org_id, rows: dashboard_stats.recent_events(tx, org_id),
    "transcript_of": lambda tx, org_id, rows: call_words.transcript_of(tx, org_id, rows.call_id),
    "results_of": lambda tx, org_id, rows: call_words.results_of(tx, org_id, rows.call_id).every,
    "services": lambda tx, org_id, rows: [
        row for row in services.list_services(tx, org_id) if row["id"] == rows.service_id
    ],
    "service_of": lambda tx, org_id, rows: services.service_of(tx, org_id, rows.service_id),
    "price_history": lambda tx, org_id, rows: services.price_history(tx, org_id, rows.service_id),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_its_own_rows_and_no_strangers(
    database: TestDatabase, alice_org: UUID, bob_org: UUID, name: str
) -> None:
    query, rows = QUERIES[name], Rows(alice_org)
    with organization(alice_org, Access.READ) as tx:
        assert query(tx, alice_org, rows)
    with organization(bob_org, Access.READ) as tx:
        assert not query(tx, alice_org, rows), "row security must hide it even from a query that names it"
    connection = psycopg2.connect(database.admin_url)
    try:
        everything = Transaction(connection, pool(Access.READ))
        assert not query(everything, bob_org, rows), "a query must filter by itself, where no row security does"
        assert query(everything, alice_org, rows)
    finally:
        connection.close()


def test_a_persons_decision_is_for_the_organizations_own_contacts(alice_org: UUID, bob_org: UUID) -> None:
    contact_id = make_contact(alice_org, temperature="cold")
    with organization(bob_org) as tx:
        assert contact_queries.decide(tx, bob_org, contact_id, {"temperature": "hot"}) is None
        assert contact_queries.decide(tx, alice_org, contact_id, {"temperature": "hot"}) is None
    with organization(alice_org) as tx:
        assert contact_queries.decide(tx, alice_org, contact_id, {"temperature": "hot"}) is not None
