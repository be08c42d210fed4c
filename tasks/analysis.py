"""What a call meant becomes rows: new versions of results, the call's columns, its person, and the daily figures."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from models import analyses, calls, context, transcripts
from models.analyses import Analysis
from models.database import Transaction
from rules import meaning
from rules.booking import Proofs
from rules.correction import corrected
from rules.meaning import Known, understand
from rules.outcome import Ended
from rules.qa import weights_of
from rules.sentiment import Stated
from rules.stats import BOOKED
from rules.value import Service
from tasks.counting import count, counted
from tasks.errors import Refused
from tasks.persons import place
from vocabulary import Finding

PLACES = Decimal("0.0001")
"""As the columns of amounts and shares hold them."""

log = logging.getLogger("aftercall.analysis")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a call means by today's rules, beside what it has meant so far; nothing of it is written yet."""

    call: dict[str, Any]
    made: list[Analysis]
    """New versions; empty where nothing is news."""
    columns: dict[str, Any]
    """The call's result columns as they should be."""


def conclude(tx: Transaction, org_id: UUID, call_id: UUID) -> Assessment | None:
    """Assesses a call and writes what is new, with the commit; None where two calls have become one meanwhile."""
    call = context.read(tx, org_id, call_id)
    if call is None:
        log.info("call %s has become part of another one", call_id)
        return None
    found = assess(call)
    analyses.write(tx, org_id, call_id, found.made)
    calls.write_results(tx, org_id, call_id, call, found.columns)
    if call["contact"] is not None:
        place(tx, org_id, call["contact"], _history(call, found.columns))
    count(tx, org_id, [call["counted"]], found.columns["counted"])
    return found


def assess(call: dict[str, Any]) -> Assessment:
    """What the rules find in a call as `context.read` gives it, and what follows for its columns."""
    known = analyses.read(call["analyses"])
    made: dict[str, list[Analysis]] = {}

    def stands(finding: Finding) -> Mapping[str, Any]:
        """The value that counts of this kind, now that the rules have found this."""
        if finding.kind not in made:
            made[finding.kind] = analyses.fresh(known, call["versions"], analyses.RULES, [finding])
        value = analyses.standing((*known, *made[finding.kind]), call["spoken_at"])[finding.kind].value
        assert value is not None, "of what stands a value is known"
        return value

    for finding in understand(_known(call), stands):
        stands(finding)
    new = [one for ones in made.values() for one in ones]
    return Assessment(call, new, _columns(call, analyses.standing((*known, *new), call["spoken_at"])))


def correct(tx: Transaction, org_id: UUID, call_id: UUID, kind: str, said: str | None, author: str) -> Assessment:
    """A person's word on a result, or None to take it back: kept as a version of its own, and what follows from it.

    Raises Refused where there is no such call, and rules.correction.Impossible where the result cannot be that.
    """
    found = conclude(tx, org_id, call_id)
    if found is None:
        raise Refused(f"there is no call {call_id}")
    tx.flush()
    standing = analyses.standing(analyses.of_call(tx, org_id, call_id), found.call["spoken_at"])
    before = standing[kind].value if kind in standing else None
    word = None if said is None else corrected(kind, said, before or {})
    analyses.state(tx, org_id, call_id, kind, word, author)
    again = conclude(tx, org_id, call_id)
    assert again is not None, "the call is locked"
    return again


def _known(call: Mapping[str, Any]) -> Known:
    stated = call["stated"]
    return Known(
        turns=transcripts.turns(call["turns"]),
        ended=_ended(call),
        proofs=Proofs(transcripts.tools(call["tools"]), call["appointment"], stated.get("booking_confirmed")),
        stated=_stated_mood(calls.stated_of(call)),
        stated_summary=stated.get("outcome_summary"),
        direction=call["direction"],
        seconds=call["duration_seconds"],
        services=[_service(one) for one in call["services"]],
        weights=weights_of(call["qa_weights"]),
        returning=call["is_returning"],
    )


def _stated_mood(stated: Mapping[str, Any]) -> Stated:
    return Stated(
        label=stated.get("sentiment_label"),
        score=stated.get("sentiment_score"),
        summary=stated.get("sentiment_summary"),
        urgency=stated.get("sentiment_urgency"),
    )


def _ended(call: Mapping[str, Any]) -> Ended:
    return Ended(
        ending=call["outcome"],
        fault=call["fault"],
        ended_reason=call["ended_reason"],
        status=call["status"],
        disposition=call["disposition"],
    )


def _service(row: Mapping[str, Any]) -> Service:
    return Service(UUID(row["id"]), row["name"], Decimal(row["price"]), row["price_version"], tuple(row["keywords"]))


def _columns(call: dict[str, Any], standing: Mapping[str, Analysis]) -> dict[str, Any]:
    """The result columns, and what the call counts for with them."""
    values = {kind: one.value or {} for kind, one in standing.items()}
    corrected = sorted(kind for kind, one in standing.items() if one.engine == analyses.PERSON)
    columns = _plain(values, has_words=bool(call["turns"])) | _statable(values)
    if "sentiment" in call["stated"] and "sentiment" not in corrected:
        columns["sentiment"] = call["stated"]["sentiment"]
    columns |= {"corrected": corrected, "analysed_with": _engines(standing)}
    return columns | {"counted": counted({**call, **columns}, call["timezone"])}


def _plain(values: Mapping[str, Mapping[str, Any]], has_words: bool) -> dict[str, Any]:
    """Columns that nobody states."""
    booking, value, qa = values["booking"], values["value"], values["qa"]
    lead, outcome = values["lead_score"], values["outcome"]
    is_known = has_words or booking["by"] not in ("words", None)
    return {
        "booking": booking["booking"] if is_known else None,
        "result": outcome["outcome"],
        "result_sentence": outcome["sentence"],
        "service": value["service"],
        "financial_value": None if value["amount"] is None else Decimal(str(value["amount"])).quantize(PLACES),
        "lead_score": lead["score"],
        "temperature": lead["temperature"],
        "interested": values[meaning.INTEREST]["shown"],
        "qa_score": qa["score"],
        "reason_primary": qa["reason_primary"],
        "reason_secondary": qa["reason_secondary"],
        "risk_flags": qa["risk_flags"],
    }


def _statable(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Columns that events state as well: the results have weighed what they said."""
    mood = values["sentiment"]
    return {
        "sentiment": mood["label"],
        "sentiment_label": mood["label"],
        "sentiment_score": None if mood["score"] is None else Decimal(str(mood["score"])).quantize(PLACES),
        "sentiment_summary": mood["summary"],
        "sentiment_urgency": mood["urgency"],
        "outcome_summary": values["summary"]["summary"],
        "booking_confirmed": values["booking"]["booking"] in BOOKED,
    }


def _engines(standing: Mapping[str, Analysis]) -> str:
    others = sorted({one.engine for one in standing.values()} - {analyses.RULES})
    return ", ".join((f"rules {meaning.VERSION}", *others))


def _history(call: Mapping[str, Any], columns: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The person's calls, this one as it is about to be."""
    return [one if one["id"] != str(call["id"]) else {**one, **columns} for one in call["history"]]
