"""Takes the README's pictures from a running demo: `python docs/screenshots.py http://localhost:8000 <password>`.

Needs `pip install playwright` and Debian's chromium; neither is needed to run Aftercall.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
EMAIL = "owner@example.com"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


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
        page.goto(_call_with_words(page))
        page.set_viewport_size({"width": 1180, "height": 980})
        page.screenshot(path=IMAGES / "call.png")
        browser.close()


def _call_with_words(page: Page) -> str:
    """The address of the first call in the list that has a transcript and a booking."""
    links = page.eval_on_selector_all("a[href*='/calls/']", "links => links.map(link => link.href)")
    for link in dict.fromkeys(links):
        page.goto(link)
        if page.locator("#t3").count() and page.get_by_text("An appointment was booked").count():
            return str(link)
    raise SystemExit("None of the calls was booked; ./aftercall simulate makes more")


if __name__ == "__main__":
    main(*sys.argv[1:])
