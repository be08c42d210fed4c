"""What holds of every page, full and empty, by day and by night: nothing complains, all can use it, and it is light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from edge import create_app
from tests.browser.conftest import Visit
from tests.browser.stage import OWNER, STRANGER, Stage
from tests.browser.watched import Watch, grave_problems, weigh

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WIRE_LIMIT = 100_000
TOUCH = 48
OF_LIGHT = ("color-contrast", "scrollable-region-focusable", "meta-viewport")
"""The rules of axe-core that a phone in the dark may break where a desk by day does not."""
PARTS = ("dashboard.call_news", "wiring_page.steps")
"""Of pages, and no pages themselves."""
FILLED: dict[str, Callable[[Stage], object]] = {
    "call_id": lambda stage: stage.spoken_call(),
    "contact_id": lambda stage: stage.any_of("contacts"),
    "appointment_id": lambda stage: stage.any_of("appointments"),
    "event_id": lambda stage: stage.any_of("webhook_events"),
    "job_id": lambda stage: stage.any_of("jobs"),
    "service_id": lambda stage: stage.any_of("services"),
    "template_id": lambda stage: stage.any_of("message_templates"),
    "provider": lambda stage: "twilio",
}
"""What stands for each part of an address."""
SMALL = """touch => {
  const touched = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option]";
  const area = (one) => {
    const label = one.matches("[type=checkbox], [type=radio]") && (one.closest("label") || one.labels[0]);
    if (getComputedStyle(one, "::after").position !== "absolute") return label || one;
    for (let around = one; around; around = around.parentElement) {
      if (getComputedStyle(around).position !== "static") return around;
    }
    return one;
  };
  const isShown = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const isInText = (one) => one.matches("a") && getComputedStyle(one).display === "inline";
  return [...document.querySelectorAll(touched)].filter(isShown).flatMap((one) => {
    const { width, height } = area(one).getBoundingClientRect();
    const isLarge = height > touch - 1.5 && (width > touch - 1.5 || one.matches("a"));
    if (!width || isLarge || one.matches(".skip, .unseen") || (isInText(one) && area(one) === one)) return [];
    const name = (one.textContent || one.getAttribute("aria-label") || one.name || "").trim().slice(0, 24);
    return [`${one.tagName.toLowerCase()}.${one.className} "${name}" ${Math.round(width)}×${Math.round(height)}`];
  });
}"""
"""What a thumb could miss: all that can be touched and is smaller, but for links within a line of text.
What a link covers by its ::after counts as its own, and so does the label of a box."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as its tests know it, where it is, who looks, and what its answer should be."""

    name: str
    address: str
    by: str = OWNER
    status: int = 200


@pytest.fixture
def pages(stage: Stage) -> list[Seen]:
    """Every page of a clinic in use and of an empty one, the door, and what is not there."""
    found = []
    for endpoint, wanted in _pages():
        ids = {name: FILLED[name](stage) for name in wanted}
        found.append(Seen(endpoint, stage.address(endpoint, **ids)))
        if not ids:
            found.append(Seen(f"empty {endpoint}", stage.address(endpoint, stage.empty_id), STRANGER))
    found += [Seen("sign-in", stage.base + "/sign-in", ""), Seen("nowhere", stage.base + "/o/nowhere", status=404)]
    return [*found, Seen("no such call", stage.address("dashboard.call", call_id=uuid4()), status=404)]


def _pages() -> list[tuple[str, list[str]]]:
    """Whatever a browser can open below an organization's address, and the ids that the address wants besides."""
    rules = [rule for rule in create_app().url_map.iter_rules() if str(rule).startswith("/o/<uuid:org_id>/")]
    found = {rule.endpoint: sorted(rule.arguments - {"org_id"}) for rule in rules if "GET" in (rule.methods or ())}
    return sorted((endpoint, ids) for endpoint, ids in found.items() if endpoint not in PARTS)


def test_no_page_complains_is_heavy_or_keeps_anybody_out(
    visit: Visit, stage: Stage, pages: list[Seen], watch: Watch
) -> None:
    found, looking = [], {email: visit(email) for email in {one.by for one in pages}}
    for one in pages:
        page, watch.expected = looking[one.by], {one.status} - {200}
        weight = weigh(page.context, page, lambda page=page, one=one: _open(page, one))
        found += [f"{one.name}: {complaint}" for complaint in _taken(watch) + grave_problems(page)]
        print(f"{one.name}: {weight:,} bytes on the wire")
        if weight >= WIRE_LIMIT:
            found.append(f"{one.name}: {weight:,} bytes on the wire")
    assert not found, "\n".join(found)


def test_every_page_fits_a_phone_a_thumb_and_the_dark(
    visit: Visit, stage: Stage, pages: list[Seen], watch: Watch
) -> None:
    found = []
    looking = {email: visit(email, phone=True, dark=True) for email in {one.by for one in pages}}
    for one in pages:
        page, watch.expected = looking[one.by], {one.status} - {200}
        _open(page, one)
        found += [f"{one.name}: {complaint}" for complaint in _taken(watch) + grave_problems(page, OF_LIGHT)]
        found += [f"{one.name}: too small to touch: {what}" for what in page.evaluate(SMALL, TOUCH)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{one.name}: scrolls sideways")
    assert not found, "\n".join(found)


def _open(page: Page, one: Seen) -> None:
    answer = page.goto(one.address, wait_until="load")
    assert answer is not None
    assert answer.status == one.status, one.address


def _taken(watch: Watch) -> list[str]:
    complaints, watch.complaints[:] = list(watch.complaints), []
    return complaints
