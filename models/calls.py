"""Calls and the names that providers give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg2 import sql
from psycopg2.extras import Json

from models import analyses, transcripts
from models.database import Transaction
from vocabulary import FINAL_RANK, NOBODY, RECORDING_RANK, STATUS_RANK, CallRef

STATED = (
    "direction", "call_type", "status", "assistant_id", "phone_number_id", "ended_reason", "outcome", "from_number",
    "to_number", "phone_number", "caller_name", "lead_id", "agent_id", "agent_name", "campaign", "disposition",
    "started_at", "ended_at", "duration_seconds", "total_cost", "recording_url", "transfer_to", "transfer_time",
    "transfer_reason", "outcome_summary", "sentiment", "sentiment_label", "sentiment_score", "sentiment_summary",
    "sentiment_urgency", "disposition_notes", "recording_consent", "consent_verified_by", "escalated",
    "escalation_time", "booking_confirmed", "metadata",
)  # fmt: skip
"""Columns that events state; everything else on a call is concluded from them."""
CONCLUDED = (
    "provider", "provider_call_id", "call_sid", "recording_status", "contact_id", "fault", "has_transcript", "counted",
    "stated", "corrected",
)  # fmt: skip
STATABLE = {
    "sentiment": "sentiment",
    "sentiment_label": "sentiment",
    "sentiment_score": "sentiment",
    "sentiment_summary": "sentiment",
    "sentiment_urgency": "sentiment",
    "outcome_summary": "summary",
    "booking_confirmed": "booking",
}
"""Columns that events state and results fill as well, with the kind of result; `stated` keeps what events said."""
WRITTEN = STATED + CONCLUDED
RESULTS = (
    "booking", "booking_confirmed", "result", "result_sentence", "service", "financial_value", "sentiment",
    "sentiment_label", "sentiment_score", "sentiment_summary", "sentiment_urgency", "lead_score", "temperature",
    "interested", "qa_score", "reason_primary", "reason_secondary", "risk_flags", "outcome_summary", "analysed_with",
    "counted", "corrected",
)  # fmt: skip
"""Columns that analyses fill."""
LISTS = ("risk_flags", "corrected")
"""Columns that are arrays and no JSON."""
NAMES = (
    "(SELECT jsonb_object_agg(n.provider, n.ref) FROM (SELECT r.provider, min(r.ref) AS ref FROM call_refs r"
    " WHERE r.org_id = c.org_id AND r.call_id = c.id GROUP BY r.provider) n)"
)
"""A call's names, one of each provider: of several the smallest, whichever came first."""


def lock(tx: Transaction, org_id: UUID, names: Iterable[str]) -> None:
    """Serializes work on the same call or person until this transaction ends; names are locked in one order."""
    if wanted := sorted(set(names)):
        tx.run(*_locks(org_id, wanted))


def _locks(org_id: UUID, names: list[str]) -> tuple[str, list[str]]:
    keys = [f"{org_id}:{name}" for name in names]
    return "SELECT " + ", ".join(["pg_advisory_xact_lock(hashtextextended(%s, 0))"] * len(keys)), keys


BEARERS = (
    " FROM calls c WHERE c.org_id = %s AND c.id IN (SELECT f.call_id FROM call_refs f"
    "   JOIN unnest(%s::text[]) w(name) ON f.provider = split_part(w.name, ':', 1)"
    "   AND f.ref = substr(w.name, strpos(w.name, ':') + 1) WHERE f.org_id = %s)"
    " ORDER BY c.created_at, c.id"
)
"""The calls that bear any of some names, oldest first."""


def with_refs(
    tx: Transaction, org_id: UUID, refs: Iterable[CallRef], names: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The calls that bear any of these names, oldest first, each with its own names under `refs`.

    They are locked, after `names` as `lock` does it: two events that name one call differently must not overwrite each
    other. What was waited for is read by a statement of its own, or it would be what it was before.
    """
    wanted = [str(ref) for ref in refs]
    first, keys = _locks(org_id, sorted({*names, *(f"call:{ref}" for ref in wanted)}))
    bearers = (org_id, wanted, org_id)
    return tx.rows(
        f"{first}; SELECT {BEARERS} FOR UPDATE OF c; SELECT c.*, {NAMES} AS refs,"
        " (SELECT t.weight FROM transcripts t WHERE t.org_id = c.org_id AND t.call_id = c.id) AS transcript_weight,"
        " (SELECT r.state FROM recordings r WHERE r.org_id = c.org_id AND r.call_id = c.id) AS recording_state"
        f"{BEARERS}",
        (*keys, *bearers, *bearers),
    )


def get(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    """One call with its names under `refs`."""
    return tx.row(
        f"SELECT c.*, {NAMES} AS refs FROM calls c WHERE c.org_id = %s AND c.id = %s",
        (org_id, id),
    )


def insert(tx: Transaction, org_id: UUID, ref: CallRef, columns: Mapping[str, Any], stamps: Mapping[str, Any]) -> UUID:
    """A new call, written with the commit; its id follows from its first name. `columns` holds its `created_at`."""
    new = ref.call_id(org_id)
    names = ["org_id", "id", "stamps", *(name for name in (*WRITTEN, "created_at") if columns.get(name) is not None)]
    values = [org_id, new, Json(dict(stamps)), *(_adapt(columns[name], name) for name in names[3:])]
    tx.at_end(
        sql.SQL("INSERT INTO calls ({}) VALUES ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join([sql.Placeholder()] * len(names))
        ),
        values,
    )
    return new


def update(
    tx: Transaction,
    org_id: UUID,
    id: UUID,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    stamps: Mapping[str, Any],
    anew: bool = False,
) -> bool:
    """Writes with the commit what differs and counts a revision; False where nothing does.

    `anew` counts one whatever differs.
    """
    changed = [name for name in WRITTEN if name in after and after[name] != before.get(name)]
    if not changed and stamps == before["stamps"] and not anew:
        return False
    sets: list[sql.Composable] = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in changed]
    sets += [sql.SQL("stamps = %s, updated_at = now(), revision = revision + %s")]
    tx.at_end(
        sql.SQL("UPDATE calls SET {} WHERE org_id = %s AND id = %s").format(sql.SQL(", ").join(sets)),
        [*(_adapt(after[name], name) for name in changed), Json(dict(stamps)), 1 if changed or anew else 0, org_id, id],
    )
    return bool(changed) or anew


def write_results(
    tx: Transaction, org_id: UUID, id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """Writes with the commit what analyses changed of a call; returns the names. It is no revision."""
    changed = [name for name in RESULTS if after[name] != before[name]]
    sets: list[sql.Composable] = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in changed]
    sets += [sql.SQL("analysed_at = now()")] + [sql.SQL("updated_at = now()")] * bool(changed)
    if changed or before["analysed_at"] is None:
        tx.at_end(
            sql.SQL("UPDATE calls SET {} WHERE org_id = %s AND id = %s").format(sql.SQL(", ").join(sets)),
            [*(_adapt(after[name], name) for name in changed), org_id, id],
        )
    return changed


def add_refs(tx: Transaction, org_id: UUID, id: UUID, refs: Iterable[CallRef]) -> None:
    for ref in refs:
        tx.at_end(
            "INSERT INTO call_refs (org_id, provider, ref, call_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (org_id, ref.provider, ref.ref, id),
        )


def absorb(tx: Transaction, org_id: UUID, keep: UUID, other: UUID) -> None:
    """Makes one call of two: names, appointments, messages, the better recording, the weightier transcript and all
    results move over, and the younger row goes."""
    transcripts.absorb(tx, org_id, keep, other)
    analyses.absorb(tx, org_id, keep, other)
    tx.run("UPDATE call_refs SET call_id = %s WHERE org_id = %s AND call_id = %s", (keep, org_id, other))
    for table in ("appointments", "messages", "placed_calls"):
        tx.run(f"UPDATE {table} SET call_id = %s WHERE org_id = %s AND call_id = %s", (keep, org_id, other))
    tx.run(
        "DELETE FROM recordings r USING recordings k WHERE r.org_id = %s AND k.org_id = r.org_id AND k.id <> r.id"
        " AND r.call_id IN (%s, %s) AND k.call_id IN (%s, %s)"
        " AND (coalesce(array_position(%s, k.state), 0), k.call_id = %s)"
        "   > (coalesce(array_position(%s, r.state), 0), r.call_id = %s)",
        (org_id, keep, other, keep, other, list(RECORDING_RANK), keep, list(RECORDING_RANK), keep),
    )
    tx.run("UPDATE recordings SET call_id = %s WHERE org_id = %s AND call_id = %s", (keep, org_id, other))
    tx.run("DELETE FROM calls WHERE org_id = %s AND id = %s", (org_id, other))


def forgive_recording(tx: Transaction, org_id: UUID, id: UUID) -> None:
    """There is no recording to fetch after all."""
    tx.at_end(
        "DELETE FROM recordings WHERE org_id = %s AND call_id = %s AND state IN ('pending', 'failed')", (org_id, id)
    )


def stated_of(call: Mapping[str, Any]) -> dict[str, Any]:
    """What events stated of the columns in STATABLE, as its columns would hold it."""
    given = dict(call["stated"])
    return given | ({"sentiment_score": Decimal(given["sentiment_score"])} if "sentiment_score" in given else {})


def as_stated(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The same the other way round, as `stated` holds it."""
    given = {name: columns[name] for name in STATABLE if columns.get(name) is not None}
    return given | ({"sentiment_score": str(given["sentiment_score"])} if "sentiment_score" in given else {})


def _adapt(value: Any, column: str = "") -> Any:
    return Json(value) if isinstance(value, dict | list) and column not in LISTS else value


COUNTING = (
    "id", "started_at", "created_at", "campaign", "agent_name", "agent_id", "direction", "status", "result", "booking",
    "financial_value", "duration_seconds", "total_cost", "sentiment_label", "qa_score", "counted",
)  # fmt: skip
"""What a call counts for follows from these."""


def stretch(tx: Transaction, org_id: UUID, after: UUID | None, at_most: int) -> list[dict[str, Any]]:
    """The next calls by id, with what they count for and what that follows from: of each row one moment, unlocked."""
    return tx.rows(
        f"SELECT {', '.join(COUNTING)} FROM calls WHERE org_id = %s AND id > coalesce(%s, %s) ORDER BY id LIMIT %s",
        (org_id, after, NOBODY, at_most),
    )


def locked_for_counting(tx: Transaction, org_id: UUID, id: UUID) -> dict[str, Any] | None:
    return tx.row(f"SELECT {', '.join(COUNTING)} FROM calls WHERE org_id = %s AND id = %s FOR UPDATE", (org_id, id))


def write_counted(tx: Transaction, org_id: UUID, id: UUID, counted: Mapping[str, Any] | None) -> None:
    tx.run("UPDATE calls SET counted = %s WHERE org_id = %s AND id = %s", (_adapt(counted), org_id, id))


def meaningful_since(tx: Transaction, org_id: UUID, since: datetime) -> list[UUID]:
    """Calls that happened since then and have ended or have a transcript, oldest first."""
    rows = tx.rows(
        "SELECT id FROM calls WHERE org_id = %s AND happened_at >= %s AND (has_transcript OR status = ANY(%s))"
        " ORDER BY happened_at, id",
        (org_id, since, [str(status) for status, rank in STATUS_RANK.items() if rank == FINAL_RANK]),
    )
    return [row["id"] for row in rows]
