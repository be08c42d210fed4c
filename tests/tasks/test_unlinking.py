"""An assistant that was removed here is left at Vapi as it was before us, and a failure of that harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import requests

from models import lines
from models.database import organization, system
from models.organizations import add_assistant
from standin.vapi_assistants import EXAMPLE
from tasks.tools import jobs
from tests.conftest import TestDatabase
from tests.edge.said import trail
from tests.tasks.test_tools import make_due, owe_and_do, waiting, work_off
from tests.tasks.vapi import ASSISTANT, KEY, Vapi, playing_vapi

NATIVE = {"type": "google.calendar.event.create"}


@pytest.fixture
def vapi(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vapi]:
    with playing_vapi(monkeypatch) as side:
        yield side


@pytest.fixture
def alice(vapi: Vapi, alice_org: UUID) -> UUID:
    """Alice's clinic with the stand-in's assistant, to which our tools are linked."""
    add_assistant(alice_org, ASSISTANT)
    owe_and_do(alice_org)
    return alice_org


def take_off(org_id: UUID) -> None:
    with organization(org_id) as tx:
        jobs.owe_unlink(tx, org_id, ASSISTANT)
        assert lines.remove_assistant(tx, org_id, lines.assistants(tx, org_id)[0]["id"]) == ASSISTANT


def linked(vapi: Vapi) -> Any:
    return vapi.assistant()["model"]["toolIds"]


def test_our_tools_are_taken_off_and_nothing_else_changes(vapi: Vapi, alice: UUID) -> None:
    theirs = vapi.make_tool(type="function", function={"name": "weather"}, server={"url": "https://example.com"})
    vapi.change(model=EXAMPLE["model"] | {"toolIds": [theirs, *linked(vapi)], "tools": [NATIVE]})
    before = vapi.assistant()
    take_off(alice)
    work_off()
    after = vapi.assistant()
    assert after.pop("updatedAt") > before.pop("updatedAt")
    assert after == before | {"model": before["model"] | {"toolIds": [theirs]}}
    assert [row["details"] for row in trail(alice, "tools.unlink")] == [{"removed": 1}]
    assert len(vapi.tools()) == 2


def test_a_tool_of_ours_that_is_gone_at_vapi_is_taken_off_too(vapi: Vapi, alice: UUID) -> None:
    old = vapi.tools()[0]["id"]
    with system() as tx:
        tx.run("DELETE FROM vapi_tools")
    assert requests.delete(f"{vapi.url}/tool/{old}", headers={"Authorization": f"Bearer {KEY}"}, timeout=5).ok
    take_off(alice)
    work_off()
    assert linked(vapi) == []


def test_an_assistant_that_somebody_has_by_now_keeps_its_tools(vapi: Vapi, alice: UUID, bob_org: UUID) -> None:
    take_off(alice)
    add_assistant(bob_org, ASSISTANT)
    work_off()
    assert linked(vapi) == [vapi.tools()[0]["id"]]
    assert trail(alice, "tools.unlink") == []


def test_a_link_that_was_owed_before_does_not_bring_the_tools_back(vapi: Vapi, alice: UUID) -> None:
    take_off(alice)
    work_off()
    owe_and_do(alice)
    assert linked(vapi) == []


def test_one_that_vapi_does_not_know_any_more_is_left_at_once(vapi: Vapi, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        jobs.owe_unlink(tx, alice_org, "nobody-knows-me")
    work_off()
    assert (waiting(alice_org), jobs_of(alice_org)) == ([], ["done"])


def test_an_outage_is_tried_again_and_no_job_dies(vapi: Vapi, alice: UUID) -> None:
    vapi.tell("script", {"match": "/assistant", "answers": [{"fault": "status", "status": 503, "times": 4}]})
    take_off(alice)
    work_off()
    waits = []
    while owed := waiting(alice):
        waits.append(owed[0]["wait"])
        make_due(alice)
    assert (waits, set(jobs_of(alice))) == ([2, 4, 8], {"done"})
    assert len(linked(vapi)) == 1


def test_doing_it_again_changes_nothing(vapi: Vapi, alice: UUID) -> None:
    take_off(alice)
    work_off()
    with organization(alice) as tx:
        jobs.owe_unlink(tx, alice, ASSISTANT)
    asked = len(vapi.said("PATCH"))
    work_off()
    assert (len(vapi.said("PATCH")), len(trail(alice, "tools.unlink"))) == (asked, 1)


def jobs_of(org_id: UUID) -> list[str]:
    with organization(org_id) as tx:
        return [row["state"] for row in tx.rows("SELECT state FROM jobs WHERE org_id = %s", (org_id,))]
