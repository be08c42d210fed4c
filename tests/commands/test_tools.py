"""`tools plan` and `tools apply`: the difference first, then the same as done; and lines from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from models import tools
from models.database import organization, system
from models.organizations import add_assistant
from standin.vapi_assistants import EXAMPLE
from tests.commands.test_operating import run, told
from tests.tasks.vapi import ASSISTANT, Vapi, playing_vapi
from vocabulary import NOBODY

TABLES = ("vapi_tools", "org_tools", "jobs", "audit_log")


@pytest.fixture
def vapi(alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vapi]:
    add_assistant(alice_org, ASSISTANT)
    with playing_vapi(monkeypatch) as side:
        yield side


def counts() -> list[int]:
    with system() as tx:
        return [tx.value(f"SELECT count(*) FROM {table}") for table in TABLES]


def changes(rows: list[dict[str, Any]]) -> list[tuple[str, str, list[str], str | None]]:
    return [(row["what"], row["name"], row["changes"], row["error"]) for row in rows]


def test_a_plan_shows_the_difference_and_changes_nothing(vapi: Vapi, alice_org: UUID) -> None:
    vapi.change(model=EXAMPLE["model"] | {"tools": [{"type": "google.calendar.event.create"}]})
    before = counts()
    planned = [("tool", "ping", ["create"], None)]
    planned += [("assistant", ASSISTANT, ["link ping", "remove google.calendar.event.create"], None)]
    assert [changes(told("tools", "plan")), changes(told("tools", "plan"))] == [planned, planned]
    assert {one["method"] for one in vapi.requests()} == {"GET"}
    assert counts() == before
    assert "link ping" in run("tools", "plan").output


def test_apply_does_what_was_planned_and_says_so(vapi: Vapi, alice_org: UUID) -> None:
    planned = changes(told("tools", "plan"))
    assert changes(told("tools", "apply")) == planned
    assert vapi.assistant()["model"]["toolIds"] == [vapi.tools()[0]["id"]]
    unchanged = [("tool", "ping", [], None), ("assistant", ASSISTANT, [], None)]
    assert [changes(told("tools", "plan")), changes(told("tools", "apply"))] == [unchanged, unchanged]
    assert "unchanged" in run("tools", "plan").output
    for org_id, action in ((NOBODY, "tools.register"), (alice_org, "tools.link")):
        with organization(org_id) as tx:
            assert tx.value("SELECT actor FROM audit_log WHERE action = %s", (action,)) == "command line"


def test_drift_and_a_missing_assistant_are_shown(vapi: Vapi, alice_org: UUID, bob_org: UUID) -> None:
    told("tools", "apply")
    vapi.change(model=EXAMPLE["model"])
    add_assistant(bob_org, "nobody-knows-me")
    missing = ("assistant", "nobody-knows-me", [], "Vapi has no assistant of this id")
    drift = ("assistant", ASSISTANT, ["drift: ping was taken off", "link ping"], None)
    assert changes(told("tools", "plan"))[1:] == [drift, missing]
    assert changes(told("tools", "plan", "--org", bob_org))[1:] == [missing]
    assert (run("tools", "apply", "--org", bob_org).exit_code, vapi.assistant()["model"]["toolIds"]) == (1, [])
    with organization(bob_org) as tx:
        assert [link.state for link in tools.links(tx, bob_org, "nobody-knows-me")] == ["failed"]


@pytest.mark.parametrize("action", ["plan", "apply"])
def test_without_a_key_it_is_a_sentence(alice_org: UUID, action: str) -> None:
    result = run("tools", action)
    assert (result.exit_code, result.output) == (1, "Error: Vapi is not connected: set VAPI_PRIVATE_KEY\n")


def test_an_outage_is_a_sentence(vapi: Vapi) -> None:
    vapi.fault("/tool", "status", status=503)
    result = run("tools", "apply")
    assert (result.exit_code, result.output) == (1, "Error: Vapi answered 503\n")


def test_an_assistant_is_registered_for_calling_back_and_its_tools_are_owed(alice_org: UUID) -> None:
    assert told("assistants", "add", alice_org, "a-1", "--outbound")["is_outbound"] is True
    told("assistants", "add", alice_org, "a-2", "--outbound")
    listed = told("assistants", "list", alice_org)
    assert [(row["vapi_assistant_id"], row["is_outbound"]) for row in listed] == [("a-1", False), ("a-2", True)]
    with organization(alice_org) as tx:
        assert tx.value("SELECT count(*) FROM jobs WHERE actor = 'link_tools'") == 2


@pytest.mark.parametrize("given", ["", " ", "a b", "../x"])
def test_an_id_that_cannot_be_vapis_is_refused(alice_org: UUID, given: str) -> None:
    result = run("assistants", "add", alice_org, "--", given)
    sentence = "Error: Vapi's id of the assistant must be 1 to 128 letters, digits, - or _\n"
    assert (result.exit_code, result.output) == (1, sentence)
    assert told("assistants", "list", alice_org) == []


def test_a_line_calls_back_only_through_vapi(alice_org: UUID) -> None:
    refused = run("numbers", "add", alice_org, "+12025550143", "--outbound")
    assert (refused.exit_code, "needs vapi_phone_number_id" in refused.output) == (1, True)
    made = told("numbers", "add", alice_org, "+12025550143", "--outbound", "--vapi-number-id", "v-1")
    assert (made["is_outbound"], told("numbers", "list", alice_org)[0]["is_outbound"]) == (True, True)
