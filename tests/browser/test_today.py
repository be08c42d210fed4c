"""What waits for a person: put off, taken back, and done with."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.stage import PEOPLE, Stage
from vocabulary import Role

pytestmark = pytest.mark.browser

ITEMS = ".todo-item"


def test_what_waits_is_snoozed_taken_back_and_done_with(visit: Visit, stage: Stage) -> None:
    page = visit(PEOPLE[Role.OPERATOR])
    page.goto(stage.address("today_page.today"))
    first = page.locator(f"{ITEMS}[data-live='{page.locator(ITEMS).first.get_attribute('data-live')}']")
    first.locator("summary").click()
    first.locator(".menu-list button").first.click()
    expect(first).to_have_count(0)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(first.locator(".todo-link")).to_be_focused()
    first.locator(".todo-acts > button").first.click()
    expect(first).to_have_count(0)
    page.reload()
    expect(page.locator(ITEMS).first).to_be_visible()
    expect(first).to_have_count(0)


def test_a_viewer_sees_what_waits_and_can_do_nothing_about_it(visit: Visit, stage: Stage) -> None:
    page = visit(PEOPLE[Role.VIEWER])
    page.goto(stage.address("today_page.today"))
    expect(page.locator(ITEMS).first).to_be_visible()
    expect(page.locator(".todo-acts")).to_have_count(0)
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
