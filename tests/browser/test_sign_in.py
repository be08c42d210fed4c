"""Coming in and going out."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.stage import OWNER, Stage
from tests.browser.watched import Watch

pytestmark = pytest.mark.browser


def test_a_wrong_password_is_told_and_the_right_one_leads_on_until_sign_out(
    visit: Visit, stage: Stage, watch: Watch
) -> None:
    page = visit("")
    watch.expected.add(401)
    page.goto(stage.address("dashboard.calls"))
    page.get_by_label("E-mail").fill(OWNER)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Password").fill(stage.passwords[OWNER])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(stage.address("dashboard.calls"))
    page.locator("summary[aria-label^='Account']").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("Password").wait_for()
    page.goto(stage.address("dashboard.calls"))
    assert "/sign-in" in page.url


def test_a_stranger_sees_404_where_a_member_sees_pages(visit: Visit, stage: Stage, watch: Watch) -> None:
    watch.expected.add(404)
    page = visit("stranger@example.com")
    for address in (stage.address("dashboard.calls"), stage.address("dashboard.call", call_id=stage.spoken_call())):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404
        assert "Sample Clinic" not in page.content()


def test_somebody_of_the_empty_clinic_is_told_what_to_do_next(visit: Visit, stage: Stage) -> None:
    page = visit("stranger@example.com")
    page.goto(stage.address("dashboard.calls", stage.empty_id))
    page.get_by_role("heading", name="No calls yet").wait_for()
