"""Placing calls with a Vapi that answers, refuses, limits, breaks off and lies low: one wish never dials twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest

from models import messages, opt_outs, provider_health
from models.database import organization
from providers import vapi_calls
from providers.sending import Accepted
from providers.vapi_calls import Dial
from settings import settings
from tasks.callback_looks import LOOKS
from tasks.calls import record_call
from tasks.dialling import claim
from tests.conftest import TestDatabase
from tests.edge.said import trail
from tests.flows.instance import await_that
from tests.standin.side import Side
from tests.tasks import calling
from tests.tasks.calling import ANN, PHONE, a_contact, ask, call_of, dials, do, jobs, placed
from vocabulary import Authority, CallFacts, CallRef, Provider

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""In New York, on a Monday."""
NIGHT = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
LIMIT = {"message": "Over Concurrency Limit"}


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    with calling.vapi(monkeypatch) as side:
        yield side


@pytest.fixture
def ann(side: Side, alice_org: UUID) -> UUID:
    """Somebody whom Alice's clinic can call at any hour."""
    calling.equip(alice_org)
    return a_contact(alice_org)


def hear(org_id: UUID, *refs: CallRef, status: str, provider: Provider = Provider.VAPI) -> UUID:
    """What an event says of a call."""
    now = datetime.now(UTC)
    with organization(org_id) as tx:
        said = CallFacts(refs, provider, now, Authority.PROGRESS, {"status": status})
        return record_call(tx, org_id, said, now).call_id


def begun(org_id: UUID, now: datetime | None = None) -> Dial | None:
    """The first half of placing a call, committed: what a worker that is killed then leaves behind."""
    intent = placed(org_id)["id"]
    with organization(org_id) as tx:
        return claim(tx, org_id, intent, now or datetime.now(UTC))


def ours(org_id: UUID) -> CallRef:
    return CallRef(Provider.AFTERCALL, str(placed(org_id)["id"]))


def test_the_call_is_placed_once_and_known_by_both_names(side: Side, alice_org: UUID, ann: UUID) -> None:
    asked = ask(alice_org, ann)
    assert do(alice_org, "place_call") == 1
    (sent,) = dials(side)
    row = placed(alice_org)
    assert (row["status"], row["vapi_call_id"], row["attempts"]) == ("placed", sent["id"], 1)
    assert (sent["to"], sent["name"]) == (PHONE, str(row["id"]))
    assert hear(alice_org, CallRef(Provider.VAPI, sent["id"]), status="in_progress") == asked.call_id
    assert hear(alice_org, ours(alice_org), status="completed") == asked.call_id
    assert call_of(alice_org, asked.call_id)["provider"] == "vapi"
    assert [(one["actor"], one["details"]) for one in trail(alice_org, "callback.dial")] == [(ANN, {"attempt": 1})]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_a_refusal_is_final_and_seen_on_the_call(side: Side, alice_org: UUID, ann: UUID, status: int) -> None:
    side.fault("/call", "status", status=status, body={"message": "their words"})
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    row = placed(alice_org)
    assert (row["status"], call_of(alice_org, asked.call_id)["status"]) == ("failed", "failed")
    assert "Vapi" in row["reason"]
    assert "their words" not in row["reason"]
    assert (jobs(alice_org, "place_call"), calling.posts(side), dials(side)) == ([], 1, [])


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "headers": {"Retry-After": "20"}},
        {"status": 400, "body": LIMIT},
    ],
)
def test_a_limit_is_for_later(side: Side, alice_org: UUID, ann: UUID, fault: dict[str, Any]) -> None:
    side.fault("/call", "status", **fault)
    asked, before = ask(alice_org, ann), datetime.now(UTC)
    do(alice_org, "place_call")
    row, (job,) = placed(alice_org), jobs(alice_org, "place_call")
    assert (row["status"], row["attempts"], call_of(alice_org, asked.call_id)["status"]) == ("planned", 1, "queued")
    assert timedelta(seconds=19) < job["run_at"] - before < timedelta(seconds=40)
    forget_trouble(alice_org)
    do(alice_org, "place_call")
    assert (placed(alice_org)["status"], placed(alice_org)["attempts"], len(dials(side))) == ("placed", 2, 1)


def forget_trouble(org_id: UUID) -> None:
    with organization(org_id) as tx:
        tx.run("UPDATE provider_health SET open_until = NULL WHERE org_id = %s", (org_id,))


def test_a_vapi_that_cannot_be_reached_is_asked_later(
    side: Side, alice_org: UUID, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(alice_org, ann)
    monkeypatch.setenv("VAPI_API_URL", "http://127.0.0.1:1")
    settings.cache_clear()
    for _ in range(2):
        do(alice_org, "place_call")
    assert (placed(alice_org)["status"], placed(alice_org)["attempts"]) == ("planned", 2)
    monkeypatch.setenv("VAPI_API_URL", side.url)
    settings.cache_clear()
    do(alice_org, "place_call")
    assert (placed(alice_org)["status"], len(dials(side))) == ("placed", 1)


def test_a_vapi_in_trouble_is_left_alone(side: Side, alice_org: UUID, ann: UUID) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    with organization(alice_org) as tx:
        provider_health.failures(tx, alice_org, "vapi")
        provider_health.failed(tx, alice_org, "vapi", 5, until, "trouble")
    ask(alice_org, ann)
    do(alice_org, "place_call")
    assert (placed(alice_org)["status"], placed(alice_org)["attempts"], calling.posts(side)) == ("planned", 0, 0)
    assert [job["run_at"] for job in jobs(alice_org, "place_call")] == [until]


UNCLEAR: list[dict[str, Any]] = [
    {"fault": "reset"},
    {"fault": "timeout_before", "seconds": 0.1},
    {"fault": "status", "status": 500},
    {"fault": "status", "status": 503},
    {"fault": "wrong_type"},
]
TAKEN: list[dict[str, Any]] = [{"fault": "timeout_after", "seconds": 0.1}, {"fault": "truncated"}, {"fault": "empty"}]


@pytest.mark.parametrize("fault", TAKEN)
def test_a_call_that_was_taken_without_an_answer_is_found(
    side: Side, alice_org: UUID, ann: UUID, fault: dict[str, Any]
) -> None:
    side.fault("/call", **fault)
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    assert placed(alice_org)["status"] == "unknown"
    assert not ask(alice_org, ann, now=datetime.now(UTC) + timedelta(minutes=9)).is_new, "it may be ringing"
    do(alice_org, "settle_call")
    (sent,) = dials(side)
    assert (placed(alice_org)["status"], placed(alice_org)["vapi_call_id"]) == ("placed", sent["id"])
    assert hear(alice_org, CallRef(Provider.VAPI, sent["id"]), status="completed") == asked.call_id
    assert (calling.posts(side), jobs(alice_org, "settle_call")) == (1, [])


@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_call_that_was_never_taken_fails_after_five_looks(
    side: Side, alice_org: UUID, ann: UUID, fault: dict[str, Any]
) -> None:
    side.fault("/call", **fault)
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    pauses = []
    while owed := jobs(alice_org, "settle_call"):
        pauses.append(owed[0]["run_at"] - datetime.now(UTC))
        do(alice_org, "settle_call")
    assert all(look - timedelta(seconds=4) < pause <= look for pause, look in zip(pauses, LOOKS, strict=True)), pauses
    row = placed(alice_org)
    assert (row["status"], row["looks"], row["reason"]) == ("failed", 5, "Vapi has no such call: it was not dialled")
    assert call_of(alice_org, asked.call_id)["status"] == "failed"
    assert (calling.posts(side), dials(side)) == (1, [])


def test_an_outage_is_no_look(side: Side, alice_org: UUID, ann: UUID) -> None:
    side.fault("/call", "truncated")
    ask(alice_org, ann)
    do(alice_org, "place_call")
    side.fault("/call", "status", status=503, times=3)
    for _ in range(3):
        do(alice_org, "settle_call")
    (job,) = jobs(alice_org, "settle_call")
    assert (placed(alice_org)["status"], placed(alice_org)["looks"], job["attempts"]) == ("unknown", 0, 0)
    do(alice_org, "settle_call")
    assert placed(alice_org)["status"] == "placed"


def test_after_a_day_nobody_looks_any_more(side: Side, alice_org: UUID, ann: UUID) -> None:
    side.fault("/call", "reset")
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    with organization(alice_org) as tx:
        tx.run("UPDATE placed_calls SET claimed_at = claimed_at - interval '25 hours'")
    do(alice_org, "settle_call")
    assert placed(alice_org)["reason"] == "Whether it was dialled could not be found out within a day"
    assert call_of(alice_org, asked.call_id)["status"] == "failed"
    assert jobs(alice_org, "settle_call") == []


@pytest.mark.parametrize("was_dialled", [True, False])
def test_what_a_killed_worker_was_dialling_is_looked_up_and_never_dialled_again(
    side: Side, alice_org: UUID, ann: UUID, was_dialled: bool
) -> None:
    ask(alice_org, ann)
    dial = begun(alice_org)
    assert dial is not None
    if was_dialled:
        assert isinstance(vapi_calls.place(dial), Accepted)
    assert placed(alice_org)["status"] == "dialling"
    do(alice_org, "place_call")
    assert (placed(alice_org)["status"], len(dials(side))) == ("unknown", was_dialled)
    while do(alice_org, "settle_call"):
        pass
    assert (placed(alice_org)["status"], len(dials(side))) == ("placed" if was_dialled else "failed", was_dialled)
    assert placed(alice_org)["attempts"] == 1


def test_doing_it_again_dials_nobody(side: Side, alice_org: UUID, ann: UUID) -> None:
    ask(alice_org, ann)
    do(alice_org, "place_call")
    for _ in range(2):
        with organization(alice_org) as tx:
            tx.run("UPDATE jobs SET state = 'ready', lease_until = NULL WHERE actor = 'place_call'")
        do(alice_org, "place_call")
    assert (len(dials(side)), placed(alice_org)["status"]) == (1, "placed")


def test_who_opted_out_meanwhile_is_not_called(side: Side, alice_org: UUID, ann: UUID) -> None:
    asked = ask(alice_org, ann)
    with organization(alice_org) as tx:
        opt_outs.record(tx, alice_org, PHONE, True, "word")
    do(alice_org, "place_call")
    row = placed(alice_org)
    assert (row["status"], row["reason"], calling.posts(side)) == ("skipped", "They asked not to be contacted", 0)
    assert call_of(alice_org, asked.call_id)["status"] == "canceled"
    assert [one["actor"] for one in trail(alice_org, "callback.skip")] == [ANN]


def test_a_call_that_waited_into_the_night_is_skipped(side: Side, alice_org: UUID, ann: UUID) -> None:
    calling.open_hours(alice_org, "08:00", "21:00")
    ask(alice_org, ann, now=NOON)
    assert begun(alice_org, NIGHT) is None
    assert placed(alice_org)["status"] == "skipped"
    assert placed(alice_org)["reason"].startswith("It is outside of the hours")


@pytest.mark.parametrize("fault", ["truncated", "reset"])
def test_a_webhook_that_names_the_call_settles_it(side: Side, alice_org: UUID, ann: UUID, fault: str) -> None:
    side.fault("/call", fault)
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    assert hear(alice_org, CallRef(Provider.VAPI, "v-1"), ours(alice_org), status="ringing") == asked.call_id
    assert (placed(alice_org)["status"], placed(alice_org)["vapi_call_id"]) == ("placed", "v-1")
    gets = len(side.requests())
    do(alice_org, "settle_call")
    assert (len(side.requests()), jobs(alice_org, "settle_call")) == (gets, [])


def test_a_webhook_may_come_before_the_answer(side: Side, alice_org: UUID, ann: UUID) -> None:
    asked = ask(alice_org, ann)
    begun(alice_org)
    assert hear(alice_org, CallRef(Provider.VAPI, "v-1"), ours(alice_org), status="ringing") == asked.call_id
    do(alice_org, "place_call")
    assert (placed(alice_org)["status"], placed(alice_org)["vapi_call_id"]) == ("placed", "v-1")
    assert call_of(alice_org, asked.call_id)["status"] == "ringing"


def test_a_webhook_without_our_name_is_joined_when_the_answer_comes(side: Side, alice_org: UUID, ann: UUID) -> None:
    asked = ask(alice_org, ann)
    side.fault("/call", "status", status=201, body={"id": "v-1"})
    other = hear(alice_org, CallRef(Provider.VAPI, "v-1"), status="in_progress")
    assert other != asked.call_id
    do(alice_org, "place_call")
    (call,) = calling.rows(alice_org, "SELECT * FROM calls")
    assert (call["id"], call["status"], placed(alice_org)["call_id"]) == (asked.call_id, "in_progress", asked.call_id)


def test_a_late_webhook_outweighs_a_failed_search(side: Side, alice_org: UUID, ann: UUID) -> None:
    side.fault("/call", "reset")
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    while do(alice_org, "settle_call"):
        pass
    assert placed(alice_org)["status"] == "failed"
    hear(alice_org, CallRef(Provider.VAPI, "v-1"), ours(alice_org), status="completed")
    assert (placed(alice_org)["status"], placed(alice_org)["reason"]) == ("placed", None)
    assert call_of(alice_org, asked.call_id)["status"] == "completed"


def test_nobody_else_can_say_that_it_was_placed(side: Side, alice_org: UUID, bob_org: UUID, ann: UUID) -> None:
    side.fault("/call", "reset")
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    name = ours(alice_org)
    assert hear(bob_org, CallRef(Provider.VAPI, "v-1"), name, status="completed") != asked.call_id
    assert hear(alice_org, CallRef(Provider.TWILIO, "CA1"), name, status="ringing", provider=Provider.TWILIO)
    assert (placed(alice_org)["status"], calling.rows(bob_org, "SELECT id FROM placed_calls")) == ("unknown", [])


def test_a_wish_of_nobody_is_no_wish(side: Side, alice_org: UUID, ann: UUID) -> None:
    ask(alice_org, ann)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET args = %s WHERE actor = 'place_call'", (f'{{"placed_id": "{uuid4()}"}}',))
    do(alice_org, "place_call")
    assert (jobs(alice_org, "place_call"), dials(side)) == ([], [])


def test_a_fault_of_ours_ends_as_failed_and_is_seen(side: Side, alice_org: UUID, ann: UUID) -> None:
    asked = ask(alice_org, ann)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET attempts = 6 WHERE actor = 'place_call'")
    do(alice_org, "place_call")
    assert (placed(alice_org)["status"], placed(alice_org)["reason"]) == (
        "failed", "Placing the call failed on our side",
    )  # fmt: skip
    assert call_of(alice_org, asked.call_id)["status"] == "failed"
    assert len(jobs(alice_org, "place_call", "dead")) == 1


def test_a_dialling_that_no_worker_survives_is_looked_up(side: Side, alice_org: UUID, ann: UUID) -> None:
    ask(alice_org, ann)
    begun(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET attempts = 6 WHERE actor = 'place_call'")
    do(alice_org, "place_call")
    assert (placed(alice_org)["status"], len(jobs(alice_org, "settle_call"))) == ("unknown", 1)


def somebody_waits(database: TestDatabase) -> bool:
    with closing(psycopg2.connect(database.admin_url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
        )
        (count,) = cursor.fetchone() or (0,)
    return bool(count)


def test_who_opts_out_at_the_moment_of_dialling_is_not_called(
    side: Side, alice_org: UUID, ann: UUID, database: TestDatabase
) -> None:
    ask(alice_org, ann)
    with ThreadPoolExecutor(1) as pool:
        with organization(alice_org) as tx:
            messages.hold_recipient(tx, alice_org, PHONE)
            opt_outs.record(tx, alice_org, PHONE, True, "word")
            dialling = pool.submit(do, alice_org, "place_call")
            await_that(lambda: somebody_waits(database))
        dialling.result()
    assert (placed(alice_org)["status"], dials(side)) == ("skipped", [])


def test_a_webhook_of_the_moment_in_which_the_search_is_given_up_is_heard(
    side: Side, alice_org: UUID, ann: UUID, database: TestDatabase
) -> None:
    side.fault("/call", "reset")
    asked = ask(alice_org, ann)
    do(alice_org, "place_call")
    for _ in LOOKS[1:]:
        do(alice_org, "settle_call")
    names, now = (CallRef(Provider.VAPI, "v-1"), ours(alice_org)), datetime.now(UTC)
    with ThreadPoolExecutor(1) as pool:
        with organization(alice_org) as tx:
            said = CallFacts(names, Provider.VAPI, now, Authority.PROGRESS, {"status": "in_progress"})
            assert record_call(tx, alice_org, said, now).call_id == asked.call_id
            giving_up = pool.submit(do, alice_org, "settle_call")
            await_that(lambda: somebody_waits(database))
        giving_up.result()
    assert (placed(alice_org)["status"], call_of(alice_org, asked.call_id)["status"]) == ("placed", "in_progress")
    assert jobs(alice_org, "settle_call") == []
