"""A call's summary, sentiment and quality refined by OpenAI, where an organization wants it; else the rules' stand.

Only the stored transcript goes out, which is redacted; only what it proves comes in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models import analyses, context, transcripts, usage
from models.database import Transaction
from providers import openai
from providers.openai import Account
from providers.openai_refined import Failure, Quality, Refined, Sentiment, Usage
from providers.openai_shapes import PROMPT_VERSION
from rules import qa, sentiment, summary
from rules.phrases import said
from rules.risk import risks
from settings import Settings, settings
from tasks import analysis
from tasks.alerts import set_off
from tasks.broker import BULK
from tasks.errors import Busy, Refused, WorkError
from tasks.ledger import Errand, enqueue, errand
from vocabulary import Evidence, Finding, Turn

DEADLINE_SECONDS = 60
ATTEMPTS = 5
PATIENCE = timedelta(days=1)
"""How long after a transcript came "later, please" is followed without counting attempts."""

log = logging.getLogger("aftercall.refinement")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is about to be sent, and what was reserved for it on which day."""

    turns: tuple[Turn, ...]
    account: Account
    day: date
    reserved: Decimal
    is_recent: bool


def wanted(settings: Settings, org: Mapping[str, Any]) -> bool:
    """May OpenAI hear of this organization's calls? `org` is its row, or a call's as `context.read` gives it."""
    return bool(settings.openai_api_key and org["openai_enabled"] and org["openai_budget_per_day"] > 0)


def owe_refinement(tx: Transaction, org_id: UUID, call_id: UUID, revision: int) -> None:
    """Owes one refinement for each revision of a call's transcript."""
    enqueue(tx, refine_call, org_id, key=f"{call_id}:{revision}", call_id=call_id, revision=revision)


@errand(queue=BULK, deadline_seconds=DEADLINE_SECONDS, attempts=ATTEMPTS)
def refine_call(errand: Errand, org_id: UUID, call_id: str, revision: int) -> None:
    """Please ask OpenAI what this call meant. What fails, or is not wanted any more, leaves the rules' results."""
    call = UUID(call_id)
    with errand.prepare() as tx:
        plan = _plan(tx, org_id, call, revision, datetime.now(UTC))
    if plan is None:
        return
    try:
        refined = openai.refine(plan.turns, plan.account)
    except Failure as failure:
        if failure.spent is not None:
            with errand.prepare() as tx:
                _settle(tx, org_id, plan, failure.spent)
        raise _outcome(failure, plan.is_recent) from None
    with errand.record() as tx:
        _settle(tx, org_id, plan, refined.usage)
        _keep(tx, org_id, call, revision, findings(refined, plan))


def _plan(tx: Transaction, org_id: UUID, call_id: UUID, revision: int, now: datetime) -> Plan | None:
    """What to send, with its cost reserved; None where there is nothing to do."""
    account = openai.account(settings())
    call = context.read(tx, org_id, call_id, locked=False)
    if account is None or call is None or not wanted(settings(), call) or call["transcript_revision"] != revision:
        log.info("call %s is not to be refined, or not with this transcript", call_id)
        return None
    turns = transcripts.turns(call["turns"])
    day, most = now.astimezone(ZoneInfo(call["timezone"])).date(), openai.most_cost(turns, account)
    if not any(turn.text.strip() for turn in turns):
        return None
    if not usage.reserve(tx, org_id, day, most):
        usage.tell_budget_reached(tx, org_id, day)
        log.info("call %s is not refined: the day's budget for OpenAI is spent", call_id)
        return None
    return Plan(turns, account, day, most, is_recent=now - call["spoken_at"] < PATIENCE)


def _settle(tx: Transaction, org_id: UUID, plan: Plan, spent: Usage) -> None:
    usage.settle(tx, org_id, plan.day, plan.reserved, spent.cost, spent.input_tokens, spent.output_tokens)


def _outcome(failure: Failure, is_recent: bool) -> WorkError:
    """What passes is tried again: when the server says so, else a few times; the rest is final."""
    if not failure.passes:
        return Refused(str(failure))
    if failure.retry_after is not None and is_recent:
        return Busy(str(failure), failure.retry_after)
    return WorkError(str(failure))


def _keep(tx: Transaction, org_id: UUID, call_id: UUID, revision: int, found: list[Finding]) -> None:
    """Adds the findings and what follows from them, unless the words have changed while OpenAI was thinking."""
    call = context.read(tx, org_id, call_id)
    if call is None or call["transcript_revision"] != revision:
        log.info("call %s has another transcript by now: what OpenAI said is dropped", call_id)
    elif analyses.add(tx, org_id, call_id, analyses.OPENAI, found):
        concluded = analysis.conclude(tx, org_id, call_id)
        assert concluded is not None, "the call is locked"
        set_off(tx, org_id, concluded, datetime.now(UTC))


def findings(refined: Refined, plan: Plan) -> list[Finding]:
    """What OpenAI found, in the shape of the rules' own results."""
    version = f"{plan.account.model} prompt {PROMPT_VERSION}"
    found: list[tuple[str, dict[str, Any], tuple[Evidence, ...]]] = []
    if refined.summary is not None:
        found.append((summary.KIND, {"summary": refined.summary.text}, refined.summary.evidence))
    if refined.sentiment is not None:
        found.append((sentiment.KIND, _mood(refined.sentiment, plan.turns), refined.sentiment.evidence))
    if refined.quality is not None:
        found.append((qa.KIND, *_quality(refined.quality, plan.turns)))
    return [Finding(kind, version, {**value, "by": analyses.OPENAI}, evidence) for kind, value, evidence in found]


def _mood(said: Sentiment, turns: tuple[Turn, ...]) -> dict[str, Any]:
    """The course over the call stays the rules': it is a curve over the turns, not an opinion."""
    course = sentiment.read_sentiment(turns).value["course"]
    return {
        "label": said.label,
        "score": said.score,
        "urgency": said.urgency,
        "summary": said.summary,
        "course": course,
    }


def _quality(judged: Quality, turns: tuple[Turn, ...]) -> tuple[dict[str, Any], tuple[Evidence, ...]]:
    """The risk flags stay the rules': a promise or a threat is a matter of words, each quoted."""
    raised = risks(said(turns))
    value = {
        "score": judged.score,
        "reason_primary": judged.reason_primary,
        "reason_secondary": judged.reason_secondary,
        "risk_flags": [str(risk.flag) for risk in raised],
        "factors": [],
        "not_judged": [],
    }
    risky = (evidence for risk in raised for evidence in risk.evidence)
    return value, tuple(dict.fromkeys((*judged.evidence, *risky)))
