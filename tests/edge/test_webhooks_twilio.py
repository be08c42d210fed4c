"""Contract 1 at Twilio's addresses: signatures over the public URL, and who calls decides whose call it is."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode
from uuid import UUID

import pytest

from settings import settings
from tests.edge.desk import (
    ALICE_LINE,
    BOB_LINE,
    FORM_TYPE,
    RECORDING,
    SHARED_LINE,
    SMS,
    STATUS,
    VOICE,
    Desk,
    encoded,
    twilio_form,
    twilio_signature,
)

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
REJECT = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'


def test_a_known_caller_is_greeted_and_its_call_is_kept(desk: Desk, alice_org: UUID, lines: None) -> None:
    answer = desk.twilio(twilio_form(From=ALICE_LINE, To=SHARED_LINE))
    desk.work()
    (call,) = desk.calls(alice_org)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert "<Say>" in answer.text
    assert answer.text.endswith("<Hangup/></Response>")
    assert (call["from_number"], call["to_number"], call["call_sid"]) == (ALICE_LINE, SHARED_LINE, "CA1")


def test_an_unregistered_or_anonymous_caller_is_rejected_and_leaves_no_row(desk: Desk, lines: None) -> None:
    for caller in ("+19995550000", "", "anonymous", "+266696687", "sip:x@example.com", "Restricted"):
        answer = desk.twilio(twilio_form(From=caller, To=SHARED_LINE))
        assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/xml", REJECT)
    assert desk.twilio(twilio_form(To=SHARED_LINE)).text == REJECT
    assert (desk.events(), desk.jobs(), desk.work(), desk.calls()) == ([], [], 0, [])


def test_the_same_call_again_is_greeted_again_and_kept_once(desk: Desk, alice_org: UUID, lines: None) -> None:
    form = twilio_form(From=ALICE_LINE, To=SHARED_LINE)
    answers = [desk.twilio(form, **{"I-Twilio-Idempotency-Token": "t-1"}) for _ in range(2)]
    answers.append(desk.twilio(form | {"ApiVersion": "2010-04-01"}, **{"I-Twilio-Idempotency-Token": "t-1"}))
    assert len({answer.text for answer in answers}) == 1
    assert (len(desk.events(alice_org)), len(desk.jobs())) == (1, 1)


def test_callbacks_get_204_and_messages_an_empty_response(desk: Desk, alice_org: UUID, lines: None) -> None:
    form = twilio_form(From=ALICE_LINE, To=SHARED_LINE)
    status = desk.twilio(form | {"CallStatus": "completed", "CallDuration": "30"}, STATUS)
    recording = desk.twilio(form | {"RecordingSid": "RE1", "RecordingStatus": "completed"}, RECORDING)
    sms = desk.twilio(
        {"AccountSid": form["AccountSid"], "MessageSid": "SM1", "From": "+12125550999", "To": ALICE_LINE}, SMS
    )
    assert [(answer.status_code, answer.data) for answer in (status, recording)] == [(204, b""), (204, b"")]
    assert (sms.status_code, sms.mimetype, sms.text) == (200, "text/xml", EMPTY)
    assert {event["org_id"] for event in desk.events(alice_org)} == {alice_org}
    assert sorted(desk.states()) == ["accepted", "accepted", "quarantined"]


def test_a_status_of_a_known_call_needs_no_known_caller(desk: Desk, alice_org: UUID, lines: None) -> None:
    desk.twilio(twilio_form(From=ALICE_LINE, To=SHARED_LINE))
    desk.twilio(twilio_form(From="+19995550000", To=SHARED_LINE, CallStatus="completed"), STATUS)
    assert [event["org_id"] for event in desk.events()] == [alice_org, alice_org]


def test_a_status_of_nobody_waits_in_quarantine(desk: Desk, lines: None) -> None:
    assert desk.twilio(twilio_form(From="+19995550000", CallStatus="completed"), STATUS).status_code == 204
    assert desk.states() == ["quarantined"]


def test_two_organizations_that_share_the_assistants_number_see_their_own_calls(
    desk: Desk, alice_org: UUID, bob_org: UUID, lines: None
) -> None:
    desk.twilio(twilio_form(From=ALICE_LINE, To=SHARED_LINE, CallSid="CA-alice"))
    desk.twilio(twilio_form(From=BOB_LINE, To=SHARED_LINE, CallSid="CA-bob"))
    desk.work()
    assert [call["call_sid"] for call in desk.calls(alice_org)] == ["CA-alice"]
    assert [call["call_sid"] for call in desk.calls(bob_org)] == ["CA-bob"]


class TestTheSignature:
    def form(self) -> dict[str, str]:
        return twilio_form(From=ALICE_LINE, To=SHARED_LINE)

    def test_is_over_the_public_url_and_not_the_one_that_was_reached(self, desk: Desk, lines: None) -> None:
        headers = {"Host": "10.0.0.7:5000", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
        assert desk.twilio(self.form(), **headers).status_code == 200

    def test_is_over_every_field_to_the_letter(self, desk: Desk, lines: None) -> None:
        odd = self.form() | {"CallerName": " Zoë & Søn+=% ", "Empty": "", "Future": "1"}
        signature = twilio_signature(VOICE, odd)
        assert desk.twilio(odd, **{"X-Twilio-Signature": signature}).status_code == 200
        for change in ({"Future": "2"}, {"More": "1"}, {"CallerName": "Zoë & Søn+=%"}):
            assert desk.twilio(odd | change, **{"X-Twilio-Signature": signature}).status_code == 401

    def test_is_over_the_query_as_it_was_given(self, desk: Desk, lines: None) -> None:
        for query in ("?a=%7Eb", "?a=~b", "?a=b+c", "?a=b%20c", "?x=%2f&x=%2F", "?q=%C3%A9&"):
            path = VOICE + query
            assert desk.twilio(self.form(), path).status_code == 200, query
            assert desk.twilio(self.form(), path, **{"X-Twilio-Signature": "A" * 27 + "="}).status_code == 401

    def test_is_by_the_account_that_the_body_names(self, desk: Desk, lines: None) -> None:
        other = self.form() | {"AccountSid": "AC" + "f" * 32}
        for form in (other, {name: value for name, value in other.items() if name != "AccountSid"}):
            assert desk.twilio(form).status_code == 401

    def test_of_another_token_is_refused(self, desk: Desk, lines: None) -> None:
        forged = twilio_signature(VOICE, self.form(), token="f" * 32)
        for signature in (forged, "", "é", "=" * 28, "a" * 8_000):
            assert desk.twilio(self.form(), **{"X-Twilio-Signature": signature}).status_code == 401
        assert desk.events() == []

    def test_of_another_address_is_refused(self, desk: Desk, lines: None) -> None:
        for path in (STATUS, VOICE + "/", VOICE + "?x=1"):
            signature = twilio_signature(path, self.form())
            assert desk.twilio(self.form(), VOICE, **{"X-Twilio-Signature": signature}).status_code == 401

    def test_of_json_holds_the_bodys_hash_in_the_address(self, desk: Desk, alice_org: UUID, lines: None) -> None:
        raw = encoded({"AccountSid": settings().twilio_account_sid, "MessageSid": "SM1", "MessageStatus": "sent"})
        path = f"{SMS}?bodySHA256={hashlib.sha256(raw).hexdigest()}"
        headers = {"X-Twilio-Signature": twilio_signature(path, {})}
        good = desk.client.post(path, data=raw, headers=headers, content_type="application/json")
        changed = desk.client.post(path, data=raw + b" ", headers=headers, content_type="application/json")
        assert (good.status_code, changed.status_code) == (200, 401)

    def test_counts_for_nothing_where_no_account_is_configured(
        self, desk: Desk, lines: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        form, signature = self.form(), twilio_signature(VOICE, self.form(), token="x")
        for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
            monkeypatch.delenv(name)
        settings.cache_clear()
        answer = desk.client.post(VOICE, data=form, headers={"X-Twilio-Signature": signature})
        assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")

    def test_a_webhook_token_is_no_substitute(self, desk: Desk, lines: None, calls_token: str) -> None:
        address = f"{VOICE}?token={calls_token}"
        answer = desk.client.post(address, data=urlencode(self.form()), content_type=FORM_TYPE)
        assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")


def test_a_limited_organization_gets_429(desk: Desk, alice_org: UUID, lines: None) -> None:
    desk.rows("update organizations set webhook_limit_per_minute = 1 where org_id = %s", (alice_org,))
    forms = [twilio_form(From=ALICE_LINE, To=SHARED_LINE, CallSid=f"CA{n}") for n in range(2)]
    answers = [desk.twilio(form) for form in forms]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["Retry-After"] == "60"
