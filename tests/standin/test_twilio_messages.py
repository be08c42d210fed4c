"""Twilio's messages at the stand-in: shapes, refusals, signed news, opt-outs, and bad days that repeat themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from twilio.request_validator import RequestValidator

from standin.app import make_app
from standin.server import running
from tests.standin.hearing import Heard, hearing, wait_for

ACCOUNT, TOKEN = "AC" + "0" * 32, "token-of-twilio"
OURS, THEIRS = "+13105550100", "+13105550199"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALLBACK = "https://us.example.com/api/webhooks/twilio/sms?org=1&message=2"


@pytest.fixture
def heard() -> Iterator[Heard]:
    with hearing() as listener:
        yield listener


@pytest.fixture
def url(heard: Heard) -> Iterator[str]:
    with running(make_app({"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN})) as base:
        tell(base, "webhooks", {"url": heard.url, "pace": 0.02})
        yield base


def tell(base: str, what: str, content: Any) -> Any:
    answer = requests.post(f"{base}/__standin/{what}", json=content, timeout=5)
    assert answer.ok, answer.text
    return answer.json()


def send(base: str, body: str = "Hello", to: str = THEIRS, callback: str = CALLBACK) -> requests.Response:
    form = {"To": to, "From": OURS, "Body": body, "StatusCallback": callback}
    return requests.post(base + MESSAGES, form, auth=(ACCOUNT, TOKEN), timeout=5)


def sent(base: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = requests.get(f"{base}/__standin/sent", timeout=5).json()
    return found


def listed(base: str, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(base + MESSAGES, query, auth=(ACCOUNT, TOKEN), timeout=5).json()
    return found


def test_a_text_is_taken_and_found_again(url: str) -> None:
    answer = send(url, "x" * 161)
    text = answer.json()
    assert (answer.status_code, text["status"], text["num_segments"]) == (201, "queued", "2")
    assert text["date_created"].endswith("+0000")
    assert (text["sid"][:2], len(text["sid"])) == ("SM", 34)
    fetched = requests.get(f"{url}{text['uri']}", auth=(ACCOUNT, TOKEN), timeout=5).json()
    assert (fetched["sid"], fetched["to"], fetched["from"]) == (text["sid"], THEIRS, OURS)
    assert requests.get(f"{url}{text['uri']}", auth=(ACCOUNT, "x"), timeout=5).json()["code"] == 20003


def test_what_was_sent_stands_in_one_log(url: str) -> None:
    sid = send(url).json()["sid"]
    wait_for(lambda: sent(url)[0]["status"] == "delivered")
    (one,) = sent(url)
    assert one["at"]
    assert {name: one[name] for name in ("provider", "id", "to", "from", "body", "idempotency_key")} == {
        "provider": "twilio",
        "id": sid,
        "to": THEIRS,
        "from": OURS,
        "body": "Hello",
        "idempotency_key": None,
    }


def test_the_log_outlives_a_new_day_of_faults_where_that_is_asked(url: str) -> None:
    send(url)
    tell(url, "reset", {"keep_sent": True})
    assert len(sent(url)) == 1
    tell(url, "reset", {})
    assert sent(url) == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"to": "12"}, 21211),
        ({"to": "+15005550009"}, 21614),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
    ],
)
def test_refusals_have_twilios_codes(url: str, form: dict[str, str], code: int) -> None:
    answer = send(url, **form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert sent(url) == []


def test_news_come_signed_over_the_address_that_was_given(url: str, heard: Heard) -> None:
    send(url)
    heard.wait(2)
    validator = RequestValidator(TOKEN)
    assert sorted(form["MessageStatus"] for form in heard.forms()) == ["delivered", "sent"]
    for (path, headers, _), form in zip(heard.requests, heard.forms(), strict=True):
        assert path == "/api/webhooks/twilio/sms?org=1&message=2"
        assert validator.validate(CALLBACK, form, headers["x-twilio-signature"])
        assert len(headers["i-twilio-idempotency-token"]) == 32


def test_a_number_decides_how_texts_to_it_fare(url: str, heard: Heard) -> None:
    tell(url, "fates", {"to": THEIRS, "statuses": ["sent", "undelivered"], "code": 30005})
    send(url)
    heard.wait(2)
    last = next(form for form in heard.forms() if form["MessageStatus"] == "undelivered")
    assert last["ErrorCode"] == "30005"
    wait_for(lambda: listed(url)["messages"][0]["error_code"] == 30005)


def test_texts_are_listed_newest_first_by_pages(url: str) -> None:
    for number in range(3):
        send(url, f"{number}")
    send(url, "another", to="+13105550188")
    first = listed(url, To=THEIRS, PageSize="2")
    assert [one["body"] for one in first["messages"]] == ["2", "1"]
    second = requests.get(url + first["next_page_uri"], auth=(ACCOUNT, TOKEN), timeout=5).json()
    assert [one["body"] for one in second["messages"]] == ["0"]
    assert second["next_page_uri"] is None


def test_what_has_not_left_is_not_found_by_its_time_of_sending(url: str) -> None:
    tell(url, "fates", {"to": THEIRS, "statuses": []})
    send(url)
    send(url, to="+13105550188")
    wait_for(lambda: len(listed(url, **{"DateSent>": "2020-01-01"})["messages"]) == 1)
    assert listed(url, **{"DateSent>": "2120-01-01T00:00:00Z"})["messages"] == []
    assert len(listed(url)["messages"]) == 2


def test_stop_is_obeyed_until_start(url: str, heard: Heard) -> None:
    public = "https://us.example.com/api/webhooks/twilio/sms"
    told = {"from": THEIRS, "to": OURS, "body": " stop ", "url": public}
    assert tell(url, "texts", told)["status"] == 204
    (form,) = heard.forms()
    assert (form["OptOutType"], form["Body"], form["AccountSid"]) == ("STOP", " stop ", ACCOUNT)
    assert RequestValidator(TOKEN).validate(public, form, heard.requests[0][1]["x-twilio-signature"])
    assert send(url).json()["code"] == 21610
    tell(url, "texts", told | {"body": "START", "plain": True})
    assert "OptOutType" not in heard.forms()[1]
    assert send(url).status_code == 201


@pytest.mark.parametrize("fault", ["reset_after", "timeout_after", "truncated"])
def test_what_breaks_off_after_it_was_taken_was_sent(url: str, fault: str) -> None:
    tell(url, "script", {"match": MESSAGES, "answers": [{"fault": fault, "seconds": 0.1}]})
    with pytest.raises(requests.RequestException):
        send(url).json()
    assert len(sent(url)) == 1


def test_a_failure_may_come_after_the_text_was_taken_or_instead_of_it(url: str) -> None:
    tell(url, "script", {"match": MESSAGES, "answers": [{"fault": "status_after", "status": 500}, {"fault": "status"}]})
    assert [send(url).status_code for _ in range(2)] == [500, 503]
    assert len(sent(url)) == 1


class TestTheWeather:
    FAULTS = (
        {"fault": "status", "status": 429, "weight": 0.3},
        {"fault": "status_after", "status": 500, "weight": 0.3},
    )

    def day(self, base: str, seed: str) -> list[int]:
        tell(base, "reset", {})
        tell(base, "weather", {"match": MESSAGES, "seed": seed, "method": "POST", "faults": self.FAULTS})
        return [send(base, callback="").status_code for _ in range(40)]

    def test_is_the_same_for_the_same_seed(self, url: str) -> None:
        first, other, again = (self.day(url, seed) for seed in ("a", "b", "a"))
        assert first == again
        assert first != other
        assert set(Counter(first)) == {201, 429, 500}

    def test_spares_what_it_is_not_about(self, url: str) -> None:
        everything = [{"fault": "status", "status": 500, "weight": 1.0}]
        tell(url, "weather", {"match": MESSAGES, "seed": "a", "method": "POST", "faults": everything})
        assert send(url).status_code == 500
        assert listed(url)["messages"] == []

    def test_yields_to_what_is_scripted(self, url: str) -> None:
        everything = [{"fault": "status", "status": 500, "weight": 1.0}]
        tell(url, "weather", {"match": MESSAGES, "seed": "a", "faults": everything})
        tell(url, "script", {"match": MESSAGES, "answers": [{"fault": "none"}]})
        assert [send(url).status_code for _ in range(2)] == [201, 500]

    @pytest.mark.parametrize("faults", [[{"fault": "earthquake", "weight": 1}], [{"fault": "reset", "weight": 2}]])
    def test_that_cannot_be_is_refused(self, url: str, faults: Any) -> None:
        told = {"match": "/", "seed": "a", "faults": faults}
        assert requests.post(f"{url}/__standin/weather", json=told, timeout=5).status_code == 400

    def test_loses_and_doubles_the_news(self, url: str, heard: Heard) -> None:
        tell(url, "weather", {"seed": "s", "callbacks": {"lost": 0.3, "duplicated": 0.3, "shuffled": True}})
        for _ in range(40):
            send(url)
        wait_for(lambda: all(one["status"] == "delivered" for one in sent(url)))
        wait_for(lambda: len(requests.get(f"{url}/__standin/webhooks", timeout=5).json()) >= 40)
        times = Counter((form["MessageSid"], form["MessageStatus"]) for form in heard.forms())
        assert 0 < len(times) < 80
        assert set(times.values()) == {1, 2}
