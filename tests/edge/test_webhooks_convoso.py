"""Contract 1 at Convoso's addresses: what customers' own webhooks are told, and that it comes true."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from settings import settings
from tests.edge.desk import CALLS, FORM_TYPE, LEADS, Desk, call_body

LEGACY = "the-shared-secret-of-older-installations"


def test_a_call_is_answered_with_its_id_and_its_organization(desk: Desk, alice_org: UUID, calls_token: str) -> None:
    answer = desk.convoso(call_body(), calls_token)
    (event,) = desk.events(alice_org)
    assert answer.status_code == 200
    assert answer.json["event_id"] == str(event["id"])
    assert (answer.json["ok"], answer.json["type"], answer.json["agency_id"]) == (True, "call", str(alice_org))
    assert set(answer.json) == {"ok", "event_id", "type", "message", "call_id", "agency_id"}


def test_a_form_and_every_name_of_a_field_are_understood(desk: Desk, alice_org: UUID, calls_token: str) -> None:
    form = {"uniqueid": "u-1", "agent": "Ann", "status": "NA", "duration": "5", "phone": "2125550199"}
    assert desk.convoso(urlencode(form).encode(), calls_token, content_type=FORM_TYPE).status_code == 200
    assert (desk.work(), desk.calls(alice_org)[0]["agent_name"]) == (1, "Ann")


def test_what_begins_with_a_brace_is_json_whatever_its_type_says(desk: Desk, alice_org: UUID, calls_token: str) -> None:
    body = b" \n" + json.dumps(call_body()).encode()
    for content_type in (FORM_TYPE, "text/plain", "", "multipart/form-data"):
        assert desk.convoso(body, calls_token, content_type=content_type).status_code == 200


def test_every_address_of_the_two_endpoints_answers(desk: Desk, calls_token: str, leads_token: str) -> None:
    for path in ("/api/webhooks/convoso-calls", "/api/webhooks/convoso_calls"):
        assert desk.convoso(call_body(), calls_token, path).status_code == 200
    for path in ("/api/webhooks/convoso", "/api/webhooks/convoso_leads"):
        assert desk.convoso({"lead_id": "1"}, leads_token, path).status_code == 200


def test_the_same_body_again_is_a_duplicate_with_the_same_answer(desk: Desk, calls_token: str) -> None:
    first = desk.convoso(call_body(), calls_token)
    again = desk.convoso(call_body(), calls_token)
    assert again.json == first.json | {"duplicate": True}
    assert (len(desk.jobs()), desk.work(), len(desk.calls())) == (1, 1, 1)


class TestTheCallIdOfTheAnswer:
    @pytest.fixture
    def customs(self, desk: Desk, alice_org: UUID) -> None:
        """Alice calls her fields as she likes, and her Convoso counts its time in Phoenix."""
        fields = {"agent_name": "Rep", "call_id": "ticket.no", "started_at": "began"}
        desk.rows(
            "update organizations set convoso_fields = %s, convoso_timezone = 'America/Phoenix' where org_id = %s",
            (json.dumps(fields), alice_org),
        )

    def kept(self, desk: Desk, org_id: UUID, token: str, body: Any) -> bool:
        """Is the row of the call the one that the answers promised, the second time too?"""
        promised = {desk.convoso(body, token).json["call_id"] for _ in range(2)}
        desk.work()
        return promised == {str(call["id"]) for call in desk.calls(org_id)}

    def test_is_the_rows_with_a_call_id(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        assert self.kept(desk, alice_org, calls_token, call_body(lead_id="7"))

    def test_is_the_rows_with_a_number_for_an_id(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        assert self.kept(desk, alice_org, calls_token, call_body(call_id=77.0))

    def test_is_the_rows_with_a_lead_and_a_start(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        body = call_body(call_id=None, lead_id="7", started_at="2026-03-02 09:00:00")
        assert self.kept(desk, alice_org, calls_token, body)

    def test_is_the_rows_with_a_lead_alone(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        assert self.kept(desk, alice_org, calls_token, call_body(call_id="0", lead_id="7"))

    def test_is_the_rows_with_the_organizations_own_fields(
        self, desk: Desk, alice_org: UUID, calls_token: str, customs: None
    ) -> None:
        body = {"Rep": "Ann", "ticket": {"no": "T-9"}, "disposition": "Sale", "duration": 4}
        assert self.kept(desk, alice_org, calls_token, body)
        assert desk.calls(alice_org)[0]["agent_name"] == "Ann"

    def test_is_the_rows_with_a_lead_and_a_start_in_the_organizations_zone(
        self, desk: Desk, alice_org: UUID, calls_token: str, customs: None
    ) -> None:
        body = {"Rep": "Ann", "lead_id": "7", "began": "2026-07-02 09:00:00", "disposition": "Sale", "duration": 4}
        assert self.kept(desk, alice_org, calls_token, body)
        assert desk.calls(alice_org)[0]["started_at"].isoformat() == "2026-07-02T16:00:00+00:00"

    def test_is_another_for_another_start_of_the_same_lead(self, desk: Desk, calls_token: str) -> None:
        starts = ("2026-03-02 09:00:00", "2026-03-02 09:30:00")
        bodies = [call_body(call_id=None, lead_id="7", started_at=start) for start in starts]
        assert len({desk.convoso(body, calls_token).json["call_id"] for body in bodies}) == 2


class TestMissingFields:
    def test_are_named_in_the_contracts_words(self, desk: Desk, calls_token: str) -> None:
        answer = desk.convoso({}, calls_token)
        assert answer.status_code == 400
        assert answer.json["error"] == "Missing required fields: agent_name, disposition, duration"
        assert (
            desk.convoso(call_body(disposition=" "), calls_token).json["error"]
            == "Missing required fields: disposition"
        )

    def test_of_a_call_and_its_lead(self, desk: Desk, calls_token: str) -> None:
        for body in (call_body(call_id=None), call_body(call_id="0", lead_id="0"), call_body(call_id="", lead_id=None)):
            answer = desk.convoso(body, calls_token)
            assert (answer.status_code, answer.json["error"]) == (400, "Either call_id or lead_id is required")

    def test_of_a_lead(self, desk: Desk, leads_token: str) -> None:
        for body in ({}, {"phone": "12"}, {"lead_id": "0"}, {"name": "Cara"}):
            assert desk.convoso(body, leads_token, LEADS).status_code == 400
        for body in ({"lead_id": "5"}, {"phone": "(212) 555-0199"}):
            assert desk.convoso(body, leads_token, LEADS).status_code == 200

    def test_leave_a_refused_event_that_owes_no_work(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        desk.convoso(call_body(duration=None), calls_token)
        desk.convoso(call_body(duration=None), calls_token)
        (event,) = desk.events(alice_org)
        assert (event["state"], event["answer"], event["error"]) == (
            "refused",
            400,
            "Missing required fields: duration",
        )
        assert desk.jobs() == []

    def test_do_not_keep_the_whole_body_from_being_accepted_later(self, desk: Desk, calls_token: str) -> None:
        """A customer who registers a mapping can have the same body sent again."""
        body = {"Rep": "Ann", "call_id": "c-1", "disposition": "Sale", "duration": 4}
        assert desk.convoso(body, calls_token).status_code == 400
        desk.rows("update organizations set convoso_fields = %s", (json.dumps({"agent_name": "Rep"}),))
        assert desk.convoso(body, calls_token).json.get("duplicate") is None
        assert desk.states() == ["refused", "accepted"]


class TestWhoIsBelieved:
    def test_a_token_in_the_address_a_header_or_a_bearer(self, desk: Desk, calls_token: str) -> None:
        assert desk.convoso(call_body(), calls_token).status_code == 200
        assert desk.convoso(call_body(), None, **{"X-Webhook-Token": calls_token}).status_code == 200
        assert desk.convoso(call_body(), None, Authorization=f"Bearer {calls_token}").status_code == 200

    def test_no_token_at_another_endpoint(
        self, desk: Desk, calls_token: str, leads_token: str, vapi_token: str
    ) -> None:
        for token in (leads_token, vapi_token, "", calls_token + "x", calls_token.swapcase()):
            assert desk.convoso(call_body(), token).status_code == 401
        for token in (calls_token, vapi_token):
            assert desk.convoso({"lead_id": "5"}, token, LEADS).status_code == 401
        assert desk.events() == []

    def test_no_legacy_secret_without_an_organization_for_it(self, desk: Desk) -> None:
        assert desk.convoso(call_body(), None, **{"X-Webhook-Secret": LEGACY}).status_code == 401
        assert desk.convoso(call_body(), None, **{"X-Webhook-Secret": ""}).status_code == 401

    def test_the_legacy_secret_with_an_organization_for_it(
        self, desk: Desk, alice_org: UUID, bob_org: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LEGACY_WEBHOOK_SECRET", LEGACY)
        monkeypatch.setenv("LEGACY_WEBHOOK_ORG_ID", str(bob_org))
        settings.cache_clear()
        assert desk.convoso(call_body(), None, **{"X-Webhook-Secret": LEGACY}).json["agency_id"] == str(bob_org)
        assert desk.convoso({"lead_id": "5"}, None, LEADS, **{"X-Webhook-Secret": LEGACY}).status_code == 200
        assert desk.convoso(call_body(), None, **{"X-Webhook-Secret": LEGACY + "x"}).status_code == 401
        assert desk.client.post("/api/vapi/webhook", json={}, headers={"X-Webhook-Secret": LEGACY}).status_code == 401
        assert (len(desk.events(bob_org)), desk.events(alice_org)) == (2, [])

    def test_nothing_of_an_inauthentic_body_is_stored(self, desk: Desk, alice_org: UUID) -> None:
        for body in (call_body(), b"not json", {}, b"\xff"):
            assert desk.convoso(body, "guessed").status_code == 401
        assert desk.rows("select 1 from webhook_events union all select 1 from jobs") == []


def test_an_organizations_limit_is_429_with_a_time_to_wait(desk: Desk, alice_org: UUID, calls_token: str) -> None:
    desk.rows("update organizations set webhook_limit_per_minute = 2 where org_id = %s", (alice_org,))
    answers = [desk.convoso(call_body(call_id=f"c-{number}"), calls_token) for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert int(answers[3].headers["Retry-After"]) > 0
    assert (answers[3].json["code"], len(desk.events())) == ("rate_limited", 2)
    desk.rows("update webhook_events set received_at = received_at - interval '61 seconds'")
    assert desk.convoso(call_body(call_id="c-9"), calls_token).status_code == 200


def test_without_a_limit_nobody_is_limited(desk: Desk, calls_token: str) -> None:
    assert all(desk.convoso(call_body(call_id=f"c-{n}"), calls_token).status_code == 200 for n in range(30))


def test_a_lead_becomes_a_contact_once(desk: Desk, alice_org: UUID, leads_token: str) -> None:
    body = {"lead_id": "5", "first_name": "Cara", "last_name": "Dole", "phone": "2125550199"}
    answers = [desk.convoso(body, leads_token, LEADS) for _ in range(2)]
    desk.work()
    (contact,) = desk.rows("select * from contacts")
    assert (answers[0].json["type"], answers[0].json["agency_id"]) == ("lead", str(alice_org))
    assert answers[1].json == answers[0].json | {"duplicate": True}
    assert (contact["org_id"], contact["name"], contact["phone"]) == (alice_org, "Cara Dole", "+12125550199")


def test_the_paths_of_the_desk_are_those_that_are_handed_out() -> None:
    from edge.webhooks import PATHS
    from vocabulary import Endpoint

    assert (PATHS[Endpoint.CONVOSO_CALLS][0], PATHS[Endpoint.CONVOSO_LEADS][0]) == (CALLS, LEADS)
