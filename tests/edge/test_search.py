"""Search over the API: what it answers, to whom, and what the trail has of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge import search as searching
from edge.highlights import highlights
from models import search
from models.database import Transaction
from models.search_words import parse
from tests.edge.people import bearer_of, make_call
from tests.edge.said import TURNS, make_transcript, trail
from vocabulary import Role

PATH = "/api/ui/search"
MARCH_2 = datetime(2026, 3, 2, 15, tzinfo=UTC)


def ask(client: FlaskClient, headers: dict[str, str], q: str, **more: Any) -> Any:
    answer = client.post(PATH, json={"q": q} | more, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def ids(answer: Any) -> list[str]:
    return [call["id"] for call in answer["data"]]


@pytest.fixture
def call_id(alice_org: UUID) -> UUID:
    facts = {"caller_name": "María López", "phone_number": "+13125550123", "outcome_summary": "Asked about a nose job"}
    made = make_call(alice_org, started_at=MARCH_2, **facts)
    make_transcript(alice_org, made)
    return made


def test_a_call_comes_as_lists_give_it_with_why_it_was_found(
    client: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    headers = bearer_of((alice_org, Role.ANALYST))
    (found,) = ask(client, headers, "nose lopez 0123")["data"]
    listed = client.get("/api/calls", headers=headers).get_json()["data"][0]
    assert found.pop("agency_id") == str(alice_org)
    assert found.pop("highlights") == [
        {"field": "caller_name", "text": "María López", "marks": [{"start": 6, "end": 11}]},
        {"field": "phone_number", "text": "+13125550123", "marks": [{"start": 8, "end": 12}]},
        {"field": "summary", "text": "Asked about a nose job", "marks": [{"start": 14, "end": 18}]},
        {"field": "transcript", "text": "Hi, I would like to ask about a nose job.", "turn": 1, "speaker": "caller",
         "at": 2.9, "marks": [{"start": 32, "end": 36}]},
    ]  # fmt: skip
    assert found == listed


def test_a_viewer_finds_names_and_numbers_and_reads_no_words(
    client: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    viewer = bearer_of((alice_org, Role.VIEWER))
    assert [ids(ask(client, viewer, q)) for q in ("nose", "booked", "maria nose")] == [[], [], []]
    for q in ("maria", "0123"):
        (found,) = ask(client, viewer, q)["data"]
        assert {one["field"] for one in found["highlights"]} <= {"caller_name", "phone_number"}
    assert trail(alice_org, "transcript.search") == []


def test_words_that_are_shown_are_on_the_trail_without_what_was_typed(
    client: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    analyst = bearer_of((alice_org, Role.ANALYST))
    ask(client, analyst, "nose job")
    ask(client, analyst, "lopez")
    (row,) = trail(alice_org, "transcript.search")
    assert row["details"] == {"calls": [str(call_id)]}
    assert row["actor"].startswith("user:")


def test_nobodys_trail_no_words(
    client: FlaskClient, alice_org: UUID, call_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise psycopg2.OperationalError("no trail")

    monkeypatch.setattr(searching.audit, "record", fail)
    answer = client.post(PATH, json={"q": "nose"}, headers=bearer_of((alice_org, Role.ANALYST)))
    assert answer.status_code == 503
    assert "nose" not in answer.text


def test_a_stranger_finds_nothing_of_it_by_the_same_words(
    client: FlaskClient, alice_org: UUID, bob_org: UUID, call_id: UUID
) -> None:
    his = make_call(bob_org, caller_name="María López", phone_number="+13125550123")
    make_transcript(bob_org, his)
    charlie = bearer_of((bob_org, Role.OWNER))
    for q in ("nose job", '"nose job"', "maria", "0123", "nos"):
        assert ids(ask(client, charlie, q)) == [str(his)]
    assert client.post(f"{PATH}?org_id={alice_org}", json={"q": "nose"}, headers=charlie).status_code == 404
    assert client.post(PATH, json={"q": "nose"}).status_code == 401


def test_who_has_several_organizations_sees_them_in_one_order_each_in_their_role(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    made = []
    for day, org_id in enumerate((alice_org, bob_org, alice_org, bob_org)):
        made.append(str(make_call(org_id, caller_name="Nose", started_at=MARCH_2 + timedelta(days=day))))
        make_transcript(org_id, UUID(made[-1]))
    both = bearer_of((alice_org, Role.ANALYST), (bob_org, Role.VIEWER))
    assert ids(ask(client, both, "nose")) == made[::-1]
    assert ids(ask(client, both, "booked")) == [made[2], made[0]]


def test_pages_follow_one_another_until_the_end(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    orgs = (alice_org, bob_org, bob_org, alice_org, alice_org)
    made = [
        str(make_call(org, caller_name="Zoe", started_at=MARCH_2 + timedelta(days=n))) for n, org in enumerate(orgs)
    ]
    both = bearer_of((alice_org, Role.VIEWER), (bob_org, Role.VIEWER))
    seen, onward, pages = [], None, 0
    while pages == 0 or onward:
        page = ask(client, both, "zoe", limit=2, next=onward)
        seen, onward, pages = seen + ids(page), page["next"], pages + 1
    assert (seen, pages) == (made[::-1], 3)


def test_what_takes_too_long_says_where_to_look_on(
    client: FlaskClient, alice_org: UUID, bob_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alice's organization is looked through to its end, and Bob's only to a call in the middle."""

    def slow(tx: Transaction, *_: Any) -> Any:
        tx.run("SELECT pg_sleep(5)")

    orgs = (alice_org, bob_org, bob_org, bob_org)
    made = [make_call(org, caller_name="Zoe", started_at=MARCH_2 + timedelta(days=n)) for n, org in enumerate(orgs)]
    both = bearer_of((alice_org, Role.VIEWER), (bob_org, Role.VIEWER))
    monkeypatch.setattr(searching, "OLDER_MILLISECONDS", 20)
    monkeypatch.setattr(search, "DEPTH", 1)
    monkeypatch.setattr(search, "older", slow)
    first = ask(client, both, "zoe -nobody", limit=1)
    assert ids(first) == [str(made[3])]
    seen, onward = ids(first), first["next"]
    while onward:
        page = ask(client, both, "zoe -nobody", limit=1, next=onward)
        seen, onward = seen + ids(page), page["next"]
    assert seen == [str(call_id) for call_id in made[::-1]]


@pytest.mark.parametrize("body", [{}, {"q": None}, {"q": 5}, {"q": "a", "limit": 0}, {"q": "a", "next": "x"}])
def test_what_cannot_be_meant_is_refused(client: FlaskClient, alice_org: UUID, body: dict[str, Any]) -> None:
    assert client.post(PATH, json=body, headers=bearer_of((alice_org, Role.VIEWER))).status_code == 400


@pytest.mark.parametrize("typed", ["", "!!!", "-nose", '"', "\0", "<-> & | :*"])
def test_what_asks_for_nothing_finds_nothing(client: FlaskClient, alice_org: UUID, call_id: UUID, typed: str) -> None:
    assert ask(client, bearer_of((alice_org, Role.ANALYST)), typed) == {"ok": True, "data": [], "next": None}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=40) | st.text("nose job'\"-\\:*&|!<>()012", max_size=40))
def test_whatever_is_typed_is_answered(client: FlaskClient, alice_org: UUID, call_id: UUID, typed: str) -> None:
    answer = client.post(PATH, json={"q": typed}, headers=bearer_of((alice_org, Role.ANALYST)))
    assert answer.status_code == 200


def test_marks_are_places_in_the_text_whatever_letters_it_has() -> None:
    turns = [{"speaker": "caller", "text": "İ ﬁ 한 " * 30 + "una CÍTA mañana " + "x " * 90, "start": None}]
    call = {"caller_name": "Unknown Caller", "phone_number": None, "outcome_summary": None}
    (found,) = highlights(call, turns, parse('"cita manana"').wanted)
    assert [found["text"][mark["start"] : mark["end"]] for mark in found["marks"]] == ["CÍTA", "mañana"]
    assert len(found["text"]) < 200


def test_markup_in_what_was_said_stays_text() -> None:
    turns = [*TURNS, {"speaker": "caller", "text": "<mark>laser</mark>", "start": None}]
    call = {"caller_name": "x", "phone_number": None, "outcome_summary": None}
    (found,) = highlights(call, turns, parse("laser").wanted)
    assert (found["text"], found["marks"]) == ("<mark>laser</mark>", [{"start": 6, "end": 11}])
