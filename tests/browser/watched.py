"""A browser that is watched: what a page complains of, what it loads, and how much of that goes over the wire."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
LEFT = "net::ERR_ABORTED"
"""How a request ends that nobody waits for any more: its page was left, or its sound was sought elsewhere."""
LATE_SECONDS = 2.0
"""How long a page's own later requests are waited for."""
REFUSED = "the server responded with a status of"
"""How the browser's console words an answer of 400 and above; those are watched as answers."""


@dataclass
class Watch:
    """What went wrong on a page, and which refusals were meant to come."""

    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def over(self, page: Page) -> None:
        page.on("console", lambda said: self._console(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and REFUSED not in text:
            self.complaints.append(f"{kind}: {text}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 400 and status not in self.expected:
            self.complaints.append(f"{status}: {url}")


def grave_problems(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds serious or critical, by all of its rules or by some: the rule, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    run: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("run => axe.run(document, run)", run)["violations"]
    return [
        f"{rule['id']}: {', '.join(' '.join(map(str, node['target'])) for node in rule['nodes'][:3])}"
        for rule in found
        if rule["impact"] in GRAVE
    ]


def weigh(context: BrowserContext, page: Page, go: Callable[[], Any]) -> int:
    """Bytes on the wire, headers included, while a page that is not in the cache is loaded, with what it loads then."""
    asked: set[str] = set()
    sizes: dict[str, float] = {}
    wire = context.new_cdp_session(page)
    wire.on("Network.requestWillBeSent", lambda event: asked.add(event["requestId"]))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    wire.on("Network.loadingFailed", lambda event: asked.discard(event["requestId"]))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    go()
    deadline = time.monotonic() + LATE_SECONDS
    while asked - sizes.keys() and time.monotonic() < deadline:
        page.wait_for_timeout(10)
    wire.detach()
    return round(sum(sizes.values()))
