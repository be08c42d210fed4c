"""Corrections on a call's page: said by operators, seen at once, and taken back."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.edge.people import make_person
from tests.edge.said import trail
from tests.edge.test_call_page import result
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from tests.tasks.talks import ASKED, Clinic
from vocabulary import Role

CSRF = "form-token"
"""What browser_of's sessions have."""


@pytest.fixture
def call_id(alice_org: UUID) -> UUID:
    clinic = Clinic(alice_org)
    made = clinic.tell("1", talk=ASKED).call_id
    clinic.analyse(made)
    return made


def post(app: Flask, org_id: UUID, call_id: UUID, role: Role = Role.OPERATOR, **form: str) -> Any:
    browser = browser_of(app, make_person((org_id, role)))
    return browser.post(f"/o/{org_id}/calls/{call_id}/corrections", data={"csrf": CSRF} | form)


def seen(app: Flask, org_id: UUID, call_id: UUID, role: Role = Role.OPERATOR) -> str:
    return page(browser_of(app, make_person((org_id, role))), f"/o/{org_id}/calls/{call_id}")


def test_a_correction_is_seen_at_once_and_can_be_taken_back(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    assert "Take the correction back" not in seen(app, alice_org, call_id)
    answer = post(app, alice_org, call_id, kind="value", value="250")
    assert (answer.status_code, answer.location) == (303, f"/o/{alice_org}/calls/{call_id}#value")
    told = result(seen(app, alice_org, call_id), "value")
    assert told.startswith("Value $250")
    assert "Corrected by a person Take the correction back" in told
    assert post(app, alice_org, call_id, kind="value", withdraw="1").status_code == 303
    assert result(seen(app, alice_org, call_id), "value").startswith("Value $8,000")
    assert [row["details"]["withdrawn"] for row in trail(alice_org, "calls.correct")] == [False, True]


def test_each_result_that_a_person_knows_better_has_its_field(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    text = seen(app, alice_org, call_id)
    fields = re.findall(r'<(\w+) id="said-(\w+)"', text)
    assert {"booking": "select", "outcome": "select", "value": "input", "summary": "textarea"}.items() <= {
        kind: tag for tag, kind in fields
    }.items()
    assert re.search(r'id="said-value" name="value" value="8000.00"', text)
    assert "Correct this" not in seen(app, alice_org, call_id, Role.ANALYST)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"kind": "value", "value": HOSTILE}, "A value is an amount of money such as 400 or 149.50."),
        ({"kind": "booking", "value": "perhaps"}, "A booking is one of confirmed"),
        ({"kind": "mood", "value": "x"}, "Kind must be one of booking"),
    ],
)
def test_what_cannot_be_is_told_where_it_was_typed(
    app: Flask, alice_org: UUID, call_id: UUID, form: dict[str, str], sentence: str
) -> None:
    answer = post(app, alice_org, call_id, **form)
    complaints = re.findall(r'class="complaint"[^>]*>([^<]*)<', answer.text)
    assert (answer.status_code, len(complaints), complaints[0].startswith(sentence)) == (400, 1, True)
    assert "<script" not in OUR_SCRIPT.sub("", answer.text)
    assert trail(alice_org, "calls.correct") == []


def test_only_operators_of_the_organization_correct(app: Flask, alice_org: UUID, bob_org: UUID, call_id: UUID) -> None:
    form = {"kind": "value", "value": "1"}
    assert post(app, alice_org, call_id, Role.ANALYST, **form).status_code == 403
    assert post(app, alice_org, call_id, **form, csrf="form-tokem").status_code == 403
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    for org_id, wanted in ((alice_org, call_id), (bob_org, call_id), (bob_org, uuid4())):
        answer = charlie.post(f"/o/{org_id}/calls/{wanted}/corrections", data={"csrf": CSRF} | form)
        assert answer.status_code == 404
    assert trail(alice_org, "calls.correct") == []
