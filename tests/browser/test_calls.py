"""The list of calls: it follows what happens, keeps its filters, and is gone through by keyboard."""

from __future__ import annotations

import csv
import statistics
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import PEOPLE, Stage
from vocabulary import Role

pytestmark = pytest.mark.browser

SOON_SECONDS = 2.0
ROWS = ".calls .row-link"


@pytest.mark.parametrize("endpoint", ["dashboard.calls", "today_page.today"])
def test_a_call_that_comes_in_is_shown_within_two_seconds_without_a_reload(
    visit: Visit, stage: Stage, endpoint: str
) -> None:
    page = visit()
    page.goto(stage.address(endpoint))
    page.evaluate("window.isStillHere = true")
    waited = [_waited(page, stage) for _ in range(5)]
    assert page.evaluate("window.isStillHere")
    # On a machine that is busy with something else: and as long as the page takes to come at all.
    assert statistics.median(waited) < SOON_SECONDS + statistics.median(_reloaded(page) for _ in range(3)), waited


def _waited(page: Page, stage: Stage) -> float:
    """Seconds from the webhook's answer until the caller's name stands on the page."""
    name, acknowledged = stage.ring()
    page.get_by_text(name).first.wait_for()
    return time.monotonic() - acknowledged


def _reloaded(page: Page) -> float:
    began = time.monotonic()
    page.reload()
    return time.monotonic() - began


def test_filters_survive_a_reload_and_the_way_back_from_a_call(visit: Visit, stage: Stage) -> None:
    page = visit()
    page.goto(stage.address("dashboard.calls"))
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Direction").select_option("inbound")
    page.get_by_role("button", name="Show calls").click()
    page.wait_for_url("**direction=inbound**")
    shown = page.locator(ROWS).all_inner_texts()
    assert shown
    page.reload()
    assert page.locator(ROWS).all_inner_texts() == shown
    page.locator(ROWS).nth(1).click()
    page.wait_for_url("**/calls/*-*")
    page.go_back()
    page.wait_for_url("**direction=inbound**")
    assert page.locator(ROWS).all_inner_texts() == shown
    assert page.get_by_label("Direction").input_value() == "inbound"
    page.get_by_role("link", name="Direction").click()
    page.wait_for_url(stage.address("dashboard.calls"))


def test_the_list_is_gone_through_by_keyboard(visit: Visit, stage: Stage) -> None:
    page = visit()
    page.goto(stage.address("dashboard.calls"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(ROWS).nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(ROWS).nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jk")
    assert page.get_by_role("searchbox").input_value() == "jk"
    page.keyboard.press("Escape")
    page.locator(ROWS).nth(0).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/*-*")


def test_what_is_filtered_is_downloaded_as_csv(visit: Visit, stage: Stage, tmp_path: Path) -> None:
    page = visit()
    page.goto(stage.address("dashboard.calls") + "?direction=inbound")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download as CSV").click()
    coming.value.save_as(tmp_path / "calls.csv")
    with (tmp_path / "calls.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Direction"].lower() for row in rows} == {"inbound"}
    assert len(rows) >= page.locator(ROWS).count() > 0


def test_a_viewer_sees_calls_without_words_sound_or_download(visit: Visit, stage: Stage) -> None:
    page = visit(PEOPLE[Role.VIEWER])
    page.goto(stage.address("dashboard.calls"))
    expect(page.locator(ROWS).first).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)
    page.goto(stage.address("dashboard.call", call_id=stage.spoken_call()))
    expect(page.get_by_text("What was said is for analysts and above")).to_be_visible()
    for hidden in ("audio", ".talk", ".line", "form[action*=followup]"):
        expect(page.locator(hidden)).to_have_count(0)
