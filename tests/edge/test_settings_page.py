"""The settings' pages: forms that do what the API does, bring back what was typed, and are for admins only."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import organization
from tests.edge.people import make_person
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from vocabulary import Role

CSRF = "form-token"
"""What browser_of's sessions have."""
HOURS = {"send_from": "09:00", "send_until": "20:00"}
PEEL = {"name": "Peel", "price": "120", "keywords": "peel, Skin  peel,"}


@pytest.fixture
def owner(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.OWNER)))


def post(browser: FlaskClient, org_id: UUID, path: str, **fields: Any) -> Any:
    return browser.post(f"/o/{org_id}/settings/{path}", data={"csrf": CSRF} | fields)


def follow(browser: FlaskClient, answer: Any) -> str:
    """The page that a form leads to."""
    assert answer.status_code == 303, answer.text
    return page(browser, answer.location)


def rows(org_id: UUID, query: str) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows(query)


def trail(org_id: UUID) -> list[str]:
    return [row["action"] for row in rows(org_id, "SELECT action FROM audit_log ORDER BY at")]


def said(text: str) -> str:
    """What the page says of a form: that it is done, or what was wrong."""
    found = re.search(r'<p class="(?:saved|complaint)"[^>]*>([^<]*)</p>', text)
    return unescape(found.group(1)) if found else ""


def typed(text: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)
    assert found is not None, name
    return unescape(found.group(1))


def ticked(text: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)" checked', text)


def service_id(org_id: UUID, name: str = "Botox") -> UUID:
    found: UUID = next(row["id"] for row in rows(org_id, "SELECT id, name FROM services") if row["name"] == name)
    return found


def test_the_settings_are_admins_business(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    """Each page and form of the settings, by role and for a stranger; no form is taken without its token."""
    botox = service_id(alice_org)
    pages = ["", "/services", f"/services/{botox}"]
    forms: dict[str, dict[str, str]] = {
        "clinic/hours": HOURS, "services": PEEL, f"services/{botox}": PEEL | {"name": "Botox"},
    }  # fmt: skip
    for role in (Role.VIEWER, Role.ANALYST, Role.OPERATOR):
        lower = browser_of(app, make_person((alice_org, role)))
        assert {lower.get(f"/o/{alice_org}/settings{path}").status_code for path in pages} == {403}
        assert {post(lower, alice_org, path, **form).status_code for path, form in forms.items()} == {403}
        assert "/settings" not in page(lower, f"/o/{alice_org}/calls")
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert {charlie.get(f"/o/{alice_org}/settings{path}").status_code for path in pages} == {404}
    assert {post(charlie, alice_org, path, **form).status_code for path, form in forms.items()} == {404}
    theirs = [f"services/{botox}", f"services/{botox}/remove", f"services/{uuid4()}", "clinic/else"]
    assert {post(charlie, bob_org, path, **PEEL).status_code for path in theirs} == {404}
    admin = browser_of(app, make_person((alice_org, Role.ADMIN)))
    assert {post(admin, alice_org, path, csrf="x", **form).status_code for path, form in forms.items()} == {403}
    assert post(admin, alice_org, f"services/{botox}/remove").status_code == 403
    assert trail(alice_org) == trail(bob_org) == []
    assert {post(admin, alice_org, path, **form).status_code for path, form in forms.items()} == {303}


@pytest.mark.parametrize(
    ("part", "fields", "kept"),
    [
        ("clinic", {"name": " Alice  & Co ", "timezone": "America/Denver"}, {"name": "Alice & Co"}),
        ("hours", HOURS, {}),
        ("reminders", {"reminder_minutes": ["2880", "60"], "reminder_methods": ["sms", "email"]}, {}),
        ("alerts", {"alert_number": "(212) 555-0188"}, {"alert_number": "+12125550188"}),
        ("retention", {"body_retention_days": "7", "recording_retention_days": "90", "keeps_originals": "yes"}, {}),
        ("retention", {"body_retention_days": "7", "recording_retention_days": ""}, {}),
    ],
)
def test_a_section_is_saved_and_says_so(
    owner: FlaskClient, alice_org: UUID, part: str, fields: dict[str, Any], kept: dict[str, str]
) -> None:
    text = follow(owner, post(owner, alice_org, f"clinic/{part}", **fields))
    assert said(text).startswith("Saved.")
    for name, value in (fields | kept).items():
        shown = ticked(text, name) if isinstance(value, list) or name == "keeps_originals" else typed(text, name)
        assert shown == ([value] if name == "keeps_originals" else value), name
    assert trail(alice_org) == ["settings.change"]


@pytest.mark.parametrize(
    ("part", "fields", "complaint"),
    [
        ("clinic", {"name": "", "timezone": "Mars/Olympus"}, "The name must be a text of 1 to 120 characters."),
        ("clinic", {"name": "Al", "timezone": "Mars/Olympus"}, "The time zone must be an IANA time zone like"),
        ("hours", {"send_from": "21:00", "send_until": "08:00"}, "The earliest time must be before the latest time:"),
        ("reminders", {"reminder_minutes": list("135"), "reminder_methods": ["sms"]}, "Reminders must be a list of"),
        ("reminders", {"reminder_minutes": ["60"]}, "The way of reminders must be a list of sms, email or both."),
        ("alerts", {"alert_number": "soon"}, "The alert number must be a phone number like +12125550100, or nothing"),
        ("retention", {"body_retention_days": "x", "recording_retention_days": "9"}, "The days for webhooks must be"),
    ],
)  # fmt: skip
def test_a_section_that_makes_no_sense_comes_back_with_what_was_typed(
    owner: FlaskClient, alice_org: UUID, part: str, fields: dict[str, Any], complaint: str
) -> None:
    answer = post(owner, alice_org, f"clinic/{part}", **fields)
    assert answer.status_code == 400
    assert said(answer.text).startswith(complaint)
    for name, value in fields.items():
        shown = ticked(answer.text, name) if isinstance(value, list) else typed(answer.text, name)
        assert sorted(shown) == sorted(value), name
    assert trail(alice_org) == []


def test_what_is_set_elsewhere_is_told(owner: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run("UPDATE organizations SET openai_enabled = true, qa_weights = '{\"greeting\": 0}'")
    text = page(owner, f"/o/{alice_org}/settings")
    assert "No number yet." in text
    assert "On, at most $5 a day" in text
    assert "7 things, each by its weight" in text
    assert f'value="{alice_org}" readonly' in text


def test_a_service_is_added_changed_and_removed(owner: FlaskClient, alice_org: UUID) -> None:
    assert said(follow(owner, post(owner, alice_org, "services", **PEEL))).startswith("Added.")
    peel = service_id(alice_org, "Peel")
    change = PEEL | {"price": "$1,250.50", "keywords": ""}
    text = follow(owner, post(owner, alice_org, f"services/{peel}", **change))
    assert said(text) == "Saved. Calls keep the price they were valued with."
    assert (typed(text, "price"), typed(text, "keywords")) == ("1250.50", "")
    assert re.findall(r"<li><b>([^<]*)</b>", text) == ["$1,250.50", "$120"]
    text = follow(owner, post(owner, alice_org, f"services/{peel}/remove"))
    assert said(text).startswith("Removed.")
    assert "Peel" not in text
    assert trail(alice_org) == ["services.create", "services.change", "services.remove"]


@pytest.mark.parametrize(
    ("fields", "status", "complaint"),
    [
        ({"name": ""}, 400, "Name must be a text of 1 to 120 characters."),
        ({"price": "cheap"}, 400, "Price must be an amount from 0 to"),
        ({"keywords": "x" * 81}, 400, "Keywords must be at most 50"),
        ({"name": "fillers"}, 409, "There is a service of this name already."),
    ],
)
def test_a_service_that_makes_no_sense_comes_back_with_what_was_typed(
    owner: FlaskClient, alice_org: UUID, fields: dict[str, str], status: int, complaint: str
) -> None:
    for path in ("services", f"services/{service_id(alice_org)}"):
        answer = post(owner, alice_org, path, **(PEEL | fields))
        assert answer.status_code == status
        assert said(answer.text).startswith(complaint)
        assert {name: typed(answer.text, name) for name in PEEL} == PEEL | fields
    assert trail(alice_org) == []


def test_only_an_owner_is_offered_to_remove_a_service(app: Flask, alice_org: UUID, owner: FlaskClient) -> None:
    admin, address = browser_of(app, make_person((alice_org, Role.ADMIN))), f"services/{service_id(alice_org)}"
    assert "Only an owner removes a service." in page(admin, f"/o/{alice_org}/settings/{address}")
    assert f"{address}/remove" in page(owner, f"/o/{alice_org}/settings/{address}")


def test_without_services_the_page_says_what_they_are_for(owner: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run("UPDATE services SET deleted_at = now() WHERE org_id = %s", (alice_org,))
    assert "No services yet." in page(owner, f"/o/{alice_org}/settings/services")


def test_many_services_come_in_pages(owner: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO services (org_id, name, price) SELECT %s, 'Peel ' || n, n FROM generate_series(1, 50) n",
            (alice_org,),
        )
    first = page(owner, f"/o/{alice_org}/settings/services")
    (more,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(owner, more)
    assert [text.count('class="row-link"') for text in (first, second)] == [50, 7]
    assert re.findall(r'rel="(?:prev|next)" href="([^"]+)"', second) == [more.replace("part=1", "part=0")]
    assert page(owner, more.replace("part=1", "part=x")).count('class="row-link"') == 50


def test_what_was_typed_is_never_markup(owner: FlaskClient, alice_org: UUID) -> None:
    texts = [
        post(owner, alice_org, "services", **(PEEL | {"name": HOSTILE, "price": HOSTILE})).text,
        post(owner, alice_org, "clinic/clinic", name=HOSTILE, timezone=HOSTILE).text,
        page(owner, f"/o/{alice_org}/settings?done={HOSTILE}"),
    ]
    for text in texts:
        assert "<script" not in OUR_SCRIPT.sub("", text)
        assert 'onmouseover="' not in text.replace("&#34;", "")
