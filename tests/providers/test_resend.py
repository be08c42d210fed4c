"""Mails over real HTTP: what goes out, and that every answer of Resend's has its outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from providers.resend import Mail, send
from providers.sending import Accepted, Outcome, Postponed, Rejected, Unclear
from tests.standin.side import Side, playing

MAIL = Mail("Cedar Dental <hello@cedar.example>", "ann@example.com", "Tuesday", "See you then", {"message": "m-1"})
ID = "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    with playing({"RESEND_API_KEY": "re_key"}, monkeypatch) as directed:
        yield directed


def answered(side: Side, status: int, body: Any, **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    side.fault("/emails", "status", status=status, body=body, headers=named)
    return send("re_key", MAIL, "key-1")


def test_a_mail_goes_out_as_text_with_its_key_and_tags(side: Side) -> None:
    assert answered(side, 200, {"id": ID}) == Accepted(ID)
    (request,) = side.requests()
    assert request["json"] == {
        "from": "Cedar Dental <hello@cedar.example>",
        "to": ["ann@example.com"],
        "subject": "Tuesday",
        "text": "See you then",
        "tags": [{"name": "message", "value": "m-1"}],
    }
    assert request["headers"]["idempotency-key"] == "key-1"
    assert request["headers"]["user-agent"] == "Aftercall"
    assert request["headers"]["authorization"] == "Bearer …"


@pytest.mark.parametrize(
    ("status", "name", "outcome"),
    [
        (401, "restricted_api_key", Rejected("Resend's key may not send", "restricted_api_key", is_our_setup=True)),
        (403, "invalid_api_key", Rejected("Resend does not accept the key", "invalid_api_key", is_our_setup=True)),
        (422, "missing_required_field", Rejected("Resend misses a part of the mail", "missing_required_field")),
        (418, "re_any words they like", Rejected("Resend refused the mail (418)", "418")),
        (409, "concurrent_idempotent_requests", Postponed("Resend is at work on this very mail", 5, is_outage=False)),
        (409, "invalid_idempotent_request", Unclear("Resend has had another mail under this key")),
        (429, "rate_limit_exceeded", Postponed("Resend asks for fewer mails at a time", 1, is_outage=False)),
        (429, "daily_quota_exceeded", Postponed("Resend's quota of the day is used up", 3600, is_outage=False)),
        (500, "application_error", Unclear("Resend answered 500")),
    ],
)
def test_each_answer_has_its_outcome(side: Side, status: int, name: str, outcome: Outcome) -> None:
    assert answered(side, status, {"statusCode": status, "name": name, "message": "raw words"}) == outcome


def test_a_limit_is_waited_out_as_long_as_resend_wishes(side: Side) -> None:
    body = {"name": "rate_limit_exceeded"}
    assert answered(side, 429, body, retry_after="7") == Postponed(
        "Resend asks for fewer mails at a time", 7, is_outage=False
    )
    assert answered(side, 429, body, ratelimit_reset="4") == Postponed(
        "Resend asks for fewer mails at a time", 4, is_outage=False
    )


@pytest.mark.parametrize("fault", ["reset", "truncated"])
def test_what_breaks_off_is_unclear(side: Side, fault: str) -> None:
    side.fault("/emails", fault)
    assert isinstance(send("re_key", MAIL, "key-1"), Unclear)


def test_an_answer_without_an_id_is_unclear(side: Side) -> None:
    assert isinstance(answered(side, 200, {}), Unclear)
