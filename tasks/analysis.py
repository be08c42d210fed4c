"""What a call meant becomes rows: new versions of results, the call's columns, its person, and the daily figures."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
from rules.qa import Weights
from rules.sentiment import Stated
from rules.stats import BOOKED
from rules.value import Service
from tasks.counting import count, counted
from tasks.errors import Refused
from tasks.persons import place
from vocabulary import Authority, Finding

STATED_MOOD = ("label", "score", "summary", "urgency")

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
    known, made = analyses.read(call["analyses"]), list[Analysis]()

    def stands(finding: Finding) -> Mapping[str, Any]:
        made.extend(analyses.fresh(known, analyses.RULES, [finding]))
        value = analyses.standing((*known, *made), call["spoken_at"])[finding.kind].value
        assert value is not None, "of what stands a value is known"
        return value

    for finding in understand(_known(call, known), stands):
        stands(finding)
    made = list({(one.kind, one.version): one for one in made}.values())
    standing = analyses.standing((*known, *made), call["spoken_at"])
    return Assessment(call, made, _columns(call, standing))


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


def _known(call: Mapping[str, Any], known: list[Analysis]) -> Known:
    return Known(
        turns=transcripts.turns(call["turns"]),
        ended=_ended(call),
        proofs=Proofs(transcripts.tools(call["tools"]), call["appointment"], _stated_booking(call, known)),
        stated=Stated(*(_stated(call, f"sentiment_{name}", known, "sentiment", name) for name in STATED_MOOD)),
        stated_summary=_stated(call, "outcome_summary", known, "summary", "summary"),
        direction=call["direction"],
        seconds=call["duration_seconds"],
        services=[_service(one) for one in call["services"]],
        weights=Weights(**call["qa_weights"]),
        returning=bool(call["history"]) and call["history"][0]["id"] != str(call["id"]),
    )


def _stated(call: Mapping[str, Any], column: str, known: list[Analysis], kind: str, name: str) -> Any:
    """What the provider stated; where a person's word has taken its place in the column, by the provider's result."""
    if call["stamps"].get(column, [Authority.PERSON])[0] != Authority.PERSON:
        return call[column]
    of_provider = [one.value for one in known if (one.kind, one.engine) == (kind, analyses.PROVIDER)]
    return of_provider[-1][name] if column in call["stamps"] and of_provider and of_provider[-1] else None


def _stated_booking(call: Mapping[str, Any], known: list[Analysis]) -> bool | None:
    given = _stated(call, "booking_confirmed", known, "booking", "booking")
    return given if given is None or isinstance(given, bool) else given in BOOKED


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
    """The result columns: what an event stated stays, except where a person said otherwise."""
    values = {kind: one.value or {} for kind, one in standing.items()}
    columns = {name: call[name] for name in calls.RESULTS} | _plain(values, has_words=bool(call["turns"]))
    stamps = {name: stamp for name, stamp in call["stamps"].items() if stamp[0] != Authority.PERSON}
    for name, (kind, value) in _statable(values).items():
        if standing[kind].engine == analyses.PERSON:
            stamps[name] = [str(Authority.PERSON), _moment(standing[kind].created_at)]
        if name not in stamps or stamps[name][0] == Authority.PERSON:
            columns[name] = value
    columns["stamps"] = stamps
    columns["analysed_with"] = _engines(standing)
    columns["counted"] = counted({**call, **columns}, call["timezone"])
    return columns


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
        "financial_value": None
        if value["amount"] is None
        else Decimal(str(value["amount"])).quantize(Decimal("0.0001")),
        "lead_score": lead["score"],
        "temperature": lead["temperature"],
        "interested": values[meaning.INTEREST]["shown"],
        "qa_score": qa["score"],
        "reason_primary": qa["reason_primary"],
        "reason_secondary": qa["reason_secondary"],
        "risk_flags": qa["risk_flags"],
    }


def _statable(values: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, Any]]:
    """Columns that events may state as well, each with the kind of result that fills it otherwise."""
    mood = values["sentiment"]
    score = None if mood["score"] is None else Decimal(str(mood["score"])).quantize(Decimal("0.0001"))
    booked = values["booking"]["booking"] in BOOKED
    return {
        "sentiment": ("sentiment", mood["label"]),
        "sentiment_label": ("sentiment", mood["label"]),
        "sentiment_score": ("sentiment", score),
        "sentiment_summary": ("sentiment", mood["summary"]),
        "sentiment_urgency": ("sentiment", mood["urgency"]),
        "outcome_summary": ("summary", values["summary"]["summary"]),
        "booking_confirmed": ("booking", booked),
    }


def _engines(standing: Mapping[str, Analysis]) -> str:
    others = sorted({one.engine for one in standing.values()} - {analyses.RULES})
    return ", ".join((f"rules {meaning.VERSION}", *others))


def _moment(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def _history(call: Mapping[str, Any], columns: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The person's calls, this one as it is about to be."""
    return [one if one["id"] != str(call["id"]) else {**one, **columns} for one in call["history"]]
