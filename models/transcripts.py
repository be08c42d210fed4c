"""What was said on calls: redacted, one transcript a call, of several that arrive the weightiest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Transaction
from models.vault import seal, unseal
from vocabulary import Authority, Speaker, ToolUse, Transcript, Turn

Weight = list[str]
"""Authority, time and length of a transcript: the greatest stands, in whatever order they arrive."""

PUT = """
insert into transcripts as t (org_id, call_id, language, engine, turns, tools, redacted, original, weight)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (org_id, call_id) do update set language = excluded.language, engine = excluded.engine,
    turns = excluded.turns, tools = excluded.tools, redacted = excluded.redacted, original = excluded.original,
    translated_text = null, weight = excluded.weight, revision = t.revision + 1, updated_at = clock_timestamp()
where excluded.weight > t.weight
"""


def weight(said: Transcript, authority: Authority, at: datetime) -> Weight:
    """How much a transcript weighs; two that weigh the same say the same, as far as can be told."""
    letters = sum(len(turn.text) for turn in said.turns)
    return [str(authority), at.astimezone(UTC).isoformat(timespec="microseconds"), f"{letters:09d}"]


def put(
    tx: Transaction,
    org_id: UUID,
    call_id: UUID,
    redacted: Transcript,
    counts: Mapping[str, Any],
    weighing: Weight,
    original: Transcript | None = None,
) -> None:
    """Writes a call's transcript with the commit. `counts` says what redaction took out; `original`, where it may be
    kept, is encrypted and bound to the call."""
    sealed = None if original is None else seal(_dump(original), bound_to=_bound_to(org_id, call_id))
    tx.at_end(
        PUT,
        (
            org_id, call_id, redacted.language, redacted.engine, Json([_shown(turn) for turn in redacted.turns]),
            Json([asdict(tool) for tool in redacted.tools]), Json(dict(counts)), sealed, weighing,
        ),
    )  # fmt: skip


def of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> dict[str, Any] | None:
    """A call's row: its redacted turns, and the sealed words where they were kept."""
    return tx.row("SELECT * FROM transcripts WHERE org_id = %s AND call_id = %s", (org_id, call_id))


def original(org_id: UUID, call_id: UUID, sealed: bytes) -> Transcript:
    """The untouched words; raises vault.Unreadable where the key is gone or the row is another call's."""
    kept = json.loads(unseal(sealed, bound_to=_bound_to(org_id, call_id)))
    return Transcript(turns(kept["turns"]), kept["engine"], kept["language"], tools(kept["tools"]))


def turns(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Turn, ...]:
    return tuple(Turn(Speaker(one["speaker"]), one["text"], one["start"], one["end"]) for one in stored or ())


def tools(stored: Sequence[Mapping[str, Any]] | None) -> tuple[ToolUse, ...]:
    return tuple(ToolUse(**one) for one in stored or ())


def absorb(tx: Transaction, org_id: UUID, keep: UUID, other: UUID) -> None:
    """Of the transcripts of two calls that are one, the weightier stays."""
    rows = tx.rows(
        "SELECT call_id, weight, original, revision FROM transcripts WHERE org_id = %s AND call_id IN (%s, %s)"
        " ORDER BY weight",
        (org_id, keep, other),
    )
    for lighter in rows[:-1]:
        tx.run("DELETE FROM transcripts WHERE org_id = %s AND call_id = %s", (org_id, lighter["call_id"]))
    if rows and rows[-1]["call_id"] == other:
        # Other words for the call that stays: what was said about those it had is about another transcript.
        sealed, revision = rows[-1]["original"], 1 + max(row["revision"] for row in rows)
        tx.run(
            "UPDATE transcripts SET call_id = %s, original = %s, revision = %s, updated_at = clock_timestamp()"
            " WHERE org_id = %s AND call_id = %s",
            (keep, sealed and _rebound(sealed, org_id, other, keep), revision, org_id, other),
        )


def _rebound(sealed: bytes, org_id: UUID, other: UUID, keep: UUID) -> bytes:
    return seal(unseal(sealed, bound_to=_bound_to(org_id, other)), bound_to=_bound_to(org_id, keep))


def _shown(turn: Turn) -> dict[str, Any]:
    return {"speaker": str(turn.speaker), "text": turn.text, "start": turn.start, "end": turn.end}


def _bound_to(org_id: UUID, call_id: UUID) -> str:
    return f"transcript:{org_id}:{call_id}"


def _dump(said: Transcript) -> bytes:
    return json.dumps(asdict(said), ensure_ascii=False).encode()
