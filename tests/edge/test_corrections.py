"""A person's word over the API: who may give it, what it changes, and whose calls it reaches."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.edge.people import bearer_of
from tests.tasks.talks import ASKED, Clinic
from vocabulary import Role


@pytest.fixture
def call_id(alice_org: UUID) -> UUID:
    return Clinic(alice_org).tell("1", talk=ASKED).call_id


def test_an_operators_word_changes_the_call_and_its_figures(
    client: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    headers = bearer_of((alice_org, Role.OPERATOR), selected=alice_org)
    path = f"/api/calls/{call_id}/corrections"
    answer = client.post(path, json={"kind": "value", "value": 250}, headers=headers)
    assert answer.status_code == 200
    assert answer.json is not None
    assert float(answer.json["data"]["financial_value"]) == 250
    assert Clinic(alice_org).figures()[0]["value"] == 250
    assert Clinic(alice_org).rows("SELECT action FROM audit_log") == [{"action": "calls.correct"}]
    client.post(path, json={"kind": "value", "value": None}, headers=headers)
    assert Clinic(alice_org).figures()[0]["value"] == 8000


@pytest.mark.parametrize("body", [{}, {"kind": "mood", "value": 1}, {"kind": "booking"}, {"kind": "qa", "value": 101},
                                  {"kind": "value", "value": {}}, {"kind": [], "value": 1},
                                  {"kind": {}, "value": 1}, {"kind": "value", "value": "99999999.99999"},
                                  {"kind": "value", "value": "1e9999"},
                                  {"kind": "booking", "value": "perhaps"}])  # fmt: skip
def test_what_cannot_be_is_refused(
    client: FlaskClient, alice_org: UUID, call_id: UUID, body: dict[str, object]
) -> None:
    headers = bearer_of((alice_org, Role.OPERATOR), selected=alice_org)
    assert client.post(f"/api/calls/{call_id}/corrections", json=body, headers=headers).status_code == 400


def test_a_summary_is_shown_without_what_identifies_the_caller(
    client: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    headers = bearer_of((alice_org, Role.OPERATOR), selected=alice_org)
    body = {"kind": "summary", "value": "Call her back at 202-555-0178, she asked for a price."}
    answer = client.post(f"/api/calls/{call_id}/corrections", json=body, headers=headers)
    assert answer.json is not None
    assert answer.json["data"]["outcome_summary"] == "Call her back at [PHONE_1], she asked for a price."
    written = Clinic(alice_org).rows("SELECT value, evidence FROM analyses WHERE engine = 'person'")[0]
    assert [one["quote"] for one in written["evidence"]] == ["a person wrote it"]
    assert written["value"]["summary"] == answer.json["data"]["outcome_summary"]


def test_an_analyst_may_not_correct(client: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    headers = bearer_of((alice_org, Role.ANALYST), selected=alice_org)
    body = {"kind": "booking", "value": "confirmed"}
    assert client.post(f"/api/calls/{call_id}/corrections", json=body, headers=headers).status_code == 403


def test_another_organizations_call_is_not_there(client: FlaskClient, bob_org: UUID, call_id: UUID) -> None:
    headers = bearer_of((bob_org, Role.OWNER), selected=bob_org)
    body = {"kind": "booking", "value": "confirmed"}
    assert client.post(f"/api/calls/{call_id}/corrections", json=body, headers=headers).status_code == 404
