"""Resend at the stand-in: one mail for a key, and news with real signatures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from providers.resend_events import signature_valid
from standin.app import make_app
from standin.server import running
from tests.standin.hearing import Heard, hearing, wait_for
from tests.standin.test_twilio_messages import sent, tell
from vocabulary import Headers

KEY, SECRET = "re_key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MAIL: dict[str, Any] = {
    "from": "Cedar <us@cedar.example>",
    "to": ["ann@example.com"],
    "subject": "Tuesday",
    "text": "See you",
    "tags": [{"name": "message", "value": "m-1"}],
}


@pytest.fixture
def heard() -> Iterator[Heard]:
    with hearing() as listener:
        yield listener


@pytest.fixture
def url(heard: Heard) -> Iterator[str]:
    with running(make_app({"RESEND_API_KEY": KEY, "RESEND_WEBHOOK_SECRET": SECRET})) as base:
        tell(base, "webhooks", {"url": heard.url, "pace": 0.02})
        yield base


def send(base: str, name: str | None = "k-1", key: str = KEY, **changed: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": name} if name else {})
    return requests.post(f"{base}/emails", json=MAIL | changed, headers=headers, timeout=5)


def test_a_key_sends_one_mail_a_day(url: str) -> None:
    first, again = send(url), send(url)
    assert first.json() == again.json()
    other = send(url, subject="Wednesday")
    assert (other.status_code, other.json()["name"]) == (409, "invalid_idempotent_request")
    assert len(sent(url)) == 1
    tell(url, "clock", {"now": (datetime.now(UTC) + timedelta(hours=25)).isoformat()})
    assert send(url).json() != first.json()


def test_a_twin_that_is_worked_on_is_told_so(url: str) -> None:
    tell(url, "mails", {"seconds": 0.5})
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: send(url), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (busy,) = (answer for answer in answers if answer.status_code == 409)
    assert busy.json()["name"] == "concurrent_idempotent_requests"
    assert len(sent(url)) == 1


def test_what_breaks_off_after_it_was_taken_is_found_by_its_key(url: str) -> None:
    tell(url, "script", {"match": "/emails", "answers": [{"fault": "reset_after"}]})
    with pytest.raises(requests.ConnectionError):
        send(url)
    assert send(url).json()["id"] == sent(url)[0]["id"]
    assert len(sent(url)) == 1


@pytest.mark.parametrize(
    ("changed", "status", "name"),
    [
        ({"key": "re_wrong"}, 403, "invalid_api_key"),
        ({"subject": ""}, 422, "missing_required_field"),
        ({"to": "ann"}, 422, "validation_error"),
        ({"tags": [{"name": "a b", "value": "c"}]}, 422, "validation_error"),
        ({"name": "k" * 257}, 400, "invalid_idempotency_key"),
    ],
)
def test_refusals_have_resends_names(url: str, changed: dict[str, Any], status: int, name: str) -> None:
    answer = send(url, **changed)
    assert (answer.status_code, answer.json()["name"]) == (status, name)
    assert sent(url) == []


def test_who_does_not_say_who_asks_is_turned_away(url: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "User-Agent": ""}
    answer = requests.post(f"{url}/emails", json=MAIL, headers=headers, timeout=5)
    assert (answer.status_code, answer.text) == (403, "error code: 1010")


@pytest.mark.parametrize(
    ("to", "events"),
    [
        ("ann@example.com", ["email.delivered", "email.sent"]),
        ("bounced@resend.dev", ["email.bounced", "email.sent"]),
        ("complained+1@resend.dev", ["email.complained", "email.delivered", "email.sent"]),
        ("suppressed@resend.dev", ["email.suppressed"]),
    ],
)
def test_news_come_signed_and_with_their_tags(url: str, heard: Heard, to: str, events: list[str]) -> None:
    taken = send(url, to=[to]).json()["id"]
    heard.wait(len(events))
    told = [json.loads(body) for _, _, body in heard.requests]
    assert sorted(one["type"] for one in told) == events
    assert all(one["data"]["email_id"] == taken and one["data"]["tags"] == {"message": "m-1"} for one in told)
    for path, headers, body in heard.requests:
        given = Headers({name: (value,) for name, value in headers.items()})
        assert path == "/api/webhooks/resend"
        assert signature_valid(SECRET, given, body, datetime.now(UTC))


def test_a_mail_tells_its_last_event_to_its_team(url: str) -> None:
    asked = {"url": f"{url}/emails/{send(url).json()['id']}", "timeout": 5}
    wait_for(
        lambda: requests.get(**asked, headers={"Authorization": f"Bearer {KEY}"}).json()["last_event"] == "delivered"
    )
    tell(url, "mails", {"hooks": {"re_other": {"url": "https://us.example.com/hook", "secret": SECRET}}})
    assert requests.get(**asked, headers={"Authorization": "Bearer re_other"}).status_code == 404


def test_a_team_may_have_a_webhook_of_its_own(url: str, heard: Heard) -> None:
    hook = {"url": "https://us.example.com/api/webhooks/resend?org=7", "secret": SECRET}
    tell(url, "mails", {"hooks": {"re_other": hook}})
    assert send(url, key="re_other").status_code == 200
    heard.wait(2)
    assert {path for path, _, _ in heard.requests} == {"/api/webhooks/resend?org=7"}
