"""The forms of lines, webhooks, connections and keys: who may send them, what they do, and what comes back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import connections
from models.api_keys import make as make_key
from models.database import organization
from models.organizations import add_assistant, add_number
from models.tokens import create_token
from tasks.connections import save
from tests.edge.desk import Desk, call_body
from tests.edge.people import make_person
from tests.edge.said import trail
from tests.edge.test_dashboard import HOSTILE, browser_of, page
from vocabulary import Endpoint, Role

CSRF = "form-token"
SID, SECRET = "AC" + "0a" * 16, "canary-of-auth-token"
TWILIO = {"account_sid": SID, "auth_token": SECRET, "phone_number": "+15550109876"}
TABLES = ("assistants", "phone_numbers", "webhook_tokens", "org_credentials", "connection_steps", "api_keys")


@pytest.fixture
def admin(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.ADMIN)))


@pytest.fixture
def forms(alice_org: UUID) -> dict[str, dict[str, str]]:
    """Every form there is, with what would make it do something."""
    assistant = add_assistant(alice_org, "a-1")
    line = add_number(alice_org, "+12125550101", is_verified=False)
    token = create_token(alice_org, Endpoint.VAPI)["id"]
    with organization(alice_org) as tx:
        key = make_key(tx, alice_org, "Report", Role.VIEWER, 90, "user:x")["id"]
        save(tx, alice_org, "twilio", TWILIO, "user:x")
    return {
        "lines/assistants": {"vapi_assistant_id": "a-2"},
        f"lines/assistants/{assistant}": {"name": "Night"},
        f"lines/assistants/{assistant}/remove": {},
        "lines/numbers": {"number": "+12125550102"},
        f"lines/numbers/{line}": {"label": "Night"},
        f"lines/numbers/{line}/verify": {},
        f"lines/numbers/{line}/remove": {},
        "webhooks": {"endpoint_type": "vapi"},
        f"webhooks/{token}/show": {},
        f"webhooks/{token}/revoke": {},
        "connections/openai": {"api_key": "sk-1"},
        "connections/twilio/retry": {},
        "connections/twilio/remove": {},
        "keys": {"name": "Mine", "role": "viewer", "expires_in_days": "30"},
        f"keys/{key}/revoke": {},
    }


def post(browser: FlaskClient, org_id: UUID, form: str, fields: dict[str, str] | None = None, csrf: str = CSRF) -> Any:
    return browser.post(f"/o/{org_id}/settings/{form}", data={"csrf": csrf} | (fields or {}))


def follow(browser: FlaskClient, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return page(browser, answer.location)


def standing(org_id: UUID) -> list[Any]:
    with organization(org_id) as tx:
        return [tx.rows(f"SELECT * FROM {table} WHERE org_id = %s ORDER BY 1, 2", (org_id,)) for table in TABLES]


def complaint(answer: Any) -> str:
    found = re.search(r'class="complaint"[^>]*>([^<]*)<', answer.text)
    assert found is not None, answer.text
    return unescape(found.group(1))


def value(text: str, field: str) -> str:
    found = re.search(rf'<input id="{re.escape(field)}"[^>]* value="([^"]*)"', text)
    assert found is not None, field
    return unescape(found.group(1))


def test_nobody_else_carries_out_a_form(
    app: Flask, alice_org: UUID, bob_org: UUID, forms: dict[str, dict[str, str]]
) -> None:
    operator, charlie = (
        browser_of(app, make_person(role)) for role in ((alice_org, Role.OPERATOR), (bob_org, Role.OWNER))
    )
    admin, before = browser_of(app, make_person((alice_org, Role.ADMIN))), standing(alice_org)
    for form, fields in forms.items():
        assert post(operator, alice_org, form, fields).status_code == 403, form
        assert post(charlie, alice_org, form, fields).status_code == 404, form
        assert [post(admin, alice_org, form, fields, csrf).status_code for csrf in ("", "form-tokem")] == [403, 403]
        assert post(app.test_client(), alice_org, form, fields).status_code == 403, form
    for form in (*forms, *(re.sub(r"[0-9a-f-]{36}", str(uuid4()), form) for form in forms)):
        if re.search(r"[0-9a-f-]{36}", form):
            assert post(charlie, bob_org, form, forms.get(form)).status_code == 404, form
    assert standing(alice_org) == before


def test_admins_do_all_but_what_is_an_owners_or_an_operators(
    app: Flask, admin: FlaskClient, alice_org: UUID, forms: dict[str, dict[str, str]]
) -> None:
    told = {form: post(admin, alice_org, form, fields).status_code for form, fields in forms.items() if "/" in form}
    refused = {re.sub(r"[0-9a-f-]{36}", "*", form) for form, status in told.items() if status not in (200, 303)}
    assert refused == {"lines/numbers/*/verify", "connections/twilio/remove"}
    owner = browser_of(app, make_person((alice_org, Role.OWNER)))
    assert "The connection is removed." in follow(owner, post(owner, alice_org, "connections/twilio/remove"))


def test_an_assistant_comes_changes_and_goes(admin: FlaskClient, alice_org: UUID) -> None:
    new = {"vapi_assistant_id": " a-1 ", "name": "Front desk", "is_outbound": "yes"}
    text = follow(admin, post(admin, alice_org, "lines/assistants", new))
    assert "The assistant is registered" in text
    assert "Calls people back" in text
    (row,) = standing(alice_org)[0]
    assert (row["vapi_assistant_id"], row["name"], row["is_outbound"]) == ("a-1", "Front desk", True)
    text = follow(admin, post(admin, alice_org, f"lines/assistants/{row['id']}", {"name": "Night"}))
    (row,) = standing(alice_org)[0]
    assert (row["name"], row["is_outbound"]) == ("Night", False)
    assert "removed" in follow(admin, post(admin, alice_org, f"lines/assistants/{row['id']}/remove"))
    assert standing(alice_org)[0] == []
    for action in ("create", "change", "remove"):
        assert [one["subject"] for one in trail(alice_org, f"assistants.{action}")] == [str(row["id"])]


def test_a_line_is_stated_by_admins_and_verified_by_the_operator(
    app: Flask, admin: FlaskClient, alice_org: UUID
) -> None:
    add_assistant(alice_org, "a-1", "Front desk")
    new = {"number": "(212) 555-0101", "label": "Reception", "vapi_assistant_id": "a-1", "assistant_number": " "}
    text = follow(admin, post(admin, alice_org, "lines/numbers", new))
    assert "Not verified" in text
    (row,) = standing(alice_org)[1]
    assert (row["number"], row["label"], row["assistant_number"]) == ("+12125550101", "Reception", None)
    form = f"lines/numbers/{row['id']}"
    refused = post(admin, alice_org, form, {"label": "Night", "is_outbound": "yes"})
    assert (refused.status_code, complaint(refused)) == (
        400, "A line calls people back only through Vapi: it needs Vapi's id of it.",
    )  # fmt: skip
    assert value(refused.text, f"label-{row['id']}") == "Night"
    operator = browser_of(app, make_person(super_admin=True))
    assert "verify it" in page(operator, f"/o/{alice_org}/settings/lines")
    assert "The line is verified." in follow(operator, post(operator, alice_org, f"{form}/verify"))
    assert "The line is removed." in follow(admin, post(admin, alice_org, f"{form}/remove"))


def test_a_token_is_made_hidden_and_shown_when_asked_for(admin: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    made = post(admin, alice_org, "webhooks", {"endpoint_type": "convoso_calls"})
    token_id = re.search(r"made=([0-9a-f-]{36})", made.location).group(1)  # type: ignore[union-attr]
    assert "token=" not in follow(admin, made).replace("#token-", "")
    shown = post(admin, alice_org, f"webhooks/{token_id}/show")
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    address = value(shown.text, f"url-{token_id}")
    token = address.partition("?token=")[2]
    assert address.startswith("http://localhost:8000/api/webhooks/convoso-calls?token=")
    assert value(shown.text, f"curl-{token_id}").endswith(f"'{address}'")
    assert desk.convoso(call_body(), token).status_code == 200
    (row,) = trail(alice_org, "webhook_tokens.show")
    assert (row["actor"][:5], row["subject"]) == ("user:", token_id)
    assert "is revoked" in follow(admin, post(admin, alice_org, f"webhooks/{token_id}/revoke"))
    assert desk.convoso(call_body(call_id="c-2"), token).status_code == 401
    assert post(admin, alice_org, f"webhooks/{token_id}/show").status_code == 404
    assert len(trail(alice_org, "webhook_tokens.show")) == 1


def test_a_key_is_shown_once_and_works(admin: FlaskClient, client: FlaskClient, alice_org: UUID) -> None:
    made = post(admin, alice_org, "keys", {"name": "Report", "role": "viewer", "expires_in_days": "30"})
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    key = value(made.text, "new-key")
    assert client.get("/api/calls", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    text = page(admin, f"/o/{alice_org}/settings/keys")
    assert key not in text
    assert "Report" in text
    (row,) = standing(alice_org)[5]
    assert "is revoked" in follow(admin, post(admin, alice_org, f"keys/{row['id']}/revoke"))
    assert client.get("/api/calls", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert [one["details"] for one in trail(alice_org, "api_keys.create")] == [{"role": "viewer", "days": 30}]


def test_twilio_is_connected_and_a_failed_step_tried_again(admin: FlaskClient, alice_org: UUID) -> None:
    text = follow(admin, post(admin, alice_org, "connections/twilio", TWILIO))
    assert "Being connected" in text
    with organization(alice_org) as tx:
        step = connections.steps_of(tx, alice_org, "twilio")[0]
        connections.settle(tx, alice_org, "twilio", step, "failed", "Twilio refuses these credentials")
    assert "Twilio refuses these credentials" in page(admin, f"/o/{alice_org}/settings/connections")
    assert "being tried again" in follow(admin, post(admin, alice_org, "connections/twilio/retry", {"step": "check"}))
    again = post(admin, alice_org, "connections/openai/retry")
    assert (again.status_code, complaint(again)) == (409, "There is nothing to retry.")
    assert [row["subject"] for row in trail(alice_org, "credentials.set")] == ["twilio"]


REFUSED: list[tuple[str, dict[str, str], int, str, str]] = [
    ("lines/assistants", {"vapi_assistant_id": "a-1", "name": HOSTILE}, 409, "It is registered already;", "name"),
    ("lines/assistants", {"vapi_assistant_id": "a b"}, 400, "Vapi's id of the assistant must be 1 to", ""),
    ("lines/numbers", {"number": "front desk"}, 400, "Number must be a telephone number like +1312", "number"),
    ("lines/numbers", {"number": "+12125550101", "assistant_number": "x"}, 400, "Forwarded number must be", "number"),
    ("webhooks", {"endpoint_type": "twilio"}, 400, "Endpoint_type must be one of vapi, convoso_calls,", ""),
    ("connections/twilio", TWILIO | {"account_sid": "AC1"}, 400, "Account SID must be AC and 32", "account_sid"),
    ("connections/twilio", {"auth_token": SECRET}, 400, "Twilio needs account SID, auth token and phone number", ""),
    ("keys", {"name": "Mine", "role": "owner", "expires_in_days": "30"}, 400, "Role must be one of viewer,", "name"),
    ("keys", {"name": "Mine", "expires_in_days": "soon"}, 400, "Role must be", "expires_in_days"),
    ("keys", {"name": "Mine", "role": "viewer", "expires_in_days": "soon"}, 400, "Days must be a whole number", "name"),
]


def test_what_is_refused_keeps_what_was_typed_and_no_secret(admin: FlaskClient, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    before = standing(alice_org)
    for form, fields, status, sentence, field in REFUSED:
        answer = post(admin, alice_org, form, fields)
        assert (answer.status_code, complaint(answer)[: len(sentence)]) == (status, sentence), form
        typed = re.findall(rf'<input id="[^"]*" name="{field}"[^>]* value="([^"]*)"', answer.text)
        assert not field or fields[field] in map(unescape, typed)
        assert SECRET not in answer.text
    assert standing(alice_org) == before
