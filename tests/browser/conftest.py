"""One instance and one browser for the whole folder; every page is watched, and must end without complaint."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from models import database
from tests.browser.stage import OWNER, Stage, staged

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.watched import Watch

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 15_000
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: install what requirements.txt lists")
    pytest.importorskip("axe_playwright_python", reason="no axe-core: install what requirements.txt lists")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no browser: install Debian's package chromium, or Google Chrome")
    playwright.expect.set_options(timeout=PATIENCE_MS)
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=["--disable-gpu", "--mute-audio"])
        yield started
        started.close()


@pytest.fixture(scope="package")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("browser")) as one:
        yield one


@pytest.fixture(autouse=True)
def settled(stage: Stage, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process speaks of the instance that the browser looks at."""
    for name, value in stage.home.running_environment().items():
        monkeypatch.setenv(name, value)
    database.reset()
    yield
    database.reset()


@pytest.fixture(scope="package")
def cookies(browser: Browser, stage: Stage) -> dict[str, Any]:
    """The browser of each person who has signed in so far, to be taken up by later tests."""
    return {}


@pytest.fixture
def watch() -> Iterator[Watch]:
    from tests.browser.watched import Watch

    watching = Watch()
    yield watching
    assert watching.complaints == []


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(browser: Browser, stage: Stage, cookies: dict[str, Any], watch: Watch) -> Iterator[Visit]:
    """Opens a page as somebody, signed in unless `email` is empty; `phone` and `dark` say by what light it is seen."""
    opened = []

    def open_as(email: str = OWNER, *, phone: bool = False, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=stage.base, viewport=PHONE if phone else DESKTOP, has_touch=phone, is_mobile=phone,
            color_scheme="dark" if dark else "light", storage_state=cookies.get(email),
        )  # fmt: skip
        opened.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        watch.over(page)
        if email and email not in cookies:
            sign_in(page, email, stage.passwords[email])
            cookies[email] = context.storage_state()
        return page

    yield open_as
    for context in opened:
        context.close()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/o/**")
