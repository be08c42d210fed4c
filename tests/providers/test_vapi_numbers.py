"""Numbers at Vapi over real HTTP: looked for on every page, and every answer told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from providers import vapi_numbers
from providers.connecting import NotAccepted
from providers.http import BadAnswer, Outage, Unclear
from providers.twilio_account import TwilioAccount
from providers.vapi_api import VapiNotConnected
from tests.standin.side import Side, playing

ACCOUNT = TwilioAccount("AC" + "0a" * 16, "token-of-twilio")
NUMBER = "+15550100001"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    monkeypatch.setenv("VAPI_PRIVATE_KEY", "key-of-vapi")
    with playing({"VAPI_PRIVATE_KEY": "key-of-vapi"}, monkeypatch) as directed:
        yield directed


def import_it() -> str:
    return vapi_numbers.import_number(ACCOUNT, NUMBER, "a name that is longer than the forty characters it may have")


def test_a_number_is_found_on_a_later_page(side: Side) -> None:
    others = [{"id": str(n), "number": "+15550199999", "createdAt": "2099-01-01T00:00:00.000Z"} for n in range(1000)]
    made = import_it()
    side.fault("/phone-number", "status", status=200, body=others)
    assert vapi_numbers.find_number(NUMBER) == made
    assert [one["query"] for one in side.requests() if one["method"] == "GET"] == [
        {"limit": "1000"},
        {"limit": "1000", "createdAtLt": "2099-01-01T00:00:00.000Z"},
    ]


def test_a_number_that_is_not_there_is_none(side: Side) -> None:
    assert vapi_numbers.find_number(NUMBER) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fault": "status", "status": 401}, VapiNotConnected),
        ({"fault": "status", "status": 400}, NotAccepted),
        ({"fault": "status", "status": 429, "headers": {"Retry-After": "7"}}, Outage),
        ({"fault": "status", "status": 503}, Outage),
        ({"fault": "reset"}, Unclear),
        ({"fault": "empty"}, BadAnswer),
        ({"fault": "wrong_type"}, BadAnswer),
    ],
)
def test_every_answer_to_an_import_has_its_meaning(side: Side, fault: dict[str, Any], error: type[Exception]) -> None:
    side.tell("script", {"match": "/phone-number", "answers": [fault]})
    with pytest.raises(error):
        import_it()


def test_their_patience_is_ours(side: Side) -> None:
    side.fault("/credential", "status", status=429, headers={"Retry-After": "7"})
    with pytest.raises(Outage) as caught:
        vapi_numbers.keep_credential(ACCOUNT, "x")
    assert caught.value.retry_after == 7
