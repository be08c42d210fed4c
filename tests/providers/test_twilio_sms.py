"""Texts over real HTTP: every answer of Twilio's has its outcome, and what is unclear is looked up, never guessed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from providers.http import Outage
from providers.sending import Accepted, Outcome, Postponed, Rejected, Seen, Unclear
from providers.twilio_account import TwilioAccount
from providers.twilio_sms import find, send
from settings import settings
from tests.standin.side import Side, playing
from vocabulary import MessageStatus

ACCOUNT = TwilioAccount("AC" + "0" * 32, "token-of-twilio")
PATH = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Messages.json"
OURS, THEIRS = "+13105550100", "+13105550199"
SID = "SM" + "1" * 32
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    with playing({"TWILIO_ACCOUNT_SID": ACCOUNT.sid, "TWILIO_AUTH_TOKEN": ACCOUNT.token}, monkeypatch) as directed:
        yield directed


def sent() -> Outcome:
    return send(ACCOUNT, OURS, THEIRS, "Your table is ready", "https://us.example.com/back")


def answered(side: Side, status: int, body: Any, **more: Any) -> Outcome:
    side.fault(PATH, "status", status=status, body=body, **more)
    return sent()


def refused(side: Side, status: int, code: int) -> Outcome:
    return answered(side, status, {"code": code, "message": "raw words of Twilio's", "status": status})


@pytest.mark.parametrize("status", ["queued", "accepted", "sending", "sent", "a-new-word"])
def test_what_twilio_took_is_sent(side: Side, status: str) -> None:
    assert answered(side, 201, {"sid": SID, "status": status}) == Accepted(SID, MessageStatus.SENT)


def test_a_first_status_of_failure_is_a_refusal(side: Side) -> None:
    outcome = answered(side, 201, {"sid": SID, "status": "failed", "error_code": "30005"})
    assert outcome == Rejected("The number is unknown or no longer in use", "30005")


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 21211, Rejected("This is not a telephone number that can be written to", "21211")),
        (400, 21610, Rejected("The recipient has opted out of messages from this number", "21610", opts_out=True)),
        (400, 21614, Rejected("This number is not a mobile phone", "21614")),
        (401, 20003, Rejected("Twilio does not accept the account's credentials", "20003", is_our_setup=True)),
        (404, 20404, Rejected("Twilio does not know this account", "20404", is_our_setup=True)),
        (400, 21608, Rejected("A trial account writes to verified numbers only", "21608", is_our_setup=True)),
        (400, 29999, Rejected("Twilio refused the message (29999)", "29999")),
        (429, 20429, Postponed("Twilio asks for fewer messages at a time", is_outage=False)),
    ],
)
def test_each_refusal_has_words_and_consequences(side: Side, status: int, code: int, outcome: Outcome) -> None:
    assert refused(side, status, code) == outcome


def test_no_refusal_repeats_what_twilio_said(side: Side) -> None:
    assert "raw words" not in str([refused(side, 400, code) for code in (21211, 29999)])


def test_a_refusal_in_html_still_counts(side: Side) -> None:
    outcome = answered(side, 403, "<html>no</html>", headers={"Content-Type": "text/html"})
    assert outcome == Rejected("Twilio refused the message (403)", "403", is_our_setup=True)


def test_a_limit_is_waited_out_as_long_as_twilio_wishes(side: Side) -> None:
    outcome = answered(side, 429, {"code": 20429}, headers={"Retry-After": "7"})
    assert outcome == Postponed("Twilio asks for fewer messages at a time", 7.0, is_outage=False)


@pytest.mark.parametrize(
    ("status", "body"), [(500, {"code": 20500}), (503, {}), (201, {"status": "queued"}), (200, "<p>"), (302, {})]
)
def test_nobody_can_say_what_an_answer_like_this_means(side: Side, status: int, body: Any) -> None:
    assert isinstance(answered(side, status, body), Unclear)


@pytest.mark.parametrize("fault", ["reset", "truncated"])
def test_what_breaks_off_is_unclear(side: Side, fault: str) -> None:
    side.fault(PATH, fault)
    assert isinstance(sent(), Unclear)


def test_what_was_never_reached_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("TWILIO_API_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
        settings.cache_clear()
        assert isinstance(sent(), Postponed)


def test_a_private_address_that_no_setting_names_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_URL", "https://localhost.example.invalid\\@127.0.0.1")
    settings.cache_clear()
    outcome = sent()
    assert isinstance(outcome, Rejected)
    assert outcome.is_our_setup


def listed(body: str = "Hello", made: str = "Fri, 01 May 2026 12:00:05 +0000", **more: Any) -> dict[str, Any]:
    given = {"sid": SID, "from": OURS, "to": THEIRS, "body": body, "direction": "outbound-api", "status": "queued"}
    return given | {"error_code": None, "date_created": made, "date_sent": None} | more


def looked_up(side: Side, *pages: list[dict[str, Any]]) -> list[Seen]:
    more = [f"{PATH}?Page={number}" for number in range(1, len(pages))] + [None]
    bodies = [{"messages": page, "next_page_uri": uri} for page, uri in zip(pages, more, strict=True)]
    side.tell("script", {"match": PATH, "answers": [{"fault": "status", "status": 200, "body": b} for b in bodies]})
    return find(ACCOUNT, OURS, THEIRS, "Hello", NOON)


def test_a_text_is_found_by_its_recipient_and_exact_words(side: Side) -> None:
    others = [listed("hello"), listed("Hello!"), listed(to=OURS), listed(direction="inbound")]
    assert looked_up(side, [*others, listed()]) == [Seen(SID, MessageStatus.PLANNED, None)]
    assert side.requests()[0]["query"] == {"To": THEIRS, "PageSize": "100"}


def test_what_a_trial_account_adds_is_not_part_of_the_text(side: Side) -> None:
    assert len(looked_up(side, [listed("Sent from your Twilio trial account - Hello")])) == 1


def test_an_older_text_with_the_same_words_is_another_one(side: Side) -> None:
    assert looked_up(side, [listed(made="Fri, 01 May 2026 11:57:00 +0000")]) == []


def test_pages_are_turned_until_they_are_older(side: Side) -> None:
    old = [listed("x", made="Fri, 01 May 2026 10:00:00 +0000")]
    found = looked_up(side, [listed("x")], [listed(status="delivered")], old, [listed()])
    assert found == [Seen(SID, MessageStatus.DELIVERED, None)]
    assert len(side.requests()) == 3


def test_what_was_found_says_why_it_did_not_arrive(side: Side) -> None:
    found = looked_up(side, [listed(status="undelivered", error_code=30003)])
    assert found == [Seen(SID, MessageStatus.UNDELIVERED, "The phone could not be reached (30003)")]


def test_a_page_elsewhere_is_not_turned_to(side: Side) -> None:
    page = {"messages": [listed()], "next_page_uri": "@elsewhere.example.com/2010-04-01/"}
    side.fault(PATH, "status", status=200, body=page)
    assert len(find(ACCOUNT, OURS, THEIRS, "Hello", NOON)) == 1


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_look_that_was_refused_is_no_proof_of_absence(side: Side, status: int) -> None:
    side.fault(PATH, "status", status=status)
    with pytest.raises(Outage):
        find(ACCOUNT, OURS, THEIRS, "Hello", NOON)
