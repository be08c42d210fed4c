"""The library: which calls stand on which shelf, in which order, and whose they are."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import Access, organization
from models.library import Shelf, shelf
from tests.conftest import TestDatabase
from tests.edge.people import bearer_of, keep_recording, make_call, make_person
from tests.edge.said import make_day
from tests.edge.test_dashboard import browser_of, page
from vocabulary import Role

PATH = "/api/ui/library/simple"
NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=8)
FIELDS = {
    "id", "started_at", "duration_sec", "disposition", "campaign", "agent", "qa_score", "reason_primary",
    "reason_secondary", "summary", "risk_flags",
}  # fmt: skip


def library(client: FlaskClient, *roles: tuple[UUID, Role]) -> Any:
    answer = client.get(PATH, headers=bearer_of(*roles))
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def ids(calls: Any) -> list[str]:
    return [call["id"] for call in calls]


@pytest.mark.parametrize(
    ("disposition", "result", "seconds", "expected"),
    [
        ("Completed", None, 61, "best"),
        ("  sUCCESS ", "no_answer", 90, "best"),
        ("Connected", None, 60, None),
        ("Answered", None, None, None),
        ("Answered", None, 29, "worst"),
        ("No Answer", None, 200, "worst"),
        ("no_answer", None, 200, "worst"),
        ("Voicemail", "answered", None, "worst"),
        ("Interested", "answered", 200, None),
        ("Interested", None, 29.9, "worst"),
        ("Interested", None, 30, None),
        (None, "booked", 61, "best"),
        ("", "answered", 61, "best"),
        (None, "answered", 45, None),
        (None, "transfer_failed", 300, "worst"),
        (None, "not_interested", 300, None),
        (None, None, 0, "worst"),
        (None, None, None, None),
    ],
)
def test_a_call_stands_on_the_shelf_of_its_words_and_length(
    alice_org: UUID, disposition: str | None, result: str | None, seconds: float | None, expected: str | None
) -> None:
    make_call(alice_org, disposition=disposition, result=result, duration_seconds=seconds)
    with organization(alice_org) as tx:
        assert tx.value("SELECT shelf FROM calls") == expected


def test_the_best_come_by_score_and_then_the_newest(client: FlaskClient, alice_org: UUID) -> None:
    facts = {"disposition": "Completed", "duration_seconds": 90}
    scores = ((80, 1), (95, 9), (None, 0), (80, 0))
    made = [make_call(alice_org, qa_score=s, started_at=OLD - timedelta(days=d), **facts) for s, d in scores]
    best = library(client, (alice_org, Role.VIEWER))["best"]
    assert ids(best) == [str(made[place]) for place in (1, 3, 0, 2)]
    assert best[0].keys() >= FIELDS
    assert "happened_at" not in best[0]


def test_the_worst_come_by_the_lowest_score_and_twenty_at_most(client: FlaskClient, alice_org: UUID) -> None:
    made = [make_call(alice_org, disposition="Busy", qa_score=90 - n, started_at=OLD) for n in range(22)]
    unjudged = make_call(alice_org, disposition="Busy", started_at=OLD)
    answer = library(client, (alice_org, Role.VIEWER))
    assert ids(answer["worst"]) == [str(call_id) for call_id in made[:1:-1]]
    assert str(unjudged) not in ids(answer["worst"])
    assert (answer["best"], answer["recent"]) == ([], [])


def test_recent_are_the_last_seven_days(client: FlaskClient, alice_org: UUID) -> None:
    days = (0, 6, 8)
    made = [make_call(alice_org, started_at=NOW - timedelta(days=day), disposition="Interested") for day in days]
    assert ids(library(client, (alice_org, Role.VIEWER))["recent"]) == [str(made[0]), str(made[1])]


def test_the_average_score_is_that_of_every_judged_call(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    assert library(client, (alice_org, Role.VIEWER))["avgScore"] is None
    make_day(alice_org, date(2020, 1, 1), qa_sum=150, qa_count=2)
    make_day(bob_org, date(2026, 1, 1), qa_sum=10, qa_count=1)
    assert library(client, (alice_org, Role.VIEWER))["avgScore"] == 75
    assert library(client, (alice_org, Role.VIEWER), (bob_org, Role.VIEWER))["avgScore"] == 53.3


def test_several_organizations_share_one_order_and_strangers_see_none(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    facts = {"disposition": "Completed", "duration_seconds": 90, "started_at": NOW}
    hers, his = make_call(alice_org, qa_score=70, **facts), make_call(bob_org, qa_score=90, **facts)
    both = library(client, (alice_org, Role.VIEWER), (bob_org, Role.VIEWER))
    assert ids(both["best"]) == [str(his), str(hers)]
    charlie = library(client, (bob_org, Role.OWNER))
    assert [ids(charlie[name]) for name in ("best", "worst", "recent")] == [[str(his)], [], [str(his)]]
    answer = client.get(f"{PATH}?org_id={alice_org}", headers=bearer_of((bob_org, Role.OWNER)))
    assert answer.status_code == 404


@pytest.mark.parametrize("wanted", Shelf)
def test_a_shelf_is_read_from_its_index(database: TestDatabase, alice_org: UUID, wanted: Shelf) -> None:
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO calls (org_id, id, provider, disposition, duration_seconds, qa_score)"
            " SELECT %s, gen_random_uuid(), 'vapi', CASE WHEN n %% 2 = 0 THEN 'Completed' ELSE 'Busy' END, 90, n %% 100"
            " FROM generate_series(1, 3000) n",
            (alice_org,),
        )
    with psycopg2.connect(database.owner_url) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE calls")
    with organization(alice_org, Access.READ) as tx:
        tx.run("SELECT 1")  # the transaction's beginning travels with its first statement
        assert len(shelf(tx, alice_org, wanted)) == 20
        plan = "\n".join(
            str(row["QUERY PLAN"]) for row in tx.rows("EXPLAIN " + tx._cursor.query.decode().replace("%", "%%"))
        )
    assert f"calls_{wanted}" in plan
    assert "Sort" not in plan


def seen(app: Flask, org_id: UUID, role: Role = Role.ANALYST, query: str = "") -> str:
    return page(browser_of(app, make_person((org_id, role))), f"/o/{org_id}/library{query}")


def test_the_page_tells_a_calls_score_and_why(app: Flask, alice_org: UUID) -> None:
    told = {"agent_name": "Ana", "qa_score": 62, "outcome_summary": "Wants a <b>price</b>.", "risk_flags": ["pressure"]}
    why = {"reason_primary": "No greeting was heard", "reason_secondary": "The name was not asked"}
    call_id = make_call(alice_org, disposition="Completed", duration_seconds=90, **told, **why)
    make_day(alice_org, date(2020, 1, 1), qa_sum=150, qa_count=2)
    keep_recording(alice_org, call_id)
    text = seen(app, alice_org)
    lesson = " ".join(re.sub(r"<[^>]+>", " ", text.partition('class="lessons"')[2]).split())
    for words in (
        "62 of 100",
        "Ana",
        "Pressure",
        "Wants a &lt;b&gt;price&lt;/b&gt;.",
        "Why No greeting was heard; the name was not asked.",
    ):
        assert words in lesson
    assert "score <b>75</b> of 100" in text
    assert f'href="/o/{alice_org}/calls/{call_id}#t=0">Listen' in text
    assert "Listen" not in seen(app, alice_org, Role.VIEWER)


def test_the_page_shows_a_shelf_at_a_time_and_opens_where_something_stands(app: Flask, alice_org: UUID) -> None:
    assert "No call to praise yet." in seen(app, alice_org)
    make_call(alice_org, disposition="Busy", agent_name="Bea", started_at=OLD)
    for query in ("", "?shelf=worst", "?shelf=nonsense"):
        assert ">Bea</a>" in seen(app, alice_org, Role.VIEWER, query)
    assert "No call in the last seven days." in seen(app, alice_org, query="?shelf=recent")


def test_the_page_is_there_for_members_only(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert charlie.get(f"/o/{alice_org}/library").status_code == 404
    assert app.test_client().get(f"/o/{alice_org}/library").status_code == 303
