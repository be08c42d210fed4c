"""What holds of every page, full and empty, by day and by night: nothing complains, all can use it, and it is light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from edge import create_app
from edge.rooms import ROOMS, TABS
from tests.browser.conftest import Visit
from tests.browser.stage import OWNER, STRANGER, Stage
from tests.browser.watched import Watch, grave_problems, weigh

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WIRE_LIMIT = 100_000
TOUCH = 48
ROOMY = [room.endpoint for room in (*ROOMS, *TABS)]
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
    const isLarge = height > touch - 1 && (width > touch - 1 || one.matches("a"));
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
    """Every room and tab of a clinic in use and of an empty one; a call, a contact, an event; the door; nowhere."""
    built = create_app().view_functions
    rooms = [endpoint for endpoint in dict.fromkeys(ROOMY) if endpoint in built]
    seen = [Seen(endpoint, stage.address(endpoint)) for endpoint in rooms]
    seen += [Seen(f"empty {endpoint}", stage.address(endpoint, stage.empty_id), STRANGER) for endpoint in rooms]
    seen += [Seen("call", stage.address("dashboard.call", call_id=stage.spoken_call()))]
    seen += [Seen(name, stage.address(endpoint, **ids)) for name, endpoint, ids in _single(stage) if endpoint in built]
    seen += [Seen("sign-in", stage.base + "/sign-in", ""), Seen("nowhere", stage.base + "/o/nowhere", status=404)]
    return [*seen, Seen("no such call", stage.address("dashboard.call", call_id=uuid4()), status=404)]


def _single(stage: Stage) -> list[tuple[str, str, dict[str, object]]]:
    contact = stage.rows("select id from contacts where org_id = %s limit 1", str(stage.org_id))
    event = stage.rows("select id from webhook_events where org_id = %s limit 1", str(stage.org_id))
    return [
        ("contact", "contacts_page.contact", {"contact_id": contact[0]["id"]}),
        ("event", "operations_page.event", {"event_id": event[0]["id"]}),
    ]


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
        found += [f"{one.name}: {complaint}" for complaint in _taken(watch) + grave_problems(page)]
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
