"""Rotating keys: everything sealed comes under the newest, in batches, and nothing is lost on the way."""

from __future__ import annotations

import base64
import logging
import os
import re
import zlib
from collections import Counter
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models import credentials, events, keys, ledger, tokens, transcripts
from models.database import organization
from models.ids import new_id
from models.transcripts import original
from models.vault import seal
from run.home import PROJECT
from settings import settings
from tasks.keys import rotate, rotate_keys
from tasks.ledger import perform
from tests.conftest import TestDatabase
from tests.edge.people import make_call
from tests.edge.said import trail
from vocabulary import Endpoint

TWILIO = {"account_sid": "AC" + "0a" * 16, "auth_token": "token-of-alice", "phone_number": "+15550100001"}
ONE, TWO = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))


@pytest.fixture(autouse=True)
def one_key(monkeypatch: pytest.MonkeyPatch, database: Any) -> None:
    use_keys(monkeypatch, f"1:{ONE}")


def use_keys(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", listed)
    settings.cache_clear()


def put_one_of_each(org_id: UUID, many: int = 1) -> tuple[UUID, list[UUID]]:
    """A connection, another that waits, a token, original words, and raw bodies."""
    call_id, event_ids = make_call(org_id), [new_id() for _ in range(many)]
    words = seal(
        b'{"turns": [], "tools": [], "engine": "vapi", "language": "en"}', bound_to=f"transcript:{org_id}:{call_id}"
    )
    with organization(org_id) as tx:
        credentials.put(tx, org_id, "convoso", {"auth_token": "token-of-convoso"})
        credentials.put_pending(tx, org_id, "twilio", TWILIO)
        tx.run(
            "INSERT INTO transcripts (org_id, call_id, engine, turns, weight, original)"
            " VALUES (%s, %s, 'vapi', '[]', '{1}', %s)",
            (org_id, call_id, words),
        )
        for event_id in event_ids:
            tx.run(
                "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, raw, raw_bytes, state,"
                " headers) VALUES (%s, %s, 'vapi', 'vapi', 'x', %s, %s, 4, 'processed', '{}')",
                (org_id, event_id, str(event_id), seal(zlib.compress(b"body"), bound_to=f"event:{event_id}")),
            )
    tokens.create_token(org_id, Endpoint.VAPI)
    return call_id, event_ids


def versions(org_id: UUID) -> dict[str, Counter[int]]:
    with organization(org_id) as tx:
        return keys.versions(tx, org_id)


def all_under(version: int, many: int = 1) -> dict[str, Counter[int]]:
    return {
        "credentials": Counter({version: 1}),
        "pending credentials": Counter({version: 1}),
        "webhook tokens": Counter({version: 1}),
        "original words": Counter({version: 1}),
        "raw bodies": Counter({version: many}),
    }


def run_jobs(org_id: UUID) -> int:
    """Runs what is owed until nothing is; how many jobs that were."""
    count = 0
    while True:
        with organization(org_id) as tx:
            job_id = tx.value("SELECT id FROM jobs WHERE state = 'ready' LIMIT 1")
        if job_id is None:
            return count
        perform(org_id, job_id)
        count += 1


def owe_rotation(org_id: UUID, key: str = "tonight") -> None:
    with organization(org_id) as tx:
        ledger.owe(tx, org_id, rotate_keys.__name__, key, {})


def test_everything_comes_under_the_newest_key_and_opens_without_the_old_one(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch, database: TestDatabase
) -> None:
    call_id, event_ids = put_one_of_each(alice_org)
    assert versions(alice_org) == all_under(1)
    use_keys(monkeypatch, f"2:{TWO},1:{ONE}")
    assert sum(batch.resealed for batch in rotate(alice_org, "test")) == 5
    assert versions(alice_org) == all_under(2)
    use_keys(monkeypatch, f"2:{TWO}")
    with organization(alice_org) as tx:
        assert credentials.get(tx, alice_org, "convoso", by="test").config == {"auth_token": "token-of-convoso"}
        assert credentials.get_pending(tx, alice_org, "twilio", by="test").config == TWILIO
        row = transcripts.of_call(tx, alice_org, call_id)
        event = events.load(tx, alice_org, event_ids[0])
    assert row is not None
    assert original(alice_org, call_id, row["original"]).engine == "vapi"
    assert event is not None
    assert event[0].body == b"body"
    assert len(tokens.list_tokens(alice_org)[0]["token"]) > 20


def test_the_nightly_job_goes_on_batch_by_batch_and_is_in_the_audit_trail(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_one_of_each(alice_org, many=2 * keys.BATCH + 1)
    use_keys(monkeypatch, f"2:{TWO},1:{ONE}")
    owe_rotation(alice_org)
    assert run_jobs(alice_org) >= 3
    assert versions(alice_org) == all_under(2, many=2 * keys.BATCH + 1)
    noted = trail(alice_org, "keys.rotate")
    assert sum(row["details"]["resealed"] for row in noted) == 2 * keys.BATCH + 5
    assert {(row["actor"], row["subject"]) for row in noted} == {("rotate_keys", "version 2")}


def test_the_log_says_once_that_none_is_left_under_an_old_key(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put_one_of_each(alice_org, many=keys.BATCH + 1)
    use_keys(monkeypatch, f"2:{TWO},1:{ONE}")
    with caplog.at_level(logging.INFO, "aftercall.keys"):
        for night in ("tonight", "tomorrow"):
            owe_rotation(alice_org, night)
            run_jobs(alice_org)
    said = f"{keys.BATCH + 5} values were sealed anew under key version 2, none is left under an older one"
    told = [record.getMessage() for record in caplog.records if record.name == "aftercall.keys"]
    assert told == [f"organization {alice_org}: {said}"]


def test_the_log_says_how_many_could_not_be_moved(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, database: TestDatabase
) -> None:
    put_one_of_each(alice_org)
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("update webhook_events set raw = set_byte(raw, 19, get_byte(raw, 19) # 255)")
    use_keys(monkeypatch, f"2:{TWO},1:{ONE}")
    with caplog.at_level(logging.INFO, "aftercall.keys"):
        owe_rotation(alice_org)
        run_jobs(alice_org)
    assert "4 values were sealed anew under key version 2, 1 is left under an older one" in caplog.text


def test_running_it_again_changes_nothing(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    put_one_of_each(alice_org)
    use_keys(monkeypatch, f"2:{TWO},1:{ONE}")
    assert sum(batch.resealed for batch in rotate(alice_org, "test")) == 5
    assert [(batch.resealed, batch.unreadable) for batch in rotate(alice_org, "test")] == [(0, 0)] * 3
    owe_rotation(alice_org)
    assert run_jobs(alice_org) == 1


def test_with_one_key_the_night_reads_nothing(alice_org: UUID) -> None:
    put_one_of_each(alice_org)
    owe_rotation(alice_org)
    assert run_jobs(alice_org) == 1
    assert trail(alice_org, "keys.rotate") == []


def test_what_cannot_be_opened_is_counted_and_left(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch, database: TestDatabase
) -> None:
    put_one_of_each(alice_org)
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("update webhook_events set raw = set_byte(raw, 19, get_byte(raw, 19) # 255)")
        cursor.execute("update org_credentials set provider = 'openai' where provider = 'convoso'")
    use_keys(monkeypatch, f"2:{TWO},1:{ONE}")
    batches = list(rotate(alice_org, "test"))
    assert (sum(one.resealed for one in batches), sum(one.unreadable for one in batches)) == (3, 2)
    left = versions(alice_org)
    assert (left["raw bodies"], left["credentials"]) == (Counter({1: 1}), Counter({1: 1}))


def test_another_organizations_values_are_not_touched(
    alice_org: UUID, bob_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for org_id in (alice_org, bob_org):
        put_one_of_each(org_id)
    use_keys(monkeypatch, f"2:{TWO},1:{ONE}")
    list(rotate(alice_org, "test"))
    assert versions(alice_org) == all_under(2)
    assert versions(bob_org) == all_under(1)


def test_whatever_is_sealed_somewhere_has_its_place_in_the_rotation() -> None:
    sealing = {path.stem for path in (PROJECT / "models").glob("*.py") if re.search(r"\bseal\(", path.read_text())}
    assert sealing == {"credentials", "tokens", "transcripts", "events", "keys", "vault"}
