"""Takes the README's pictures from a running demo: `python docs/screenshots.py http://localhost:8000 <password>`.

Needs `pip install playwright` and Debian's chromium; neither is needed to run Aftercall. Texts that it sends for the
picture of messages go to the demo's stand-in.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
EMAIL = "owner@example.com"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
TEXTS = (
    "Thank you for your call. Bring a photo ID and come ten minutes early. Sample Clinic",
    "You asked for our prices: the first talk with the doctor is free. Sample Clinic",
)


def main(base_url: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1180, "height": 760})
        page.goto(base_url)
        page.fill("input[name=email]", EMAIL)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_selector("main table, main ul")
        page.screenshot(path=IMAGES / "calls.png")
        calls = page.eval_on_selector_all("main a[href*='/calls/']", "links => links.map(link => link.href)")
        _send(page, calls)
        page.get_by_role("link", name="Messages").click()
        page.wait_for_selector("main table")
        page.screenshot(path=IMAGES / "messages.png")
        page.goto(_call_with_words(page, calls))
        page.set_viewport_size({"width": 1180, "height": 980})
        page.screenshot(path=IMAGES / "call.png")
        browser.close()


def _send(page: Page, calls: list[str]) -> None:
    """Texts the first callers who can be written to, and waits until they have it."""
    texts = list(TEXTS)
    for address in calls:
        page.goto(address)
        if texts and page.locator("#message").count():
            page.fill("#message", texts.pop(0))
            page.get_by_role("button", name="Send text").click()
            page.wait_for_selector("article:last-of-type .state-good:text('Delivered')")


def _call_with_words(page: Page, calls: list[str]) -> str:
    """The address of the first call in the list with a transcript, by a hot lead who can be written to."""
    for address in calls:
        page.goto(address)
        if all(page.locator(part).count() for part in ("#t3", "#message", ".state:text-is('Hot lead')")):
            return address
    raise SystemExit("None of the calls was a hot lead's; ./aftercall simulate makes more")


if __name__ == "__main__":
    main(*sys.argv[1:])
