"""The search for a recording, against providers that are late, in trouble, or never have it. Time is passed in."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models import credentials, ledger, recordings
from models.calls import forgive_recording
from models.database import organization
from models.ids import new_id
from run.home import PROJECT
from settings import settings
from tasks.calls import record_call
from tasks.errors import Busy
from tasks.ledger import Errand, perform
from tasks.recording_upkeep import expire, sweep_recordings
from tasks.recordings import give_up, look_again, owe, poll, slots
from tests.conftest import TestDatabase
from tests.flows.instance import await_that
from tests.standin.side import Side, playing
from vocabulary import Authority, CallFacts, CallRef, Provider

KEYS = {
    "VAPI_PRIVATE_KEY": "key-of-vapi",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token-of-twilio",
    "CONVOSO_AUTH_TOKEN": "token-of-convoso",
}
STARTED = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ENDED = STARTED + timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
NOW = datetime.now(UTC) + timedelta(hours=1)
"""For calls that go on: a search begins by the clock, and their likely end must be ahead of it."""
VAPI_ID = "11111111-2222-3333-4444-555555555555"
CALL = {"id": VAPI_ID, "call_sid": "CA" + "1" * 32, "lead_id": "4711", "started_at": STARTED.isoformat(), "seconds": 30}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECORDINGS_DIR", str(tmp_path / "recordings"))
    return tmp_path / "recordings"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any, folder: Path) -> Iterator[Side]:
    for name in ("VAPI_PRIVATE_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.setenv(name, KEYS[name])
    with playing(KEYS, monkeypatch) as directed:
        directed.tell("calls", CALL)
        yield directed


def call(org_id: UUID, status: str = "completed", refs: dict[str, str] | None = None, **columns: Any) -> UUID:
    """A call whose recording is owed from its end on."""
    call_id = new_id()
    known = {"started_at": STARTED, "ended_at": ENDED, "duration_seconds": 30, "status": status, "provider": "vapi"}
    known |= {"recording_status": "pending"} | columns
    with organization(org_id) as tx:
        tx.run(
            f"INSERT INTO calls (org_id, id, {', '.join(known)}) VALUES (%s, %s{', %s' * len(known)})",
            (org_id, call_id, *known.values()),
        )
        for provider, ref in (refs or {"vapi": VAPI_ID}).items():
            tx.run("INSERT INTO call_refs (org_id, provider, ref, call_id) VALUES (%s, %s, %s, %s)",
                   (org_id, provider, ref, call_id))  # fmt: skip
        owe(tx, org_id, call_id, known, ENDED)
    return call_id


def say(org_id: UUID, status: str | None = None, **facts: Any) -> None:
    """An event of a call that began just now."""
    facts |= {"started_at": NOW} | ({"status": status} if status else {})
    said = CallFacts((CallRef(Provider.VAPI, VAPI_ID),), Provider.VAPI, NOW, Authority.PROGRESS, facts)
    with organization(org_id) as tx:
        record_call(tx, org_id, said, NOW)


def run_what_is_due(org_id: UUID) -> None:
    with organization(org_id) as tx:
        due = tx.rows("SELECT id FROM jobs WHERE actor = 'poll_recording' AND state = 'ready' AND run_at <= now()")
    for job in due:
        perform(org_id, job["id"])


def jobs_in_all(org_id: UUID) -> int:
    with organization(org_id) as tx:
        return int(tx.value("SELECT count(*) FROM jobs WHERE actor = 'poll_recording'"))


def join(org_id: UUID) -> None:
    """An event that names both calls, of which the one of Twilio is the older."""
    refs = (CallRef(Provider.TWILIO, "CA" + "9" * 32), CallRef(Provider.VAPI, VAPI_ID))
    with organization(org_id) as tx:
        record_call(tx, org_id, CallFacts(refs, Provider.VAPI, ENDED, Authority.REPORT, {"agent_name": "Kim"}), ENDED)


def look(org_id: UUID, now: datetime = ENDED, clock: Callable[[], datetime] | None = None) -> None:
    """Does the look that is owed, as if it were `now`."""
    with organization(org_id) as tx:
        job_id = tx.value(
            "UPDATE jobs SET run_at = now() WHERE actor = 'poll_recording' AND state = 'ready' RETURNING id"
        )
    claim = ledger.claim(org_id, job_id)
    assert claim is not None
    poll(Errand(claim, 30_000), org_id, UUID(claim.args["recording_id"]), claim.args["attempt"], clock or (lambda: now))


def recording(org_id: UUID) -> dict[str, Any]:
    with organization(org_id) as tx:
        found = tx.row(
            "SELECT r.*, c.recording_status FROM recordings r JOIN calls c ON c.org_id = r.org_id AND c.id = r.call_id"
        )
    assert found is not None
    return found


def looks_owed(org_id: UUID) -> list[datetime]:
    with organization(org_id) as tx:
        return [
            row["run_at"]
            for row in tx.rows(
                "SELECT run_at FROM jobs WHERE state = 'ready' AND actor = 'poll_recording' ORDER BY run_at"
            )
        ]


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_a_recording_is_copied_and_described(side: Side, alice_org: UUID, folder: Path) -> None:
    call(alice_org)
    look(alice_org, ENDED)
    got = recording(alice_org)
    path = folder / got["storage_key"]
    assert (got["state"], got["recording_status"], got["attempts"], got["source"]) == (
        "completed",
        "completed",
        1,
        "vapi",
    )
    assert (got["content_type"], got["duration_seconds"], got["bytes"]) == ("audio/wav", 30, 240_044)
    assert path.parent.parent.parent == folder / str(alice_org)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == got["sha256"]
    assert files(folder) == [path]
    assert looks_owed(alice_org) == []


def test_a_recording_ten_minutes_late_is_found_at_the_next_look(side: Side, alice_org: UUID) -> None:
    side.tell("calls", CALL | {"ready_at": (ENDED + 10 * MINUTE).isoformat()})
    call(alice_org)
    moments = [ENDED + minutes * MINUTE for minutes in (0, 1, 3, 8, 18)]
    for number, now in enumerate(moments):
        side.tell("clock", {"now": now.isoformat()})
        look(alice_org, now)
        if number < 4:
            assert recording(alice_org)["state"] == "pending"
            assert looks_owed(alice_org) == [moments[number + 1]]
    assert (recording(alice_org)["state"], recording(alice_org)["attempts"]) == ("completed", 5)


def test_after_the_quick_looks_come_slow_ones(side: Side, alice_org: UUID) -> None:
    side.tell("calls", CALL | {"ready_at": "2036-01-01T00:00:00+00:00"})
    call(alice_org)
    look(alice_org, ENDED + 18 * MINUTE)
    assert (recording(alice_org)["phase"], looks_owed(alice_org)) == ("slow", [ENDED + 48 * MINUTE])
    look(alice_org, ENDED + 48 * MINUTE)
    assert looks_owed(alice_org) == [ENDED + 108 * MINUTE]


def test_what_never_comes_is_given_up_after_a_day_with_the_reason(side: Side, alice_org: UUID) -> None:
    side.tell("calls", CALL | {"ready_at": "2036-01-01T00:00:00+00:00"})
    call(alice_org)
    look(alice_org, ENDED + timedelta(hours=23, minutes=59))
    assert looks_owed(alice_org) == [ENDED + timedelta(hours=24)]
    look(alice_org, ENDED + timedelta(hours=24))
    got = recording(alice_org)
    assert (got["state"], got["recording_status"]) == ("failed", "failed")
    assert got["error"] == "Given up after 24 hours: Vapi has no recording of this call yet"
    assert looks_owed(alice_org) == []


def test_a_call_that_goes_on_is_looked_for_after_its_likely_end(side: Side, alice_org: UUID) -> None:
    call(alice_org, status="in_progress", ended_at=None, duration_seconds=None)
    assert looks_owed(alice_org) == [STARTED + 7 * MINUTE]


def test_a_call_under_way_owes_a_look_at_its_likely_end_and_one_that_rings_none(alice_org: UUID) -> None:
    say(alice_org, "ringing")
    assert looks_owed(alice_org) == []
    say(alice_org, "in_progress")
    assert looks_owed(alice_org) == [NOW + 7 * MINUTE]
    assert (recording(alice_org)["state"], recording(alice_org)["recording_status"]) == ("pending", "pending")
    say(alice_org, "forwarding")
    assert looks_owed(alice_org) == [NOW + 7 * MINUTE]


@pytest.mark.parametrize("end", [{"status": "completed"}, {"recording_url": "https://storage.vapi.ai/1.wav"}])
def test_a_call_that_ends_early_is_looked_for_at_once_by_the_same_job(
    side: Side, alice_org: UUID, end: dict[str, str]
) -> None:
    say(alice_org, "in_progress")
    say(alice_org, **end)
    (due,) = looks_owed(alice_org)
    assert due < NOW + 5 * MINUTE
    run_what_is_due(alice_org)
    assert (recording(alice_org)["state"], recording(alice_org)["attempts"]) == ("completed", 1)
    assert jobs_in_all(alice_org) == 1


def test_a_call_that_ends_late_has_all_the_time_of_a_search_from_its_end(side: Side, alice_org: UUID) -> None:
    side.tell("calls", CALL | {"ready_at": "2036-01-01T00:00:00+00:00"})
    say(alice_org, "in_progress")
    for minutes in (7, 37, 67):
        look(alice_org, NOW + minutes * MINUTE)
    assert recording(alice_org)["phase"] == "slow"
    side.tell("calls", CALL)
    say(alice_org, "completed")
    assert recording(alice_org)["phase"] == "quick"
    run_what_is_due(alice_org)
    assert (recording(alice_org)["state"], recording(alice_org)["attempts"]) == ("completed", 4)
    assert jobs_in_all(alice_org) == 4


@pytest.mark.parametrize("looked_after", [None, 7 * MINUTE, timedelta(hours=25)])
def test_a_call_that_was_not_answered_after_all_is_looked_for_no_more(
    side: Side, alice_org: UUID, looked_after: timedelta | None
) -> None:
    side.tell("calls", CALL | {"ready_at": "2036-01-01T00:00:00+00:00"})
    say(alice_org, "in_progress")
    if looked_after is not None:
        look(alice_org, NOW + looked_after)
    say(alice_org, "no_answer")
    asked = len(side.requests())
    with organization(alice_org) as tx:
        assert tx.rows("SELECT id FROM recordings") == []
        assert tx.value("SELECT recording_status FROM calls") == "none"
        tx.run("UPDATE jobs SET run_at = now()")
    run_what_is_due(alice_org)
    assert (looks_owed(alice_org), len(side.requests())) == ([], asked)


def test_a_search_that_runs_is_not_begun_again_by_the_calls_end(side: Side, alice_org: UUID) -> None:
    say(alice_org, "in_progress")
    events = iter(("completed",))

    def ending() -> datetime:
        """Asked for first when the search has begun."""
        for status in events:
            say(alice_org, status)
        return NOW

    look(alice_org, clock=ending)
    assert (recording(alice_org)["recording_status"], jobs_in_all(alice_org)) == ("completed", 1)


def test_a_recording_that_was_told_of_is_looked_for_at_once(side: Side, alice_org: UUID) -> None:
    call(alice_org, status="in_progress", recording_url="https://api.twilio.com/recordings/1")
    with organization(alice_org) as tx:
        assert tx.value("SELECT next_attempt_at FROM recordings") == ENDED


def test_the_providers_wish_for_patience_is_heard(side: Side, alice_org: UUID) -> None:
    side.fault("/call/", "status", status=429, headers={"Retry-After": "900"})
    call(alice_org)
    look(alice_org, ENDED)
    assert looks_owed(alice_org) == [ENDED + 15 * MINUTE]
    assert recording(alice_org)["error"] == "Vapi answered 429"


def test_an_outage_only_delays(side: Side, alice_org: UUID) -> None:
    side.tell("script", {"match": "/call/", "answers": [{"fault": "status", "status": 503}, {"fault": "reset"}]})
    call(alice_org)
    for minutes in (0, 1, 3):
        look(alice_org, ENDED + minutes * MINUTE)
    assert (recording(alice_org)["state"], recording(alice_org)["error"]) == ("completed", None)


@pytest.mark.parametrize("fault", ["expired", "empty", "truncated", "wrong_type"])
def test_what_is_no_recording_leaves_no_file_and_is_asked_for_again(
    side: Side, alice_org: UUID, folder: Path, fault: str
) -> None:
    side.fault("/storage/", fault)
    call(alice_org)
    look(alice_org, ENDED)
    assert (recording(alice_org)["state"], files(folder)) == ("pending", [])
    look(alice_org, ENDED + MINUTE)
    assert (recording(alice_org)["state"], len(files(folder))) == ("completed", 1)


def test_a_forbidden_redirect_ends_the_search_with_its_reason(side: Side, alice_org: UUID) -> None:
    side.fault("/call/", "redirect", location="https://elsewhere.example.com/a.wav")
    call(alice_org)
    look(alice_org, ENDED)
    got = recording(alice_org)
    assert (got["state"], got["error"]) == (
        "failed",
        "Vapi leads to elsewhere.example.com, which RECORDING_HOSTS does not name",
    )


def test_a_short_recording_is_asked_for_again_and_then_kept_with_a_note(side: Side, alice_org: UUID) -> None:
    side.tell("calls", CALL | {"seconds": 10})
    call(alice_org)
    look(alice_org, ENDED)
    assert recording(alice_org)["error"] == "The recording holds 10 s of a call of 30 s"
    look(alice_org, ENDED + 18 * MINUTE)
    assert (recording(alice_org)["state"], recording(alice_org)["note"]) == (
        "completed",
        "It holds 10 s of a call of 30 s",
    )


def test_without_a_key_the_reason_names_the_cure_and_a_redrive_looks_again(
    side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAPI_PRIVATE_KEY")
    settings.cache_clear()
    call(alice_org)
    look(alice_org, ENDED)
    got = recording(alice_org)
    assert (got["state"], got["error"]) == ("failed", "Vapi is not connected: set VAPI_PRIVATE_KEY")
    monkeypatch.setenv("VAPI_PRIVATE_KEY", KEYS["VAPI_PRIVATE_KEY"])
    settings.cache_clear()
    assert look_again(alice_org) == 1
    look(alice_org, datetime.now(UTC))
    assert (recording(alice_org)["state"], recording(alice_org)["attempts"]) == ("completed", 2)


def test_twilio_is_asked_with_the_organizations_own_account_first(side: Side, alice_org: UUID) -> None:
    own = {"account_sid": "AC" + "9" * 32, "auth_token": "theirs", "phone_number": "+15550100001"}
    with organization(alice_org) as tx:
        credentials.put(tx, alice_org, "twilio", own)
    call(alice_org, refs={"twilio": CALL["call_sid"]})
    look(alice_org, ENDED)
    assert recording(alice_org)["error"] == "Twilio refuses our credentials (401)"
    with organization(alice_org) as tx:
        assert credentials.list_credentials(tx, alice_org)[0]["verification_error"] is not None
        credentials.remove(tx, alice_org, "twilio")
    look_again(alice_org)
    look(alice_org, datetime.now(UTC))
    assert (recording(alice_org)["state"], recording(alice_org)["source"]) == ("completed", "twilio")


def test_convoso_is_asked_by_lead_once_it_is_connected(side: Side, alice_org: UUID) -> None:
    side.tell("calls", CALL | {"timezone": "America/New_York"})
    call(alice_org, refs={"convoso": "c-1"}, lead_id="4711", recording_url="https://elsewhere.example.com/1.mp3")
    look(alice_org, ENDED)
    assert recording(alice_org)["error"] == "Please connect Convoso in settings"
    with organization(alice_org) as tx:
        credentials.put(tx, alice_org, "convoso", {"auth_token": KEYS["CONVOSO_AUTH_TOKEN"]})
    look_again(alice_org)
    look(alice_org, datetime.now(UTC))
    got = recording(alice_org)
    assert (got["state"], got["source"], got["content_type"]) == ("completed", "convoso", "audio/mpeg")
    with organization(alice_org) as tx:
        assert credentials.list_credentials(tx, alice_org)[0]["last_verified_at"] is not None


def test_a_recording_is_owed_once_and_a_look_again_changes_nothing(side: Side, alice_org: UUID, folder: Path) -> None:
    call_id = call(alice_org)
    with organization(alice_org) as tx:
        owe(tx, alice_org, call_id, {"status": "completed"}, ENDED)
    assert len(looks_owed(alice_org)) == 1
    look(alice_org, ENDED)
    before = recording(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET state = 'ready', attempts = 0")
    look(alice_org, ENDED)
    assert recording(alice_org) == before
    assert len(side.requests()) == 2


def test_a_recording_that_is_owed_again_after_it_was_forgiven_is_looked_for(side: Side, alice_org: UUID) -> None:
    call_id = call(alice_org)
    with organization(alice_org) as tx:
        forgive_recording(tx, alice_org, call_id)
    look(alice_org, ENDED)
    assert looks_owed(alice_org) == []
    with organization(alice_org) as tx:
        owe(tx, alice_org, call_id, {"status": "completed"}, ENDED + MINUTE)
    look(alice_org, ENDED + MINUTE)
    assert recording(alice_org)["state"] == "completed"


def test_a_search_whose_jobs_are_done_without_an_end_is_taken_up_at_night(side: Side, alice_org: UUID) -> None:
    call(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET state = 'done'")
        sweep_recordings(tx, alice_org)
    look(alice_org, ENDED)
    assert recording(alice_org)["state"] == "completed"


def test_a_look_that_finds_no_slot_leaves_no_trace(
    side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKER_THREADS", "2")
    settings.cache_clear()
    slots.cache_clear()
    call(alice_org)
    before = recording(alice_org)
    with slots().taken(), pytest.raises(Busy):
        look(alice_org, ENDED)
    assert (recording(alice_org), side.requests()) == (before, [])
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET lease_until = null")
    look(alice_org, ENDED)
    assert recording(alice_org)["state"] == "completed"
    slots.cache_clear()


def test_without_anybody_to_ask_a_look_waits_for_no_slot_and_ends_where_it_began(
    side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKER_THREADS", "2")
    monkeypatch.delenv("VAPI_PRIVATE_KEY")
    settings.cache_clear()
    slots.cache_clear()
    call(alice_org)
    with slots().taken():
        look(alice_org, ENDED)
    slots.cache_clear()
    assert (recording(alice_org)["state"], recording(alice_org)["recording_status"]) == ("failed", "failed")
    assert recording(alice_org)["error"] == "Vapi is not connected: set VAPI_PRIVATE_KEY"
    assert looks_owed(alice_org) == []


def test_a_search_that_no_worker_survived_is_a_stated_failure(side: Side, alice_org: UUID) -> None:
    call(alice_org)
    found = recording(alice_org)["id"]
    with organization(alice_org) as tx:
        give_up(tx, alice_org, "given up", str(found), 1)
    assert recording(alice_org)["state"] == "failed"


def test_recordings_are_kept_as_long_as_the_organization_says(side: Side, alice_org: UUID, folder: Path) -> None:
    call(alice_org, recording_url="https://storage.vapi.ai/1.wav")
    look(alice_org, ENDED)
    with organization(alice_org) as tx:
        expire(tx, alice_org, ENDED + timedelta(days=4000))
    assert len(files(folder)) == 1
    with organization(alice_org) as tx:
        tx.run("UPDATE organizations SET recording_retention_days = 30")
        expire(tx, alice_org, STARTED + timedelta(days=29))
    assert len(files(folder)) == 1
    with organization(alice_org) as tx:
        expire(tx, alice_org, STARTED + timedelta(days=31))
    got = recording(alice_org)
    assert (files(folder), got["state"], got["storage_key"], got["recording_status"]) == ([], "expired", None, "none")
    with organization(alice_org) as tx:
        assert tx.value("SELECT recording_url FROM calls") is None


def test_a_recording_that_no_job_looks_for_gets_one_at_night(side: Side, alice_org: UUID) -> None:
    call(alice_org)
    with organization(alice_org) as tx:
        tx.run("DELETE FROM jobs")
        sweep_recordings(tx, alice_org)
    with organization(alice_org) as tx:
        sweep_recordings(tx, alice_org)
    assert len(looks_owed(alice_org)) == 1
    look(alice_org, ENDED)
    assert recording(alice_org)["state"] == "completed"


@pytest.mark.parametrize(
    ("concluded", "before", "state", "after"),
    [
        ("pending", None, None, "pending"),
        ("none", None, None, "none"),
        ("pending", "none", None, "pending"),
        ("pending", "pending", "pending", "pending"),
        ("pending", "processing", "processing", "processing"),
        ("pending", "completed", "completed", "completed"),
        ("pending", "failed", "failed", "failed"),
        ("pending", "none", "expired", "none"),
        ("pending", "pending", "completed", "completed"),
        ("pending", "processing", "completed", "completed"),
        ("pending", "processing", "failed", "failed"),
        ("none", "failed", "failed", "none"),
        ("none", "pending", "pending", "none"),
        ("none", "completed", "completed", "completed"),
    ],
)
def test_what_the_search_found_stands_against_later_events(
    concluded: str, before: str | None, state: str | None, after: str
) -> None:
    assert recordings.status_after(concluded, before, state) == after


def test_a_call_that_is_joined_keeps_the_recording_that_we_hold(side: Side, alice_org: UUID, folder: Path) -> None:
    call(alice_org, refs={"twilio": "CA" + "9" * 32})
    look(alice_org, ENDED + timedelta(hours=24))
    assert recording(alice_org)["state"] == "failed"
    call(alice_org)
    look(alice_org, ENDED)
    join(alice_org)
    got = recording(alice_org)
    assert (got["state"], got["recording_status"], [folder / got["storage_key"]]) == (
        "completed",
        "completed",
        files(folder),
    )


@pytest.mark.parametrize(
    ("keeper", "other", "stays"),
    [
        ("pending", "completed", "other"), ("processing", "completed", "other"), ("pending", "processing", "other"),
        ("expired", "pending", "other"), ("failed", "processing", "other"), ("completed", "completed", "keeper"),
        ("completed", "failed", "keeper"), ("pending", "pending", "keeper"), ("failed", "expired", "keeper"),
        ("failed", None, "keeper"), (None, "failed", "other"),
    ],
)  # fmt: skip
def test_of_two_recordings_of_a_joined_call_the_better_one_stays(
    alice_org: UUID, keeper: str | None, other: str | None, stays: str
) -> None:
    made = {"keeper": call(alice_org, refs={"twilio": "CA" + "9" * 32}), "other": call(alice_org)}
    with organization(alice_org) as tx:
        for name, state in (("keeper", keeper), ("other", other)):
            tx.run("UPDATE recordings SET state = %s WHERE call_id = %s", (state or "failed", made[name]))
            if state is None:
                tx.run("DELETE FROM recordings WHERE call_id = %s", (made[name],))
    join(alice_org)
    got = recording(alice_org)
    state = keeper if stays == "keeper" else other
    assert (got["id"], got["call_id"]) == (recordings.recording_id(made[stays]), made["keeper"])
    assert (got["state"], got["recording_status"]) == (state, recordings.STATUS_OF.get(str(state), state))


def test_a_call_that_is_joined_while_its_recording_comes_is_not_left_waiting(side: Side, alice_org: UUID) -> None:
    call(alice_org, refs={"twilio": "CA" + "9" * 32})
    with organization(alice_org) as tx:
        tx.run("DELETE FROM recordings")
        tx.run("DELETE FROM jobs")
    call(alice_org)
    events = iter((join,))

    def joining() -> datetime:
        """Asked for first when the search has begun."""
        for event in events:
            event(alice_org)
        return ENDED

    look(alice_org, clock=joining)
    got = recording(alice_org)
    assert (got["state"], got["recording_status"]) == ("completed", "completed")


def test_files_that_no_recording_names_are_removed_after_an_hour(side: Side, alice_org: UUID, folder: Path) -> None:
    call(alice_org)
    look(alice_org, ENDED)
    kept = files(folder)
    for name, age in (("old.part", 7200), ("new.part", 60), ("2026/05/stray.wav", 7200)):
        path = folder / str(alice_org) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
    os.utime(kept[0], (0, 0))
    with organization(alice_org) as tx:
        sweep_recordings(tx, alice_org)
    assert files(folder) == sorted([*kept, folder / str(alice_org) / "new.part"])


def test_another_organizations_recording_is_not_there(side: Side, alice_org: UUID, bob_org: UUID) -> None:
    call(alice_org)
    found = recording(alice_org)["id"]
    with organization(bob_org) as tx:
        assert recordings.standing(tx, bob_org, found) is None
        assert recordings.failed(tx, bob_org, [found]) == []


def test_a_kill_in_the_middle_leaves_no_half_file_and_the_rescue_completes_once(
    side: Side, alice_org: UUID, folder: Path, database: TestDatabase
) -> None:
    side.fault("/storage/", "slow", seconds=6)
    call(alice_org)
    with organization(alice_org) as tx:
        job_id = tx.value("UPDATE jobs SET run_at = now() WHERE state = 'ready' RETURNING id")
    words = f"from uuid import UUID; import tasks; tasks.ledger.perform(UUID('{alice_org}'), UUID('{job_id}'))"
    with subprocess.Popen([sys.executable, "-c", words], env=os.environ, cwd=PROJECT) as worker:
        await_that(lambda: any(path.stat().st_size > 0 for path in files(folder)))
        worker.kill()
    assert recording(alice_org)["state"] == "processing"
    assert [path.suffix for path in files(folder)] == [".part"]
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET lease_until = now() - interval '1 second'")
    perform(alice_org, job_id)
    got = recording(alice_org)
    assert (got["state"], got["attempts"]) == ("completed", 1)
    assert [path for path in files(folder) if path.suffix != ".part"] == [folder / got["storage_key"]]
    perform(alice_org, job_id)
    assert recording(alice_org) == got
