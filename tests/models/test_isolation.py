"""The proof of tenancy holds, and notices when it should not."""

from __future__ import annotations

import psycopg2
import pytest

from models.isolation import Attempt, prove_isolation
from tests.conftest import TestDatabase


def broken(attempts: list[Attempt]) -> set[tuple[str, str]]:
    return {(attempt.table, attempt.action) for attempt in attempts if not attempt.held}


def plant(database: TestDatabase, statement: str) -> None:
    with psycopg2.connect(database.admin_url) as connection:
        connection.cursor().execute(statement)


def test_nothing_gets_through_on_any_table(database: TestDatabase) -> None:
    attempts = prove_isolation()
    assert broken(attempts) == set()
    assert {"calls", "contacts", "jobs", "webhook_events", "routes", "audit_log"} <= {one.table for one in attempts}


def test_the_proof_can_be_repeated(database: TestDatabase) -> None:
    assert len(prove_isolation()) == len(prove_isolation())


def test_a_policy_that_lets_everybody_read_is_noticed(database: TestDatabase) -> None:
    plant(database, "create policy hole on calls for select to aftercall_app using (true)")
    assert {("calls", "read"), ("calls", "read all"), ("calls", "alternate")} <= broken(prove_isolation())


def test_a_policy_that_lets_everybody_write_is_noticed(database: TestDatabase) -> None:
    plant(database, "create policy hole on appointments to aftercall_app using (true) with check (true)")
    assert {("appointments", "insert"), ("appointments", "update"), ("appointments", "delete")} <= broken(
        prove_isolation()
    )


def test_row_security_that_was_switched_off_is_noticed(database: TestDatabase) -> None:
    plant(database, "alter table jobs disable row level security")
    assert ("jobs", "read") in broken(prove_isolation())


def test_a_key_without_its_organization_is_noticed(database: TestDatabase) -> None:
    plant(
        database,
        "alter table calls add unique (id);"
        "alter table appointments drop constraint appointments_org_id_call_id_fkey;"
        "alter table appointments add foreign key (call_id) references calls (id)",
    )
    assert ("appointments", "refer to calls") in broken(prove_isolation())


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("create table loose (id uuid primary key)", ("loose", "belongs")),
        ("create table open (org_id uuid, id uuid)", ("open", "forces row security")),
        ("create view wide as select * from calls", ("wide", "invoker's rights")),
        (
            "create function deep() returns int language sql security definer as 'select 1'",
            ("deep()", "fixed search_path, not public"),
        ),
    ],
)
def test_a_careless_migration_is_noticed(database: TestDatabase, statement: str, expected: tuple[str, str]) -> None:
    plant(database, statement)
    assert expected in broken(prove_isolation())
