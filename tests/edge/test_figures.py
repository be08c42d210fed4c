"""The dashboard's figures: sums and rates of a span of days, beside the span before it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from models.organizations import add_assistant
from tests.edge.desk import Desk, report
from tests.edge.people import bearer_of
from tests.edge.said import make_day
from vocabulary import Role

PATH = "/api/dashboard/stats"
TALK = [
    {"role": "bot", "message": "Glow clinic, how can I help?", "secondsFromStart": 0},
    {
        "role": "user",
        "message": "I would like to book an appointment for a nose job.",
        "secondsFromStart": 3,
        "time": 0,
    },
    {"role": "bot", "message": "I have Tuesday at two, does that work?", "secondsFromStart": 8},
    {"role": "user", "message": "Yes, Tuesday at two is perfect.", "secondsFromStart": 12},
    {"role": "bot", "message": "Great, you are booked for Tuesday at two.", "secondsFromStart": 15},
]
SPAN = {"from": "2026-03-02", "to": "2026-03-04"}


def stats(client: FlaskClient, *roles: tuple[UUID, Role], **query: Any) -> Any:
    answer = client.get(PATH, query_string=query, headers=bearer_of(*roles))
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_span_is_summed_rated_and_compared(client: FlaskClient, alice_org: UUID) -> None:
    make_day(alice_org, date(2026, 3, 2), campaign="a", calls=3, inbound=2, inbound_bookings=1, bookings=1, answered=2,
             value="400.50", seconds=90, cost="0.25", positive=1, neutral=1, qa_sum=150, qa_count=2)  # fmt: skip
    make_day(alice_org, date(2026, 3, 2), campaign="b", calls=1, inbound=1, seconds=10, negative=1, answered=1)
    make_day(alice_org, date(2026, 3, 4), calls=1, value=100)
    make_day(alice_org, date(2026, 3, 1), calls=2, value=600)
    make_day(alice_org, date(2026, 2, 26), calls=9, value=9)
    answer = stats(client, (alice_org, Role.VIEWER), **SPAN)
    figures = {
        "calls": 5, "inbound": 3, "inbound_bookings": 1, "answered": 3, "bookings": 1, "pipeline_value": 500.5,
        "cost": 0.25, "success_rate": 33.3, "avg_duration": 20, "qa_average": 75,
        "sentiment": {"positive": 1, "neutral": 1, "negative": 1},
    }  # fmt: skip
    assert {name: answer[name] for name in figures} == figures
    assert answer["by_day"] == [
        {"day": "2026-03-02", "calls": 4, "inbound": 3, "bookings": 1, "value": 400.5, "answered": 3},
        {"day": "2026-03-03", "calls": 0, "inbound": 0, "bookings": 0, "value": 0, "answered": 0},
        {"day": "2026-03-04", "calls": 1, "inbound": 0, "bookings": 0, "value": 100, "answered": 0},
    ]
    assert (answer["previous"]["from"], answer["previous"]["to"]) == ("2026-02-27", "2026-03-01")
    assert (answer["previous"]["calls"], answer["previous"]["success_rate"]) == (2, None)
    assert (answer["change"]["calls"], answer["change"]["pipeline_value"]) == (3, -99.5)
    assert answer["change"]["success_rate"] is None


def test_nothing_has_no_rates(client: FlaskClient, alice_org: UUID) -> None:
    answer = stats(client, (alice_org, Role.VIEWER), range="7d")
    assert (answer["calls"], answer["pipeline_value"], len(answer["by_day"]), answer["recent"]) == (0, 0, 7, [])
    assert [answer[name] for name in ("success_rate", "avg_duration", "qa_average")] == [None, None, None]


@pytest.mark.parametrize(("name", "days"), [("today", 1), ("7d", 7), ("30d", 30), ("90d", 90), (None, 30)])
def test_a_range_ends_today_in_the_organizations_zone(
    client: FlaskClient, alice_org: UUID, name: str | None, days: int
) -> None:
    before = datetime.now(ZoneInfo("America/New_York")).date()
    answer = stats(client, (alice_org, Role.VIEWER), **({"range": name} if name else {}))
    after = datetime.now(ZoneInfo("America/New_York")).date()
    assert answer["range"]["to"] in (before.isoformat(), after.isoformat())
    first, last = (date.fromisoformat(answer["range"][end]) for end in ("from", "to"))
    assert (last - first, len(answer["by_day"])) == (timedelta(days=days - 1), days)


def test_recent_activity_are_the_ten_newest_events_with_their_calls(
    client: FlaskClient, desk: Desk, alice_org: UUID
) -> None:
    add_assistant(alice_org, "a-1")
    for number in range(11):
        assert desk.vapi(report(f"v-{number}", "a-1")).status_code == 200
    desk.work()
    recent = stats(client, (alice_org, Role.VIEWER))["recent"]
    assert len(recent) == 10
    assert [event["at"] for event in recent] == sorted((event["at"] for event in recent), reverse=True)
    assert {(event["provider"], event["kind"], event["state"]) for event in recent} == {
        ("vapi", "end-of-call-report", "processed")
    }
    assert len({event["call_id"] for event in recent} - {None}) == 10
    assert "call_ref" not in recent[0]


def test_a_call_that_was_reported_and_understood_is_in_the_figures(
    client: FlaskClient, desk: Desk, alice_org: UUID
) -> None:
    add_assistant(alice_org, "a-1")
    desk.vapi(report("v-1", "a-1", artifact={"messages": TALK}, cost=0.25))
    desk.work()
    answer = stats(client, (alice_org, Role.VIEWER), **SPAN)
    assert (answer["calls"], answer["inbound"], answer["answered"], answer["bookings"]) == (1, 1, 1, 1)
    assert (answer["success_rate"], answer["avg_duration"], answer["pipeline_value"]) == (100, 90, 6000)


def test_several_organizations_add_up_and_strangers_see_nothing(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    make_day(alice_org, date(2026, 3, 3), calls=3, value=10)
    make_day(bob_org, date(2026, 3, 3), calls=4, value=5)
    both = stats(client, (alice_org, Role.VIEWER), (bob_org, Role.VIEWER), **SPAN)
    assert (both["calls"], both["pipeline_value"]) == (7, 15)
    assert stats(client, (bob_org, Role.OWNER), **SPAN)["calls"] == 4
    assert stats(client, **SPAN)["calls"] == 0
    answer = client.get(f"{PATH}?org_id={alice_org}", headers=bearer_of((bob_org, Role.OWNER)))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["range=8d", "from=2026-03-05&to=2026-03-04", "from=yesterday", "to=2026-13-01", "from=2024-01-01&to=2026-01-01",
     "from=0001-01-01", "to=9999-12-31"],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_by_name(client: FlaskClient, alice_org: UUID, query: str) -> None:
    answer = client.get(f"{PATH}?{query}", headers=bearer_of((alice_org, Role.VIEWER)))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert answer.get_json()["error"].startswith(query.split("=")[0])
