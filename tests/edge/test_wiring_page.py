"""Lines, webhooks, connections and keys in the settings: for admins, without secrets, and clear where nothing is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import connections, credentials, tools
from models.api_keys import make as make_key
from models.database import organization
from models.organizations import add_assistant, add_number
from models.tokens import create_token, deactivate_token
from models.tools import Link
from tasks.connections import save
from tests.edge.desk import Desk, call_body
from tests.edge.people import make_person
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from vocabulary import Endpoint, Role

ASKED = {"HX-Request": "true"}
TABS = ("lines", "webhooks", "connections", "keys")
SID, SECRET = "AC" + "0a" * 14 + "beef", "canary-of-auth-token"
TWILIO = {"account_sid": SID, "auth_token": SECRET, "phone_number": "+15550109876"}


@pytest.fixture
def admin(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.ADMIN)))


def words(text: str) -> str:
    """What is read, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def moving(browser: FlaskClient, address: str) -> str:
    """The part of the page that asks for itself again."""
    answer = browser.get(address, headers=ASKED)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def seen(browser: FlaskClient, org_id: UUID, tab: str) -> str:
    return page(browser, f"/o/{org_id}/settings/{tab}")


def test_all_tabs_are_for_admins_of_the_organization(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    addresses = [f"/o/{alice_org}/settings/{tab}" for tab in (*TABS, "connections/twilio/steps")]
    people = [
        (make_person((alice_org, Role.ADMIN)), 200),
        (make_person((alice_org, Role.OWNER)), 200),
        (make_person((alice_org, Role.OPERATOR)), 403),
        (make_person((alice_org, Role.VIEWER)), 403),
        (make_person((bob_org, Role.OWNER)), 404),
    ]
    for user_id, expected in people:
        browser = browser_of(app, user_id)
        assert {address: browser.get(address, headers=ASKED).status_code for address in addresses} == dict.fromkeys(
            addresses, expected
        )
    assert browser_of(app, people[0][0]).get(f"/o/{alice_org}/settings/connections/nobody/steps").status_code == 404


def test_where_nothing_is_each_tab_says_what_to_do(admin: FlaskClient, alice_org: UUID) -> None:
    text = words(seen(admin, alice_org, "lines"))
    for sentence in ("Add an assistant", "In Vapi, open the assistant", "Add a line", "As you would dial it"):
        assert sentence in text
    text = words(seen(admin, alice_org, "webhooks"))
    assert (text.count("Make an address"), text.count("Nothing has arrived yet")) == (3, 8)
    text = words(seen(admin, alice_org, "connections"))
    assert (text.count("Not connected"), text.count("Remove")) == (6, 0)
    assert "There is no key yet. Make one for a program" in words(seen(admin, alice_org, "keys"))


def test_lines_tell_who_answers_and_what_is_not_proven(
    admin: FlaskClient, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_assistant(alice_org, "a-1", "Front desk", is_outbound=True)
    add_number(alice_org, "+12125550101", "Reception", vapi_assistant_id="a-1")
    add_number(alice_org, "+12125550102", is_verified=False)
    text = words(seen(admin, alice_org, "lines"))
    for said in (
        "Front desk a-1 Calls people back", "(212) 555-0101 Reception · answered by Front desk Verified",
        "(212) 555-0102 No label Not verified", "Connect Twilio", "set VAPI_PRIVATE_KEY",
    ):  # fmt: skip
        assert said in text
    assert "verify it" not in text.replace("to verify it.", "")
    monkeypatch.setenv("VAPI_PRIVATE_KEY", "k")
    with organization(alice_org) as tx:
        tools.keep_links(tx, alice_org, "a-1", [Link("book", "t1", "h"), Link("ping", "t2", "h", "Vapi answered 503")])
    text = words(seen(admin, alice_org, "lines"))
    assert "1 of 2 tools not linked" in text
    assert "Ping: Vapi answered 503" in text


def test_a_webhook_tells_when_something_came(
    admin: FlaskClient, desk: Desk, alice_org: UUID, bob_org: UUID, calls_token: str
) -> None:
    bobs = create_token(bob_org, Endpoint.CONVOSO_LEADS)["token"]
    desk.convoso(call_body(), calls_token)
    desk.convoso({"lead_id": "1"}, str(bobs), path="/api/webhooks/convoso")
    text = words(seen(admin, alice_org, "webhooks"))
    assert re.search(r"Convoso calls Last arrived Today, \S+ [AP]M ", text)
    assert re.search(r"Made Today, \S+ [AP]M · used last Today", text)
    assert (text.count("Last arrived"), text.count("Nothing has arrived yet")) == (1, 7)
    with organization(alice_org) as tx:
        made = "clock_timestamp() + n * interval '1 second'"
        tx.run(
            "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, state, received_at)"
            f" SELECT %s, gen_random_uuid(), 'vapi', 'vapi', 'x', n::text, 'processed', {made}"
            " FROM generate_series(1, 300) n",
            (alice_org,),
        )
    assert "Convoso calls Arrived some time ago" in words(seen(admin, alice_org, "webhooks"))


def test_no_tab_holds_a_secret(admin: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        save(tx, alice_org, "twilio", TWILIO, "user:x")
        save(tx, alice_org, "resend", {"api_key": SECRET, "from": "Clinic <clinic@example.com>"}, "user:x")
        credentials.promote(tx, alice_org, "twilio", SID)
        connections.send_from(tx, alice_org, TWILIO["phone_number"], SID)
        key = make_key(tx, alice_org, "Report", Role.VIEWER, 90, "user:x")["key"]
    secrets = [str(create_token(alice_org, endpoint)["token"]) for endpoint in (Endpoint.VAPI, Endpoint.CONVOSO_CALLS)]
    for tab in TABS:
        answer = admin.get(f"/o/{alice_org}/settings/{tab}")
        assert answer.headers["Cache-Control"] == "no-store"
        for secret in (*secrets, key, SECRET, SID, TWILIO["phone_number"], "clinic@example.com"):
            assert secret not in answer.text, tab
    text = words(seen(admin, alice_org, "connections"))
    assert "Account SID (ends in beef), Auth token, Phone number (ends in 9876)" in text
    assert "Only an owner can remove it." in text


def test_a_connection_in_its_making_is_asked_for_until_it_stands(admin: FlaskClient, alice_org: UUID) -> None:
    address = f"/o/{alice_org}/settings/connections/twilio/steps"
    polled = f'hx-get="{address}" hx-trigger="every 2s"'
    assert polled not in moving(admin, address)
    with organization(alice_org) as tx:
        save(tx, alice_org, "twilio", TWILIO, "user:x")
    for shown in (moving(admin, address), seen(admin, alice_org, "connections"), seen(admin, alice_org, "lines")):
        assert polled in shown
        assert "Check the account and its number : Under way" in words(shown)
    with organization(alice_org) as tx:
        step = connections.steps_of(tx, alice_org, "twilio")[0]
        connections.settle(tx, alice_org, "twilio", step, "failed", "Twilio refuses these credentials")
    text = moving(admin, address)
    assert polled not in text
    assert "Failed Twilio refuses these credentials Try this step again" in words(text)
    with organization(alice_org) as tx:
        tx.run("UPDATE connection_steps SET state = 'done', error = null")
        credentials.promote(tx, alice_org, "twilio", SID)
    assert words(moving(admin, address)) == "Connected"
    assert admin.get(address).location == f"/o/{alice_org}/settings/connections#twilio"


def test_a_step_that_waits_for_a_person_is_not_asked_for_for_ever(admin: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        save(tx, alice_org, "twilio", TWILIO, "user:x")
        tx.run("UPDATE connection_steps SET updated_at = %s", (datetime.now(UTC) - timedelta(minutes=16),))
    assert "hx-trigger" not in moving(admin, f"/o/{alice_org}/settings/connections/twilio/steps")


def test_long_lists_come_in_parts(admin: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        tx.run(
            "INSERT INTO assistants (org_id, id, vapi_assistant_id, created_at)"
            " SELECT %s, gen_random_uuid(), 'a-' || n, now() + n * interval '1 s' FROM generate_series(101, 200) n",
            (alice_org,),
        )
    found = []
    for number in range(6):
        text = page(admin, f"/o/{alice_org}/settings/lines?assistants={number}")
        assert len(text) < 60_000
        found += re.findall(r'<code class="hint">(a-\d+)</code>', text)
    assert found == [f"a-{number}" for number in [*range(101, 201), *range(181, 201)]]
    assert page(admin, f"/o/{alice_org}/settings/lines?assistants=x&lines=99999").count('class="hint">a-1') == 20


def test_hostile_words_are_never_markup(admin: FlaskClient, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1", HOSTILE)
    add_number(alice_org, "+12125550101", HOSTILE, vapi_assistant_id="a-1")
    with organization(alice_org) as tx:
        make_key(tx, alice_org, HOSTILE, Role.VIEWER, 90, "user:x")
    for tab in TABS:
        text = OUR_SCRIPT.sub("", page(admin, f"/o/{alice_org}/settings/{tab}?done={HOSTILE}&made={HOSTILE}"))
        assert "<script" not in text
        assert 'onmouseover="' not in text.replace("&#34;", "")
        assert not re.search(r"\sstyle=|<style", text)


def test_revoked_addresses_and_keys_are_kept_apart(admin: FlaskClient, alice_org: UUID) -> None:
    token = create_token(alice_org, Endpoint.VAPI)
    deactivate_token(alice_org, token["id"])
    with organization(alice_org) as tx:
        made = make_key(tx, alice_org, "Old report", Role.VIEWER, 90, "user:x")
        tx.run("UPDATE api_keys SET expires_at = now() WHERE id = %s", (made["id"],))
    text = words(seen(admin, alice_org, "webhooks"))
    assert "Revoked addresses Vapi Made Today" in text
    assert "Show address" not in text
    assert "Revoked and expired keys Old report Viewer · expired Today" in words(seen(admin, alice_org, "keys"))
