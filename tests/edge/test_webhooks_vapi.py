"""Contract 1 at Vapi's address: who is believed, whose the event is, and what Vapi is told."""

from __future__ import annotations

import time
from typing import Any, ClassVar
from uuid import UUID

import pytest

from edge.tool_answers import results_of
from models.organizations import add_assistant
from settings import settings
from tasks.tools.definitions import TOOLS
from tests.edge.desk import ALICE_ASSISTANT, VAPI, Desk, encoded, hmac_headers, message, report
from vocabulary import NOBODY

REFUSAL = "I am sorry, I cannot do that right now. Somebody will call you back about it."


def test_a_report_is_stored_and_owes_one_job(desk: Desk, alice_org: UUID, assistants: None) -> None:
    answer = desk.vapi(report(assistant=ALICE_ASSISTANT))
    (event,) = desk.events(alice_org)
    (job,) = desk.jobs()
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {"ok": True, "event_id": str(event["id"])}
    assert (event["state"], event["provider"], event["kind"]) == ("accepted", "vapi", "end-of-call-report")
    assert (job["org_id"], job["actor"], job["args"]) == (alice_org, "process_event", {"event_id": str(event["id"])})


def test_the_second_address_is_the_same(desk: Desk, alice_org: UUID, assistants: None) -> None:
    headers = {"X-Vapi-Secret": settings().vapi_webhook_secret or ""}
    first = desk.vapi(report(assistant=ALICE_ASSISTANT))
    again = desk.client.post("/api/webhooks/vapi", json=report(assistant=ALICE_ASSISTANT), headers=headers)
    assert again.json == {"ok": True, "event_id": first.json["event_id"], "duplicate": True}


def test_the_same_report_again_is_a_duplicate_even_with_other_presigned_urls(
    desk: Desk, alice_org: UUID, assistants: None
) -> None:
    first = desk.vapi(report(assistant=ALICE_ASSISTANT, artifact={"presignedMonoUrl": "https://x/1"}))
    again = desk.vapi(report(assistant=ALICE_ASSISTANT, artifact={"presignedMonoUrl": "https://x/2"}))
    assert again.json == {"ok": True, "event_id": first.json["event_id"], "duplicate": True}
    assert (len(desk.events()), len(desk.jobs())) == (1, 1)
    assert (desk.work(), len(desk.calls())) == (1, 1)


def test_another_status_of_a_call_is_another_event(desk: Desk, alice_org: UUID, assistants: None) -> None:
    for status in ("ringing", "in-progress", "in-progress", "ended"):
        desk.vapi(message("status-update", assistant=ALICE_ASSISTANT, status=status))
    assert len(desk.events()) == 3


def test_events_of_an_unlisted_kind_are_told_apart_by_their_time(desk: Desk, assistants: None) -> None:
    for stamp in (1, 1, 2):
        desk.vapi(message("transcript", assistant=ALICE_ASSISTANT, timestamp=stamp))
    assert desk.states() == ["ignored", "ignored"]


def test_what_has_no_call_id_is_told_apart_by_its_bytes(desk: Desk, assistants: None) -> None:
    bodies = [message("status-update", None, ALICE_ASSISTANT, status="queued", n=n) for n in (1, 1, 2)]
    duplicates = [desk.vapi(body).json.get("duplicate") for body in bodies]
    assert duplicates == [None, True, None]


def test_what_is_unsupported_or_without_sense_is_kept_and_owes_nothing(desk: Desk, assistants: None) -> None:
    kinds = ["speech-update", "a-kind-of-next-year", None, 7, {"x": 1}]
    bodies = [{}, {"message": None}, {"message": []}, {"message": "x"}, {"message": {"call": 5}}]
    for body in [message(kind, assistant=ALICE_ASSISTANT) for kind in kinds] + bodies:
        assert desk.vapi(body).json.keys() == {"ok", "event_id"}
    assert (set(desk.states()), desk.jobs()) == ({"ignored"}, [])


class TestWhoIsBelieved:
    @pytest.fixture
    def body(self, assistants: None) -> bytes:
        return encoded(report(assistant=ALICE_ASSISTANT))

    @pytest.fixture
    def secrets(self, vapi_token: str) -> tuple[str, str]:
        """The deployment's, and Alice's own."""
        return settings().vapi_webhook_secret or "", vapi_token

    def test_a_plain_secret_or_bearer(self, desk: Desk, body: bytes, secrets: tuple[str, str]) -> None:
        for secret in secrets:
            for header, prefix in (("X-Vapi-Secret", ""), ("Authorization", "Bearer "), ("Authorization", "bearer ")):
                assert desk.vapi(body, headers={header: prefix + secret}).status_code == 200
                assert desk.vapi(body, headers={header: prefix + secret + "x"}).status_code == 401

    def test_an_hmac_by_the_secret_with_a_time_in_seconds_or_milliseconds(
        self, desk: Desk, body: bytes, secrets: tuple[str, str]
    ) -> None:
        for secret in secrets:
            for unit in (1, 1000):
                signed = hmac_headers(secret, body, time.time() * unit)
                assert desk.vapi(body, headers=signed).status_code == 200
                assert desk.vapi(body + b" ", headers=signed).status_code == 401

    def test_a_token_in_the_address(self, desk: Desk, body: bytes, vapi_token: str) -> None:
        assert desk.client.post(f"{VAPI}?token={vapi_token}", data=body).status_code == 200
        assert desk.client.post(f"{VAPI}?token={vapi_token}x", data=body).status_code == 401

    def test_a_signature_at_most_300_seconds_off(self, desk: Desk, body: bytes, secrets: tuple[str, str]) -> None:
        expected = {-86_400: 401, -310: 401, -290: 200, 290: 200, 310: 401, 86_400: 401}
        for secret in secrets:
            signed = {age: hmac_headers(secret, body, time.time() - age) for age in expected}
            assert {age: desk.vapi(body, headers=signed[age]).status_code for age in expected} == expected

    def test_no_token_of_another_endpoint(self, desk: Desk, body: bytes, calls_token: str) -> None:
        assert desk.vapi(body, headers=hmac_headers(calls_token, body)).status_code == 401
        assert desk.vapi(body, headers={"X-Vapi-Secret": calls_token}).status_code == 401
        assert desk.client.post(f"{VAPI}?token={calls_token}", data=body).status_code == 401
        assert desk.events() == []

    def test_nobody_without_any_proof(self, desk: Desk, body: bytes) -> None:
        answer = desk.vapi(body, headers={})
        assert (answer.status_code, answer.json["ok"], answer.json["code"]) == (401, False, "unauthorized")
        assert set(answer.json) == {"ok", "error", "code", "request_id"}
        assert desk.events() == []

    def test_no_empty_secret_where_the_deployment_has_none(
        self, desk: Desk, body: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("VAPI_WEBHOOK_SECRET")
        settings.cache_clear()
        for headers in ({"X-Vapi-Secret": ""}, {"Authorization": "Bearer "}, hmac_headers("", body), {}):
            assert desk.vapi(body, headers=headers).status_code == 401


class TestToolCalls:
    SHAPES: ClassVar[dict[str, Any]] = {
        "the list of 2025": {
            "toolCallList": [{"id": "t1", "type": "function", "function": {"name": "book", "arguments": {}}}]
        },
        "arguments as text": {"toolCallList": [{"id": "t1", "function": {"name": "book", "arguments": "{}"}}]},
        "a flat item": {"toolCallList": [{"id": "t1", "name": "book", "arguments": {}}]},
        "parameters": {"toolCallList": [{"id": "t1", "name": "book", "parameters": {}}]},
        "the old list": {"toolCalls": [{"id": "t1", "function": {"name": "book"}}]},
        "tools with their calls": {
            "toolWithToolCallList": [{"name": "book", "toolCall": {"id": "t1", "function": {}}}]
        },
    }

    def test_every_shape_is_answered(self, desk: Desk, assistants: None) -> None:
        for shape, items in self.SHAPES.items():
            answer = desk.vapi(message("tool-calls", shape, ALICE_ASSISTANT, **items))
            assert answer.status_code == 200
            assert answer.json["results"] == [{"toolCallId": "t1", "name": "book", "result": REFUSAL}], shape

    def test_every_id_is_answered_once_and_in_order(self, desk: Desk, assistants: None) -> None:
        items = [{"id": f"t{number}", "function": {"name": "f"}} for number in (3, 1, 2, 3)]
        both = {"toolCallList": items, "toolWithToolCallList": [{"toolCall": item} for item in items]}
        results = desk.vapi(message("tool-calls", assistant=ALICE_ASSISTANT, **both)).json["results"]
        assert [result["toolCallId"] for result in results] == ["t3", "t1", "t2"]

    def test_ping_is_answered_among_others_in_their_order(self, desk: Desk, assistants: None) -> None:
        names = (("t1", "book"), ("t2", "ping"), ("t3", "ping"))
        items = [{"id": one, "function": {"name": name, "arguments": {"x": 1}}} for one, name in names]
        results = desk.vapi(message("tool-calls", assistant=ALICE_ASSISTANT, toolCallList=items)).json["results"]
        assert [(one["toolCallId"], one["name"], one["result"]) for one in results] == [
            ("t1", "book", REFUSAL), ("t2", "ping", "pong"), ("t3", "ping", "pong")
        ]  # fmt: skip

    def test_every_tool_that_is_linked_is_answered_on_one_line(self) -> None:
        assert TOOLS
        for tool in TOOLS:
            (result,) = results_of([{"id": "t1", "name": tool.name, "arguments": {}}])
            assert result["result"] not in ("", REFUSAL), tool.name
            assert "\n" not in result["result"]

    def test_a_duplicate_and_a_quarantined_one_are_answered_as_well(self, desk: Desk, assistants: None) -> None:
        calls = {"toolCallList": [{"id": "t1", "function": {"name": "f"}}]}
        for assistant in (ALICE_ASSISTANT, ALICE_ASSISTANT, "nobody-knows-it"):
            answer = desk.vapi(message("tool-calls", f"call of {assistant}", assistant, **calls))
            assert [result["toolCallId"] for result in answer.json["results"]] == ["t1"]
        assert desk.states() == ["accepted", "quarantined"]


def test_a_refused_but_authentic_body_is_stored_as_refused(desk: Desk) -> None:
    answer = desk.vapi(b'["not an object"]')
    (event,) = desk.events()
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")
    assert (event["org_id"], event["state"], event["answer"]) == (NOBODY, "refused", 400)
    assert desk.vapi(b'["not an object"]').status_code == 400
    assert len(desk.events()) == 1


def test_an_event_of_an_organization_is_never_limited(desk: Desk, alice_org: UUID, vapi_token: str) -> None:
    desk.rows("update organizations set webhook_limit_per_minute = 1 where org_id = %s", (alice_org,))
    for number in range(3):
        headers = {"X-Vapi-Secret": vapi_token}
        assert desk.vapi(message("hang", f"c{number}", timestamp=1), headers=headers).status_code == 200


def test_a_token_fixes_the_organization_even_beside_the_deployments_secret(
    desk: Desk, alice_org: UUID, vapi_token: str
) -> None:
    headers = {"X-Vapi-Secret": settings().vapi_webhook_secret or ""}
    desk.client.post(f"{VAPI}?token={vapi_token}", json=report(assistant="not yet registered"), headers=headers)
    assert [event["org_id"] for event in desk.events()] == [alice_org]


def test_a_revoked_token_beside_the_deployments_secret_vouches_for_nobody(desk: Desk, alice_org: UUID) -> None:
    add_assistant(alice_org, ALICE_ASSISTANT)
    headers = {"X-Vapi-Secret": settings().vapi_webhook_secret or ""}
    answer = desk.client.post(f"{VAPI}?token=not-a-token", json=report(assistant=ALICE_ASSISTANT), headers=headers)
    assert (answer.status_code, [event["org_id"] for event in desk.events()]) == (200, [alice_org])
