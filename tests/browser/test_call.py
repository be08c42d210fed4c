"""One call: its words and its sound go together, and what is done about it is seen through."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.stage import PEOPLE, Stage
from vocabulary import Role

pytestmark = pytest.mark.browser

DELIVERED_MS = 30_000


def test_a_follow_up_is_seen_to_be_delivered_without_a_reload(visit: Visit, stage: Stage) -> None:
    page = visit(PEOPLE[Role.OPERATOR])
    page.goto(stage.address("dashboard.call", call_id=stage.spoken_call()))
    page.get_by_label("Text to").fill("Thank you for calling. See you on Tuesday!")
    page.get_by_role("button", name="Send text").click()
    page.wait_for_url("**/calls/*-*")
    message = page.locator(".message").filter(has_text="See you on Tuesday!")
    expect(message.get_by_text("Delivered").first).to_be_visible(timeout=DELIVERED_MS)


def test_a_line_of_the_transcript_is_heard_and_a_moment_has_an_address(visit: Visit, stage: Stage) -> None:
    page = visit()
    page.goto(stage.address("dashboard.call", call_id=stage.spoken_call()))
    line = page.locator(".line[data-at]").nth(4)
    at = float(line.get_attribute("data-at") or 0)
    line.locator("a").first.click()
    page.wait_for_function("at => { const t = document.querySelector('audio').currentTime; return t >= at }", arg=at)
    assert page.evaluate("document.querySelector('audio').currentTime") < at + 10
    expect(line).to_have_attribute("aria-current", "true")
    assert page.url.endswith(f"#t={int(at)}")
    page.locator("audio").evaluate("audio => audio.pause()")
    again = visit()
    again.goto(page.url)
    assert abs(again.evaluate("document.querySelector('audio').currentTime") - int(at)) < 1
    expect(again.locator(".line[aria-current]")).to_have_count(1)
