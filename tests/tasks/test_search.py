"""Calls from before the search are made findable by jobs, a stretch at a time."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg2
import pytest

from models.database import Access, organization
from models.migrate import migrate
from models.search import BEGINNING, older
from models.search_words import parse
from tasks import search
from tasks.ledger import enqueue, perform
from tests.conftest import TestDatabase
from tests.edge.people import make_call
from tests.edge.said import make_transcript


def work_off(org_id: UUID) -> int:
    """Performs what is owed until nothing is, and counts it."""
    for done in range(50):
        with organization(org_id) as tx:
            job_id = tx.value("SELECT id FROM jobs WHERE state = 'ready' AND actor = 'index_calls'")
        if job_id is None:
            return done
        perform(org_id, job_id)
    raise AssertionError("it does not come to an end")


def found(org_id: UUID, typed: str) -> set[UUID]:
    with organization(org_id, Access.READ) as tx:
        return {place.id for place in older(tx, org_id, parse(typed), False, 50, BEGINNING)}


@pytest.mark.parametrize("at_once", [2, 3, 100])
def test_every_older_call_is_made_findable_and_doing_it_again_changes_nothing(
    database: TestDatabase, alice_org: UUID, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(search, "CALLS_AT_ONCE", at_once)
    ids = {make_call(alice_org, caller_name="Zoe") for _ in range(5)}
    for call_id in ids:
        make_transcript(alice_org, call_id)
    for turn in ("first", "second"):
        if turn == "first":
            with psycopg2.connect(database.admin_url) as connection:
                connection.cursor().execute("delete from call_search")
        with organization(alice_org) as tx:
            enqueue(tx, search.index_calls, alice_org, key=turn)
        assert work_off(alice_org) > 5 // at_once
        assert found(alice_org, "zoe nose") == ids
        with organization(alice_org) as tx:
            assert tx.value("SELECT count(*) FROM call_search") == 10
            tx.run("DELETE FROM jobs")


def test_the_migration_owes_it_to_every_organization_that_has_calls(empty_database: TestDatabase) -> None:
    migrate(empty_database.owner_url, log=lambda _: None, upto=8)
    busy, idle = str(uuid4()), str(uuid4())
    with psycopg2.connect(empty_database.admin_url) as connection:
        cursor = connection.cursor()
        cursor.execute("insert into organizations (org_id, name) values (%s, 'Busy'), (%s, 'Idle')", (busy, idle))
        cursor.execute("insert into calls (org_id, id, provider) values (%s, gen_random_uuid(), 'vapi')", (busy,))
    migrate(empty_database.owner_url, log=lambda _: None)
    with psycopg2.connect(empty_database.admin_url) as connection:
        cursor = connection.cursor()
        cursor.execute("select org_id::text, actor, state from jobs")
        assert cursor.fetchall() == [(busy, "index_calls", "ready")]
