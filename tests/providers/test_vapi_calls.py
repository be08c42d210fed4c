"""Calls placed through Vapi, over HTTP to the stand-in: every answer has its outcome, and no POST is ever repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests

from providers import vapi
from providers.http import BadAnswer, Outage
from providers.sending import Accepted, Postponed, Rejected, Unclear
from providers.vapi_api import VapiNotConnected
from providers.vapi_calls import Dial, find, place
from settings import settings
from tests.standin.side import Side, playing
from vocabulary import CallFacts, CallRef, Endpoint, Provider

KEY = "key-of-vapi"
ORG = UUID(int=0xA11CE)
LIMIT = {"message": ["Over Concurrency Limit"], "error": "Bad Request", "statusCode": 400}


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    with playing({"VAPI_PRIVATE_KEY": KEY}, monkeypatch) as side:
        monkeypatch.setenv("VAPI_PRIVATE_KEY", KEY)
        settings.cache_clear()
        yield side


def a_dial(number: str = "+12025550100") -> Dial:
    return Dial(ORG, uuid4(), "assistant-1", "line-1", number)


def sent(side: Side) -> Any:
    return requests.get(f"{side.url}/__standin/sent", timeout=5).json()


def posts(side: Side) -> int:
    return sum(one["method"] == "POST" for one in side.requests())


def test_an_accepted_call_carries_our_id_in_three_places(side: Side) -> None:
    dial = a_dial()
    outcome = place(dial)
    asked = side.requests()[0]["json"]
    ours = {"org_id": str(ORG), "aftercall_call": str(dial.id)}
    assert isinstance(outcome, Accepted)
    assert [one["id"] for one in sent(side)] == [outcome.external_id]
    assert (asked["name"], asked["metadata"], asked["assistantOverrides"]) == (str(dial.id), ours, {"metadata": ours})
    assert (asked["customer"], len(asked["name"])) == ({"number": "+12025550100"}, 36)


@pytest.mark.parametrize(
    ("status", "is_our_setup"), [(400, False), (401, True), (402, True), (403, True), (404, False), (422, False)]
)
def test_a_4xx_is_final_and_in_our_words(side: Side, status: int, is_our_setup: bool) -> None:
    side.fault("/call", "status", status=status, body={"message": ["their secret words"]})
    outcome = place(a_dial())
    assert isinstance(outcome, Rejected)
    assert (outcome.is_our_setup, outcome.code) == (is_our_setup, str(status))
    assert "Vapi" in outcome.reason
    assert "secret" not in outcome.reason
    assert posts(side) == 1


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"status": 429, "headers": {"Retry-After": "7"}}, 7.0),
        ({"status": 429}, 30.0),
        ({"status": 400, "body": LIMIT}, 30.0),
        ({"status": 400, "body": LIMIT | {"message": "Over concurrency limit: 10"}}, 30.0),
    ],
)
def test_a_limit_is_for_later_and_no_outage(side: Side, fault: dict[str, Any], seconds: float) -> None:
    side.fault("/call", "status", **fault)
    outcome = place(a_dial())
    assert isinstance(outcome, Postponed)
    assert (outcome.seconds, outcome.is_outage) == (seconds, False)


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "reset"},
        {"fault": "timeout_after", "seconds": 0.1},
        {"fault": "truncated"},
        {"fault": "empty"},
        {"fault": "wrong_type"},
        {"fault": "status", "status": 500},
        {"fault": "status", "status": 503},
        {"fault": "status", "status": 408},
        {"fault": "status", "status": 201, "body": {"id": ""}},
        {"fault": "status", "status": 201, "body": [{"id": "x"}]},
    ],
)
def test_what_nobody_can_say_is_unclear_and_not_asked_twice(side: Side, fault: dict[str, Any]) -> None:
    side.fault("/call", **fault)
    assert isinstance(place(a_dial()), Unclear)
    assert posts(side) == 1


def test_what_never_left_is_for_later(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAPI_API_URL", "http://127.0.0.1:1")
    settings.cache_clear()
    outcome = place(a_dial())
    assert isinstance(outcome, Postponed)
    assert outcome.is_outage


def test_without_a_key_nothing_is_asked(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAPI_PRIVATE_KEY")
    settings.cache_clear()
    outcome = place(a_dial())
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "Vapi is not connected: set VAPI_PRIVATE_KEY"
    with pytest.raises(VapiNotConnected):
        find(a_dial(), datetime.now(UTC))
    assert side.requests() == []


def test_a_call_that_was_taken_after_all_is_found_among_many(side: Side) -> None:
    dial = a_dial()
    for _ in range(3):
        place(a_dial())
    side.fault("/call", "truncated")
    assert isinstance(place(dial), Unclear)
    for _ in range(45):
        place(a_dial())
    taken = next(one["id"] for one in sent(side) if one["name"] == str(dial.id))
    assert find(dial, datetime.now(UTC)) == taken


def test_a_call_that_was_never_taken_is_not_found(side: Side) -> None:
    for _ in range(25):
        place(a_dial())
    assert find(a_dial(), datetime.now(UTC)) is None


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
def test_calls_of_other_times_are_not_looked_through(side: Side, off: timedelta) -> None:
    dial = a_dial()
    place(dial)
    assert find(dial, datetime.now(UTC) + off) is None


@pytest.mark.parametrize("carried", ["name", "metadata", "assistantOverrides"])
def test_one_place_in_which_our_id_is_echoed_is_enough(side: Side, carried: str) -> None:
    dial = a_dial()
    ours = {"aftercall_call": str(dial.id)}
    echo = {"name": str(dial.id), "metadata": ours, "assistantOverrides": {"metadata": ours}}[carried]
    side.fault("/call", "status", status=200, body=[{"id": "other"}, "odd", {"id": "it", carried: echo}])
    assert find(dial, datetime.now(UTC)) == "it"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"fault": "status", "status": 503}, Outage),
        ({"fault": "status", "status": 429}, Outage),
        ({"fault": "reset"}, Outage),
        ({"fault": "status", "status": 401}, BadAnswer),
        ({"fault": "status", "status": 404}, BadAnswer),
        ({"fault": "status", "status": 200, "body": {"message": "odd"}}, BadAnswer),
    ],
)
def test_a_look_that_could_not_look_says_so(side: Side, fault: dict[str, Any], kind: type[Exception]) -> None:
    side.fault("/call", **fault)
    with pytest.raises(kind):
        find(a_dial(), datetime.now(UTC))


def refs_of(call: dict[str, Any], **beside: Any) -> tuple[CallRef, ...]:
    body = {"message": {"type": "status-update", "status": "ringing", "call": {"id": "v-1", **call}, **beside}}
    facts = vapi.parse(Endpoint.VAPI, body, uuid4())[0]
    assert isinstance(facts, CallFacts)
    return facts.refs


INTENT = str(UUID(int=7))
OURS = {"aftercall_call": INTENT}
NAMED = (CallRef(Provider.VAPI, "v-1"), CallRef(Provider.AFTERCALL, INTENT))
PLACES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"metadata": OURS}, {}),
    ({"assistantOverrides": {"metadata": OURS}}, {}),
    ({"metadata": {"another": "word"}, "assistantOverrides": {"metadata": OURS}}, {}),
    ({}, {"assistant": {"metadata": OURS}}),
]


@pytest.mark.parametrize(("call", "beside"), PLACES)
def test_an_outbound_call_bears_our_name_wherever_it_is_echoed(call: dict[str, Any], beside: dict[str, Any]) -> None:
    assert refs_of({"type": "outboundPhoneCall", **call}, **beside) == NAMED


@pytest.mark.parametrize("kind", ["inboundPhoneCall", "webCall", "vapi.websocketCall", "odd", None])
@pytest.mark.parametrize(("call", "beside"), PLACES)
def test_no_other_call_can_claim_our_name(kind: str | None, call: dict[str, Any], beside: dict[str, Any]) -> None:
    assert refs_of({"type": kind, **call}, **beside) == NAMED[:1]


@pytest.mark.parametrize("odd", ["", "x", 7, None, ["a"], {"a": 1}, "9" * 500])
def test_what_is_no_id_of_ours_is_no_name(odd: Any) -> None:
    assert refs_of({"type": "outboundPhoneCall", "metadata": {"aftercall_call": odd}}) == NAMED[:1]
