"""What is asked of contacts and their calls is read from an index, as the role that asks it: row security included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models import contact_queries, contacts
from models.contact_queries import ContactFilter, newest_contacts
from models.context import HISTORY_LIMIT
from models.database import Access, Transaction, organization
from models.queries import Place
from tests.conftest import TestDatabase
from tests.edge.said import make_contact

PEOPLE = """
insert into contacts (org_id, id, phone, name, lead_status, temperature, last_contacted_at)
select %s, gen_random_uuid(), '+1' || (2000000000 + n), repeat('Ann ', 20),
    case when n %% 100 = 0 then 'booked' else 'new' end, case when n %% 4 = 0 then 'hot' end,
    now() - n * interval '1 minute' from generate_series(1, 3000) n
"""
CALLS = """
insert into calls (org_id, id, provider, contact_id, started_at)
select %s, gen_random_uuid(), 'vapi', %s, now() - n * interval '1 minute' from generate_series(1, 3000) n
"""


@pytest.fixture
def caller(database: TestDatabase, alice_org: UUID) -> UUID:
    """Who called 3,000 times, years before the 3,000 calls of somebody else; with 3,000 other contacts."""
    caller, other = make_contact(alice_org), make_contact(alice_org)
    with organization(alice_org) as tx:
        tx.run(PEOPLE, (alice_org,))
        for contact_id in (caller, other):
            tx.run(CALLS, (alice_org, contact_id))
        tx.run("UPDATE calls SET started_at = started_at - interval '5 years' WHERE contact_id = %s", (caller,))
    with psycopg2.connect(database.owner_url) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE calls, contacts")
    return caller


def plan(tx: Transaction, query: str, params: Sequence[Any] = ()) -> str:
    return "\n".join(row["QUERY PLAN"] for row in tx.rows("EXPLAIN " + query, params))


def plan_of_last(tx: Transaction) -> str:
    return plan(tx, tx._cursor.query.decode().replace("%", "%%"))


@pytest.mark.storm
def test_contacts_of_a_lead_status_are_read_in_their_order(alice_org: UUID, caller: UUID) -> None:
    with organization(alice_org, Access.READ) as tx:
        tx.run("SELECT 1")  # the transaction's beginning travels with its first statement
        contact_queries.newest_contacts(tx, alice_org, ContactFilter(lead_status="booked"), 20)
        found = plan_of_last(tx)
    assert "contacts_by_lead_status" in found
    assert "Sort" not in found


@pytest.mark.storm
def test_contacts_are_counted_without_a_look_at_them(alice_org: UUID, caller: UUID) -> None:
    with organization(alice_org, Access.READ) as tx:
        tx.run("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")  # so few are read any way
        contact_queries.contact_counts(tx, alice_org)
        assert "Index Only Scan using contacts_counted" in plan_of_last(tx)


@pytest.mark.storm
def test_the_newest_calls_of_a_person_are_read_and_no_others(alice_org: UUID, caller: UUID) -> None:
    with organization(alice_org) as tx:
        plans = (
            plan(tx, contacts.HISTORY, (alice_org, caller, HISTORY_LIMIT)),
            plan(tx, contacts.SPOKE, (alice_org, caller, alice_org, caller)),
        )
    for found in plans:
        assert "calls_of_contact" in found
        assert "Limit" in found
        assert "Sort" not in found


@pytest.mark.storm
def test_a_person_was_last_on_the_line_when_the_last_of_their_calls_ended(alice_org: UUID, caller: UUID) -> None:
    with organization(alice_org) as tx:
        contacts.spoke(tx, alice_org, caller)
        tx.flush()
        asked = "SELECT last_contacted_at = (SELECT max(started_at) FROM calls WHERE contact_id = k.id) AS is_right"
        assert tx.row(f"{asked} FROM contacts k WHERE id = %s", (caller,)) == {"is_right": True}


def test_people_are_found_by_beginnings_of_words_and_parts_of_numbers(alice_org: UUID, bob_org: UUID) -> None:
    zoe = make_contact(alice_org, name="Zoë O'Neil-Haas", email="zoe4e2b.haas@example.com", phone="+13125550199")
    ann = make_contact(alice_org, name="Ann", phone="+13125550123")
    make_contact(bob_org, name="Zoë Haas", phone="+13125550199")

    def found(text: str, **more: str) -> list[UUID]:
        with organization(alice_org, Access.READ) as tx:
            return [row["id"] for row in newest_contacts(tx, alice_org, ContactFilter(text=text, **more), 20)]

    for text in ("zoe", "HAAS zo", "neil", "haas@exam", "Zoe4e2b", "0199", "(312) 555-0199"):
        assert found(text) == [zoe], text
    assert found("312555") == [ann, zoe]
    assert found("312555", lead_status="lost") == found("aas") == found("0119") == found("-") == []
    with organization(alice_org) as tx:
        tx.run("UPDATE contacts SET name = 'Mia' WHERE id = %s", (ann,))
    assert (found("ann"), found("mia")) == ([], [ann])


def test_whom_few_names_fit_is_found_behind_the_newest(
    monkeypatch: pytest.MonkeyPatch, alice_org: UUID, caller: UUID
) -> None:
    monkeypatch.setattr(contact_queries, "DEPTH", 10)
    with organization(alice_org, Access.READ) as tx:
        numbers = [row["phone"] for row in newest_contacts(tx, alice_org, ContactFilter(text="200000299"), 5)]
        first = newest_contacts(tx, alice_org, ContactFilter(text="ann"), 2)
        after = Place(first[-1]["heard_at"], first[-1]["id"])
        second = newest_contacts(tx, alice_org, ContactFilter(text="ann"), 2, after)
    assert numbers == [f"+1200000299{last}" for last in range(5)]
    assert [row["phone"][-2:] for row in (*first, *second)] == ["01", "02", "03", "04"]
