"""What an account is connected with, as the stand-in plays it: Twilio's numbers, Vapi's credentials and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from standin.app import make_app
from standin.server import running

SID = "AC" + "0a" * 16
NUMBER = "+15550100001"
TWILIO = {"auth": (SID, "token-of-twilio"), "timeout": 5}
VAPI: dict[str, Any] = {"headers": {"Authorization": "Bearer key-of-vapi"}, "timeout": 5}
IMPORT = {"provider": "twilio", "number": NUMBER, "twilioAccountSid": SID, "twilioAuthToken": "secret-1234"}


@pytest.fixture
def url() -> Iterator[str]:
    keys = {"VAPI_PRIVATE_KEY": "key-of-vapi", "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "token-of-twilio"}
    with running(make_app(keys)) as base:
        yield base


def test_an_account_tells_its_state_to_whoever_proves_it(url: str) -> None:
    account = f"{url}/2010-04-01/Accounts/{SID}.json"
    assert requests.get(account, **TWILIO).json()["status"] == "active"
    wrong = requests.get(account, auth=(SID, "wrong"), timeout=5)
    assert (wrong.status_code, wrong.json()["code"]) == (401, 20003)


def test_every_number_is_the_accounts_until_it_is_told_otherwise(url: str) -> None:
    def listed() -> list[str]:
        numbers = f"{url}/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"
        answer = requests.get(numbers, params={"PhoneNumber": NUMBER}, **TWILIO).json()
        return [one["phone_number"] for one in answer["incoming_phone_numbers"]]

    assert listed() == [NUMBER]
    requests.post(f"{url}/__standin/twilio-account", json={"account": SID, "numbers": ["+15550100002"]}, timeout=5)
    assert listed() == []


def test_vapi_takes_a_number_once_and_its_texts_too_where_nobody_says_no(url: str) -> None:
    made = requests.post(f"{url}/phone-number", json=IMPORT, **VAPI)
    again = requests.post(f"{url}/phone-number", json=IMPORT, **VAPI)
    assert (made.status_code, made.json()["smsEnabled"], again.status_code) == (201, True, 400)
    assert "secret-1234" not in made.text
    changed = requests.patch(f"{url}/phone-number/{made.json()['id']}", json={"smsEnabled": False}, **VAPI).json()
    assert (changed["smsEnabled"], changed["number"]) == (False, NUMBER)
    assert requests.get(f"{url}/phone-number/{made.json()['id']}", **VAPI).json() == changed


def test_the_newest_come_first_and_the_list_goes_on_before_a_time(url: str) -> None:
    numbers = [f"+1555010000{n}" for n in range(3)]
    made = [requests.post(f"{url}/phone-number", json=IMPORT | {"number": one}, **VAPI).json() for one in numbers]
    listed = requests.get(f"{url}/phone-number", params={"limit": 2}, **VAPI).json()
    before = requests.get(f"{url}/phone-number", params={"createdAtLt": made[0]["createdAt"]}, **VAPI).json()
    assert ([one["number"] for one in listed], before) == (numbers[:0:-1], [])


def test_without_the_key_and_with_too_long_a_name_nothing_is_made(url: str) -> None:
    content = {"provider": "twilio", "accountSid": SID, "authToken": "secret-1234", "name": "x" * 41}
    assert requests.post(f"{url}/credential", json=content, timeout=5).status_code == 401
    assert requests.post(f"{url}/credential", json=content, **VAPI).status_code == 400
    assert requests.post(f"{url}/credential", json=content | {"name": "x" * 40}, **VAPI).status_code == 201


def test_the_record_of_requests_has_lost_the_secrets(url: str) -> None:
    requests.post(f"{url}/phone-number", json=IMPORT, **VAPI)
    assert "secret-1234" not in requests.get(f"{url}/__standin/requests", timeout=5).text
