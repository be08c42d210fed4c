"""Contract 1 on whose an event is: proven by a token or a call, else looked up, else quarantined, and never guessed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from models import events
from models.database import run_time
from models.organizations import add_assistant, add_number
from settings import settings
from tests.edge.desk import (
    ALICE_ASSISTANT,
    ALICE_LINE,
    BOB_ASSISTANT,
    BOB_LINE,
    SHARED_LINE,
    STATUS,
    Desk,
    encoded,
    hmac_headers,
    message,
    report,
    twilio_form,
)
from vocabulary import NOBODY


def metadata(org_id: UUID | str, caller: str | None = None, line: str | None = None) -> dict[str, Any]:
    fields = {"org_id": str(org_id), "caller_phone_number": caller, "assistant_phone_number": line}
    return {name: value for name, value in fields.items() if value is not None}


def beside_call(call_id: str, assistant: dict[str, Any]) -> dict[str, Any]:
    """A message that has its assistant beside the call and not in it."""
    return {"message": {"type": "end-of-call-report", "call": {"id": call_id}, "assistant": assistant}}


def owners(desk: Desk) -> list[UUID]:
    return [event["org_id"] for event in desk.events()]


class TestWithAToken:
    """Alice's token, and bodies that name what is Bob's."""

    @pytest.fixture
    def headers(self, vapi_token: str) -> dict[str, str]:
        return {"X-Vapi-Secret": vapi_token}

    def test_the_organization_is_the_tokens(self, desk: Desk, alice_org: UUID, headers: dict[str, str]) -> None:
        desk.vapi(report(assistant="never registered"), headers=headers)
        assert owners(desk) == [alice_org]

    def test_what_names_anothers_is_refused_and_kept_as_refused(
        self, desk: Desk, alice_org: UUID, bob_org: UUID, assistants: None, lines: None, headers: dict[str, str]
    ) -> None:
        add_number(bob_org, "+13125550777", vapi_phone_number_id="number-of-bob")
        desk.vapi(report("call-of-bob", BOB_ASSISTANT))
        bobs = {
            "an assistant": report("x1", BOB_ASSISTANT),
            "an assistant beside the call": beside_call("x2", {"id": BOB_ASSISTANT}),
            "a number": report("x3", call_phoneNumberId="number-of-bob"),
            "a call": report("call-of-bob", ALICE_ASSISTANT),
            "metadata": report("x4", ALICE_ASSISTANT, call_metadata=metadata(bob_org)),
            "metadata of the assistant": beside_call("x5", {"metadata": metadata(bob_org)}),
        }
        for what, body in bobs.items():
            answer = desk.vapi(body, headers=headers)
            assert (answer.status_code, answer.json["code"], answer.json["error"]) == (
                401, "wrong_organization", "wrong_organization",
            ), what  # fmt: skip
        refused = desk.events(alice_org)
        assert [(event["state"], event["error"]) for event in refused] == [("refused", "wrong_organization")] * len(
            bobs
        )
        assert (len(desk.events(bob_org)), len(desk.jobs())) == (1, 1)

    def test_a_signature_by_ones_own_token_is_no_more_than_the_token(
        self, desk: Desk, alice_org: UUID, bob_org: UUID, assistants: None, vapi_token: str
    ) -> None:
        """The body names Bob's assistant, so that Bob's keys are tried: Alice's is not among them."""
        body = encoded(report("x1", BOB_ASSISTANT))
        assert desk.vapi(body, headers=hmac_headers(vapi_token, body)).status_code == 401
        assert desk.events() == []

    def test_a_customers_own_metadata_is_harmless(
        self, desk: Desk, alice_org: UUID, bob_org: UUID, headers: dict[str, str]
    ) -> None:
        for number, org in enumerate(("11111111-2222-3333-4444-555555555555", "acme", "", NOBODY)):
            answer = desk.vapi(report(f"c{number}", call_metadata=metadata(org)), headers=headers)
            assert answer.status_code == 200, org
        assert set(owners(desk)) == {alice_org}

    def test_a_refusal_claims_nothing(
        self, desk: Desk, bob_org: UUID, assistants: None, headers: dict[str, str]
    ) -> None:
        """A call that Alice could not claim with Bob's assistant is Bob's when his own event comes."""
        desk.vapi(report("contested", BOB_ASSISTANT), headers=headers)
        assert desk.vapi(report("contested", BOB_ASSISTANT)).json.get("duplicate") is None
        assert owners(desk)[-1] == bob_org


class TestWithTheDeploymentsSecret:
    def test_the_assistant_tells(self, desk: Desk, alice_org: UUID, bob_org: UUID, assistants: None) -> None:
        desk.vapi(report("c1", ALICE_ASSISTANT))
        desk.vapi(report("c2", assistant=None, assistant_id=None) | report("c2", BOB_ASSISTANT))
        assert owners(desk) == [alice_org, bob_org]

    def test_the_number_tells_where_the_assistant_does_not(self, desk: Desk, alice_org: UUID) -> None:
        add_number(alice_org, ALICE_LINE, vapi_phone_number_id="number-of-alice")
        desk.vapi(report("c1", "transient", call_phoneNumberId="number-of-alice"))
        assert owners(desk) == [alice_org]

    def test_a_call_that_is_known_tells_before_the_assistant(
        self, desk: Desk, alice_org: UUID, assistants: None
    ) -> None:
        desk.vapi(message("status-update", "c1", ALICE_ASSISTANT, status="ringing"))
        desk.vapi(report("c1", BOB_ASSISTANT))
        desk.vapi(message("transcript", "c1", None, timestamp=1))
        assert owners(desk) == [alice_org] * 3

    def test_nothing_known_is_quarantined_and_never_guessed(
        self, desk: Desk, alice_org: UUID, assistants: None
    ) -> None:
        for number, assistant in enumerate((None, "never registered", "", 7, {"id": "x"})):
            answer = desk.vapi(report(f"c{number}", assistant))
            assert (answer.status_code, answer.json["ok"]) == (200, True)
        assert (owners(desk), desk.states(), desk.jobs()) == ([NOBODY] * 5, ["quarantined"] * 5, [])

    def test_metadata_alone_proves_nothing(self, desk: Desk, alice_org: UUID) -> None:
        desk.vapi(report("c1", call_metadata=metadata(alice_org, ALICE_LINE, SHARED_LINE)))
        assert owners(desk) == [NOBODY]

    def test_metadata_that_a_call_proves_tells(self, desk: Desk, alice_org: UUID, bob_org: UUID, lines: None) -> None:
        desk.twilio(twilio_form(From=ALICE_LINE, To=SHARED_LINE))
        desk.work()
        desk.vapi(report("c1", call_metadata=metadata(alice_org, ALICE_LINE, SHARED_LINE)))
        desk.vapi(report("c2", call_metadata=metadata(bob_org, ALICE_LINE, SHARED_LINE)))
        desk.vapi(report("c3", call_metadata=metadata(alice_org, BOB_LINE, SHARED_LINE)))
        desk.vapi(report("c4", call_type="webCall", call_metadata=metadata(alice_org, ALICE_LINE, SHARED_LINE)))
        assert owners(desk)[1:] == [alice_org, NOBODY, NOBODY, NOBODY]

    def test_a_contradiction_between_metadata_and_route_is_quarantined(
        self, desk: Desk, bob_org: UUID, assistants: None
    ) -> None:
        desk.vapi(report("c1", ALICE_ASSISTANT, call_metadata=metadata(bob_org)))
        assert (owners(desk), desk.states()) == ([NOBODY], ["quarantined"])

    def test_a_customers_own_metadata_contradicts_nothing(self, desk: Desk, alice_org: UUID, assistants: None) -> None:
        for number, org in enumerate(("11111111-2222-3333-4444-555555555555", "acme", NOBODY)):
            desk.vapi(report(f"c{number}", ALICE_ASSISTANT, call_metadata=metadata(org)))
        assert owners(desk) == [alice_org] * 3


class TestOneSharedAssistantNumber:
    """Both lines forward to it; Vapi's assistant is registered to neither."""

    def test_the_report_lands_with_the_caller_before_any_worker_ran(
        self, desk: Desk, alice_org: UUID, bob_org: UUID, lines: None
    ) -> None:
        for org, line in ((alice_org, ALICE_LINE), (bob_org, BOB_LINE)):
            desk.twilio(twilio_form(From=line, To=SHARED_LINE, CallSid=f"CA-{line}"))
            carried = {"call_phoneCallProvider": "twilio", "call_phoneCallProviderId": f"CA-{line}"}
            desk.vapi(report(f"vapi-{line}", "shared assistant", **carried))
            assert owners(desk)[-2:] == [org, org]
        desk.work()
        for org, line in ((alice_org, ALICE_LINE), (bob_org, BOB_LINE)):
            (call,) = desk.calls(org)
            assert (call["provider"], call["provider_call_id"], call["call_sid"]) == (
                "vapi", f"vapi-{line}", f"CA-{line}",
            )  # fmt: skip

    def test_the_assistant_of_one_does_not_take_the_call_of_the_other(
        self, desk: Desk, alice_org: UUID, bob_org: UUID, lines: None, assistants: None
    ) -> None:
        desk.twilio(twilio_form(From=ALICE_LINE, To=SHARED_LINE, CallSid="CA-alice"))
        carried = {"call_phoneCallProvider": "twilio", "call_phoneCallProviderId": "CA-alice"}
        desk.vapi(report("c1", BOB_ASSISTANT, **carried))
        assert owners(desk) == [alice_org, alice_org]

    def test_every_later_event_of_the_call_follows(self, desk: Desk, alice_org: UUID, lines: None) -> None:
        desk.twilio(twilio_form(From=ALICE_LINE, To=SHARED_LINE, CallSid="CA-alice"))
        carried = {"call_phoneCallProvider": "twilio", "call_phoneCallProviderId": "CA-alice"}
        desk.vapi(message("status-update", "c1", status="in-progress", **carried))
        desk.vapi(report("c1"))
        desk.twilio(twilio_form(CallSid="CA-alice", CallStatus="completed"), STATUS)
        assert owners(desk) == [alice_org] * 4


class TestQuarantine:
    def test_ends_when_the_assistant_is_added(self, desk: Desk, alice_org: UUID) -> None:
        answer = desk.vapi(report("c1", "late"))
        add_assistant(alice_org, "late")
        (event,) = desk.events(alice_org)
        assert (str(event["id"]), event["state"], event["named"]) == (answer.json["event_id"], "accepted", [])
        assert (desk.work(), len(desk.calls(alice_org)), desk.events(NOBODY)) == (1, 1, [])

    def test_ends_when_the_number_is_added(self, desk: Desk, alice_org: UUID) -> None:
        desk.vapi(report("c1", call_phoneNumberId="late-number"))
        desk.twilio(twilio_form(From=ALICE_LINE, CallStatus="completed"), STATUS)
        add_number(alice_org, ALICE_LINE, vapi_phone_number_id="late-number")
        assert owners(desk) == [alice_org, alice_org]

    def test_holds_a_duplicate_once_and_knows_it_after_its_end(self, desk: Desk, alice_org: UUID) -> None:
        first = desk.vapi(report("c1", "late"))
        assert desk.vapi(report("c1", "late")).json == {**first.json, "duplicate": True}
        add_assistant(alice_org, "late")
        assert desk.vapi(report("c1", "late")).json == {**first.json, "duplicate": True}
        assert (len(desk.events()), len(desk.jobs())) == (1, 1)

    def test_ends_for_all_that_a_call_has_sent(self, desk: Desk, alice_org: UUID) -> None:
        """The second event names no assistant, but the call that the first one brings home."""
        desk.vapi(message("status-update", "c1", None, status="in-progress"))
        desk.vapi(report("c1", "late"))
        add_assistant(alice_org, "late")
        with run_time() as tx:
            events.release_quarantined(tx)
        assert owners(desk) == [alice_org, alice_org]
        assert (desk.work(), len(desk.calls(alice_org))) == (2, 1)

    def test_does_not_end_for_a_contradiction(self, desk: Desk, alice_org: UUID, bob_org: UUID) -> None:
        desk.vapi(report("c1", "late", call_metadata=metadata(bob_org)))
        add_assistant(alice_org, "late")
        assert owners(desk) == [NOBODY]

    def test_an_event_that_the_organization_has_had_is_set_aside(
        self, desk: Desk, alice_org: UUID, vapi_token: str
    ) -> None:
        desk.vapi(report("c1", "late"))
        desk.vapi(report("c1", "late"), headers={"X-Vapi-Secret": vapi_token})
        add_assistant(alice_org, "late")
        assert sorted((event["org_id"], event["state"]) for event in desk.events()) == [
            (NOBODY, "ignored"), (alice_org, "accepted"),
        ]  # fmt: skip
        assert len(desk.jobs()) == 1


def test_the_deployments_secret_is_not_an_organizations_token_elsewhere(desk: Desk, alice_org: UUID) -> None:
    assert desk.convoso({"call_id": "1"}, settings().vapi_webhook_secret).status_code == 401
