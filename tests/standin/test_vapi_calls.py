"""Calls that the stand-in is asked to place: taken as Vapi takes them, listed, and told of by webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from standin.app import make_app
from standin.server import running
from tests.standin.test_deliveries import heard, wait_for

KEY = "key-of-vapi"
BEARER = {"Authorization": f"Bearer {KEY}"}
WISH = {
    "assistantId": "assistant-1",
    "phoneNumberId": "line-1",
    "customer": {"number": "+12025550100"},
    "name": "mine",
    "metadata": {"a": "b"},
    "assistantOverrides": {"metadata": {"a": "b"}},
}


@pytest.fixture
def url() -> Iterator[str]:
    with running(make_app({"VAPI_PRIVATE_KEY": KEY, "VAPI_WEBHOOK_SECRET": "hush"})) as url:
        yield url


@pytest.fixture
def listener() -> Iterator[str]:
    with running(make_app()) as url:
        yield url


def place(url: str, **changes: Any) -> Any:
    wish = {name: value for name, value in (WISH | changes).items() if value is not None}
    return requests.post(f"{url}/call", json=wish, headers=BEARER, timeout=5)


def listed(url: str, **params: str) -> list[str]:
    answer = requests.get(f"{url}/call", params, headers=BEARER, timeout=5)
    return [call["id"] for call in answer.json()]


def told(url: str, listener: str, outcome: str) -> list[dict[str, Any]]:
    """The messages of one call that goes so."""
    requests.post(f"{url}/__standin/webhooks", json={"url": listener, "pace": 0}, timeout=5)
    requests.post(f"{url}/__standin/dials", json={"outcomes": [outcome]}, timeout=5)
    place(url)
    wait_for(lambda: any(one["json"]["message"]["type"] == "end-of-call-report" for one in heard(listener)))
    assert {(one["path"], one["headers"]["x-vapi-secret"]) for one in heard(listener)} == {
        ("/api/vapi/webhook", "hush")
    }
    return [one["json"]["message"] for one in heard(listener)]


def test_a_call_is_taken_with_what_was_asked(url: str) -> None:
    answer = place(url)
    call = answer.json()
    assert (answer.status_code, call["type"], call["status"]) == (201, "outboundPhoneCall", "queued")
    assert {name: call[name] for name in WISH} == WISH
    assert call["subscriptionLimits"]["concurrencyLimit"] == 10
    sent = requests.get(f"{url}/__standin/sent", timeout=5).json()
    assert [(one["provider"], one["id"], one["name"]) for one in sent] == [("vapi", call["id"], "mine")]


@pytest.mark.parametrize(
    "changes",
    [{"assistantId": None}, {"phoneNumberId": None}, {"customer": {"number": "202 555"}}, {"name": "x" * 41}],
)
def test_what_is_missing_or_wrong_is_a_400(url: str, changes: dict[str, Any]) -> None:
    answer = place(url, **changes)
    assert (answer.status_code, answer.json()["error"], len(answer.json()["message"])) == (400, "Bad Request", 1)
    assert requests.get(f"{url}/__standin/sent", timeout=5).json() == []


def test_only_the_right_key_may_place_and_list(url: str) -> None:
    answers = [requests.post(f"{url}/call", json=WISH, timeout=5), requests.get(f"{url}/call", timeout=5)]
    assert [answer.status_code for answer in answers] == [401, 401]


def test_calls_are_listed_by_assistant_and_time(url: str) -> None:
    first, other = place(url).json(), place(url, assistantId="assistant-2").json()
    assert listed(url) == [other["id"], first["id"]]
    assert listed(url, assistantId="assistant-1") == [first["id"]]
    assert listed(url, limit="1") == [other["id"]]
    assert listed(url, createdAtGt=other["createdAt"]) == []
    assert first["id"] in listed(url, createdAtGe=first["createdAt"], createdAtLe=first["createdAt"])
    one = requests.get(f"{url}/call/{first['id']}", headers=BEARER, timeout=5).json()
    assert (one["id"], one["customer"]) == (first["id"], WISH["customer"])


def test_an_answered_call_is_told_from_its_ringing_to_its_report(url: str, listener: str) -> None:
    messages = told(url, listener, "answered")
    assert [one.get("status", one["type"]) for one in messages] == [
        "ringing", "in-progress", "ended", "end-of-call-report",
    ]  # fmt: skip
    assert messages[-1]["endedReason"] == "customer-ended-call"
    assert len(messages[-1]["artifact"]["messages"]) == 6
    assert {one["call"]["status"] for one in messages} == {"queued"}
    assert messages[-1]["call"]["metadata"] == {"a": "b"}
    recording = f"{url}/call/{messages[0]['call']['id']}/mono-recording"
    assert requests.get(recording, headers=BEARER, timeout=5).content[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("outcome", "reason"), [("no-answer", "customer-did-not-answer"), ("busy", "customer-busy")]
)  # fmt: skip
def test_a_call_that_nobody_answers_ends_without_words(url: str, listener: str, outcome: str, reason: str) -> None:
    messages = told(url, listener, outcome)
    assert [one.get("status") for one in messages] == ["ringing", "ended", None]
    assert messages[-1]["endedReason"] == reason
    assert messages[-1]["artifact"]["messages"] == []


def test_a_silent_call_carries_nothing_of_ours_along(url: str, listener: str) -> None:
    calls = [one["call"] for one in told(url, listener, "silent")]
    assert all(not call.keys() & {"name", "metadata", "assistantOverrides"} for call in calls)


def test_an_unknown_outcome_is_refused(url: str) -> None:
    assert requests.post(f"{url}/__standin/dials", json={"outcomes": ["eaten"]}, timeout=5).status_code == 400
