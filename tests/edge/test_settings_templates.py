"""The settings' pages of templates: written, previewed, tested and removed, with what was typed where that fails."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import organization
from settings import settings
from tests.edge.people import make_person
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from tests.edge.test_settings_page import follow, owner, post, rows, said, ticked, trail, typed
from vocabulary import Role

__all__ = ["owner"]
THANKS: dict[str, Any] = {
    "purpose": "followup", "method": "sms", "name": "Thanks", "body": "Hi {{ first_name }}!", "after_results": "booked",
}  # fmt: skip
MAIL = {"purpose": "reminder", "method": "email", "name": "Mail", "subject": "On {{ date }}", "body": "{{ title }}"}


@pytest.fixture
def thanks(owner: FlaskClient, alice_org: UUID) -> str:
    """Where Alice's follow-up after bookings is."""
    location = post(owner, alice_org, "templates", **THANKS).location
    return str(re.sub(r"[?#].*", "", location)).partition("settings/")[2]


@pytest.fixture
def sender(alice_org: UUID) -> None:
    """Alice sends texts through the deployment's account."""
    with organization(alice_org) as tx:
        account = settings().twilio_account_sid
        tx.run("UPDATE organizations SET sms_number = '+12125550100', sms_account = %s", (account,))


def message(text: str) -> str:
    found = re.search(r"<textarea[^>]*>([^<]*)</textarea>", text)
    assert found is not None
    return unescape(found.group(1))


def bubble(text: str) -> str:
    found = re.search(r'<p class="prose">([^<]*)</p>', text)
    return unescape(found.group(1)) if found else ""


def test_templates_are_admins_business(app: Flask, alice_org: UUID, bob_org: UUID, thanks: str) -> None:
    """Each page and form, by role and for a stranger; no form is taken without its token."""
    pages, there = ["templates", "templates/new", thanks], f"/o/{alice_org}/settings"
    forms = ["templates", "templates/preview", thanks, f"{thanks}/preview", f"{thanks}/test", f"{thanks}/remove"]
    before = trail(alice_org)
    for role in (Role.VIEWER, Role.ANALYST, Role.OPERATOR):
        lower = browser_of(app, make_person((alice_org, role)))
        assert {lower.get(f"{there}/{path}").status_code for path in pages} == {403}
        assert {post(lower, alice_org, path, **THANKS).status_code for path in forms} == {403}
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert {charlie.get(f"{there}/{path}").status_code for path in pages} == {404}
    assert {post(charlie, alice_org, path, **THANKS).status_code for path in forms} == {404}
    assert charlie.get(f"/o/{bob_org}/settings/{thanks}").status_code == 404
    assert {post(charlie, bob_org, path, **THANKS).status_code for path in forms if thanks in path} == {404}
    admin = browser_of(app, make_person((alice_org, Role.ADMIN)))
    assert {post(admin, alice_org, path, csrf="x", **THANKS).status_code for path in forms} == {403}
    assert (trail(alice_org), trail(bob_org)) == (before, [])
    assert {admin.get(f"{there}/{path}").status_code for path in pages} == {200}
    assert post(admin, alice_org, thanks, **THANKS).status_code == 303


def test_without_templates_the_page_shows_what_is_sent_and_what_to_begin_with(
    owner: FlaskClient, alice_org: UUID
) -> None:
    text = page(owner, f"/o/{alice_org}/settings/templates")
    assert "No follow-ups yet." in text
    assert re.findall(r'class="row-link"[^>]*>([^<]*)<', text) == [
        "Reminder by text", "Reminder by mail", "Hot lead alert",
    ]  # fmt: skip
    for address in re.findall(r'href="([^"]*/templates/new[^"]*)"', text):
        first = page(owner, unescape(address))
        if "result=" in address or "purpose=" in address:
            assert bubble(first), address
    assert owner.get(f"/o/{alice_org}/settings/templates/new?purpose=share").status_code == 404


def test_a_template_is_written_changed_and_removed(owner: FlaskClient, alice_org: UUID, thanks: str) -> None:
    assert page(owner, f"/o/{alice_org}/settings/templates").count(">Thanks<") == 1
    change = THANKS | {"body": "See you, {{ name }}", "after_results": ["booked", "rescheduled"]}
    text = follow(owner, post(owner, alice_org, thanks, **change))
    assert said(text) == "Saved. It is sent so from now on."
    assert (message(text), bubble(text)) == ("See you, {{ name }}", "See you, Maria Lopez")
    assert ticked(text, "after_results") == ["booked", "rescheduled"]
    assert said(follow(owner, post(owner, alice_org, f"{thanks}/remove"))).startswith("Removed.")
    assert trail(alice_org) == ["templates.create", "templates.change", "templates.remove"]


@pytest.mark.usefixtures("thanks")
@pytest.mark.parametrize(
    ("form", "status", "complaint"),
    [
        (THANKS | {"name": ""}, 400, "Name must be a text of 1 to 120 characters."),
        (THANKS | {"body": "Hi {{ nick }}"}, 400, "The message must be put right. There is no variable nick here"),
        (THANKS | {"body": "x" * 161}, 400, "The message must be shorter. With its values it has 161 characters"),
        (THANKS | {"name": "thanks", "after_results": []}, 409, "There is a template of this name already."),
        (THANKS | {"name": "Else"}, 409, "Thanks is sent after booked already."),
        (MAIL | {"subject": ""}, 400, "Subject must be a text of 1 to 200 characters."),
    ],
)
def test_a_template_that_makes_no_sense_comes_back_with_what_was_typed(
    owner: FlaskClient, alice_org: UUID, form: dict[str, Any], status: int, complaint: str
) -> None:
    answer = post(owner, alice_org, "templates", **form)
    assert answer.status_code == status
    assert said(answer.text).startswith(complaint)
    assert (typed(answer.text, "name"), message(answer.text)) == (form["name"], form["body"])
    assert trail(alice_org) == ["templates.create"]


def test_mail_has_a_subject_and_its_kind_stays(owner: FlaskClient, alice_org: UUID) -> None:
    text = follow(owner, post(owner, alice_org, "templates", **MAIL))
    assert typed(text, "subject") == "On {{ date }}"
    assert "<b>On Tuesday, March 3</b>" in text
    assert "after_results" not in text


def test_a_preview_keeps_nothing(owner: FlaskClient, alice_org: UUID, thanks: str) -> None:
    draft = THANKS | {"body": "Bye, {{ first_name }} –"}
    for path in ("templates/preview", f"{thanks}/preview"):
        answer = post(owner, alice_org, path, **draft)
        assert (answer.status_code, message(answer.text), bubble(answer.text)) == (200, draft["body"], "Bye, Maria –")
        wrong = post(owner, alice_org, path, **(draft | {"body": "{{ nick }}"}))
        assert (wrong.status_code, message(wrong.text)) == (400, "{{ nick }}")
        assert said(wrong.text).startswith("The message must be put right.")
    assert message(page(owner, f"/o/{alice_org}/settings/{thanks}")) == "Hi {{ first_name }}!"


def test_a_preview_that_the_page_asks_for_itself_is_only_that(owner: FlaskClient, alice_org: UUID) -> None:
    address, asking = f"/o/{alice_org}/settings/templates/preview", {"HX-Request": "true"}
    for body, words in (
        ("Bye, {{ name }} –", "18 of 160 characters: one text. A character outside"),
        ("{{ x }}", "no variable x"),
    ):
        answer = owner.post(address, data=THANKS | {"csrf": "form-token", "body": body}, headers=asking)
        assert (answer.status_code, "<html" in answer.text) == (200, False)
        assert words in answer.text


@pytest.mark.usefixtures("sender")
def test_a_test_is_sent_once_however_often_its_form_is(owner: FlaskClient, alice_org: UUID, thanks: str) -> None:
    key = typed(page(owner, f"/o/{alice_org}/settings/{thanks}"), "key")
    for _ in range(2):
        text = follow(owner, post(owner, alice_org, f"{thanks}/test", to="(212) 555-0177", key=key))
        assert said(text).startswith("The test is on its way")
    sent = rows(alice_org, "SELECT recipient, content, purpose FROM messages")
    assert sent == [{"recipient": "+12125550177", "content": "Hi Maria!", "purpose": "system"}]
    wrong = post(owner, alice_org, f"{thanks}/test", to="soon", key="another")
    assert (wrong.status_code, typed(wrong.text, "to")) == (400, "soon")
    assert said(wrong.text) == "The address of a test must be a phone number like +12125550100."


def test_a_test_that_cannot_be_sent_is_not_offered(owner: FlaskClient, alice_org: UUID, thanks: str) -> None:
    text = page(owner, f"/o/{alice_org}/settings/{thanks}")
    assert "Twilio is not connected." in text
    assert f"{thanks}/test" not in text
    refused = post(owner, alice_org, f"{thanks}/test", to="+12125550177", key="k")
    assert (refused.status_code, said(refused.text)) == (400, "Twilio is not connected. Connect it in settings.")


def test_what_is_written_is_never_markup(owner: FlaskClient, alice_org: UUID) -> None:
    form = THANKS | {"body": HOSTILE, "name": HOSTILE}
    texts = [
        follow(owner, post(owner, alice_org, "templates", **form)),
        page(owner, f"/o/{alice_org}/settings/templates"),
        post(owner, alice_org, "templates/preview", **form).text,
    ]
    for text in texts:
        assert "<script" not in OUR_SCRIPT.sub("", text)
        assert 'onmouseover="' not in text.replace("&#34;", "")
