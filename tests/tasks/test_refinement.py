"""OpenAI's refinement, over real HTTP against the stand-in: what is kept, what is paid, and that failure costs nothing
but the refinement."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import requests

from models import usage
from models.database import organization, system
from models.organizations import change_organization
from providers.openai import lines
from settings import settings
from standin.app import make_app
from standin.openai import opinion, response
from standin.server import running
from tasks.ledger import perform
from tasks.refinement import owe_refinement, wanted
from tests.flows.instance import await_that
from tests.rules.quotes import dialogue
from tests.tasks.talks import ASKED, BOOKED, NOON, Clinic

CANARY = "0178"
"""Of the number that the caller of BOOKED says."""
DAY = date(2026, 3, 1)
Script = Callable[..., None]


@pytest.fixture
def clinic(alice_org: UUID) -> Clinic:
    change_organization(alice_org, openai=True)
    return Clinic(alice_org)


@pytest.fixture
def base(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The stand-in, as OpenAI."""
    with running(make_app({"OPENAI_API_KEY": "sk-of-the-tests"})) as url:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-tests")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        wait_at_most(10, monkeypatch)
        yield url


def wait_at_most(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_TIMEOUT_SECONDS", str(seconds))
    settings.cache_clear()


@pytest.fixture
def script(base: str) -> Script:
    def play(fault: str = "status", **details: Any) -> None:
        answers = {"match": "/v1/responses", "answers": [{"fault": fault, **details}]}
        assert requests.post(f"{base}/__standin/script", json=answers, timeout=5).ok

    return play


def sent(base: str) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = requests.get(f"{base}/__standin/requests", timeout=5).json()
    return kept


def told(clinic: Clinic, talk: str = BOOKED, ref: str = "1", **facts: Any) -> UUID:
    """A call that the rules have analysed."""
    call_id = clinic.tell(ref, talk=talk, **facts).call_id
    clinic.analyse(call_id)
    return call_id


def refine(clinic: Clinic, call_id: UUID, revision: int = 1) -> dict[str, Any]:
    """Owes the refinement, lets a worker do it once, and returns its job."""
    with organization(clinic.org_id) as tx:
        owe_refinement(tx, clinic.org_id, call_id, revision)
    return again(clinic, call_id, revision)


def again(clinic: Clinic, call_id: UUID, revision: int = 1) -> dict[str, Any]:
    key = f"{call_id}:{revision}"
    query = "SELECT *, extract(epoch FROM run_at - now()) AS wait FROM jobs WHERE actor = 'refine_call' AND key = %s"
    with system() as tx:
        tx.run("UPDATE jobs SET run_at = now() WHERE key = %s AND state = 'ready'", (key,))
    perform(clinic.org_id, clinic.rows(query, key)[0]["id"])
    return clinic.rows(query, key)[0]


def refined_kinds(clinic: Clinic) -> list[str]:
    rows = clinic.rows("SELECT kind FROM analyses WHERE engine = 'openai' ORDER BY kind")
    return [row["kind"] for row in rows]


def cost(clinic: Clinic) -> Decimal:
    return sum((row["cost"] for row in clinic.rows("SELECT cost FROM openai_usage")), Decimal(0))


def test_a_refined_call_shows_openais_results_with_the_callers_words(clinic: Clinic, base: str) -> None:
    call_id = told(clinic)
    assert refine(clinic, call_id)["state"] == "done"
    call = clinic.call(call_id)
    assert (call["outcome_summary"], call["qa_score"]) == ("A call of 5 turns.", 65)
    assert (call["sentiment_label"], call["sentiment_score"]) == ("positive", Decimal("0.8"))
    assert call["analysed_with"].endswith(", openai")
    turns = clinic.rows("SELECT turns FROM transcripts")[0]["turns"]
    rows = clinic.rows("SELECT kind, rule_version, evidence FROM analyses WHERE engine = 'openai' ORDER BY kind")
    assert [row["kind"] for row in rows] == ["qa", "sentiment", "summary"]
    for row in rows:
        assert row["rule_version"] == "gpt-5.4-mini prompt 1"
        for one in row["evidence"]:
            assert turns[one["turn"]]["text"][one["start"] : one["end"]] == one["quote"]


def test_the_daily_figures_follow_in_the_same_commit(clinic: Clinic, base: str) -> None:
    call_id = told(clinic)
    before = clinic.figures()[0]
    refine(clinic, call_id)
    after = clinic.figures()[0]
    assert (before["neutral"], after["neutral"], after["positive"], after["qa_sum"]) == (1, 0, 1, 65)


def test_the_rules_results_stay_beside_openais(clinic: Clinic, base: str) -> None:
    refine(clinic, told(clinic))
    engines = clinic.rows("SELECT engine FROM analyses WHERE kind = 'qa' ORDER BY version")
    assert [row["engine"] for row in engines] == ["rules", "openai"]
    values = clinic.rows("SELECT value FROM analyses WHERE kind = 'sentiment' ORDER BY version")
    assert values[0]["value"]["course"] == values[1]["value"]["course"]


def test_the_providers_own_mood_stands_before_openais(clinic: Clinic, base: str) -> None:
    call_id = told(clinic, sentiment_label="negative", sentiment_score=0.1)
    refine(clinic, call_id)
    assert (clinic.call(call_id)["sentiment_label"], clinic.call(call_id)["qa_score"]) == ("negative", 65)


def test_what_the_caller_said_in_confidence_is_never_sent(clinic: Clinic, base: str) -> None:
    assert CANARY in BOOKED
    refine(clinic, told(clinic))
    (request,) = sent(base)
    assert "[PHONE_1]" in request["json"]["input"]
    assert CANARY not in json.dumps(request)


def test_refining_again_changes_nothing(clinic: Clinic, base: str) -> None:
    call_id = told(clinic)
    refine(clinic, call_id)
    everything = "SELECT jsonb_agg(to_jsonb(a)) AS a, (SELECT to_jsonb(u) FROM openai_usage u) AS u FROM analyses a"
    before, figures = clinic.rows(everything), clinic.figures()
    refine(clinic, call_id)
    assert (len(sent(base)), clinic.rows(everything), clinic.figures()) == (1, before, figures)


def test_tokens_and_cost_are_recorded_by_the_organizations_day(clinic: Clinic, base: str) -> None:
    refine(clinic, told(clinic))
    (row,) = clinic.rows("SELECT * FROM openai_usage")
    assert row["day"] == datetime.now(ZoneInfo("America/New_York")).date()
    assert (row["requests"], row["input_tokens"] > 500, row["output_tokens"] > 50) == (1, True, True)
    assert row["cost"] == pytest.approx(
        row["input_tokens"] * Decimal("0.75e-6") + row["output_tokens"] * Decimal("4.5e-6"), abs=Decimal("1e-6")
    )


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"status": 401}, "Refused: OpenAI refuses the key (401); check OPENAI_API_KEY and the model's permissions"),
        ({"status": 400}, "Refused: OpenAI rejects the request (400); check OPENAI_MODEL and OPENAI_BASE_URL"),
        (
            {"status": 429, "body": {"error": {"code": "insufficient_quota"}}},
            "Refused: OpenAI's account has no credit left",
        ),
        (
            {"status": 200, "body": response([{"type": "refusal", "refusal": "No."}])},
            "Refused: the model declined to judge this call",
        ),
        (
            {"status": 200, "body": response([{"type": "output_text", "text": "{"}])},
            "Refused: the model's answer does not have the fields that were asked for",
        ),
        ({"status": 200, "body": "{"}, "Refused: OpenAI's answer is not a response that we know"),
    ],
)
def test_what_fails_for_good_leaves_the_local_result_and_a_reason(
    clinic: Clinic, script: Script, details: dict[str, Any], reason: str
) -> None:
    call_id = told(clinic)
    before = clinic.call(call_id)
    script(**details)
    job = refine(clinic, call_id)
    assert (job["state"], job["last_error"]) == ("dead", reason)
    assert (refined_kinds(clinic), clinic.call(call_id)) == ([], before)


def test_an_unfounded_answer_is_refused_and_paid_for(clinic: Clinic, script: Script) -> None:
    given = opinion(lines(dialogue(BOOKED)))
    for part in given.values():
        part["quotes"] = [{"line": 1, "words": "i will sue you all"}]
    script(status=200, body=response([{"type": "output_text", "text": json.dumps(given)}]))
    job = refine(clinic, told(clinic))
    assert job["last_error"] == "Refused: no claim of the model is proven by words of the transcript"
    assert (refined_kinds(clinic), Decimal(0) < cost(clinic) < Decimal("0.01")) == ([], True)


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"status": 500}, "WorkError: OpenAI is in trouble (500)"),
        ({"status": 429}, "WorkError: OpenAI limits our requests (429)"),
        ({"fault": "timeout_before", "seconds": 1.5}, "WorkError: OpenAI gave no answer within 0.6 s"),
        ({"fault": "reset"}, "WorkError: the connection to OpenAI failed"),
    ],
)
def test_what_passes_is_tried_again_and_meanwhile_the_local_result_stands(
    clinic: Clinic, script: Script, monkeypatch: pytest.MonkeyPatch, details: dict[str, Any], reason: str
) -> None:
    call_id = told(clinic)
    before = clinic.call(call_id)
    if "seconds" in details:
        wait_at_most(0.6, monkeypatch)
    script(**details)
    job = refine(clinic, call_id)
    assert (job["state"], job["attempts"], job["last_error"]) == ("ready", 1, reason)
    assert clinic.call(call_id) == before
    wait_at_most(10, monkeypatch)
    assert again(clinic, call_id)["state"] == "done"
    assert refined_kinds(clinic) == ["qa", "sentiment", "summary"]


def test_what_never_passes_ends_after_five_attempts(clinic: Clinic, base: str, script: Script) -> None:
    call_id = told(clinic)
    script(status=503, times=9)
    refine(clinic, call_id)
    jobs = [again(clinic, call_id) for _ in range(4)]
    assert (jobs[-2]["state"], jobs[-1]["state"], len(sent(base))) == ("ready", "dead", 5)


def test_later_please_is_followed_to_the_second_and_counts_no_attempt(clinic: Clinic, script: Script) -> None:
    call_id = told(clinic)
    script(status=429, headers={"Retry-After": "120"})
    job = refine(clinic, call_id)
    assert (job["state"], job["attempts"], 110 < job["wait"] <= 120) == ("ready", 0, True)


def test_later_please_is_not_followed_for_ever(clinic: Clinic, script: Script) -> None:
    call_id = told(clinic)
    with organization(clinic.org_id) as tx:
        tx.run("UPDATE transcripts SET updated_at = %s", (datetime.now(UTC) - timedelta(days=2),))
    script(status=429, headers={"Retry-After": "120"})
    assert refine(clinic, call_id)["attempts"] == 1


def test_a_refused_request_costs_nothing_and_one_without_an_answer_what_it_may_have_cost(
    clinic: Clinic, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = told(clinic)
    script(status=500)
    refine(clinic, call_id)
    assert cost(clinic) == 0
    wait_at_most(0.6, monkeypatch)
    script("timeout_before", seconds=1.5)
    again(clinic, call_id)
    assert cost(clinic) > Decimal("0.018")


def test_beyond_the_days_budget_nothing_is_sent(clinic: Clinic, base: str) -> None:
    change_organization(clinic.org_id, openai_budget=Decimal("0.03"))
    first, second, third = (told(clinic, ref=ref) for ref in "123")
    refine(clinic, first)
    with organization(clinic.org_id) as tx:
        tx.run("UPDATE openai_usage SET cost = 0.02")
    assert [refine(clinic, call_id)["state"] for call_id in (second, third)] == ["done", "done"]
    assert (len(sent(base)), cost(clinic)) == (1, Decimal("0.02"))
    noted = clinic.rows("SELECT subject FROM audit_log WHERE action = 'openai.budget_reached'")
    assert noted == [{"subject": datetime.now(ZoneInfo("America/New_York")).date().isoformat()}]


def test_many_at_once_stay_within_the_budget(clinic: Clinic) -> None:
    change_organization(clinic.org_id, openai_budget=Decimal("0.05"))

    def reserve(_: int) -> bool:
        with organization(clinic.org_id) as tx:
            return usage.reserve(tx, clinic.org_id, DAY, Decimal("0.02"))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(reserve, range(16))) == 2
    assert cost(clinic) == Decimal("0.04")


def test_one_organization_does_not_spend_anothers_budget(clinic: Clinic, bob_org: UUID) -> None:
    for org_id in (clinic.org_id, bob_org):
        with organization(org_id) as tx:
            assert usage.reserve(tx, org_id, DAY, Decimal(5))
    assert clinic.rows("SELECT org_id, cost FROM openai_usage") == [{"org_id": clinic.org_id, "cost": Decimal(5)}]


def test_another_organizations_call_is_never_sent(clinic: Clinic, bob_org: UUID, base: str) -> None:
    call_id = told(clinic)
    change_organization(bob_org, openai=True)
    assert refine(Clinic(bob_org), call_id)["state"] == "done"
    assert sent(base) == []


def test_with_the_switch_off_nothing_is_sent(clinic: Clinic, base: str) -> None:
    call_id = told(clinic)
    change_organization(clinic.org_id, openai=False)
    assert refine(clinic, call_id)["state"] == "done"
    assert (sent(base), refined_kinds(clinic), clinic.rows("SELECT * FROM openai_usage")) == ([], [], [])


def test_an_older_transcript_is_not_sent(clinic: Clinic, base: str) -> None:
    call_id = told(clinic, talk=ASKED)
    clinic.tell("1", at=NOON + timedelta(minutes=5), talk=BOOKED)
    assert refine(clinic, call_id, revision=1)["state"] == "done"
    assert sent(base) == []
    refine(clinic, call_id, revision=2)
    assert len(sent(base)) == 1


def test_words_that_change_while_openai_thinks_keep_no_results_of_the_old_ones(
    clinic: Clinic, base: str, script: Script
) -> None:
    call_id = told(clinic, talk=ASKED)
    script("slow", seconds=3)
    with ThreadPoolExecutor(1) as pool:
        refining = pool.submit(refine, clinic, call_id)
        await_that(lambda: sent(base))
        clinic.tell("1", at=NOON + timedelta(minutes=5), talk=BOOKED)
        assert refining.result()["state"] == "done"
    assert (refined_kinds(clinic), cost(clinic) > 0) == ([], True)


def test_a_call_without_words_is_not_sent(clinic: Clinic, base: str) -> None:
    call_id = told(clinic, talk="")
    assert refine(clinic, call_id)["state"] == "done"
    assert sent(base) == []


@pytest.mark.parametrize(
    ("key", "is_on", "budget", "expected"),
    [("sk", True, 5, True), ("", True, 5, False), ("sk", False, 5, False), ("sk", True, 0, False)],
)
def test_it_takes_a_key_a_switch_and_a_budget(
    monkeypatch: pytest.MonkeyPatch, key: str, is_on: bool, budget: int, expected: bool
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    settings.cache_clear()
    assert wanted(settings(), {"openai_enabled": is_on, "openai_budget_per_day": Decimal(budget)}) is expected


def test_no_debug_line_of_anybody_repeats_the_call(clinic: Clinic, base: str, caplog: pytest.LogCaptureFixture) -> None:
    call_id = told(clinic)
    with caplog.at_level(logging.DEBUG):
        refine(clinic, call_id)
    assert "Sending HTTP Request" in caplog.text
    assert "botox" not in caplog.text
