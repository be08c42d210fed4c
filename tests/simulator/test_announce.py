"""What is played is known to the stand-in: every call that ended, as long as it was, before its end is told."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from settings import settings
from simulator import ROUGH, Expected, Target, calls
from simulator.announce import announced, call_of, stand_in_of
from standin.app import make_app
from standin.calls import Announced
from standin.server import running

UNTIL = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
TARGET = Target(
    base_url="http://127.0.0.1:1",
    public_url="http://localhost:8000",
    org_id=uuid4(),
    vapi_secret="secret-of-vapi",
    vapi_assistant_id="assistant",
    convoso_calls_token="token",
    twilio_account_sid="AC" + "0" * 32,
    twilio_auth_token="token-of-twilio",
    line="+12025550143",
)


def test_every_kind_of_call_can_be_announced() -> None:
    told = [found for one in calls("a", 80, TARGET, until=UNTIL) if (found := call_of(one, TARGET)) is not None]
    read = [Announced.of(one) for one in told]
    assert all(0 < one.seconds < 3600 for one in read)
    assert {bool(one.lead_id) for one in read} == {True, False}
    assert {one.id.startswith("CA") for one in read} == {True, False}
    assert all(one.started_at < UNTIL for one in read)


def test_the_deliveries_stay_the_same_and_the_stand_in_knows_the_calls() -> None:
    app = make_app()
    with running(app) as url:
        sent = list(announced(calls("a", 20, TARGET, until=UNTIL), TARGET, url))
    assert sent == list(calls("a", 20, TARGET, until=UNTIL))
    ended = {found["id"] for one in sent if (found := call_of(one, TARGET)) is not None}
    assert {call.id for call in app.calls.all()} == ended
    assert len(ended) > 5


def test_only_what_is_accepted_is_announced() -> None:
    sent = calls("a", 60, TARGET, until=UNTIL, faults=ROUGH)
    refused = [one for one in sent if one.expected is not Expected.ACCEPTED]
    assert len(refused) > 3
    assert all(call_of(one, TARGET) is None for one in refused)


def test_only_a_vapi_on_this_machine_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stand_in_of(settings()) is None
    monkeypatch.setenv("VAPI_API_URL", "http://127.0.0.1:8123")
    settings.cache_clear()
    assert stand_in_of(settings()) == "http://127.0.0.1:8123"
