"""Tools at Vapi, over real HTTP against the stand-in: registered once, linked, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg2
import pytest
import requests

from models import ledger, tools
from models.database import organization, run_time, system
from models.locks import alone
from models.organizations import add_assistant
from providers import vapi_tools
from settings import settings
from standin.vapi_assistants import EXAMPLE
from tasks.ledger import enqueue, perform
from tasks.tools import definitions, jobs, links, registry
from tests.conftest import TestDatabase
from tests.tasks.vapi import ASSISTANT, KEY, Vapi, playing_vapi
from vocabulary import NOBODY

READ_TWICE = [{"fault": "none"}, {"fault": "none"}]
"""An assistant is read, and again before it is changed."""


@pytest.fixture
def vapi(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vapi]:
    with playing_vapi(monkeypatch) as side:
        yield side


@pytest.fixture
def alice(vapi: Vapi, alice_org: UUID) -> UUID:
    """Alice's clinic with the stand-in's assistant."""
    add_assistant(alice_org, ASSISTANT, "Front desk")
    return alice_org


def owe_and_do(org_id: UUID, vapi_assistant_id: str = ASSISTANT) -> None:
    with organization(org_id) as tx:
        enqueue(tx, jobs.link_tools, org_id, f"{vapi_assistant_id}:test", vapi_assistant_id=vapi_assistant_id, tries=0)
    work_off()


def work_off(rounds: int = 10) -> None:
    """Does what is due until nothing is."""
    for _ in range(rounds):
        with system() as tx:
            bells = ledger.due(tx, at_most=100, grace_seconds=0)
        for bell in bells:
            perform(bell.org_id, bell.job_id)
        if not bells:
            return


def register_and_do() -> None:
    with organization(NOBODY) as tx:
        jobs.owe_registration(tx)
    work_off()


def links_of(org_id: UUID) -> list[tuple[str, str, str | None]]:
    with organization(org_id) as tx:
        return [(link.tool_name, link.state, link.error) for link in tools.links(tx, org_id, ASSISTANT)]


def waiting(org_id: UUID) -> list[dict[str, Any]]:
    """Jobs that are due later, with the seconds that they were given at the end of an attempt that took under one."""
    since = "coalesce(started_at, created_at)"
    query = f"SELECT actor, args, floor(extract(epoch FROM run_at - {since}) + 0.1)::int AS wait FROM jobs"
    with organization(org_id) as tx:
        return tx.rows(query + " WHERE state = 'ready' AND org_id = %s ORDER BY created_at", (org_id,))


def trail(org_id: UUID, action: str = "tools.link") -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        query = "SELECT details FROM audit_log WHERE org_id = %s AND action = %s ORDER BY at"
        return [row["details"] for row in tx.rows(query, (org_id, action))]


def define(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Another version of the code, with ping defined otherwise."""
    changed = (replace(definitions.TOOLS[0], **changes),)
    monkeypatch.setattr(registry, "TOOLS", changed)
    monkeypatch.setattr(links, "TOOLS", changed)


def test_linking_adds_one_id_and_changes_nothing_else(vapi: Vapi, alice: UUID) -> None:
    before = vapi.assistant()
    owe_and_do(alice)
    after = vapi.assistant()
    tool_id = vapi.tools()[0]["id"]
    assert after["model"].pop("toolIds") == [tool_id]
    assert before["model"].pop("toolIds") == []
    assert before.pop("updatedAt") <= after.pop("updatedAt")
    assert sorted(after) == sorted(before)
    for name in before:
        assert after[name] == before[name], name
    for name, value in EXAMPLE["model"].items():
        assert name == "toolIds" or after["model"][name] == value, name
    assert links_of(alice) == [("ping", "linked", None)]
    assert trail(alice) == [{"linked": ["ping"]}]


def test_a_tool_is_told_where_to_call_and_by_which_secret(vapi: Vapi, alice: UUID) -> None:
    owe_and_do(alice)
    (tool,) = vapi.tools()
    assert tool["function"]["name"] == "ping"
    assert tool["server"] == {
        "url": "http://localhost:8000/api/vapi/webhook",
        "headers": {"X-Vapi-Secret": settings().vapi_webhook_secret},
    }
    assert (tool["type"], tool["async"]) == ("function", False)


def test_doing_it_again_changes_nothing(vapi: Vapi, alice: UUID) -> None:
    owe_and_do(alice)
    before = (vapi.assistant(), vapi.tools())
    register_and_do()
    assert (vapi.assistant(), vapi.tools()) == before
    assert (len(vapi.said("POST")), len(vapi.said("PATCH"))) == (1, 1)


def test_what_others_have_linked_stays(vapi: Vapi, alice: UUID) -> None:
    theirs = vapi.make_tool(type="function", function={"name": "weather"}, server={"url": "https://example.com"})
    vapi.change(model=EXAMPLE["model"] | {"toolIds": [theirs, "of-nothing"]})
    owe_and_do(alice)
    ours = next(tool["id"] for tool in vapi.tools() if tool["function"]["name"] == "ping")
    assert vapi.assistant()["model"]["toolIds"] == [theirs, "of-nothing", ours]


def test_vapis_own_calendar_tools_are_reported_and_removed(vapi: Vapi, alice: UUID) -> None:
    calendar = vapi.make_tool(type="google.calendar.event.create")
    other = vapi.make_tool(type="gohighlevel.calendar.event.create")
    checks = ["google.calendar.availability.check", "gohighlevel.calendar.availability.check"]
    inline = [{"type": "endCall"}, *({"type": check, "name": "free"} for check in checks)]
    vapi.change(model=EXAMPLE["model"] | {"toolIds": [calendar, other], "tools": inline})
    owe_and_do(alice)
    model = vapi.assistant()["model"]
    assert model["tools"] == [{"type": "endCall"}]
    assert not {calendar, other} & set(model["toolIds"])
    native = ["google.calendar.event.create", "gohighlevel.calendar.event.create", *checks]
    assert trail(alice) == [{"linked": ["ping"], "removed_native": native}]


@pytest.mark.parametrize("fault", ["timeout_after", "reset", "truncated", "status"])
def test_a_tool_whose_making_was_not_answered_is_found_and_not_made_again(
    vapi: Vapi, alice: UUID, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.http.READ_SECONDS", 0.5)
    vapi.tell("script", {"match": "/tool", "answers": [{"fault": "none"}, {"fault": fault, "seconds": 0.7}]})
    owe_and_do(alice)
    assert links_of(alice)[0][1] == "failed"
    make_due(alice)
    assert len(vapi.tools()) == 1
    assert vapi.assistant()["model"]["toolIds"] == [vapi.tools()[0]["id"]]
    assert links_of(alice) == [("ping", "linked", None)]


def make_due(org_id: UUID) -> None:
    with system() as tx:
        tx.run("UPDATE jobs SET run_at = now() WHERE org_id = %s AND state = 'ready'", (org_id,))
    work_off()


def test_a_lost_answer_to_the_change_of_an_assistant_is_looked_up(
    vapi: Vapi, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_and_do()
    with system() as tx:
        tx.run("DELETE FROM jobs")
    vapi.change(model=EXAMPLE["model"])
    monkeypatch.setattr("providers.http.READ_SECONDS", 0.5)
    answers = [*READ_TWICE, {"fault": "timeout_after", "seconds": 0.7}]
    vapi.tell("script", {"match": "/assistant", "answers": answers})
    owe_and_do(alice)
    assert links_of(alice)[0][1] == "failed"
    make_due(alice)
    assert links_of(alice) == [("ping", "linked", None)]
    assert len(vapi.said("PATCH")) == 2


def test_a_changed_definition_is_noticed_and_told_once(
    vapi: Vapi, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe_and_do(alice)
    before = vapi.tools()[0]
    define(monkeypatch, description="Says pong.", parameters={"type": "object", "properties": {"x": {}}})
    for _ in range(2):
        ledger.owe_tick("notice_tools", later(), each_organization=False)
        work_off()
    (tool,) = vapi.tools()
    assert (tool["id"], tool["function"]["description"]) == (before["id"], "Says pong.")
    assert vapi.said("PATCH") == [f"/assistant/{ASSISTANT}", f"/tool/{tool['id']}"]
    assert trail(NOBODY, "tools.register") == [{"tool": "ping", "change": "change"}]


def later() -> Any:
    with system() as tx:
        return tx.value("SELECT clock_timestamp() + make_interval(secs => (SELECT count(*) FROM jobs))")


def test_a_tool_that_was_deleted_at_vapi_is_made_anew_and_its_old_id_taken_off(vapi: Vapi, alice: UUID) -> None:
    owe_and_do(alice)
    old = vapi.tools()[0]["id"]
    assert requests.delete(f"{vapi.url}/tool/{old}", headers={"Authorization": f"Bearer {KEY}"}, timeout=5).ok
    register_and_do()
    (tool,) = vapi.tools()
    assert tool["id"] != old
    assert vapi.assistant()["model"]["toolIds"] == [tool["id"]]
    assert trail(alice)[-1] == {"linked": ["ping"], "removed_stale": 1}


def test_a_saved_assistant_is_not_given_a_tool_that_is_gone(vapi: Vapi, alice: UUID) -> None:
    register_and_do()
    old = vapi.tools()[0]["id"]
    assert requests.delete(f"{vapi.url}/tool/{old}", headers={"Authorization": f"Bearer {KEY}"}, timeout=5).ok
    owe_and_do(alice)
    assert [vapi.tools()[0]["id"]] == vapi.assistant()["model"]["toolIds"] != [old]


def test_what_somebody_has_taken_off_is_reported_and_linked_again_at_night(vapi: Vapi, alice: UUID) -> None:
    owe_and_do(alice)
    vapi.change(model=EXAMPLE["model"])
    ledger.owe_tick("register_tools", later(), each_organization=False)
    work_off()
    assert vapi.assistant()["model"]["toolIds"] == [vapi.tools()[0]["id"]]
    assert trail(alice)[-1] == {"linked": ["ping"], "drift": ["ping"]}


def test_a_tool_that_somebody_has_changed_at_vapi_is_changed_back(vapi: Vapi, alice: UUID) -> None:
    owe_and_do(alice)
    tool_id = vapi.tools()[0]["id"]
    bearer = {"Authorization": f"Bearer {KEY}"}
    requests.patch(f"{vapi.url}/tool/{tool_id}", json={"server": {"url": "https://x.com"}}, headers=bearer, timeout=5)
    register_and_do()
    assert vapi.tools()[0]["server"]["url"] == "http://localhost:8000/api/vapi/webhook"


def test_a_second_tool_of_ours_gives_way_to_the_registered_one(vapi: Vapi, alice: UUID) -> None:
    owe_and_do(alice)
    ours = vapi.tools()[0]["id"]
    second = vapi.make_tool(**definitions.TOOLS[0].body())
    vapi.change(model=EXAMPLE["model"] | {"toolIds": [second, ours]})
    register_and_do()
    assert vapi.assistant()["model"]["toolIds"] == [ours]


def test_workers_that_register_at_once_make_one_tool(vapi: Vapi, alice: UUID, bob_org: UUID) -> None:
    other = "7d0f3c52-0000-4000-8000-000000000002"
    vapi.tell("assistants", {"id": other})
    add_assistant(bob_org, other)
    vapi.tell("script", {"match": "/tool", "answers": [{"fault": "slow", "seconds": 0.5, "times": 2}]})
    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(_try_to_link, *whose) for whose in ((alice, ASSISTANT), (bob_org, other)) * 2]:
            each.result()
    owe_and_do(alice)
    owe_and_do(bob_org, other)
    make_due(bob_org)
    (tool,) = vapi.tools()
    assert vapi.assistant()["model"]["toolIds"] == vapi.assistant(other)["model"]["toolIds"] == [tool["id"]]
    assert vapi.said("POST") == ["/tool"]


def _try_to_link(org_id: UUID, vapi_assistant_id: str) -> None:
    from tasks.errors import Busy

    try:
        links.link_alone(org_id, vapi_assistant_id)
    except Busy:
        return


def test_a_lock_is_free_again_when_its_work_ends_or_fails(database: TestDatabase) -> None:
    with alone("x") as first, alone("x") as second, alone("y") as other:
        assert (first, second, other) == (True, False, True)
    with pytest.raises(RuntimeError), alone("x"):
        raise RuntimeError
    with alone("x") as again:
        assert again


def test_an_outage_is_tried_again_after_two_four_and_eight_seconds(vapi: Vapi, alice: UUID) -> None:
    vapi.tell("script", {"match": "/assistant", "answers": [{"fault": "status", "status": 503, "times": 9}]})
    waits = []
    owe_and_do(alice)
    while owed := waiting(alice):
        waits.append(owed[0]["wait"])
        make_due(alice)
    assert waits == [2, 4, 8]
    assert links_of(alice) == [("ping", "failed", "Vapi answered 503")]
    assert len(vapi.tools()) == 1


def test_vapis_own_wish_for_patience_is_followed(vapi: Vapi, alice: UUID) -> None:
    vapi.fault("/assistant", "status", status=429, headers={"Retry-After": "30"})
    owe_and_do(alice)
    assert waiting(alice)[0]["wait"] == 30


def test_a_registration_that_fails_is_tried_again_and_no_job_dies(vapi: Vapi, alice: UUID) -> None:
    vapi.tell("script", {"match": "/tool", "answers": [{"fault": "status", "status": 500, "times": 4}]})
    waits = []
    register_and_do()
    while owed := waiting(NOBODY):
        waits.append(owed[0]["wait"])
        make_due(NOBODY)
    assert waits == [2, 4, 8]
    with system() as tx:
        assert tx.value("SELECT count(*) FROM jobs WHERE state = 'dead'") == 0
    assert vapi.tools() == []


def edit_while_looking(vapi: Vapi, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The office edits its prompt on Vapi's pages while we fetch a tool that others have linked."""
    theirs = vapi.make_tool(type="function", function={"name": "weather"}, server={"url": "https://example.com"})
    vapi.change(model=EXAMPLE["model"] | {"toolIds": [theirs]})
    fetch, edits = vapi_tools.get_tool, iter(range(times))

    def slowly(tool_id: str) -> dict[str, Any]:
        if tool_id == theirs and (edit := next(edits, None)) is not None:
            prompt = [{"role": "system", "content": f"Version {edit}"}]
            vapi.change(model=vapi.assistant()["model"] | {"messages": prompt}, name=f"Edit {edit}")
        return fetch(tool_id)

    monkeypatch.setattr(vapi_tools, "get_tool", slowly)


def test_an_edit_made_meanwhile_is_not_undone(vapi: Vapi, alice: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    edit_while_looking(vapi, monkeypatch, times=1)
    owe_and_do(alice)
    after = vapi.assistant()
    assert (after["model"]["messages"][0]["content"], after["name"]) == ("Version 0", "Edit 0")
    assert len(after["model"]["toolIds"]) == 2
    assert links_of(alice) == [("ping", "linked", None)]


def test_an_assistant_that_is_edited_again_and_again_is_left_alone_for_now(
    vapi: Vapi, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_while_looking(vapi, monkeypatch, times=3)
    owe_and_do(alice)
    assert (vapi.said("PATCH"), vapi.assistant()["name"]) == ([], "Edit 2")
    assert [(job["actor"], job["wait"]) for job in waiting(alice)] == [("link_tools", 2)]
    make_due(alice)
    assert vapi.assistant()["model"]["messages"][0]["content"] == "Version 2"
    assert links_of(alice) == [("ping", "linked", None)]


def test_an_assistant_that_vapi_does_not_know_is_said_to_be_missing(vapi: Vapi, alice_org: UUID) -> None:
    add_assistant(alice_org, "nobody-knows-me")
    owe_and_do(alice_org, "nobody-knows-me")
    with organization(alice_org) as tx:
        (link,) = tools.links(tx, alice_org, "nobody-knows-me")
    assert (link.state, link.error, waiting(alice_org)) == ("failed", "Vapi has no assistant of this id", [])
    assert len(vapi.tools()) == 1


def test_a_change_that_vapi_refuses_leaves_the_tool_registered_and_says_so(vapi: Vapi, alice: UUID) -> None:
    vapi.tell("script", {"match": "/assistant", "answers": [*READ_TWICE, {"fault": "status", "status": 400}]})
    owe_and_do(alice)
    assert links_of(alice) == [("ping", "failed", "Vapi refused it with 400")]
    with run_time() as tx:
        assert tools.registered(tx)["ping"].vapi_tool_id == vapi.tools()[0]["id"]


def test_a_field_that_changed_with_the_model_is_named_and_not_its_value(vapi: Vapi, alice: UUID) -> None:
    said = deepcopy(vapi.assistant()) | {"voice": {"voiceId": "hush"}}
    said["model"] |= {"temperature": 2, "toolIds": []}
    answers = [*READ_TWICE, {"fault": "none"}, {"fault": "status", "status": 200, "body": said}]
    vapi.tell("script", {"match": "/assistant", "answers": answers})
    owe_and_do(alice)
    sentence = "After the change at Vapi these fields are not as before: model.temperature, model.toolIds, voice"
    assert links_of(alice) == [("ping", "failed", sentence)]


def test_after_a_failure_the_id_that_was_linked_before_is_still_taken_off(vapi: Vapi, alice: UUID) -> None:
    owe_and_do(alice)
    old = vapi.tools()[0]["id"]
    assert requests.delete(f"{vapi.url}/tool/{old}", headers={"Authorization": f"Bearer {KEY}"}, timeout=5).ok
    vapi.tell("script", {"match": "/assistant", "answers": [*READ_TWICE, {"fault": "status", "status": 400}]})
    register_and_do()
    assert (links_of(alice)[0][1], vapi.assistant()["model"]["toolIds"]) == ("failed", [old])
    register_and_do()
    assert vapi.assistant()["model"]["toolIds"] == [vapi.tools()[0]["id"]]


def test_an_assistant_without_a_model_is_left_alone(vapi: Vapi, alice: UUID) -> None:
    vapi.change(model=None)
    owe_and_do(alice)
    error = "The assistant has no model at Vapi that tools could be linked to"
    assert links_of(alice) == [("ping", "failed", error)]
    assert vapi.assistant()["model"] is None


def test_a_wrong_key_is_said_in_a_sentence(vapi: Vapi, alice: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAPI_PRIVATE_KEY", "another")
    settings.cache_clear()
    owe_and_do(alice)
    assert links_of(alice) == [("ping", "failed", "Vapi is not connected: set VAPI_PRIVATE_KEY")]
    assert waiting(alice) == []


def test_without_a_key_nobody_is_asked_and_nothing_dies(
    vapi: Vapi, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAPI_PRIVATE_KEY")
    settings.cache_clear()
    ledger.owe_tick("notice_tools", later(), each_organization=False)
    register_and_do()
    owe_and_do(alice)
    assert vapi.requests() == []
    with system() as tx:
        assert tx.rows("SELECT DISTINCT state FROM jobs") == [{"state": "done"}]


def test_the_tools_of_one_organization_are_not_the_others_to_see(vapi: Vapi, alice: UUID, bob_org: UUID) -> None:
    owe_and_do(alice)
    with organization(bob_org) as tx:
        assert tools.links(tx, bob_org, ASSISTANT) == ()
        assert tools.links(tx, alice, ASSISTANT) == ()
    with organization(alice) as tx:
        assert list(tools.standing(tx, alice)) == [ASSISTANT]


def test_an_assistant_that_was_removed_meanwhile_leaves_nothing_behind(vapi: Vapi, alice: UUID) -> None:
    linked = links.link_alone(alice, ASSISTANT)
    with organization(alice) as tx:
        tx.run("DELETE FROM assistants WHERE org_id = %s", (alice,))
        links.keep(tx, alice, linked)
    assert links_of(alice) == []


def test_a_lock_whose_connection_broke_costs_nobody_their_work(database: TestDatabase) -> None:
    with alone("x") as is_mine:
        with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE application_name = 'aftercall lock' AND datname = current_database()"
            )
        assert is_mine
    with alone("x") as again:
        assert again
