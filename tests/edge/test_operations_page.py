"""Operations: whether everything is well, what came and what is owed, and the story of one of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from redis import Redis

from models import ledger, provider_health
from models.database import organization, reset
from models.ids import new_id
from scheduler.sweeper import sweep
from tests.edge.desk import ALICE_ASSISTANT, Desk, call_body, report
from tests.edge.people import form_token, make_person
from tests.edge.said import trail
from tests.edge.test_dashboard import browser_of, page
from vocabulary import NOBODY, Role

WELL = "All is well: no work waits too long, no job is dead, every provider is asked, and the scheduler keeps time."
ERROR = "Outage: the provider answered 503"
PROOF = {"csrf": "form-token", "actor": "process_event"}
"""What a form of `browser_of` proves itself with."""
Browser = Any


@pytest.fixture
def ada(app: Flask, alice_org: UUID) -> Browser:
    """Alice's admin, signed in."""
    return browser_of(app, make_person((alice_org, Role.ADMIN)))


def owe(org_id: UUID, key: str = "k", actor: str = "process_event", **columns: Any) -> UUID:
    with organization(org_id) as tx:
        job_id = ledger.owe(tx, org_id, actor, key, {"event_id": str(uuid4())})
        tx.flush()
        for name, value in columns.items():
            tx.run(f"UPDATE jobs SET {name} = %s WHERE org_id = %s AND id = %s", (value, org_id, job_id))
    return job_id


def bury(org_id: UUID, key: str = "k", actor: str = "process_event") -> UUID:
    return owe(org_id, key, actor, state="dead", finished_at=datetime.now(UTC), last_error=ERROR, attempts=6)


def note(org_id: UUID, age: int = 0, **columns: Any) -> UUID:
    """An event that was received `age` minutes ago."""
    event_id = new_id()
    columns = {
        "org_id": org_id, "id": event_id, "provider": "vapi", "endpoint": "vapi", "kind": "end-of-call-report",
        "dedupe_key": str(event_id), "state": "processed", "received_at": datetime.now(UTC) - timedelta(minutes=age),
    } | columns  # fmt: skip
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with organization(org_id) as tx:
        tx.run(f"INSERT INTO webhook_events ({names}) VALUES ({marks})", list(columns.values()))
    return event_id


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def verdict(text: str) -> list[str]:
    """The sentence at the top, and what it names."""
    section = re.search(r'<section class="verdict.*?</section>', text, re.DOTALL)
    assert section is not None
    return [words(part) for part in re.findall(r"<(?:h2|li)[^>]*>(.*?)</(?:h2|li)>", section.group(), re.DOTALL)]


def rows(text: str) -> list[str]:
    """The rows of a list without their times."""
    found = re.findall(r'<tr role="row">(.*?)</tr>', text.partition("<tbody")[2], re.DOTALL)
    return [words(re.sub(r"<time.*?</time>|owed \d+ s ago", " ", row, flags=re.DOTALL)) for row in found]


def test_it_says_in_one_sentence_that_all_is_well(ada: Browser, alice_org: UUID) -> None:
    sweep()
    owe(alice_org)
    assert verdict(page(ada, f"/o/{alice_org}/operations")) == [WELL]


def test_it_names_what_is_not_well(
    ada: Browser, alice_org: UUID, bob_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    owe(alice_org, "late", run_at=now - timedelta(minutes=3))
    for key in ("a", "b"):
        bury(alice_org, key)
    bury(bob_org)
    with organization(alice_org) as tx:
        provider_health.failed(
            tx, alice_org, "openai", provider_health.failures(tx, alice_org, "openai") + 2, None, "x"
        )
        counted = provider_health.failures(tx, alice_org, "twilio") + 6
        provider_health.failed(tx, alice_org, "twilio", counted, now + timedelta(minutes=5), ERROR)
    text = page(ada, f"/o/{alice_org}/operations")
    told = [re.sub(r"\w+, \d+:\d\d [AP]M", "<when>", line) for line in verdict(text)]
    assert told == [
        "5 things need somebody.",
        "1 job is due, the oldest for 3 min 00 s: are workers running?",
        "2 jobs have died.",
        "OpenAI failed the last 2 times.",
        "Twilio is left alone until <when> after 6 failures in a row.",
        "No scheduler has kept time: is one running?",
    ]
    assert ERROR in text
    assert "Left alone" in text
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    reset()
    assert "Redis does not answer: work is stored and waits for it." in verdict(page(ada, f"/o/{alice_org}/operations"))


def test_a_scheduler_that_stopped_is_missed(ada: Browser, alice_org: UUID, valkey: Redis) -> None:
    sweep()
    valkey.pexpire("aftercall:scheduler", timedelta(days=7) - timedelta(seconds=40))
    told = verdict(page(ada, f"/o/{alice_org}/operations"))
    assert told == ["One thing needs somebody.", "No scheduler has kept time for 40 s: is one running?"]


def test_the_timetable_shows_the_latest_tick_of_each(ada: Browser, alice_org: UUID) -> None:
    for moment in ("2026-03-01T03:00:00+00:00", "2026-03-02T03:00:00+00:00"):
        ledger.owe_tick("trim_jobs", datetime.fromisoformat(moment), each_organization=True)
    text = page(ada, f"/o/{alice_org}/operations")
    with organization(alice_org) as tx:
        latest = tx.value("SELECT id FROM jobs WHERE key = '2026-03-02T03:00:00Z'")
    assert f'/operations/jobs/{latest}">Trim jobs</a>' in text
    assert text.count(">Not yet<") == 8
    assert "Release quarantine" not in text


def test_super_admins_see_what_is_nobodys(app: Flask, alice_org: UUID, ada: Browser) -> None:
    note(NOBODY, state="quarantined", named=["vapi_assistant:secret-assistant", "line:+13125550123"])
    above = browser_of(app, make_person(super_admin=True))
    text = page(above, f"/o/{alice_org}/operations")
    assert "1 event is in quarantine." in verdict(text)
    assert "names an assistant and a line" in words(text)
    assert "secret-assistant" not in text
    assert "3125550123" not in text
    assert "Release quarantine" in text
    assert "uarantine" not in page(ada, f"/o/{alice_org}/operations")
    assert len(trail(alice_org, "super_admin.visit")) == 1
    assert ("hx-get" in page(ada, f"/o/{alice_org}/operations"), "hx-get" in text) == (True, False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "",
            ["Hang Vapi Processed", "Lead Convoso Accepted", "Report Vapi Dead Refused: no", "Hang Vapi Refused nope"],
        ),
        ("?state=refused", ["Hang Vapi Refused nope"]),
        ("?state=dead&provider=vapi", ["Report Vapi Dead Refused: no"]),
        ("?provider=convoso", ["Lead Convoso Accepted"]),
        ("?kind=hang&state=processed", ["Hang Vapi Processed"]),
    ],
)
def test_events_are_chosen_by_the_address(ada: Browser, alice_org: UUID, query: str, expected: list[str]) -> None:
    note(alice_org, 0, kind="hang")
    note(alice_org, 1, kind="lead", provider="convoso", state="accepted")
    note(alice_org, 2, kind="report", state="dead", error="Refused: no")
    note(alice_org, 3, kind="hang", state="refused", error="nope")
    text = page(ada, f"/o/{alice_org}/operations/events{query}")
    assert rows(text) == expected
    for name, value in re.findall(r"(\w+)=(\w+)", query):
        assert re.search(rf'<option value="{value}" selected>', text), name


def test_events_come_in_pages_also_where_few_of_them_match(
    ada: Browser, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.workload.WINDOW", 60)
    note(alice_org, 100, kind="rare")
    for age in range(70):
        note(alice_org, age, kind="often")
    sizes = []
    for path in (f"/o/{alice_org}/operations/events", f"/o/{alice_org}/operations/events?kind=rare"):
        while path:
            text = page(ada, path)
            sizes.append(len(rows(text)))
            onward = re.search(r'rel="next" href="([^"]+)"', text)
            path = onward.group(1).replace("&amp;", "&") if onward else ""
    assert sizes == [50, 21, 0, 1]


def test_a_filter_that_is_none_is_told(ada: Browser, alice_org: UUID) -> None:
    note(alice_org)
    text = page(ada, f"/o/{alice_org}/operations/events?state=lost")
    assert "State must be one of accepted, processed, ignored, refused, dead." in text
    assert len(rows(text)) == 1


def test_jobs_are_listed_by_their_state(ada: Browser, alice_org: UUID, bob_org: UUID) -> None:
    now = datetime.now(UTC)
    owe(alice_org, "later", "sweep_messages", run_at=now + timedelta(hours=1))
    owe(alice_org, "now", last_error="Busy: the world", attempts=2)
    owe(alice_org, "done", state="done", finished_at=now, attempts=1)
    bury(alice_org, "dead", "send_message")
    bury(bob_org, "theirs")
    seen = {
        query: rows(page(ada, f"/o/{alice_org}/operations/jobs{query}"))
        for query in ("", "?state=done", "?state=dead", "?state=dead&actor=process_event")
    }
    assert seen == {
        "": ["Process event 2 attempts Busy: the world", "Sweep messages 0 attempts"],
        "?state=done": ["Process event 1 attempt"],
        "?state=dead": [f"Send message 6 attempts {ERROR}"],
        "?state=dead&actor=process_event": [],
    }


@pytest.fixture
def died(desk: Desk, alice_org: UUID, calls_token: str) -> UUID:
    """The job of a genuine event that died; its event says so too."""
    desk.convoso(call_body(call_id="c-1", first_name="Quentin", phone_number="3125550123"), calls_token)
    job = desk.jobs()[0]
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET state = 'dead', attempts = 6, last_error = %s, finished_at = now()", (ERROR,))
        tx.run("UPDATE webhook_events SET state = 'dead', error = %s", (ERROR,))
    job_id: UUID = job["id"]
    return job_id


def test_an_event_tells_its_story_and_never_its_words(ada: Browser, desk: Desk, died: UUID, alice_org: UUID) -> None:
    event_id = desk.events()[0]["id"]
    text = page(ada, f"/o/{alice_org}/operations/events/{event_id}")
    told = words(text)
    assert f"It was accepted, and could not be processed: {ERROR}." in told
    assert f"at attempt 6: {ERROR}. When the cause is mended: redrive it." in told
    assert f"/operations/jobs/{died}" in text
    assert "&#34;phone_number&#34;: &#34;••••••••23&#34;" in text
    assert [secret for secret in ("Quentin", "3125550123", "token=") if secret in text] == []


def test_an_event_that_waits_says_what_for(ada: Browser, desk: Desk, alice_org: UUID, calls_token: str) -> None:
    desk.convoso(call_body(), calls_token)
    told = words(page(ada, f"/o/{alice_org}/operations/events/{desk.events()[0]['id']}"))
    assert "It was accepted, and its work is not done yet." in told
    assert "and no worker has it: are workers running?" in told


def test_a_dead_job_is_redriven_from_its_page_and_gets_to_its_end(
    ada: Browser, desk: Desk, died: UUID, alice_org: UUID
) -> None:
    path = f"/o/{alice_org}/operations/jobs/{died}"
    text = page(ada, path)
    assert "Go to its event" in text
    answer = ada.post(f"{path}/redrive", data={"csrf": form_token(text)})
    assert (answer.status_code, answer.location) == (303, f"{path}?redriven=1")
    assert "One job has all its attempts again." in page(ada, answer.location)
    assert desk.work() == 1
    assert (desk.states(), len(desk.calls(alice_org))) == (["processed"], 1)
    assert trail(alice_org, "jobs.redrive")[0]["details"] == {"jobs": 1}
    again = ada.post(f"{path}/redrive", data={"csrf": form_token(text)})
    assert "Nothing was dead any more." in page(ada, again.location)


def test_all_dead_jobs_of_one_kind_are_redriven(ada: Browser, alice_org: UUID, bob_org: UUID) -> None:
    for key in ("a", "b"):
        bury(alice_org, key)
    other, theirs = bury(alice_org, "c", "send_message"), bury(bob_org)
    text = page(ada, f"/o/{alice_org}/operations")
    answer = ada.post(f"/o/{alice_org}/operations/redrive", data={"csrf": form_token(text), "actor": "process_event"})
    assert (answer.status_code, answer.location) == (303, f"/o/{alice_org}/operations?redriven=2")
    dead = []
    for org_id in (alice_org, bob_org):
        with organization(org_id) as tx:
            dead += [row["id"] for row in tx.rows("SELECT id FROM jobs WHERE state = 'dead'")]
    assert dead == [other, theirs]
    for nothing in ({}, {"actor": "\0"}):
        none = ada.post(f"/o/{alice_org}/operations/redrive", data={"csrf": form_token(text)} | nothing)
        assert none.status_code == 400


def test_an_event_is_read_again(ada: Browser, desk: Desk, alice_org: UUID, assistants: None) -> None:
    desk.vapi(report("v-1", ALICE_ASSISTANT))
    desk.work()
    before, event_id = desk.calls(alice_org), desk.events()[0]["id"]
    path = f"/o/{alice_org}/operations/events/{event_id}"
    text = page(ada, path)
    assert f'/o/{alice_org}/calls/{before[0]["id"]}"' in text
    assert ada.post(f"{path}/replay", data={"csrf": form_token(text)}).location == path
    assert desk.work() == 1
    assert desk.calls(alice_org) == before
    with organization(alice_org) as tx:
        tx.run("UPDATE webhook_events SET raw = NULL")
    assert ada.post(f"{path}/replay", data={"csrf": form_token(text)}).status_code == 409
    assert "expired: its retention has passed" in page(ada, path)


def test_operations_are_for_admins_of_this_organization(app: Flask, alice_org: UUID, bob_org: UUID, died: UUID) -> None:
    with organization(alice_org) as tx:
        event_id = tx.value("SELECT id FROM webhook_events")
    base = f"/o/{alice_org}/operations"
    pages = ["", "/events", "/jobs", f"/events/{event_id}", f"/jobs/{died}"]
    posts = ["/redrive", f"/jobs/{died}/redrive", f"/events/{event_id}/replay"]
    bob = browser_of(app, make_person((bob_org, Role.OWNER)))
    operator = browser_of(app, make_person((alice_org, Role.OPERATOR)))
    for browser, status in ((bob, 404), (operator, 403)):
        assert [browser.get(base + path).status_code for path in pages] == [status] * len(pages)
        assert [browser.post(base + path, data=PROOF).status_code for path in posts] == [status] * len(posts)
    theirs = f"/o/{bob_org}/operations"
    assert [bob.get(theirs + path).status_code for path in pages[3:]] == [404, 404]
    assert [bob.post(theirs + path, data=PROOF).status_code for path in posts[1:]] == [404, 404]
    assert bob.post(theirs + "/redrive", data=PROOF).location.endswith("redriven=0")
    with organization(alice_org) as tx:
        assert tx.value("SELECT state FROM jobs WHERE id = %s", (died,)) == "dead"
