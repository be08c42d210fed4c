"""What administrators do: people are invited, an address is made and copied, and what died is tried again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.stage import PEOPLE, Stage
from tests.edge.people import PASSWORD
from tests.flows.instance import await_that
from vocabulary import Role

pytestmark = pytest.mark.browser

GUEST = "guest@example.com"


def test_somebody_is_invited_and_comes_in_by_the_link(visit: Visit, stage: Stage) -> None:
    page = visit(PEOPLE[Role.ADMIN])
    page.goto(stage.address("settings_page.team"))
    page.get_by_label("E-mail").fill(GUEST)
    page.get_by_label("Role", exact=True).select_option("analyst")
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.get_by_label("the invitation’s link").input_value()
    guest = visit("")
    guest.goto(link)
    guest.get_by_label("Your name").fill("Gus Guest")
    guest.get_by_label("A new password").fill(PASSWORD)
    guest.get_by_role("button").click()
    guest.wait_for_url(f"**/o/{stage.org_id}/**")
    page.goto(stage.address("settings_page.team"))
    expect(page.locator("#member").get_by_text(GUEST).first).to_be_visible()


def test_an_address_for_webhooks_is_made_and_copied(visit: Visit, stage: Stage) -> None:
    page = visit(PEOPLE[Role.ADMIN])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(stage.address("wiring_page.webhooks"))
    page.locator("#convoso_calls").get_by_role("button", name="Make another address").click()
    page.locator("#convoso_calls .primary", has_text="Show address").click()
    shown = page.locator("#convoso_calls .reveal").get_by_label("Address", exact=True).input_value()
    page.locator("#convoso_calls .reveal").get_by_role("button", name="Copy Address").click()
    expect(page.locator("[data-copied]")).to_have_count(1)
    assert shown.startswith(f"{stage.base}/api/webhooks/convoso-calls?token=")
    assert page.evaluate("navigator.clipboard.readText()") == shown


def test_a_dead_job_is_redriven_and_done(visit: Visit, stage: Stage) -> None:
    job = stage.rows(
        "update jobs set state = 'dead', last_error = 'Outage: the provider answered 503', lease_until = null"
        " where (org_id, id) = (select org_id, id from jobs where org_id = %s and state = 'done'"
        " and actor = 'process_event' limit 1) returning id",
        str(stage.org_id),
    )[0]["id"]
    page = visit(PEOPLE[Role.ADMIN])
    page.goto(stage.address("operations_page.operations"))
    page.get_by_role("link", name="Process event").first.click()
    page.locator(".row-link").first.click()
    page.get_by_role("button", name="Redrive").click()
    expect(page.get_by_role("status").filter(has_text="One job has all its attempts again.")).to_be_visible()
    await_that(lambda: stage.rows("select 1 from jobs where id = %s and state = 'done'", str(job)))
