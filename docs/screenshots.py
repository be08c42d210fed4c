"""Takes the pictures: `.venv/bin/python docs/screenshots.py http://localhost:8000 PASSWORD`, of a running demo.

Needs Debian's package chromium, and `.venv/bin/pip install pillow`. Texts that it sends for the picture of messages go
to the demo's stand-in.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
EMAIL = "owner@example.com"
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
ROOMS = ("today", "calls", "contacts", "appointments", "messages", "settings", "operations")
CALL = "call"
IN_THE_DARK = ("today", CALL)
"""These are taken once more as they look on a phone at night."""
TEXTS = (
    "Thank you for your call. Bring a photo ID and come ten minutes early. Sample Clinic",
    "You asked for our prices: the first talk with the doctor is free. Sample Clinic",
)
COLOURS = 256
"""Enough for a page, and a third of the bytes."""
SETTLED_MS = 700
"""Until charts are drawn and what is new is no longer marked."""


def main(base_url: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        desk, phone = (_signed_in(browser, base_url, password, is_phone) for is_phone in (False, True))
        front = desk.url.rpartition("/")[0]
        desk.goto(f"{front}/calls")
        calls = desk.eval_on_selector_all("main a.row-link", "links => links.map(link => link.href)")
        _send(desk, calls)
        addresses = {room: f"{front}/{room}" for room in ROOMS} | {CALL: _telling_call(desk, calls)}
        for name, address in addresses.items():
            _take(desk, address, f"{name}.png")
        for name in IN_THE_DARK:
            _take(phone, addresses[name], f"{name}-phone.png")
        browser.close()


def _signed_in(browser: Browser, base_url: str, password: str, is_phone: bool) -> Page:
    size, light = (PHONE, "dark") if is_phone else (DESK, "light")
    page = browser.new_context(viewport=size, is_mobile=is_phone, color_scheme=light, base_url=base_url).new_page()
    page.goto("/sign-in")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/o/**")
    return page


def _send(page: Page, calls: list[str]) -> None:
    """Texts the first callers who can be written to, and waits until they have it."""
    texts = list(TEXTS)
    for address in calls:
        if not texts:
            return
        page.goto(address)
        if page.locator("#message").count():
            page.fill("#message", texts.pop(0))
            page.get_by_role("button", name="Send text").click()
            page.wait_for_selector("article:last-of-type .state-good:text('Delivered')")


def _telling_call(page: Page, calls: list[str]) -> str:
    """The address of the first call in the list with words and sound, by a hot lead who can be written to."""
    for address in calls:
        page.goto(address)
        if all(page.locator(part).count() for part in ("#t3", "audio", "#message", ".state:text-is('Hot lead')")):
            return address
    raise SystemExit("None of the calls was a hot lead's; ./aftercall simulate makes more")


def _take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=IMAGES / name)
    with Image.open(IMAGES / name) as taken:
        taken.convert("RGB").quantize(COLOURS).save(IMAGES / name, optimize=True)
    print(f"{name}: {(IMAGES / name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
